"""How often a household is visited at the least, by its risk, and when if nobody planned it.

A regional rule of 2022-06-23: high risk weekly, key households monthly, all others quarterly; that
the elderly in special difficulty are visited monthly is the ten ministries' of 2022-10-28
(domain.md, 3). Counted by the calendar: in each week (from Monday), month or quarter once.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum

from services.pairing.domain.household import RiskLevel


class Period(StrEnum):
    """In each of which somebody must have looked."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


FLOORS: Mapping[RiskLevel, Period] = {
    RiskLevel.HIGH: Period.WEEK,
    RiskLevel.KEY: Period.MONTH,
    RiskLevel.GENERAL: Period.QUARTER,
}
DAYS_MAX: Mapping[Period, int] = {Period.WEEK: 7, Period.MONTH: 31, Period.QUARTER: 92}


def begin_of(period: Period, day: date) -> date:
    """The first day of the period that this day is in."""
    if period is Period.WEEK:
        return day - timedelta(days=day.weekday())
    month = day.month if period is Period.MONTH else (day.month - 1) // 3 * 3 + 1
    return date(day.year, month, 1)


def after(period: Period, day: date) -> date:
    """The first day of the period after the one that this day is in."""
    return begin_of(period, begin_of(period, day) + timedelta(days=DAYS_MAX[period]))


def periods(period: Period, first: date, last: date) -> Iterator[date]:
    """The first days of the periods, from one until before another."""
    while first < last:
        yield first
        first = after(period, first)


def floor_day(period: Period, begin: date, anchor: date | None) -> date:
    """The day of the period that begins here on which the floor falls.

    The weekday of ``anchor``, or its day of the month (the 28th at the latest); without one a day
    in the middle.
    """
    if period is Period.WEEK:
        return begin + timedelta(days=2 if anchor is None else anchor.weekday())
    day = 15 if anchor is None else min(anchor.day, 28)
    if period is Period.MONTH:
        return begin.replace(day=day)
    offset = 1 if anchor is None else (anchor.month - 1) % 3
    return begin.replace(month=begin.month + offset, day=day)
