"""A table in CSV (RFC 4180) as a list of bodies: a column for each field of a form.

A header names a field by its dotted path (``contact.phone``) or by another name given to it. A
column whose name ends in ``[]`` holds several values, set apart by semicolons. Blank cells are
fields not given, blank rows are none. What ``csv_cells.neutral`` put in front is taken off again.
"""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from shared.errors import Invalid, Malformed, TooLarge
from shared.web.csv_cells import plain
from shared.web.csv_export import columns

SEVERAL, SEPARATOR = "[]", ";"
HEADER_CELLS_MAX = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``number`` counts as a spreadsheet does, in which the header is row 1.

    ``cells_max`` is how many there may be, if it has more; then there is no ``body``.
    """

    number: int
    body: dict[str, Any] = field(default_factory=dict)
    cells_max: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a table may hold.

    ``form``: the body that each row is to be. ``free``: fields of the form whose own fields may
    have any name, such as ``attributes``. ``others``: more names of columns, such as those in
    Chinese.
    """

    form: type[BaseModel]
    rows_max: int
    free: frozenset[str] = frozenset()
    others: Mapping[str, str] = field(default_factory=dict)

    def rows(self, raw: bytes) -> list[Row]:
        """The rows, as they are written; whether each can be a body is to be seen.

        ``Malformed`` if it is no CSV in UTF-8 or GB18030; ``Invalid``, with the column's number,
        for a header that names an unknown column or one twice; ``TooLarge`` beyond ``rows_max``.
        """
        lines = _lines(decoded(raw))
        paths = self._paths(next(lines, []))
        rows: list[Row] = []
        for number, cells in enumerate(lines, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) >= self.rows_max:
                raise TooLarge("csv.too_many_rows", limit=self.rows_max)
            rows.append(_row(number, paths, cells))
        if not rows:
            raise Invalid("csv.empty")
        return rows

    def _paths(self, header: Sequence[str]) -> list[str]:
        if not any(cell.strip() for cell in header):
            raise Invalid("csv.empty")
        if len(header) > HEADER_CELLS_MAX:
            raise TooLarge("csv.too_many_columns", limit=HEADER_CELLS_MAX)
        known = {".".join(path) for path in columns(self.form)}
        paths: list[str] = []
        for number, cell in enumerate(header, start=1):
            name = cell.strip()
            path = self.others.get(name, name)
            if not self._is_known(path.removesuffix(SEVERAL), known):
                raise Invalid("csv.column_unknown", pointer=f"column:{number}", number=number)
            if path.removesuffix(SEVERAL) in {each.removesuffix(SEVERAL) for each in paths}:
                raise Invalid("csv.column_twice", pointer=f"column:{number}", number=number)
            paths.append(path)
        return paths

    def _is_known(self, path: str, known: set[str]) -> bool:
        above, _, name = path.partition(".")
        return bool(name) if above in self.free else path in known


def decoded(raw: bytes) -> str:
    """UTF-8 with or without its mark, else GB18030, as Chinese spreadsheets write; ``Malformed``
    for anything else."""
    for encoding in ("utf-8",) if raw.startswith(BOM_UTF8) else ("utf-8", "gb18030"):
        try:
            text = raw.removeprefix(BOM_UTF8).decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Malformed("csv.encoding")


def _lines(text: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        yield from reader
    except csv.Error:
        raise Malformed("csv.unreadable", line=reader.line_num) from None


def _row(number: int, paths: Sequence[str], cells: Sequence[str]) -> Row:
    if any(cell.strip() for cell in cells[len(paths) :]):
        return Row(number, cells_max=len(paths))
    body: dict[str, Any] = {}
    for path, cell in zip(paths, cells, strict=False):
        value = plain(cell.strip())
        if value:
            _put(body, path, value)
    return Row(number, body)


def _put(body: dict[str, Any], path: str, value: str) -> None:
    above, _, name = path.removesuffix(SEVERAL).partition(".")
    told: str | list[str] = value
    if path.endswith(SEVERAL):
        told = [part.strip() for part in value.split(SEPARATOR) if part.strip()]
    if name:
        body.setdefault(above, {})[name] = told
    else:
        body[above] = told
