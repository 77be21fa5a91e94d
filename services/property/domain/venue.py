"""Venues (活动场地): when one is open, and what of that may be booked.

Days and times are those of the community's clocks; all of them fall on quarters of an hour. A
change counts from now on: what is booked already stays.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from shared.days import day_of, start_of
from shared.errors import Invalid
from shared.events import Event
from shared.events.property_booking import VenueRulesSet

QUARTER = timedelta(minutes=15)
LENGTH_MAX = timedelta(hours=12)
AHEAD_DAYS_MAX = 90
OPENINGS_MAX, SPECIAL_DAYS_MAX = 21, 60
"""Ours, all of them: three times a day, and the holidays of more than a year."""
WEEKDAYS = range(1, 8)

_QUARTER = re.compile(r"([01][0-9]|2[0-3]):(00|15|30|45)|24:00")


@dataclass(frozen=True, slots=True)
class Opening:
    """Open on a weekday (1 is Monday) from a time until another (HH:MM, at the latest 24:00)."""

    weekday: int
    open_from: str
    open_until: str


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """On this day it is open at these times alone; without them it is closed."""

    day: date
    open_from: str | None = None
    open_until: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be booked: from ``least_minutes`` to ``most_minutes`` at a time, and until
    ``ahead_days`` after today."""

    opening_hours: tuple[Opening, ...]
    special_days: tuple[SpecialDay, ...]
    least_minutes: int
    most_minutes: int
    ahead_days: int

    def open_on(self, day: date) -> tuple[tuple[str, str], ...]:
        """From when until when it is open on a day, in order."""
        for special in self.special_days:
            if special.day == day:
                return tuple(_told(special))
        weekday = day.isoweekday()
        found = ((o.open_from, o.open_until) for o in self.opening_hours if o.weekday == weekday)
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class VenueRules:
    """The rules of one venue; its id is made of the venue's."""

    id: str
    community: str
    version: int
    estate_id: str
    facility_id: str
    offer: Offer


def set_rules(rules: VenueRules, offer: Offer) -> tuple[VenueRules, list[Event]]:
    """From now on it is to be booked so. ``Invalid``, by the place of what is wrong."""
    _check_slots(offer)
    _check_hours(offer)
    _check_special_days(offer)
    event = VenueRulesSet(
        venue_rules_id=rules.id, facility_id=rules.facility_id, estate_id=rules.estate_id
    )
    return replace(rules, offer=offer), [event]


def check_time(offer: Offer, starts_at: datetime, ends_at: datetime, *, at: datetime) -> None:
    """``Invalid`` for what cannot be booked at this moment: off the quarters, too short or long,
    over, too far ahead, or while the venue is not open all the time."""
    for name, moment in (("starts_at", starts_at), ("ends_at", ends_at)):
        if moment.minute % 15 or moment.second or moment.microsecond:
            raise Invalid("booking.quarters", pointer=f"/{name}")
    least, most = offer.least_minutes, offer.most_minutes
    if not timedelta(minutes=least) <= ends_at - starts_at <= timedelta(minutes=most):
        raise Invalid("booking.length", pointer="/ends_at", least=least, most=most)
    if starts_at < at:
        raise Invalid("booking.past", pointer="/starts_at")
    if starts_at >= start_of(day_of(at) + timedelta(days=offer.ahead_days + 1)):
        raise Invalid("booking.too_far_ahead", pointer="/starts_at", limit=offer.ahead_days)
    if not _is_open(offer, starts_at, ends_at):
        raise Invalid("booking.closed", pointer="/starts_at")


def quarters(starts_at: datetime, ends_at: datetime) -> tuple[datetime, ...]:
    """The quarters of an hour that the time takes, each by its start."""
    return tuple(starts_at + n * QUARTER for n in range((ends_at - starts_at) // QUARTER))


def _is_open(offer: Offer, starts_at: datetime, ends_at: datetime) -> bool:
    day = day_of(starts_at)
    since, until = (_on_the_clock(moment - start_of(day)) for moment in (starts_at, ends_at))
    return any(first <= since and until <= last for first, last in offer.open_on(day))


def _on_the_clock(into_the_day: timedelta) -> str:
    """HH:MM, which goes on after 24:00."""
    hours, minutes = divmod(into_the_day // timedelta(minutes=1), 60)
    return f"{hours:02}:{minutes:02}"


def _check_slots(offer: Offer) -> None:
    longest = LENGTH_MAX // timedelta(minutes=1)
    least, most = offer.least_minutes, offer.most_minutes
    for name, minutes, above in (("least_minutes", least, 15), ("most_minutes", most, least)):
        if minutes % 15 or not above <= minutes <= longest:
            raise Invalid("venue.minutes", pointer=f"/{name}", least=above, most=longest)
    if not 0 <= offer.ahead_days <= AHEAD_DAYS_MAX:
        raise Invalid("venue.ahead_days", pointer="/ahead_days", most=AHEAD_DAYS_MAX)


def _check_hours(offer: Offer) -> None:
    hours = offer.opening_hours
    if len(hours) > OPENINGS_MAX:
        raise Invalid("venue.too_many_hours", pointer="/opening_hours", limit=OPENINGS_MAX)
    for number, each in enumerate(hours):
        pointer = f"/opening_hours/{number}"
        if each.weekday not in WEEKDAYS:
            raise Invalid("venue.weekday", pointer=f"{pointer}/weekday")
        _check_times(each.open_from, each.open_until, pointer)
        if any(_meets(each, other) for other in hours[:number]):
            raise Invalid("venue.hours_meet", pointer=pointer)


def _check_special_days(offer: Offer) -> None:
    days = offer.special_days
    if len(days) > SPECIAL_DAYS_MAX:
        raise Invalid("venue.too_many_days", pointer="/special_days", limit=SPECIAL_DAYS_MAX)
    for number, each in enumerate(days):
        pointer = f"/special_days/{number}"
        if any(each.day == other.day for other in days[:number]):
            raise Invalid("venue.day_twice", pointer=f"{pointer}/day")
        if (each.open_from is None) != (each.open_until is None):
            raise Invalid("venue.time", pointer=pointer)
        for since, until in _told(each):
            _check_times(since, until, pointer)


def _told(special: SpecialDay) -> Iterator[tuple[str, str]]:
    if special.open_from is not None and special.open_until is not None:
        yield special.open_from, special.open_until


def _check_times(since: str, until: str, pointer: str) -> None:
    for name, each in (("open_from", since), ("open_until", until)):
        if not _QUARTER.fullmatch(each):
            raise Invalid("venue.time", pointer=f"{pointer}/{name}")
    if since >= until:
        raise Invalid("venue.ends_first", pointer=f"{pointer}/open_until")


def _meets(one: Opening, other: Opening) -> bool:
    same = one.weekday == other.weekday
    return same and one.open_from < other.open_until and other.open_from < one.open_until
