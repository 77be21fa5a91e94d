"""What bookings hear: a venue that cannot be used, and people who live here no more."""

from collections.abc import Mapping
from typing import Any

from services.property.domain import booking as domain
from services.property.domain.booking import Booking, BookingEnd, BookingState
from services.property.domain.facility import Facility, FacilityKind
from services.property.service.booking import SOONEST_FIRST, Homes
from services.property.service.venue import takes_bookings
from shared.clock import Clock
from shared.envelope import Envelope
from shared.events.property_booking import BookingMade
from shared.events.property_facility import FacilityChanged, FacilityRetired, FacilityTakenOut
from shared.events.property_parking import OccupancyEnded
from shared.store import Store

AT_ONCE = 100


class BookingHearing:
    """Cancels what nobody can come to. A repeat finds nothing to do."""

    def __init__(
        self, store: Store[Booking], facilities: Store[Facility], homes: Homes, clock: Clock
    ) -> None:
        self._store = store
        self._facilities = facilities
        self._homes = homes
        self._clock = clock

    async def on_made(self, event: BookingMade, envelope: Envelope) -> None:
        """Its venue may have been taken out of service while it was booked."""
        facility = await self._facilities.get(event.facility_id)
        if not takes_bookings(facility):
            await self._cancel({"_id": event.booking_id}, BookingEnd.VENUE, envelope)

    async def on_venue_gone(
        self, event: FacilityTakenOut | FacilityRetired | FacilityChanged, envelope: Envelope
    ) -> None:
        """Nobody can come to it: what was booked until then and is not over is cancelled.

        What was booked later, when it was back, stays, however late this is heard.
        """
        if isinstance(event, FacilityChanged) and event.kind == FacilityKind.VENUE:
            return
        where = {"facility_id": event.facility_id, "holds": True}
        await self._cancel(
            {**where, "booked_at": {"$lte": envelope.time}}, BookingEnd.VENUE, envelope
        )

    async def on_occupancy_ended(self, event: OccupancyEnded, envelope: Envelope) -> None:
        """Who moved out of the dwelling that they booked for comes no more, unless they are back
        by now. Old events name nobody."""
        if event.person_id is None:
            return
        if event.dwelling_id in await self._homes.homes_of(event.person_id):
            return
        where = {"person_id": event.person_id, "dwelling_id": event.dwelling_id}
        await self._cancel(where, BookingEnd.MOVED_OUT, envelope)

    async def _cancel(self, where: Mapping[str, Any], by: BookingEnd, envelope: Envelope) -> None:
        """Those that are booked and not over, a batch at a time."""
        now = self._clock.now()
        left = {**where, "state": BookingState.BOOKED.value, "ends_at": {"$gt": now}}
        while found := await self._store.find(left, order=SOONEST_FIRST, limit=AT_ONCE):
            for each in found:
                decided = domain.cancel(each, by, at=now)
                await self._store.save(*decided, handling=envelope)
