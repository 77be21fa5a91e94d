"""The days on which a rule of ``rhythm`` falls, found by dateutil, which only this file knows.

dateutil goes from the first day on, and through all years to 9999 if nothing matches. So one year
of a rule is expanded at a time, from a day in phase at its beginning, and kept: a look costs the
same whatever began when (``docs/decisions/0021``).
"""

from bisect import bisect_left
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from dateutil import rrule

from shared.rhythm import Rhythm, Rule, number_of

YEARS_KEPT = 4_096

_FREQUENCIES: Mapping[str, int] = {
    "DAILY": rrule.DAILY,
    "WEEKLY": rrule.WEEKLY,
    "MONTHLY": rrule.MONTHLY,
    "YEARLY": rrule.YEARLY,
}


def days_between(rhythm: Rhythm, since: date, until: date) -> list[date]:
    """Its days from ``since`` until before ``until``."""
    since = max(since, rhythm.first)
    if rhythm.last is not None:
        until = min(until, rhythm.last + timedelta(days=1))
    found: list[date] = []
    for year in range(since.year, until.year + 1):
        days = days_of_year(rhythm.rule, year)
        found += days[bisect_left(days, since) : bisect_left(days, until)]
    return found


@lru_cache(maxsize=YEARS_KEPT)
def days_of_year(rule: Rule, year: int) -> tuple[date, ...]:
    """All days of a year on which the rule falls."""
    given: dict[str, Any] = {
        "bymonth": rule.months or None,
        "bymonthday": rule.month_days or None,
        "byweekday": [rrule.weekday(day, nth or None) for day, nth in rule.weekdays] or None,
        "bysetpos": rule.positions or None,
    }
    first, last = date(year, 1, 1), date(year, 12, 31)
    found = rrule.rrule(
        _FREQUENCIES[rule.frequency],
        dtstart=_midnight(_aligned(rule, first)),
        interval=rule.interval,
        wkst=rule.week_start,
        until=_midnight(last),
        **given,
    )
    return tuple(day for day in (moment.date() for moment in found) if day >= first)


def _aligned(rule: Rule, day: date) -> date:
    """The first day of the first period in phase that ends on this day, the first of a year, or
    later."""
    ahead = (rule.phase - number_of(rule.frequency, rule.week_start, day)) % rule.interval
    if rule.frequency == "DAILY":
        return day + timedelta(days=ahead)
    if rule.frequency == "WEEKLY":
        begun = (day.toordinal() - 1 - rule.week_start) % 7
        return day + timedelta(days=7 * ahead - begun)
    if rule.frequency == "MONTHLY":
        return day.replace(month=1 + ahead)
    return day


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  a day by itself, in no zone
