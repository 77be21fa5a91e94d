"""Saying who lives where, and asking which dwellings are somebody's own."""

from collections.abc import Mapping
from typing import Any

from services.property.domain import occupancy as domain
from services.property.domain.occupancy import Occupancy, OccupancyState
from services.property.service.grounds import Looker, check_dwelling
from services.property.service.looked import OfPerson
from services.property.service.standing import Yards
from services.property.service.viewer import Target
from shared.clock import Clock, derived_id
from shared.envelope import Envelope
from shared.errors import Conflict, Invalid, NotFound
from shared.events.pairing_register import PersonErased, PersonLeft
from shared.store import Store

HOMES_MAX = 20
"""Dwellings of one person, claims among them; ours."""


class OccupancyService(OfPerson[Occupancy]):
    """What one can do with occupancies."""

    def __init__(self, store: Store[Occupancy], grounds: Yards, clock: Clock) -> None:
        super().__init__(store, grounds)
        self._clock = clock

    async def register(
        self, looker: Looker, *, estate_id: str, dwelling_id: str, person_id: str
    ) -> Occupancy:
        """Somebody lives there: a resident says so of themselves, the desk knows it of anybody.

        Errors: ``Invalid`` for an estate or a dwelling that is not there, or of somebody else;
        ``WrongState`` if it is so already; ``Conflict`` beyond ``HOMES_MAX``.
        """
        plan = await self._grounds.plan(looker.viewer, estate_id)
        check_dwelling(plan, dwelling_id)
        if looker.resident and person_id != looker.id:
            raise Invalid("occupancy.of_oneself", pointer="/person_id")
        id_ = derived_id("occ", plan.community, dwelling_id, person_id)
        now = self._clock.now()
        try:
            known = await self._store.get(id_)
        except NotFound:
            await self._check_room(person_id)
            state = OccupancyState.CLAIMED if looker.resident else OccupancyState.CONFIRMED
            new = Occupancy(id_, plan.community, 0, state, estate_id, dwelling_id, person_id, now)
            return await self._store.save(*domain.first(new))
        again = domain.claim if looker.resident else domain.confirm
        return await self._store.save(*again(known, at=now))

    async def confirm(self, target: Target) -> Occupancy:
        """The desk knows that it is so. ``NotFound``, ``Stale``, ``WrongState``."""
        return await self._store.save(*domain.confirm(await self._at_desk(target), at=self._now()))

    async def decline(self, target: Target) -> Occupancy:
        """The desk finds no ground for it. ``NotFound``, ``Stale``, ``WrongState``."""
        return await self._store.save(*domain.decline(await self._at_desk(target), at=self._now()))

    async def end(self, looker: Looker, id: str, *, seen: int | None) -> Occupancy:  # noqa: A002
        """They live there no more, say they or the desk. ``NotFound``, ``WrongState``."""
        found = await self.get(looker, id, seen=seen)
        return await self._store.save(*domain.end(found, at=self._now()))

    async def homes_of(self, person_id: str) -> frozenset[str]:
        """The dwellings in which this person is known to live."""
        where = {"person_id": person_id, "state": OccupancyState.CONFIRMED.value}
        found = await self._store.find(where, limit=HOMES_MAX)
        return frozenset(each.dwelling_id for each in found)

    async def bounds(self, looker: Looker, where: Mapping[str, Any]) -> dict[str, Any]:
        """The filter by dwelling bounded to what this one may see; the desk sees all."""
        if not looker.resident:
            return dict(where)
        homes = await self.homes_of(looker.id)
        asked = where.get("dwelling_id")
        seen = homes if asked is None else homes & {asked}
        return {**where, "dwelling_id": {"$in": sorted(seen)}}

    async def is_home(self, looker: Looker, dwelling_id: str | None) -> bool:
        """Whether this one may act for this dwelling."""
        return not looker.resident or dwelling_id in await self.homes_of(looker.id)

    async def check_home(self, looker: Looker, dwelling_id: str) -> None:
        """``Invalid`` (``dwelling.not_yours``) unless this one may act for this dwelling."""
        if not await self.is_home(looker, dwelling_id):
            raise Invalid("dwelling.not_yours", pointer="/dwelling_id")

    async def on_person_left(self, event: PersonLeft | PersonErased, envelope: Envelope) -> None:
        """Somebody lives in this community no more: so in all their dwellings here.

        A repeat finds nothing to do.
        """
        where = {"person_id": event.person_id, "community": envelope.community}
        for each in await self._store.find(where, limit=2 * HOMES_MAX):
            if each.state in (OccupancyState.CLAIMED, OccupancyState.CONFIRMED):
                ended = domain.end(each, at=envelope.time)
                await self._store.save(*ended, handling=envelope)

    async def _check_room(self, person_id: str) -> None:
        if len(await self._store.find({"person_id": person_id}, limit=HOMES_MAX)) >= HOMES_MAX:
            raise Conflict("occupancy.too_many", limit=HOMES_MAX)

    def _now(self) -> Any:
        return self._clock.now()
