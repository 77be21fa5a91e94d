"""A rhythm: a recurrence rule of RFC 5545, 3.3.10, within bounds.

Taken are rules of days, weeks, months and years that come at least once in a year or so and that
can be told to a person; everything else of the RFC is refused by name, and what may never match by
what it says. A rule is brought into a form in which only its phase depends on when it began, so
that rules alike share the days that ``recurrence`` finds for them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from shared.errors import Invalid

RHYTHM_CHARACTERS_MAX = 200
UNTIL_DAYS_MAX = 3660
"""A rule may end, within ten years."""
RULES_KEPT = 32_768

INTERVALS_MAX: Mapping[str, int] = {"DAILY": 92, "WEEKLY": 13, "MONTHLY": 12, "YEARLY": 1}
"""Once a quarter at least by days and weeks, once a year by months."""
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
SHORTEST_MONTH_DAYS = 28
WEEKS_IN_EVERY_MONTH = 4

_NUMBER = re.compile(r"[+-]?[0-9]{1,2}")
_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")

Nth = tuple[int, int]
"""A weekday, Monday 0, and which of its month: 0 every, 1 the first, -1 the last."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with all that it leaves to its first day filled in; equal rules fall alike."""

    frequency: str
    interval: int
    phase: int
    week_start: int = 0
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[Nth, ...] = ()
    positions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A rule and between which days it holds, both included; ``last``: None for no end."""

    rule: Rule
    first: date
    last: date | None


@lru_cache(maxsize=RULES_KEPT)
def read_rhythm(text: str, starts_on: date) -> Rhythm:
    """The rhythm that a rule has which begins on this day.

    Errors: ``Invalid``, without a pointer, for what is not RFC 5545, what is not taken here, and
    what would hardly ever match.
    """
    parts = _parts(text)
    frequency = parts.pop("FREQ", "")
    if frequency not in INTERVALS_MAX:
        raise _refused("FREQ")
    interval = _interval(parts.pop("INTERVAL", "1"), frequency)
    week_start = _weekday(parts.pop("WKST", "MO"))
    last = _until(parts.pop("UNTIL", None), starts_on)
    rule = Rule(
        frequency,
        interval,
        phase=_phase(frequency, interval, week_start, starts_on),
        week_start=week_start if interval > 1 and frequency == "WEEKLY" else 0,
        months=_numbers(parts.pop("BYMONTH", None), "BYMONTH", least=1, most=12),
        month_days=_numbers(parts.pop("BYMONTHDAY", None), "BYMONTHDAY", least=-31, most=31),
        weekdays=_weekdays(parts.pop("BYDAY", None)),
        positions=_numbers(parts.pop("BYSETPOS", None), "BYSETPOS", least=-31, most=31),
    )
    if parts:
        raise _refused(next(iter(parts)))
    _CHECKS[frequency](rule)
    return Rhythm(_filled(rule, starts_on), starts_on, last)


def check_rhythm(text: str, starts_on: date, *, pointer: str) -> None:
    """``Invalid`` at this place for a rule that ``read_rhythm`` does not take."""
    try:
        read_rhythm(text, starts_on)
    except Invalid as refused:
        raise Invalid(refused.code, **{**refused.facts, "pointer": pointer}) from None


def _parts(text: str) -> dict[str, str]:
    """What the rule says, by name; each once (RFC 5545, 3.3.10)."""
    if len(text) > RHYTHM_CHARACTERS_MAX:
        raise Invalid("plan.rhythm_long", most=RHYTHM_CHARACTERS_MAX)
    parts: dict[str, str] = {}
    for pair in text.upper().removeprefix("RRULE:").split(";"):
        name, equals, value = pair.partition("=")
        if not equals or not value or name in parts:
            raise Invalid("plan.rhythm_malformed")
        parts[name] = value
    return parts


def _refused(part: str) -> Invalid:
    # A name that is none is not quoted: it may be anything.
    return Invalid("plan.rhythm_part", part=part if part.isascii() and part.isalpha() else "?")


def _interval(text: str, frequency: str) -> int:
    most = INTERVALS_MAX[frequency]
    if not text.isascii() or not text.isdigit() or len(text) > 3 or not 1 <= int(text) <= most:
        raise Invalid("plan.rhythm_interval", frequency=frequency, most=most)
    return int(text)


def _weekday(text: str) -> int:
    if text not in WEEKDAYS:
        raise _refused("WKST")
    return WEEKDAYS.index(text)


def _until(text: str | None, starts_on: date) -> date | None:
    if text is None:
        return None
    written = _UNTIL.fullmatch(text)
    try:
        last = date(*(int(part) for part in written.groups())) if written else None
    except ValueError:
        last = None
    if last is None or not 0 <= (last - starts_on).days <= UNTIL_DAYS_MAX:
        raise Invalid("plan.rhythm_until", most=UNTIL_DAYS_MAX)
    return last


def _numbers(text: str | None, part: str, *, least: int, most: int) -> tuple[int, ...]:
    if text is None:
        return ()
    items = text.split(",")
    if not all(_NUMBER.fullmatch(item) for item in items):
        raise _refused(part)
    numbers = sorted({int(item) for item in items})
    if 0 in numbers or numbers[0] < least or numbers[-1] > most:
        raise _refused(part)
    return tuple(numbers)


def _weekdays(text: str | None) -> tuple[Nth, ...]:
    if text is None:
        return ()
    found = [_DAY.fullmatch(item) for item in text.split(",")]
    return tuple(
        sorted({(WEEKDAYS.index(_some(day)[2]), int(_some(day)[1] or 0)) for day in found})
    )


def _some(day: re.Match[str] | None) -> re.Match[str]:
    if day is None:
        raise _refused("BYDAY")
    return day


def _check_daily(rule: Rule) -> None:
    _check_none(rule.month_days, "BYMONTHDAY")
    _check_none(rule.weekdays, "BYDAY")
    _check_none(rule.positions, "BYSETPOS")
    if rule.months and rule.interval > SHORTEST_MONTH_DAYS:
        raise _never()


def _check_weekly(rule: Rule) -> None:
    _check_none(rule.month_days, "BYMONTHDAY")
    _check_none(rule.positions, "BYSETPOS")
    if any(nth for _, nth in rule.weekdays):
        raise _refused("BYDAY")
    if rule.months and rule.interval > WEEKS_IN_EVERY_MONTH:
        raise _never()


def _check_monthly(rule: Rule) -> None:
    if rule.month_days and rule.weekdays:
        raise _refused("BYMONTHDAY")  # Friday the 13th is no rhythm
    if rule.months and rule.interval > 1:
        raise _refused("INTERVAL")
    if rule.positions:
        plain = bool(rule.weekdays) and not any(nth for _, nth in rule.weekdays)
        most = WEEKS_IN_EVERY_MONTH * len(rule.weekdays)
        if not plain or any(abs(each) > most for each in rule.positions):
            raise _refused("BYSETPOS")
    _check_comes(rule)


def _check_yearly(rule: Rule) -> None:
    _check_none(rule.positions, "BYSETPOS")
    if not rule.months or bool(rule.month_days) == bool(rule.weekdays):
        raise Invalid("plan.rhythm_yearly")
    _check_comes(rule)


def _check_comes(rule: Rule) -> None:
    """``Invalid`` unless each year has the day: no February 30th, no fifth Monday of some month.

    Nor for every Monday and the last Tuesday in one: dateutil takes it for a day that is both.
    """
    if len({bool(nth) for _, nth in rule.weekdays}) > 1:
        raise _refused("BYDAY")
    every_month = rule.interval == 1 and not rule.months
    if every_month:
        return
    longest = SHORTEST_MONTH_DAYS
    if rule.months:
        longest = max(MONTH_DAYS[month - 1] for month in rule.months)
    by_day = not rule.month_days or any(abs(each) <= longest for each in rule.month_days)
    fifth_only = bool(rule.weekdays) and all(abs(nth) > 4 for _, nth in rule.weekdays)
    if not by_day or fifth_only:
        raise _never()


def _check_none(given: tuple[Any, ...], part: str) -> None:
    if given:
        raise _refused(part)


def _never() -> Invalid:
    return Invalid("plan.rhythm_never")


_CHECKS: Mapping[str, Callable[[Rule], None]] = {
    "DAILY": _check_daily,
    "WEEKLY": _check_weekly,
    "MONTHLY": _check_monthly,
    "YEARLY": _check_yearly,
}


def _filled(rule: Rule, starts_on: date) -> Rule:
    """With the day that the rule takes from its beginning (RFC 5545, 3.3.10, the last lines)."""
    month_days, weekdays = rule.month_days, rule.weekdays
    if not month_days and not weekdays:
        if rule.frequency == "WEEKLY":
            weekdays = ((starts_on.weekday(), 0),)
        elif rule.frequency == "MONTHLY":
            month_days = (starts_on.day,)
    filled = Rule(
        rule.frequency,
        rule.interval,
        rule.phase,
        rule.week_start,
        rule.months,
        month_days,
        weekdays,
        rule.positions,
    )
    if rule.frequency == "MONTHLY":
        _check_comes(filled)
    return filled


def _phase(frequency: str, interval: int, week_start: int, day: date) -> int:
    return number_of(frequency, week_start, day) % interval


def number_of(frequency: str, week_start: int, day: date) -> int:
    """The number of the day, of its week or of its month, counted from long ago."""
    if frequency == "DAILY":
        return day.toordinal()
    if frequency == "WEEKLY":
        return (day.toordinal() - 1 - week_start) // 7
    return day.year * 12 + day.month - 1 if frequency == "MONTHLY" else day.year
