"""Venues and their bookings as one part of the service."""

from dataclasses import dataclass

from services.property.domain.booking import Booking
from services.property.domain.facility import Facility
from services.property.domain.venue import VenueRules
from services.property.domain.work_scope import WorkScope
from services.property.service.booking import BookingService, Homes
from services.property.service.booking_hearing import BookingHearing
from services.property.service.estate import Plans
from services.property.service.standing import Yards
from services.property.service.venue import VenueService
from shared.clock import Clock
from shared.store import Store

WHO_OPENS_UP = (WorkScope.SECURITY,)
"""The part of a contract by which it is a company's business who has booked what."""


@dataclass(frozen=True, slots=True)
class VenueStores:
    """Where all of it is kept."""

    rules: Store[VenueRules]
    bookings: Store[Booking]


class Venues:
    """The use cases, over these stores."""

    def __init__(
        self,
        stores: VenueStores,
        facilities: Store[Facility],
        plans: Plans,
        homes: Homes,
        clock: Clock,
    ) -> None:
        grounds = Yards(plans, business=WHO_OPENS_UP)
        self.venues = VenueService(facilities, stores.rules, Yards(plans))
        self.bookings = BookingService(stores.bookings, self.venues, homes, grounds, clock)
        self.hearing = BookingHearing(stores.bookings, facilities, homes, clock)
