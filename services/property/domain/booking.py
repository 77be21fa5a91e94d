"""Bookings (场地预约): a venue is one person's for a time.

It holds its quarters of an hour while it is booked or used; that no two bookings hold one is the
store's promise (``store/booking.py``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from shared.errors import Conflict
from shared.events import Event
from shared.events.property_booking import (
    BookingCancelled,
    BookingMade,
    BookingMissed,
    BookingUsed,
)
from shared.transitions import step

PER_PERSON_MAX = 5
"""Booked by one person and not over; ours: a venue is everybody's."""


class BookingState(StrEnum):
    """Where it stands."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    USED = "used"
    NO_SHOW = "no_show"


class BookingAction(StrEnum):
    """What moves it."""

    CANCEL = "cancel"
    USE = "use"
    MISS = "miss"


class BookingEnd(StrEnum):
    """Who or what has cancelled it."""

    PERSON = "person"
    DESK = "desk"
    VENUE = "venue"
    """It was taken out of service, or is no venue any more."""
    MOVED_OUT = "moved_out"


_S, _A = BookingState, BookingAction
TRANSITIONS: Mapping[BookingState, Mapping[BookingAction, BookingState]] = {
    _S.BOOKED: {_A.CANCEL: _S.CANCELLED, _A.USE: _S.USED, _A.MISS: _S.NO_SHOW},
    _S.CANCELLED: {},
    _S.USED: {},
    _S.NO_SHOW: {},
}


@dataclass(frozen=True, slots=True)
class Booking:
    """One time of one venue; ``holds``: nobody else can have any of its ``quarters``."""

    id: str
    community: str
    version: int
    state: BookingState
    estate_id: str
    facility_id: str
    dwelling_id: str
    person_id: str
    booked_at: datetime
    starts_at: datetime
    ends_at: datetime
    quarters: tuple[datetime, ...]
    holds: bool = True
    ended_by: BookingEnd | None = None


Outcome = tuple[Booking, list[Event]]


def book(new: Booking) -> Outcome:
    """A new one as it is given; ``venue.check_time`` has looked at its time."""
    return new, [BookingMade(**_told(new))]


def cancel(booking: Booking, by: BookingEnd, *, at: datetime) -> Outcome:
    """The time is free again.

    Errors: ``WrongState``; ``Conflict`` (``booking.begun``) for a person whose time has begun: who
    does not come after that is missed.
    """
    state = step(TRANSITIONS, booking.state, BookingAction.CANCEL, noun="booking")
    if by is BookingEnd.PERSON and booking.starts_at <= at:
        raise Conflict("booking.begun")
    after = replace(booking, state=state, holds=False, ended_by=by)
    return after, [BookingCancelled(**_told(booking), cause=by.value)]


def use(booking: Booking, *, at: datetime) -> Outcome:
    """Who booked has come. ``WrongState``; ``Conflict`` before its time."""
    after = _in_its_time(booking, BookingAction.USE, at)
    return after, [BookingUsed(**_told(booking))]


def miss(booking: Booking, *, at: datetime) -> Outcome:
    """Who booked has not come: what is left of the time is free. The same errors."""
    after = _in_its_time(booking, BookingAction.MISS, at)
    return replace(after, holds=False), [BookingMissed(**_told(booking))]


def _in_its_time(booking: Booking, action: BookingAction, at: datetime) -> Booking:
    state = step(TRANSITIONS, booking.state, action, noun="booking")
    if at < booking.starts_at:
        raise Conflict("booking.not_begun")
    return replace(booking, state=state)


def _told(booking: Booking) -> dict[str, str]:
    return {
        "booking_id": booking.id,
        "facility_id": booking.facility_id,
        "estate_id": booking.estate_id,
    }
