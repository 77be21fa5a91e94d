"""What a plan must be before it is taken: possible, without overlaps, often enough."""

import re
from datetime import date, timedelta

from services.pairing.domain import festival as lunar
from services.pairing.domain.cadence import FLOORS, after, begin_of, periods
from services.pairing.domain.festival import Festival, LunarDay
from services.pairing.domain.household import RiskLevel
from services.pairing.domain.plan import (
    MINUTES_A_DAY,
    CareService,
    Plan,
    PlannedService,
    days_of_service,
    minutes,
    planned_by_day,
)
from shared.errors import Invalid
from shared.rhythm import check_rhythm

SERVICES_MAX = 20
"""Entries of a plan at most."""
AHEAD_DAYS_MAX = 366
"""A service begins within a year from when it is planned."""
CHECKED_DAYS = 731
"""How far a plan is looked at before it is taken: what repeats has shown itself by then."""
EARLIEST = date(2020, 1, 1)

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def check_plan(plan: Plan, *, today: date) -> None:
    """``Invalid``, with the place in the plan, for what cannot be planned or overlaps."""
    if len(plan) > SERVICES_MAX:
        raise Invalid("plan.too_long", pointer="/plan", most=SERVICES_MAX)
    for number, planned in enumerate(plan):
        _check_service(planned, f"/plan/{number}", today)
    _check_overlaps(plan, today)


def is_often_enough(plan: Plan, *, risk: RiskLevel, today: date) -> bool:
    """Whether a checked plan by itself keeps the floor of this risk, looked at two years ahead.

    One without any rhythm keeps it, as it leaves the everyday visits to the floor.
    """
    begins = [max(planned.starts_on, today) for planned in plan if planned.rhythm is not None]
    if not begins:
        return True
    period = FLOORS[risk]
    first = after(period, min(begins))
    last = begin_of(period, first + timedelta(days=CHECKED_DAYS))
    served = {begin_of(period, day) for day in planned_by_day(plan, first, last)}
    return served >= set(periods(period, first, last))


def _check_service(planned: PlannedService, pointer: str, today: date) -> None:
    ways = (planned.rhythm, planned.festival, planned.lunar_day)
    if sum(way is not None for way in ways) != 1:
        raise Invalid("plan.one_way", pointer=pointer)
    if not EARLIEST <= planned.starts_on <= today + timedelta(days=AHEAD_DAYS_MAX):
        raise Invalid("plan.starts_on", pointer=f"{pointer}/starts_on", most=AHEAD_DAYS_MAX)
    if not _TIME.fullmatch(planned.time):
        raise Invalid("plan.time", pointer=f"{pointer}/time")
    hours_max = (MINUTES_A_DAY - minutes(planned.time)) // 60
    if not 1 <= planned.window_hours <= hours_max:
        raise Invalid("plan.window", pointer=f"{pointer}/window_hours", most=hours_max)
    if planned.rhythm is not None:
        check_rhythm(planned.rhythm, planned.starts_on, pointer=f"{pointer}/rhythm")
    if planned.lunar_day is not None:
        lunar.check(planned.lunar_day, pointer=f"{pointer}/lunar_day")


def _check_overlaps(plan: Plan, today: date) -> None:
    """``Invalid`` for two entries that plan the same service for the same households and day.

    That one of several households gets more of what all of them get is no overlap.
    """
    until = today + timedelta(days=AHEAD_DAYS_MAX + CHECKED_DAYS)
    taken: dict[tuple[CareService, str | None, Festival | LunarDay | date], int] = {}
    for number, planned in enumerate(plan):
        fixed = planned.festival or planned.lunar_day
        whens = [fixed] if fixed is not None else days_of_service(planned, today, until)
        for when in whens:
            other = taken.setdefault((planned.service, planned.household_id, when), number)
            if other != number:
                raise Invalid("plan.overlap", pointer=f"/plan/{number}", other=f"/plan/{other}")
