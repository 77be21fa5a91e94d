"""When something on an estate is to be done again and again: patrols, inspections, upkeep.

Days follow a rule of RFC 5545 (``shared/rhythm``), times are those of the community's clocks; a
moment comes of both only where it is asked for. One reading for whatever has a timetable.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from shared.days import BEIJING, day_of
from shared.errors import Invalid
from shared.recurrence import days_between
from shared.rhythm import check_rhythm, read_rhythm

TIMES_MAX = 24
"""Of one day: once an hour."""
MINUTES_MIN, MINUTES_A_DAY = 5, 24 * 60
EARLIEST = date(2020, 1, 1)
AHEAD_DAYS_MAX = 366
"""It begins within a year from when it is drawn up."""
RARE_DAYS = 800
"""No rule is further apart: each comes once a year or so, and leap days are not taken."""

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Timetable:
    """On which days, and at which times of them (HH:MM)."""

    rhythm: str
    starts_on: date
    times: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """One time at which it is to be done, in UTC.

    ``key`` is the same whenever and by whomever it is found: ``2026-11-24T22:00`` as the clocks of
    the community show.
    """

    key: str
    opens_at: datetime


def check_timetable(table: Timetable, *, today: date, pointer: str) -> None:
    """``Invalid``, with the place below ``pointer``, for what cannot be planned."""
    if not EARLIEST <= table.starts_on <= today + timedelta(days=AHEAD_DAYS_MAX):
        raise Invalid("timetable.starts_on", pointer=f"{pointer}/starts_on", most=AHEAD_DAYS_MAX)
    check_rhythm(table.rhythm, table.starts_on, pointer=f"{pointer}/rhythm")
    if not 1 <= len(table.times) <= TIMES_MAX:
        raise Invalid("timetable.times", pointer=f"{pointer}/times", most=TIMES_MAX)
    for number, each in enumerate(table.times):
        if not _TIME.fullmatch(each) or each in table.times[:number]:
            raise Invalid("timetable.time", pointer=f"{pointer}/times/{number}")


def check_window(times: Sequence[str], minutes: int, *, pointer: str) -> None:
    """``Invalid`` for a window from each of these times on that is none or meets the next.

    So what is done at a moment is done for one slot, over midnight, too.
    """
    most = _narrowest(times)
    if not MINUTES_MIN <= minutes <= most:
        raise Invalid("timetable.window", pointer=pointer, least=MINUTES_MIN, most=most)


def slots(table: Timetable, since: datetime, until: datetime) -> tuple[Slot, ...]:
    """Those that open from ``since`` until before ``until``, in order."""
    days = days_between(
        read_rhythm(table.rhythm, table.starts_on), day_of(since), day_of(until) + timedelta(days=1)
    )
    found = (
        Slot(f"{day.isoformat()}T{at}", _moment(day, at))
        for day in days
        for at in sorted(table.times)
    )
    return tuple(slot for slot in found if since <= slot.opens_at < until)


def next_slot(table: Timetable, since: datetime) -> Slot | None:
    """The first that opens from this moment on; None if the rule has ended."""
    since = max(since, _moment(table.starts_on, "00:00"))
    for days in (7, 62, RARE_DAYS):
        found = slots(table, since, since + timedelta(days=days))
        if found:
            return found[0]
    return None


def _narrowest(times: Sequence[str]) -> int:
    """The fewest minutes from one of these times to the next."""
    at = sorted(int(each[:2]) * 60 + int(each[3:]) for each in times)
    following = [*at[1:], at[0] + MINUTES_A_DAY]
    return min(later - earlier for earlier, later in zip(at, following, strict=True))


def _moment(day: date, at: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(at), BEIJING).astimezone(UTC)
