"""Planning the upkeep of facilities, and telling what comes due."""

from collections.abc import Callable

from services.property.domain import upkeep as domain
from services.property.domain.facility import Facility, FacilityState
from services.property.domain.upkeep import FACILITY_RETIRED, Duty, Upkeep, UpkeepState
from services.property.service.standing import OnEstate, Yards
from services.property.service.viewer import Target, Viewer
from shared.alarms import Alarms
from shared.clock import Clock, new_id
from shared.envelope import Envelope
from shared.errors import Invalid, NotFound
from shared.events.property_facility import FacilityRetired, UpkeepPlanned
from shared.store import Store

SCHEDULES_MAX = 100


class UpkeepService(OnEstate[Upkeep]):
    """What one can do with schedules. Each: ``NotFound`` for one that the viewer does not see."""

    def __init__(
        self,
        store: Store[Upkeep],
        facilities: Store[Facility],
        yards: Yards,
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        super().__init__(store, yards)
        self._facilities = facilities
        self._clock = clock
        self._new_id = new_id
        self._alarms = Alarms(store, clock, field="due_at", tick=domain.tick)

    async def plan(self, viewer: Viewer, facility_id: str, duty: Duty) -> Upkeep:
        """A facility is to be looked after so. ``Invalid``; ``WrongState`` for one that is gone."""
        try:
            facility = await self._yards.get(self._facilities, Target(viewer, facility_id))
        except NotFound:
            raise Invalid("upkeep.facility_unknown", pointer="/facility_id") from None
        at = self._clock.now()
        planned = domain.plan_upkeep(facility, duty, id=self._new_id("upk"), at=at)
        return await self._store.save(*planned)

    async def change(self, target: Target, duty: Duty) -> Upkeep:
        """Look after it otherwise from now on. ``Invalid``, ``Stale``, ``WrongState``."""
        upkeep = await self._load(target)
        return await self._store.save(*domain.change(upkeep, duty, at=self._clock.now()))

    async def end(self, target: Target, *, reason: str) -> Upkeep:
        """It makes no work any more. ``Stale``, ``WrongState``."""
        return await self._store.save(*domain.end(await self._load(target), reason=reason))

    async def on_planned(self, event: UpkeepPlanned, _: Envelope) -> None:
        """Nothing is to be done to a facility that was retired at that very moment."""
        facility = await self._facilities.get(event.facility_id)
        if facility.state is FacilityState.RETIRED:
            await self._end(await self._store.get(event.upkeep_id))

    async def on_facility_retired(self, event: FacilityRetired, _: Envelope) -> None:
        """Its schedules end."""
        where = {"facility_id": event.facility_id, "state": UpkeepState.ACTIVE.value}
        while found := await self._store.find(where, limit=SCHEDULES_MAX):
            for upkeep in found:
                await self._end(upkeep)

    async def ring(self) -> int:
        """Tell all that has come due; of how many schedules, here. ``Unavailable``."""
        return await self._alarms.ring()

    async def _end(self, upkeep: Upkeep) -> None:
        if upkeep.state is UpkeepState.ACTIVE:
            await self._store.save(*domain.end(upkeep, reason=FACILITY_RETIRED))
