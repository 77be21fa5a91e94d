"""Pages of rows that are counted anew each time, in a stable order."""

from collections.abc import Sequence
from typing import TypeVar

from shared.errors import Malformed
from shared.store import Page, decode_cursor, encode_cursor
from shared.web.forms import PageQuery

PLACE_DIGITS_MAX = 7
R = TypeVar("R")


def page_of(rows: Sequence[R], asked: PageQuery) -> Page[R]:
    """The page that is asked for; ``Malformed`` for a cursor that none gave."""
    start = _start(asked.cursor)
    end = start + asked.limit
    return Page(list(rows[start:end]), encode_cursor(str(end)) if end < len(rows) else None)


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    place = decode_cursor(cursor)
    if not place.isdecimal() or len(place) > PLACE_DIGITS_MAX:
        raise Malformed("cursor.malformed", pointer="cursor")
    return int(place)
