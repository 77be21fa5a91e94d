"""The access log (出入记录): which plate a gate saw when, and by what right it came in.

Rows are no aggregates: there are a million of them, none ever changes, and none is told to anybody.
A gate's system numbers what it sees, and may send it again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.errors import Invalid

BATCH_MAX = 100
"""Rows of one call (``webhooks.md`` section 11)."""
AHEAD_MAX = timedelta(minutes=5)
"""How far a gate's clock may be ahead: the guard of ``webhooks.md`` section 11."""
LATE_MAX = timedelta(days=7)
"""How late a gate that had no line may tell; ours."""


class Direction(StrEnum):
    """Which way."""

    IN = "in"
    OUT = "out"


class Right(StrEnum):
    """By what it may come in."""

    RESIDENT = "resident"
    TEMPORARY = "temporary"
    EMERGENCY = "emergency"
    VISITOR = "visitor"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a gate says; ``ref`` is its own number for it, used once."""

    gate: str
    ref: str
    direction: Direction
    plate: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Access:
    """One row; ``right`` by what was live when it was told: a permit, or a visitor's pass.
    ``version`` is always 1."""

    id: str
    community: str
    estate_id: str
    gate: str
    ref: str
    direction: Direction
    plate: str
    plate_digest: str
    right: Right
    at: datetime
    received_at: datetime
    permit_id: str | None = None
    pass_id: str | None = None
    version: int = 1

    def tells(self, other: "Access") -> bool:
        """Whether the other one, of the same number, tells the same."""
        mine = (self.direction, self.plate_digest, self.at)
        return mine == (other.direction, other.plate_digest, other.at)


def by_right(row: Access, right: Right, by: str | None) -> Access:
    """The row with the right by which it came: ``by`` this permit or pass, if any."""
    if right is Right.VISITOR:
        return replace(row, right=right, pass_id=by)
    return replace(row, right=right, permit_id=by)


def check(sighting: Sighting, *, now: datetime) -> None:
    """``Invalid`` for a time ahead of ours, or longer ago than a gate may be late."""
    if sighting.at > now + AHEAD_MAX:
        raise Invalid("access.in_the_future", pointer="/at")
    if sighting.at < now - LATE_MAX:
        raise Invalid("access.too_late", pointer="/at", limit=LATE_MAX.days)
