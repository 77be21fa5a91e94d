"""Tables that come in: what each row asks for, and what is shown of its outcome."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Annotated, Any, Generic, Self, TypeVar

from fastapi import Depends
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from shared.bulk import Outcome
from shared.errors import Invalid, LinliError
from shared.texts import Lang
from shared.web.csv_export import MEDIA_TYPE
from shared.web.csv_import import Row, Sheet
from shared.web.forms import View
from shared.web.problems import problem_of
from shared.web.takes import Sent, Takes

EXTERNAL_REF = "external_ref"
BYTES_MAX = 1024 * 1024
REF_SHOWN_MAX = 64

Table = Annotated[Sent, Depends(Takes(MEDIA_TYPE, bytes_max=BYTES_MAX))]
"""A table of up to 1 MB."""
F = TypeVar("F", bound=BaseModel)
R = TypeVar("R")


def read(
    sheet: Sheet, raw: bytes, asked: Callable[[Row], R], *, ref: str = EXTERNAL_REF
) -> tuple[list[R], list[Outcome[Any]]]:
    """What the rows ask for, and the outcomes of those that cannot be read.

    ``asked`` reads a row, or raises what is wrong with it. ``ref``: the column of the reference.
    Errors of the table: see ``Sheet``.
    """
    rows: list[R] = []
    refused: list[Outcome[Any]] = []
    for row in sheet.rows(raw):
        try:
            rows.append(asked(row))
        except (RequestValidationError, LinliError) as fault:
            named = str(row.body.get(ref, ""))[:REF_SHOWN_MAX] or None
            refused.append(Outcome(row.number, named, fault=fault))
    return rows, refused


def body_of(row: Row, form: type[F]) -> F:
    """The row as a body; ``RequestValidationError`` or ``Invalid`` if it is none."""
    if row.cells_max is not None:
        raise Invalid("csv.too_many_cells", limit=row.cells_max)
    try:
        return form.model_validate(row.body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise RequestValidationError(
            [{**item, "loc": ("body", *item["loc"])} for item in found]
        ) from None


class RowOutcome(StrEnum):
    """What became of a row."""

    CREATED = "created"
    KNOWN = "known"
    """It was there before, from this importer under this reference."""
    REFUSED = "refused"


class FaultView(View):
    """What is wrong with a row; ``pointer`` as in a problem, empty if no cell is at fault."""

    pointer: str
    code: str
    detail: str


def faults_of(outcome: Outcome[Any], lang: Lang) -> tuple[FaultView, ...]:
    """What is wrong with a row, in the reader's language; nothing if it was entered."""
    faults = [] if outcome.fault is None else problem_of(outcome.fault).faults(lang)
    return tuple(FaultView(**fault) for fault in faults)


class RowView(View):
    """The outcome of one row; ``row`` counts as a spreadsheet does, the header being row 1."""

    row: int
    external_ref: str | None
    outcome: RowOutcome
    errors: tuple[FaultView, ...] = ()

    @classmethod
    def of(cls, outcome: Outcome[Any], lang: Lang) -> Self:
        """The view of an outcome."""
        kind = RowOutcome.KNOWN if outcome.known else RowOutcome.CREATED
        return cls(
            row=outcome.number,
            external_ref=outcome.external_ref,
            outcome=kind if outcome.fault is None else RowOutcome.REFUSED,
            errors=faults_of(outcome, lang),
            **({} if outcome.thing is None else cls.made(outcome.thing)),
        )

    @classmethod
    def made(cls, thing: Any) -> dict[str, Any]:
        """What is shown of the thing that the row became."""
        return {}


V = TypeVar("V", bound=RowView)


class ImportView(View, Generic[V]):
    """The outcome of a table, row by row, and how many of each kind."""

    created: int
    known: int
    refused: int
    rows: list[V]

    @classmethod
    def of(cls, rows: Sequence[V]) -> Self:
        """The view of all outcomes, in the order of the table."""
        ordered = sorted(rows, key=lambda row: row.row)
        counts = {kind.value: sum(row.outcome is kind for row in rows) for kind in RowOutcome}
        return cls(rows=ordered, **counts)
