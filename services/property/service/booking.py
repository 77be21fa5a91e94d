"""Booking venues, and what becomes of bookings."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from services.property.domain import booking as domain
from services.property.domain.booking import Booking, BookingState
from services.property.domain.booking import BookingEnd as End
from services.property.domain.venue import AHEAD_DAYS_MAX, check_time, quarters
from services.property.service.grounds import Looker, check_dwelling
from services.property.service.looked import OfPerson
from services.property.service.standing import Yards
from services.property.service.venue import VenueService
from shared.clock import Clock, new_id
from shared.days import day_of, start_of
from shared.errors import Conflict, Invalid
from shared.store import Order, Store

DAY_MAX = 96
"""Bookings of one venue on one day: one each quarter of an hour."""
SOONEST_FIRST = Order((("ends_at", 1),), ids=1)


class Homes(Protocol):
    """Who is known to live where: ``OccupancyService``."""

    async def homes_of(self, person_id: str) -> frozenset[str]:
        """The dwellings in which this person is known to live."""


@dataclass(frozen=True, slots=True)
class BookingDraft:
    """A time of a venue that somebody would have; ``person_id``: who, if the desk asks."""

    facility_id: str
    dwelling_id: str
    starts_at: datetime
    ends_at: datetime
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class VenueDay:
    """When a venue may be had on a day: open at these times (none while it takes no bookings), and
    somebody's, whoever's, at those."""

    open: tuple[tuple[str, str], ...]
    busy: tuple[tuple[datetime, datetime], ...]


class BookingService(OfPerson[Booking]):
    """What one can do with bookings. A resident's are their own alone: ``NotFound`` for others."""

    def __init__(
        self, store: Store[Booking], venues: VenueService, homes: Homes, yards: Yards, clock: Clock
    ) -> None:
        """``yards``: as they are for whoever may know who books."""
        super().__init__(store, yards)
        self._venues = venues
        self._homes = homes
        self._clock = clock

    async def book(self, looker: Looker, draft: BookingDraft) -> Booking:
        """A time of a venue for somebody who lives here.

        Errors: ``Invalid`` (the dwelling, the person, the time); ``Conflict``: ``booking.taken`` if
        somebody has any of that time, ``venue.out_of_service``, ``booking.too_many`` for a person
        with ``PER_PERSON_MAX``; ``NotFound`` for what is no venue.
        """
        venue = await self._venues.get(looker.viewer, draft.facility_id)
        facility, now = venue.facility, self._clock.now()
        plan = await self._grounds.plan(looker.viewer, facility.estate_id)
        check_dwelling(plan, draft.dwelling_id)
        person_id = await self._person(looker, draft)
        if not venue.is_open:
            raise Conflict("venue.out_of_service")
        check_time(venue.rules.offer, draft.starts_at, draft.ends_at, at=now)
        await self._check_room(person_id, now)
        new = Booking(
            id=new_id("bkg"),
            community=facility.community,
            version=0,
            state=BookingState.BOOKED,
            estate_id=facility.estate_id,
            facility_id=facility.id,
            dwelling_id=draft.dwelling_id,
            person_id=person_id,
            booked_at=now,
            starts_at=draft.starts_at,
            ends_at=draft.ends_at,
            quarters=quarters(draft.starts_at, draft.ends_at),
        )
        try:
            return await self._store.save(*domain.book(new))
        except Conflict as conflict:
            if "quarters" not in str(conflict.facts.get("fields")):
                raise
            raise Conflict("booking.taken") from None

    async def day(self, looker: Looker, facility_id: str, day: date) -> VenueDay:
        """When the venue is open and free on a day; it tells of nobody.

        Errors: ``NotFound``; ``Invalid`` for a day that is over, or later than any can be booked.
        """
        venue = await self._venues.get(looker.viewer, facility_id)
        today = day_of(self._clock.now())
        if not today <= day <= today + timedelta(days=AHEAD_DAYS_MAX):
            raise Invalid("venue.day", pointer="query:day", limit=AHEAD_DAYS_MAX)
        where = {
            "facility_id": facility_id,
            "holds": True,
            "ends_at": {"$gt": start_of(day), "$lte": start_of(day + timedelta(days=1))},
        }
        found = await self._store.find(where, order=SOONEST_FIRST, limit=DAY_MAX)
        return VenueDay(
            open=venue.rules.offer.open_on(day) if venue.is_open else (),
            busy=tuple((each.starts_at, each.ends_at) for each in found),
        )

    async def cancel(self, looker: Looker, id: str, *, seen: int | None) -> Booking:  # noqa: A002
        """The time is free again. ``NotFound``, ``Stale``, ``WrongState``; ``Conflict`` for a
        resident whose time has begun."""
        found = await self.get(looker, id, seen=seen)
        by = End.PERSON if looker.resident else End.DESK
        return await self._store.save(*domain.cancel(found, by, at=self._clock.now()))

    async def use(self, looker: Looker, id: str, *, seen: int | None) -> Booking:  # noqa: A002
        """Who booked has come. ``NotFound``, ``Stale``, ``WrongState``; ``Conflict`` before."""
        found = await self.get(looker, id, seen=seen)
        return await self._store.save(*domain.use(found, at=self._clock.now()))

    async def miss(self, looker: Looker, id: str, *, seen: int | None) -> Booking:  # noqa: A002
        """Who booked has not come. The same errors."""
        found = await self.get(looker, id, seen=seen)
        return await self._store.save(*domain.miss(found, at=self._clock.now()))

    async def _person(self, looker: Looker, draft: BookingDraft) -> str:
        """Whom it is for: oneself, or whom the desk names; who lives in that dwelling."""
        person_id = looker.id if looker.resident else draft.person_id
        if person_id is None:
            raise Invalid("booking.for_whom", pointer="/person_id")
        if draft.person_id not in (None, person_id):
            raise Invalid("booking.of_oneself", pointer="/person_id")
        if draft.dwelling_id not in await self._homes.homes_of(person_id):
            code = "dwelling.not_yours" if looker.resident else "booking.not_their_home"
            raise Invalid(code, pointer="/dwelling_id")
        return person_id

    async def _check_room(self, person_id: str, now: datetime) -> None:
        limit = domain.PER_PERSON_MAX
        where = {
            "person_id": person_id,
            "state": BookingState.BOOKED.value,
            "ends_at": {"$gt": now},
        }
        if len(await self._store.find(where, order=SOONEST_FIRST, limit=limit)) >= limit:
            raise Conflict("booking.too_many", limit=limit)
