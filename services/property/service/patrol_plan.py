"""Planning patrols, and keeping their rounds ahead."""

from collections.abc import Callable

from services.property.domain import patrol_plan as domain
from services.property.domain.patrol_plan import PatrolPlan, Rounds
from services.property.domain.route import Route
from services.property.service.standing import OnEstate, Yards
from services.property.service.viewer import Target, Viewer
from shared.alarms import Alarms
from shared.clock import Clock, new_id
from shared.errors import Invalid, NotFound
from shared.store import Store


class PatrolPlanService(OnEstate[PatrolPlan]):
    """What one can do with plans. Each: ``NotFound`` for one that the viewer does not see."""

    def __init__(
        self,
        store: Store[PatrolPlan],
        routes: Store[Route],
        yards: Yards,
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        super().__init__(store, yards)
        self._routes = routes
        self._clock = clock
        self._new_id = new_id
        self._alarms = Alarms(store, clock, field="extend_at", tick=domain.extend)

    async def make(self, viewer: Viewer, route_id: str, rounds: Rounds) -> PatrolPlan:
        """A route is to be walked so. ``Invalid``; ``WrongState`` for a retired route."""
        try:
            route = await self._yards.get(self._routes, Target(viewer, route_id))
        except NotFound:
            raise Invalid("patrol_plan.route_unknown", pointer="/route_id") from None
        handler = await self._yards.handler(route.estate_id)
        at, id_ = self._clock.now(), self._new_id("pln")
        return await self._store.save(*domain.make(route, rounds, id=id_, at=at, handler=handler))

    async def change(self, target: Target, rounds: Rounds) -> PatrolPlan:
        """Other rounds from the next day on. ``Invalid``, ``Stale``, ``WrongState``."""
        plan = await self._load(target)
        handler = await self._yards.handler(plan.estate_id)
        changed = domain.change(plan, rounds, at=self._clock.now(), handler=handler)
        return await self._store.save(*changed)

    async def end(self, target: Target, *, reason: str) -> PatrolPlan:
        """No rounds from the next day on. ``Stale``, ``WrongState``."""
        plan = await self._load(target)
        return await self._store.save(*domain.end(plan, reason=reason, at=self._clock.now()))

    async def ring(self) -> int:
        """Extend all plans whose rounds run short; how many. ``Unavailable``."""
        return await self._alarms.ring()
