"""One cell of a table in CSV (RFC 4180): what it shows, and that no spreadsheet takes it for a
formula.

A spreadsheet runs what begins with ``=``, ``+``, ``-`` or ``@`` (OWASP, CSV injection), also after
a tab, a line's end or spaces, and some take the full-width signs for the same. Such a text gets a
``'`` in front, as does one that looks like it has one already: so ``plain`` undoes ``neutral``.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum

from pydantic import BaseModel
from pydantic_core import to_json

_RUNS = re.compile(r"'* *[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def neutral(text: str) -> str:
    """The text, so that it stays a text."""
    return f"'{text}" if _RUNS.match(text) else text


def plain(cell: str) -> str:
    """The text that ``neutral`` made the cell of."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell) else cell


def cell_of(value: object) -> str:
    """What a table shows of a value: numbers as they are, times in UTC, nothing for None.

    A list of texts is set apart by semicolons; what has parts of its own is shown as JSON.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return neutral(str(value.value))
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return neutral(_text_of(value))


def _text_of(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        if any(isinstance(item, Mapping | BaseModel) for item in value):
            return to_json(value).decode()
        return "; ".join(str(item) for item in value)
    if isinstance(value, Mapping | BaseModel):
        return to_json(value).decode() if value else ""
    return str(value)
