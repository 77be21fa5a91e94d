"""Planning patrols, and keeping their rounds ahead."""

from collections.abc import Callable, Mapping
from typing import Any

from services.property.domain import patrol_plan as domain
from services.property.domain.patrol_plan import PatrolPlan, Rounds
from services.property.domain.route import Route
from services.property.service.viewer import Target, Viewer, page_for, seen_by, story_for
from shared.alarms import Alarms
from shared.clock import Clock, new_id
from shared.envelope import Envelope
from shared.errors import Invalid, NotFound
from shared.store import Page, Store


class PatrolPlanService:
    """What one can do with plans. Each: ``NotFound`` for one that the viewer does not see."""

    def __init__(
        self,
        store: Store[PatrolPlan],
        routes: Store[Route],
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._store = store
        self._routes = routes
        self._clock = clock
        self._new_id = new_id
        self._alarms = Alarms(store, clock, field="extend_at", tick=domain.extend)

    async def make(self, viewer: Viewer, route_id: str, rounds: Rounds) -> PatrolPlan:
        """A route is to be walked so. ``Invalid``; ``WrongState`` for a retired route."""
        try:
            route = await seen_by(viewer, self._routes, route_id)
        except NotFound:
            raise Invalid("patrol_plan.route_unknown", pointer="/route_id") from None
        made = domain.make(route, rounds, id=self._new_id("pln"), at=self._clock.now())
        return await self._store.save(*made)

    async def get(self, viewer: Viewer, id: str) -> PatrolPlan:  # noqa: A002
        """One plan."""
        return await seen_by(viewer, self._store, id)

    async def page(
        self, viewer: Viewer, where: Mapping[str, Any], *, cursor: str | None, limit: int
    ) -> Page[PatrolPlan]:
        """The plans that this viewer sees, newest first."""
        return await page_for(viewer, self._store, where, cursor=cursor, limit=limit)

    async def story(self, viewer: Viewer, id: str) -> list[Envelope]:  # noqa: A002
        """Everything that happened to one plan, oldest first."""
        return await story_for(viewer, self._store, id)

    async def change(self, target: Target, rounds: Rounds) -> PatrolPlan:
        """Other rounds from the next day on. ``Invalid``, ``Stale``, ``WrongState``."""
        plan = await self._load(target)
        return await self._store.save(*domain.change(plan, rounds, at=self._clock.now()))

    async def end(self, target: Target, *, reason: str) -> PatrolPlan:
        """No rounds from the next day on. ``Stale``, ``WrongState``."""
        plan = await self._load(target)
        return await self._store.save(*domain.end(plan, reason=reason, at=self._clock.now()))

    async def ring(self) -> int:
        """Extend all plans whose rounds run short; how many. ``Unavailable``."""
        return await self._alarms.ring()

    async def _load(self, target: Target) -> PatrolPlan:
        return await seen_by(target.viewer, self._store, target.id, seen=target.seen)
