"""The three rates by which handling is assessed (响应率、解决率、满意率), always as two counts.

Each followed-up request counts once, by its last follow-up, in the period in which that took place.
No official formula was found; ours (domain.md, section 3): responded = its requester was spoken to
before it was due, of all that were followed up; resolved = "yes", of all that were answered;
satisfied = a mark of 4 or 5, of all that were answered. Who gave no mark counts as not satisfied:
``rated`` says how many did give one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.days import Period
from shared.days import period as whole_days
from shared.errors import Invalid

SATISFIED_FROM = 4  # 4-5 / answered: domain.md, section 3
YEAR_MIN = 2000
DAYS_MAX = 1_100
"""Three years and some days: what is asked of the store at once has a bound."""


class Dimension(StrEnum):
    """What rates can be told apart by. Days, weeks (ISO 8601), months and years are Beijing's."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    CATEGORY = "category"
    """By service code."""
    GROUP = "group"
    """By the group of the service type, as it is now."""
    UNIT = "unit"
    """By the unit that had it last."""
    BUILDING = "building"
    ESTATE = "estate"
    COMMUNITY = "community"


PERIODS = frozenset(
    {Dimension.DAY, Dimension.WEEK, Dimension.MONTH, Dimension.QUARTER, Dimension.YEAR}
)

Key = tuple[str | None, ...]
"""One value for each dimension asked for; None where a request has none."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole; ``of`` may be 0, and then there is no rate."""

    count: int
    of: int

    @property
    def rate(self) -> float | None:
        """The part of one, from 0 to 1; None of nothing."""
        return self.count / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requests were followed up, and what became known of them."""

    followed_up: int = 0
    responded: int = 0
    answered: int = 0
    resolved: int = 0
    rated: int = 0
    satisfied: int = 0

    @property
    def response(self) -> Share:
        """响应率."""
        return Share(self.responded, self.followed_up)

    @property
    def resolution(self) -> Share:
        """解决率."""
        return Share(self.resolved, self.answered)

    @property
    def satisfaction(self) -> Share:
        """满意率."""
        return Share(self.satisfied, self.answered)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.followed_up + other.followed_up,
            self.responded + other.responded,
            self.answered + other.answered,
            self.resolved + other.resolved,
            self.rated + other.rated,
            self.satisfied + other.satisfied,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """The counts of one value of each dimension."""

    key: Key
    counts: Counts


@dataclass(frozen=True, slots=True)
class Question:
    """Whose rates, of which follow-ups, told apart by what; None: any."""

    period: Period
    communities: tuple[str, ...]
    by: tuple[Dimension, ...] = ()
    service_code: str | None = None
    unit: str | None = None
    building_id: str | None = None
    estate_id: str | None = None


def period(first_on: date, last_on: date) -> Period:
    """Whole days in Beijing, both included.

    ``Invalid`` if they end first, are too many, or are of another millennium.
    """
    return whole_days(first_on, last_on, days_max=DAYS_MAX, year_min=YEAR_MIN)


def dimensions(asked: Iterable[Dimension]) -> tuple[Dimension, ...]:
    """Each once, in the order asked; ``Invalid`` for two kinds of period."""
    told_apart = tuple(dict.fromkeys(asked))
    if len(PERIODS.intersection(told_apart)) > 1:
        raise Invalid("rates.two_periods", pointer="query:by")
    return told_apart


def summed(rows: Iterable[Row]) -> list[Row]:
    """One row for each key, in the order of the keys; what has no value comes first."""
    whole: dict[Key, Counts] = {}
    for row in rows:
        whole[row.key] = whole.get(row.key, Counts()) + row.counts
    return [Row(key, whole[key]) for key in sorted(whole, key=_place)]


def _place(key: Key) -> tuple[str, ...]:
    return tuple(part or "" for part in key)
