"""What an allotment gives and how: said when it is opened, and never changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.errors import Invalid

SPACES_MAX = 500
NUMBERS_MAX = 20
"""That witnesses say at a draw."""
TERM_DAYS_MAX = 366
OPEN_MAX = timedelta(days=90)
"""How long entries are taken for a lot; ours."""


class AllotmentMode(StrEnum):
    """How the spaces are given."""

    WAITING_LIST = "waiting_list"
    DRAW = "draw"


@dataclass(frozen=True, slots=True)
class Terms:
    """What is given, and how.

    ``space_ids`` and ``closes_at`` of a lot: which spaces, and until when one may enter.
    ``term_days``: how long the permits that follow hold. ``per_dwelling``: how many vehicles of a
    dwelling may enter.
    """

    mode: AllotmentMode
    title: str
    term_days: int
    space_ids: tuple[str, ...] = ()
    closes_at: datetime | None = None
    per_dwelling: int = 1


def check(terms: Terms, *, opened_at: datetime) -> None:
    """Passes if they can be held to.

    ``Invalid`` for a lot without spaces or a time to close, a waiting list with either, a space
    named twice, or a time that has passed or is too far ahead.
    """
    if terms.mode is AllotmentMode.DRAW:
        _check_lot(terms, opened_at)
    elif terms.space_ids or terms.closes_at:
        raise Invalid("allotment.no_draw", pointer="/mode")


def _check_lot(terms: Terms, opened_at: datetime) -> None:
    if not terms.space_ids:
        raise Invalid("allotment.no_spaces", pointer="/space_ids")
    if len(set(terms.space_ids)) != len(terms.space_ids):
        raise Invalid("allotment.space_twice", pointer="/space_ids")
    closes_at = terms.closes_at
    if closes_at is None or not opened_at < closes_at <= opened_at + OPEN_MAX:
        raise Invalid("allotment.closes_at", pointer="/closes_at", limit=OPEN_MAX.days)
