"""Figures of contributions: of confirmed records only, each in the period in which it was done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.pairing.domain.points import ContributionKind
from shared.days import Period
from shared.days import period as whole_days
from shared.errors import Invalid

DAYS_MAX = 1_100
"""Three years and some days: what is asked of the store at once has a bound."""
LIFE_DAYS_MAX = 40_000
"""One member's own record may be asked for from the first day on."""


class Dimension(StrEnum):
    """What figures can be told apart by. Months, quarters and years are Beijing's."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    KIND = "kind"
    MEMBER = "member"
    BRANCH = "branch"
    """The branch that the member was of when the record was made."""
    COMMUNITY = "community"


PERIODS = frozenset({Dimension.MONTH, Dimension.QUARTER, Dimension.YEAR})

Key = tuple[str, ...]
"""One value for each dimension asked for."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How many records, of how many minutes, of how many fen, and the points that they earned."""

    records: int = 0
    minutes: int = 0
    amount_fen: int = 0
    points: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.records + other.records,
            self.minutes + other.minutes,
            self.amount_fen + other.amount_fen,
            self.points + other.points,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one value of each dimension."""

    key: Key
    figures: Figures


@dataclass(frozen=True, slots=True)
class Question:
    """Whose figures, of what was done when, told apart by what; None: any."""

    period: Period
    communities: tuple[str, ...]
    by: tuple[Dimension, ...] = ()
    branch_id: str | None = None
    member_id: str | None = None
    kind: ContributionKind | None = None


def period(
    first_on: date, last_on: date, *, days_max: int = DAYS_MAX, where: str = "query:"
) -> Period:
    """Whole days in Beijing, both included; ``Invalid`` if there are none, or too many."""
    return whole_days(first_on, last_on, days_max=days_max, where=where)


def dimensions(asked: Iterable[Dimension]) -> tuple[Dimension, ...]:
    """Each once, in the order asked; ``Invalid`` for two kinds of period."""
    told_apart = tuple(dict.fromkeys(asked))
    if len(PERIODS.intersection(told_apart)) > 1:
        raise Invalid("statement.two_periods", pointer="query:by")
    return told_apart


def total(rows: Iterable[Row]) -> Figures:
    """All of them together."""
    return sum((row.figures for row in rows), Figures())
