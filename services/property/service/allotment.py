"""Opening allotments, entering them, and giving what there is to give so that all can check it."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

from services.property.domain import allotment as domain
from services.property.domain.allotment import Allotment, AllotmentState, Entrant
from services.property.domain.allotment_terms import Terms
from services.property.domain.draw import SEED_LENGTH, SEED_SIGNS
from services.property.service.grounds import Looker
from services.property.service.looked import Looked
from services.property.service.on_record import ParkingGround
from services.property.service.permit import PermitService
from services.property.service.space import SpaceService
from services.property.service.vehicle import VehicleService
from services.property.service.viewer import Target
from shared.clock import derived_id, new_id, new_secret
from shared.deciding import written
from shared.envelope import Envelope
from shared.errors import Conflict, Invalid, NotFound
from shared.events.property_parking import AllotmentGiven
from shared.store import Store

PROMISED = timedelta(days=1)
"""For so long a space that was given waits for the permit to be made, which takes seconds."""
ENTER_TRIES = 60
"""A whole estate may enter within the first minute."""


class AllotmentService(Looked[Allotment]):
    """What one can do with allotments."""

    def __init__(
        self,
        store: Store[Allotment],
        vehicles: VehicleService,
        spaces: SpaceService,
        permits: PermitService,
        ground: ParkingGround,
        new_seed: Callable[[], str] = lambda: new_secret(SEED_SIGNS, SEED_LENGTH),
    ) -> None:
        super().__init__(store, ground.grounds)
        self._vehicles = vehicles
        self._spaces = spaces
        self._permits = permits
        self._ground = ground
        self._new_seed = new_seed

    async def open_up(self, looker: Looker, estate_id: str, terms: Terms) -> Allotment:
        """Spaces are to be given; of a lot the seed is chosen now, and its digest public.

        Errors: ``Invalid`` (estate, terms, a space that is not there or closed); ``Conflict``
        (``space.taken``) if somebody has a permit for one of the spaces.
        """
        plan = await self._ground.grounds.plan(looker.viewer, estate_id)
        new = Allotment(
            id=new_id("alt"),
            community=plan.community,
            version=0,
            state=AllotmentState.OPEN,
            estate_id=estate_id,
            terms=terms,
            opened_at=self._ground.clock.now(),
            commitment=None,
            seed=self._new_seed(),
        )
        decided = domain.open_up(new)
        await self._spaces.check_free(terms.space_ids, estate_id)
        return await self._store.save(*decided)

    async def enter(self, looker: Looker, id: str, *, vehicle_id: str) -> Allotment:  # noqa: A002
        """A vehicle of one's own dwelling, verified on the estate, is among the entrants.

        Errors: ``NotFound``; ``Invalid`` (``permit.vehicle_unknown``); ``WrongState`` once the
        time has come; ``Conflict`` if its home has enough in, or the list is full. One that is in
        already is in.
        """
        found = await self.get(looker, id)
        vehicle = await self._vehicles.verified(vehicle_id)
        if (
            vehicle is None
            or vehicle.estate_id != found.estate_id
            or not await self._ground.homes.is_home(looker, vehicle.dwelling_id)
        ):
            raise Invalid("permit.vehicle_unknown", pointer="/vehicle_id")
        if any(each.vehicle_id == vehicle_id for each in found.entrants):
            return found
        entrant = Entrant(
            id=entrant_id(id, vehicle_id),
            vehicle_id=vehicle_id,
            dwelling_id=vehicle.dwelling_id,
            person_id=looker.id,
            at=self._ground.clock.now(),
        )
        return await self._decided(looker, id, lambda one: domain.enter(one, entrant))

    async def leave(self, looker: Looker, id: str, entrant_id: str) -> Allotment:  # noqa: A002
        """A vehicle of one's own dwelling is no longer among them. ``NotFound``, ``WrongState``."""
        homes = await self._ground.homes.homes_of(looker.id) if looker.resident else None

        def decide(one: Allotment) -> domain.Outcome:
            entrants = [each for each in one.entrants if each.id == entrant_id]
            if not entrants or (homes is not None and entrants[0].dwelling_id not in homes):
                raise NotFound("store.not_found", id=entrant_id)
            return domain.leave(one, entrant_id=entrant_id, at=self._ground.clock.now())

        return await self._decided(looker, id, decide)

    async def give(self, target: Target, *, space_ids: Sequence[str]) -> Allotment:
        """Give these spaces to who has waited longest; permits follow.

        Errors: ``NotFound``, ``Stale``, ``WrongState``; ``Invalid`` or ``Conflict`` for a space
        that cannot be given, ``Conflict`` if fewer are waiting.
        """
        found = await self._at_desk(target)
        if len(set(space_ids)) < len(space_ids):
            raise Invalid("allotment.space_twice", pointer="/space_ids")
        decided = domain.give(found, space_ids=space_ids, at=self._ground.clock.now())
        await self._spaces.check_free(space_ids, found.estate_id)
        await self._check_unpromised(space_ids, found.estate_id)
        return await self._store.save(*decided)

    async def draw(self, target: Target, *, numbers: Sequence[str]) -> Allotment:
        """Draw the lots over the closed list; permits follow. ``NotFound``, ``Stale``,
        ``WrongState``, ``Conflict``."""
        found = await self._at_desk(target)
        now = self._ground.clock.now()
        return await self._store.save(*domain.draw(found, numbers=numbers, at=now))

    async def cancel(self, target: Target) -> Allotment:
        """Nothing is given by it. ``NotFound``, ``Stale``, ``WrongState``."""
        return await self._store.save(*domain.cancel(await self._at_desk(target)))

    async def own(self, looker: Looker, allotments: Collection[Allotment]) -> frozenset[str]:
        """Which entrants of these are of one's own dwellings; for the desk none is."""
        if not looker.resident:
            return frozenset()
        homes = await self._ground.homes.homes_of(looker.id)
        own = (e for each in allotments for e in each.entrants if e.dwelling_id in homes)
        return frozenset(entrant.id for entrant in own)

    async def on_given(self, event: AllotmentGiven, envelope: Envelope) -> None:
        """Who got a space gets a permit; once, however often and late it is told."""
        found = await self._store.get(event.allotment_id)
        for given in reversed(found.given):  # a space is with whom it was given to last
            await self._permits.give(found, given, envelope=envelope)

    async def _decided(
        self,
        looker: Looker,
        id: str,  # noqa: A002
        decide: Callable[[Allotment], domain.Outcome],
    ) -> Allotment:
        async def save(one: Allotment) -> Allotment:
            return await self._store.save(*decide(one))

        return await written(lambda: self.get(looker, id), save, seen=None, tries=ENTER_TRIES)

    async def _check_unpromised(self, space_ids: Collection[str], estate_id: str) -> None:
        """``Conflict`` (``space.taken``) for a space that was given a moment ago: who got it has
        not got the permit yet, and a second one would leave the list with nothing."""
        since = self._ground.clock.now() - PROMISED
        where = {"estate_id": estate_id, "given.space_id": {"$in": sorted(space_ids)}}
        for one in await self._store.find(where, limit=100):
            for given in one.given:
                promised = given.at > since and given.space_id in space_ids
                if promised and await self._permits.is_coming(one, given):
                    raise Conflict("space.taken")


def entrant_id(allotment_id: str, vehicle_id: str) -> str:
    """The id under which a vehicle stands in a list: public, and nobody else's to tell whose."""
    return derived_id("etr", allotment_id, vehicle_id)
