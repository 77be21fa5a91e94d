"""How soon a community promises what (时限规则): data over a common default.

A change never touches requests: what they were promised is kept with them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.requests.domain.deadline import PROMISES, Promise
from services.requests.domain.service_type import SlaClass
from services.requests.domain.working_hours import (
    MINUTES_OF_DAY,
    MONDAY_TO_FRIDAY,
    PUBLIC_HOLIDAYS,
    WorkingHours,
    YearDays,
)
from shared.days import day_of
from shared.errors import Invalid
from shared.events import Event
from shared.events.requests_deadline import DeadlineRulesAdopted, DeadlineRulesChanged

SECONDS_MIN, SECONDS_MAX = 60, 366 * 24 * 3600
AGAIN_SECONDS_MIN = 900
"""Who is told more often than each quarter of an hour stops listening."""
WORKING_DAYS_MAX = 100
"""Of working time no span is longer than so many of its days: each is looked at, one by one."""
YEARS_MAX, YEAR_MIN, YEAR_MAX = 10, 2000, 2100
DAYS_OF_YEAR_MAX = 120
DAYS_KEPT = timedelta(days=400)
"""A promise bears the holidays of so long a time; later days go by their weekday."""


class CalendarKind(StrEnum):
    """Which time of a class counts."""

    ALWAYS = "always"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class ClassRule:
    """What is promised for one SLA class, in seconds of its calendar: see ``Promise``."""

    seconds: int
    accept_seconds: int
    acknowledge_seconds: int
    first_contact_seconds: int
    again_seconds: int
    answer_seconds: int
    calendar: CalendarKind = CalendarKind.ALWAYS


@dataclass(frozen=True, slots=True)
class DeadlineRules:
    """All classes of a community, its working hours, and the years that it says itself.

    Without ``id`` and ``community`` they are the default (version 1), which every community has
    until it changes it. ``opens`` and ``closes`` are minutes of the day in Beijing.
    """

    classes: Mapping[SlaClass, ClassRule]
    opens: int = 9 * 60
    closes: int = 17 * 60
    weekdays: tuple[int, ...] = MONDAY_TO_FRIDAY
    years: tuple[YearDays, ...] = ()
    id: str = ""
    community: str = ""
    version: int = field(default=1)


Decided = tuple[DeadlineRules, list[Event]]

DEFAULT_RULES = DeadlineRules(
    # Around the clock: the standard says hours and days, and does not say that only work counts.
    classes={
        sla_class: ClassRule(
            promise.seconds,
            promise.accept_seconds,
            promise.acknowledge_seconds,
            promise.first_contact_seconds,
            promise.again_seconds,
            promise.answer_seconds,
        )
        for sla_class, promise in PROMISES.items()
    }
)


def promise_of(rules: DeadlineRules, sla_class: SlaClass, *, at: datetime) -> Promise:
    """What is promised to whoever asks at this moment."""
    rule = rules.classes[sla_class]
    return Promise(
        seconds=rule.seconds,
        accept_seconds=rule.accept_seconds,
        acknowledge_seconds=rule.acknowledge_seconds,
        first_contact_seconds=rule.first_contact_seconds,
        again_seconds=rule.again_seconds,
        answer_seconds=rule.answer_seconds,
        hours=_hours(rules, at) if rule.calendar is CalendarKind.WORKING else None,
    )


def change(known: DeadlineRules, wanted: DeadlineRules) -> Decided | None:
    """The next version; None if nothing is different.

    ``Invalid`` if it is not sound. The default becomes the community's own by its first change:
    two events, so that the changed one is version 2 and the default stays version 1.
    """
    wanted = replace(wanted, version=known.version)
    if replace(known, id=wanted.id, community=wanted.community) == wanted:
        return None
    _check(wanted)
    changed = DeadlineRulesChanged(deadline_rules_id=wanted.id)
    if known.community:
        return wanted, [changed]
    return replace(wanted, version=0), [DeadlineRulesAdopted(deadline_rules_id=wanted.id), changed]


def _hours(rules: DeadlineRules, at: datetime) -> WorkingHours:
    first = day_of(at)
    days = (first.isoformat(), (first + DAYS_KEPT).isoformat())
    years = {**PUBLIC_HOLIDAYS, **{year.year: year for year in rules.years}}.values()
    return WorkingHours(
        opens=rules.opens,
        closes=rules.closes,
        weekdays=rules.weekdays,
        holidays=_within(days, (day for year in years for day in year.holidays)),
        make_up_days=_within(days, (day for year in years for day in year.make_up_days)),
    )


def _within(bounds: tuple[str, str], days: Iterable[str]) -> tuple[str, ...]:
    first, last = bounds
    return tuple(sorted(day for day in days if first <= day <= last))


def _check(rules: DeadlineRules) -> None:
    if not 0 <= rules.opens < rules.closes <= MINUTES_OF_DAY:
        raise Invalid("deadline_rules.hours", pointer="/working_hours/closes")
    day_seconds = (rules.closes - rules.opens) * 60
    for sla_class in SlaClass:
        _check_class(rules.classes.get(sla_class), f"/classes/{sla_class.value}", day_seconds)
    days = set(rules.weekdays)
    if not days <= set(range(1, 8)) or not days or len(days) < len(rules.weekdays):
        raise Invalid("deadline_rules.weekdays", pointer="/working_hours/weekdays")
    if len({year.year for year in rules.years}) < len(rules.years):
        raise Invalid("deadline_rules.year_twice", pointer="/years")
    if len(rules.years) > YEARS_MAX:
        raise Invalid("deadline_rules.years_max", pointer="/years", limit=YEARS_MAX)
    for number, year in enumerate(rules.years):
        _check_year(year, f"/years/{number}")


def _check_class(rule: ClassRule | None, pointer: str, day_seconds: int) -> None:
    if rule is None:
        raise Invalid("deadline_rules.class_missing", pointer=pointer)
    spans = (
        rule.accept_seconds,
        rule.acknowledge_seconds,
        rule.first_contact_seconds,
        rule.seconds,
        rule.again_seconds,
    )
    if not all(SECONDS_MIN <= span <= SECONDS_MAX for span in (*spans, rule.answer_seconds)):
        limits = {"least": SECONDS_MIN, "most": SECONDS_MAX}
        raise Invalid("deadline_rules.seconds", pointer=pointer, **limits)
    if rule.calendar is CalendarKind.WORKING and max(spans) > WORKING_DAYS_MAX * day_seconds:
        raise Invalid("deadline_rules.too_long", pointer=pointer, limit=WORKING_DAYS_MAX)
    if max(rule.acknowledge_seconds, rule.first_contact_seconds) > rule.seconds:
        raise Invalid("deadline_rules.after_the_end", pointer=pointer)
    if rule.again_seconds < AGAIN_SECONDS_MIN:
        pointer += "/again_seconds"
        raise Invalid("deadline_rules.again_seconds", pointer=pointer, least=AGAIN_SECONDS_MIN)


def _check_year(year: YearDays, pointer: str) -> None:
    days = (*year.holidays, *year.make_up_days)
    if len(days) > DAYS_OF_YEAR_MAX or len(set(days)) < len(days):
        raise Invalid("deadline_rules.days_twice", pointer=pointer, limit=DAYS_OF_YEAR_MAX)
    if not all(_is_of(day, year.year) for day in days):
        raise Invalid("deadline_rules.day_of_year", pointer=pointer, year=year.year)


def _is_of(day: str, year: int) -> bool:
    """Whether it is a date of this year, as ISO 8601 writes it."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return False
    return YEAR_MIN <= found.year <= YEAR_MAX and found.year == year and found.isoformat() == day
