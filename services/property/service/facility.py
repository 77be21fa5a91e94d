"""Registering facilities, and taking them out of service and back."""

from collections.abc import Callable

from services.property.domain import facility as domain
from services.property.domain.facility import Facility, FacilityFacts
from services.property.service.standing import OnEstate, Yards
from services.property.service.viewer import Target, Viewer
from shared.clock import Clock, new_id
from shared.errors import Conflict
from shared.store import Store


class FacilityService(OnEstate[Facility]):
    """What one can do with facilities. Each: ``NotFound`` for one that the viewer does not see."""

    def __init__(
        self,
        store: Store[Facility],
        yards: Yards,
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        super().__init__(store, yards)
        self._clock = clock
        self._new_id = new_id

    async def register(self, viewer: Viewer, estate_id: str, said: FacilityFacts) -> Facility:
        """A facility is known.

        Errors: ``Invalid``; ``Conflict`` ``facility.taken`` if the estate has one of this code: it
        names that one.
        """
        plan = await self._yards.plan(viewer, estate_id)
        new = domain.register(plan, said, id=self._new_id("fac"), at=self._clock.now())
        return await self._saved(new)

    async def change(self, target: Target, said: FacilityFacts) -> Facility:
        """Say the whole of it anew. ``Invalid``, ``Conflict``, ``Stale``, ``WrongState``."""
        facility = await self._load(target)
        plan = await self._yards.plan(target.viewer, facility.estate_id)
        return await self._saved(domain.change(facility, plan, said))

    async def take_out(self, target: Target, *, reason: str) -> Facility:
        """It cannot be used for now. ``Stale``, ``WrongState``."""
        facility = await self._load(target)
        return await self._store.save(
            *domain.take_out(facility, reason=reason, at=self._clock.now())
        )

    async def put_back(self, target: Target) -> Facility:
        """It can be used again. ``Stale``, ``WrongState``."""
        facility = await self._load(target)
        return await self._store.save(*domain.put_back(facility, at=self._clock.now()))

    async def retire(self, target: Target, *, reason: str) -> Facility:
        """It is gone for good. ``Stale``, ``WrongState``."""
        facility = await self._load(target)
        return await self._store.save(*domain.retire(facility, reason=reason, at=self._clock.now()))

    async def _saved(self, decided: domain.Outcome) -> Facility:
        try:
            return await self._store.save(*decided)
        except Conflict as conflict:
            raise await self._taken(decided[0], conflict) from None

    async def _taken(self, said: Facility, conflict: Conflict) -> Conflict:
        if "code" not in str(conflict.facts.get("fields")):
            return conflict
        where = {"estate_id": said.estate_id, "code": said.code}
        same = await self._store.find(where, limit=1)
        return Conflict("facility.taken", facility_id=same[0].id) if same else conflict
