"""The plan of a pairing: which services its households get, in which rhythm and on which festivals.

Days are days of the community's own calendar; a moment comes of one only where its window is asked
for, so that no change of clocks moves a visit to another day. However slow a plan is, or becomes
when a household's risk rises, a household is visited as often as the floor of its risk asks: where
a week, month or quarter has no planned day, one is added (``occurrences``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from services.pairing.domain import festival as lunar
from services.pairing.domain.cadence import (
    FLOORS,
    Period,
    after,
    begin_of,
    floor_day,
    periods,
)
from services.pairing.domain.festival import Festival, LunarDay
from services.pairing.domain.household import RiskLevel
from shared.recurrence import days_between
from shared.rhythm import read_rhythm

SPAN_DAYS_MAX = 1_100
"""How far ahead one may look at once: three years."""
MINUTES_A_DAY = 24 * 60
FLOOR_OPENS, FLOOR_CLOSES = 9 * 60, 18 * 60
"""When on its day a visit of the floor is made, in minutes: by daylight all year."""


class CareService(StrEnum):
    """The four small services (四个一, mission.md, A7)."""

    CHAT = "chat"
    CARRY_SHOPPING = "carry_shopping"
    HOLIDAY_VISIT = "holiday_visit"
    CLEANING = "cleaning"


@dataclass(frozen=True, slots=True)
class PlannedService:
    """One service: by a rhythm, on a festival or on a lunar day, exactly one of the three.

    ``rhythm``: RFC 5545, see ``rhythm``; ``starts_on`` is its first day and none is earlier.
    ``time``: HH:MM by the community's clocks; whoever visits comes within ``window_hours`` of it.
    ``household_id``: for this one of the pairing's households alone; None: for each of them.
    """

    service: CareService
    rhythm: str | None
    festival: Festival | None
    starts_on: date
    time: str
    window_hours: int
    lunar_day: LunarDay | None = None
    household_id: str | None = None


Plan = tuple[PlannedService, ...]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A day on which a household is visited, with all that is planned for it.

    ``key`` is the same whenever and by whomever it is found. ``opens`` and ``closes``: minutes
    since the day began by the community's clocks, closing at 24:00 (1,440) at the latest.
    """

    on: date
    services: tuple[CareService, ...]
    key: str
    opens: int = FLOOR_OPENS
    closes: int = FLOOR_CLOSES


def usual_plan(starts_on: date) -> Plan:
    """What a pairing has that nobody planned otherwise: a visit at the four great festivals.

    The chats of the floor come of themselves.
    """
    great = (
        Festival.SPRING_FESTIVAL,
        Festival.DRAGON_BOAT,
        Festival.MID_AUTUMN,
        Festival.DOUBLE_NINTH,
    )
    return tuple(
        PlannedService(CareService.HOLIDAY_VISIT, None, festival, starts_on, "09:00", 9)
        for festival in great
    )


def plan_of(plan: Plan, household_id: str) -> Plan:
    """What of a pairing's plan is for this household."""
    return tuple(each for each in plan if each.household_id in (None, household_id))


def occurrences(
    plan: Plan, *, risk: RiskLevel, since: date, until: date, anchor: date | None = None
) -> tuple[Occurrence, ...]:
    """The days of visits from ``since`` until before ``until``, in order.

    What falls on one day is one visit. A week, month or quarter (by ``risk``) without a planned
    day gets one for a chat: on the weekday, or day of the month, of ``anchor``, the day on which
    the pairing began; and none on that day or before. Two spans that meet give what their union
    gives. ``ValueError`` beyond ``SPAN_DAYS_MAX``.
    """
    if (until - since).days > SPAN_DAYS_MAX:
        raise ValueError(f"more than {SPAN_DAYS_MAX} days at once")
    if until <= since:
        return ()
    period = FLOORS[risk]
    first, last = begin_of(period, since), after(period, until - timedelta(days=1))
    planned = planned_by_day(plan, first, last)
    found = [_joined(on, planned[on]) for on in planned if since <= on < until]
    served = {begin_of(period, on) for on in planned}
    for begin in periods(period, first, last):
        on = floor_day(period, begin, anchor)
        if begin not in served and since <= on < until and (anchor is None or on > anchor):
            found.append(_floor(on))
    return tuple(sorted(found, key=lambda each: each.on))


def next_occurrence(
    plan: Plan, *, risk: RiskLevel, since: date, anchor: date | None = None
) -> Occurrence:
    """The first day of a visit from ``since`` on; by the floor there is always one."""
    period = FLOORS[risk]
    since = since if anchor is None else max(since, anchor)
    begin, found = begin_of(period, since), None
    while found is None:
        end = after(period, begin)
        found = _first(plan, period, (begin, end), since=since, anchor=anchor)
        begin = end
    return found


def window(occurrence: Occurrence, zone: tzinfo) -> tuple[datetime, datetime]:
    """From when until before when a visit is to be made, in UTC; an hour at least."""
    opens = _moment(occurrence.on, occurrence.opens, zone)
    closes = _moment(occurrence.on, occurrence.closes, zone)
    return opens, max(closes, opens + timedelta(hours=1))


def _first(
    plan: Plan, period: Period, span: tuple[date, date], *, since: date, anchor: date | None
) -> Occurrence | None:
    """The first day of a visit from ``since`` on within one period; None if there is none."""
    planned = [(day, each) for each in plan for day in days_of_service(each, *span)]
    if planned:
        on = min((day for day, _ in planned if day >= since), default=None)
        return None if on is None else _joined(on, [each for day, each in planned if day == on])
    on = floor_day(period, span[0], anchor)
    return _floor(on) if on >= since and (anchor is None or on > anchor) else None


def _floor(on: date) -> Occurrence:
    return Occurrence(on, (CareService.CHAT,), on.isoformat())


def _moment(on: date, minutes: int, zone: tzinfo) -> datetime:
    day = on + timedelta(days=minutes // MINUTES_A_DAY)
    at = time(minutes % MINUTES_A_DAY // 60, minutes % 60, tzinfo=zone)
    return datetime.combine(day, at).astimezone(UTC)


def planned_by_day(plan: Plan, since: date, until: date) -> dict[date, list[PlannedService]]:
    """What is planned, by day."""
    by_day: dict[date, list[PlannedService]] = {}
    for planned in plan:
        for day in days_of_service(planned, since, until):
            by_day.setdefault(day, []).append(planned)
    return by_day


def days_of_service(planned: PlannedService, since: date, until: date) -> Sequence[date]:
    """On which days from ``since`` until before ``until`` one entry falls."""
    if planned.rhythm is not None:
        return days_between(read_rhythm(planned.rhythm, planned.starts_on), since, until)
    since = max(since, planned.starts_on)
    return [
        day
        for year in range(since.year, until.year + 1)
        for day in _lunar_days(planned, year)
        if since <= day < until
    ]


def _lunar_days(planned: PlannedService, year: int) -> Sequence[date]:
    if planned.festival is not None:
        return lunar.days_of_festival(planned.festival, year)
    return () if planned.lunar_day is None else lunar.days_of(planned.lunar_day, year)


def _joined(on: date, planned: Sequence[PlannedService]) -> Occurrence:
    opens = min(minutes(each.time) for each in planned)
    closes = max(minutes(each.time) + each.window_hours * 60 for each in planned)
    services = tuple(sorted({each.service for each in planned}))
    return Occurrence(on, services, on.isoformat(), opens, closes)


def minutes(at: str) -> int:
    """How many minutes of the day are over at HH:MM."""
    hour, _, minute = at.partition(":")
    return int(hour) * 60 + int(minute)
