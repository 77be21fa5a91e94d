"""The routes of venues and their bookings, all together."""

from typing import Protocol

from fastapi import APIRouter

from services.property.api import booking, venue
from services.property.service.venues import Venues
from shared.web.once import Lookup


class Answered(Protocol):
    """What finds the answers that the store of each noun keeps."""

    @property
    def rules(self) -> Lookup: ...
    @property
    def bookings(self) -> Lookup: ...


def routers(venues: Venues, answered: Answered) -> list[APIRouter]:
    """All of them."""
    return [
        venue.router(venues.venues, venues.bookings, answered.rules),
        booking.router(venues.bookings, answered.bookings),
    ]
