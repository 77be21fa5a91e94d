"""Venues over stores, fake or real: an estate with a hall, its residents and its desk."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.property.consumers import of_venues
from services.property.domain.booking import Booking
from services.property.domain.facility import Facility, FacilityFacts, FacilityKind
from services.property.domain.venue import Offer, Opening, VenueRules
from services.property.service.booking import BookingDraft
from services.property.service.facility import FacilityService
from services.property.service.grounds import Looker
from services.property.service.standing import Yards
from services.property.service.venues import Venues, VenueStores
from services.property.service.viewer import Target
from services.property.store.routine_records import RoutineRecords
from services.property.store.venue_records import VenueRecords
from services.property.tests.parking.harness import ANNA, STAFF, Yard, fake_yard, real_yard
from services.property.tests.world import SOURCE
from shared.bus import joined
from shared.days import day_of, start_of
from shared.envelope import Envelope
from shared.errors import Conflict
from shared.mongo import Database
from shared.store import Store
from shared.testing import FakeStore
from shared.testing_service import deliver, news_of

HALL = FacilityFacts(FacilityKind.VENUE, "H-1", "Hall")
OFFER = Offer(
    opening_hours=tuple(Opening(day, "09:00", "21:00") for day in range(1, 8)),
    special_days=(),
    least_minutes=30,
    most_minutes=180,
    ahead_days=14,
)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class FakeBookings(FakeStore[Booking]):
    """Keeps the promise of the store's index, too: a quarter of an hour is held once."""

    async def save(self, aggregate: Booking, events: Any, *, handling: Any = None) -> Booking:
        held = {"facility_id": aggregate.facility_id, "holds": True}
        others = [b for b in await self.find(held, limit=1_000) if b.id != aggregate.id]
        taken = {quarter for other in others for quarter in other.quarters}
        if aggregate.holds and taken & set(aggregate.quarters):
            raise Conflict("store.taken", fields="facility_id, quarters")
        return await super().save(aggregate, events, handling=handling)


@dataclass
class House:
    """The use cases of one hall, and what stands around them."""

    yard: Yard
    stores: VenueStores
    facilities: Store[Facility]
    hall_id: str = ""
    told: list[Envelope] = field(default_factory=list)

    def __post_init__(self) -> None:
        yard = self.yard
        plans, homes = yard.world.plans, yard.parking.occupancies
        self.venues = Venues(self.stores, self.facilities, plans, homes, yard.clock)
        self.desk = FacilityService(self.facilities, Yards(plans), yard.clock)
        self.hearings = joined(of_venues(self.venues))

    async def built(self, offer: Offer | None = OFFER) -> "House":
        """With a hall that is open."""
        self.hall_id = (await self.desk.register(STAFF.viewer, self.yard.estate_id, HALL)).id
        if offer is not None:
            await self.venues.venues.set_rules(Target(STAFF.viewer, self.hall_id), offer)
        return self

    def at(self, hour: float, *, days: int = 1) -> datetime:
        """A time of tomorrow by the clocks of the community."""
        return start_of(day_of(self.yard.now) + days * DAY) + hour * HOUR

    def draft(self, since: float = 10, until: float = 11, **told: Any) -> BookingDraft:
        """The hall, tomorrow, for the first home."""
        facts: dict[str, Any] = {
            "facility_id": self.hall_id,
            "dwelling_id": "dwl_1",
            "starts_at": self.at(since),
            "ends_at": self.at(until),
        }
        return BookingDraft(**{**facts, **told})

    async def booked(
        self, since: float = 10, until: float = 11, who: Looker = ANNA, **told: Any
    ) -> Booking:
        """The hall is somebody's."""
        return await self.venues.bookings.book(who, self.draft(since, until, **told))

    async def taken_out(self) -> None:
        """The hall cannot be used."""
        await self.desk.take_out(Target(STAFF.viewer, self.hall_id), reason="Water")

    async def settle(self, *, times: int = 1) -> None:
        """Let everything that was told be heard, so many times."""
        while news := await self._news():
            for envelope in news * times:
                await deliver(self.hearings, envelope)

    async def now(self, booking: Booking) -> Booking:
        """As it stands now."""
        return await self.stores.bookings.get(booking.id)

    async def _news(self) -> list[Envelope]:
        kept: list[Store[Any]] = [
            self.yard.stores.occupancies,
            self.facilities,
            self.stores.bookings,
        ]
        return await news_of(kept, self.told)


async def fake_house() -> House:
    """Over fakes, without rules or hall."""
    yard = await fake_yard()
    clock = yard.clock
    stores = VenueStores(
        rules=FakeStore(VenueRules, source=SOURCE, clock=clock),
        bookings=FakeBookings(Booking, source=SOURCE, clock=clock),
    )
    return House(yard, stores, FakeStore(Facility, source=SOURCE, clock=clock))


async def real_house(database: Database) -> House:
    """Over the real store."""
    records, regular = VenueRecords(database), RoutineRecords(database)
    yard = await real_yard(database)  # migrates what was declared by then
    return House(yard, records.stores, regular.stores.facilities)
