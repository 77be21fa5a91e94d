"""What property tells of venues (活动场地) and who has booked them.

What tells of a booking tells where somebody will be: it is withheld from web hooks
(``docs/decisions/0009``).
"""

from typing import ClassVar

from shared.events.base import Event


class VenueRulesSet(Event):
    """When a venue is open, and what of that may be booked, is said anew."""

    type: ClassVar[str] = "property.venue_rules.set.v1"

    venue_rules_id: str
    facility_id: str
    estate_id: str


class BookingEvent(Event):
    """What happened to one booking."""

    booking_id: str
    facility_id: str
    estate_id: str


class BookingMade(BookingEvent):
    """A venue is somebody's for a time."""

    type: ClassVar[str] = "property.booking.made.v1"


class BookingCancelled(BookingEvent):
    """It is free again; ``cause``: who or what has cancelled it, by its code."""

    type: ClassVar[str] = "property.booking.cancelled.v1"

    cause: str


class BookingUsed(BookingEvent):
    """Who booked has come."""

    type: ClassVar[str] = "property.booking.used.v1"


class BookingMissed(BookingEvent):
    """Who booked has not come."""

    type: ClassVar[str] = "property.booking.missed.v1"
