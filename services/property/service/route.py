"""Drawing routes for patrols."""

from collections.abc import Callable, Mapping
from typing import Any

from services.property.domain import route as domain
from services.property.domain.route import Drawing, Route
from services.property.service.estate import Plans
from services.property.service.standing import plan_seen
from services.property.service.viewer import Target, Viewer, page_for, seen_by, story_for
from shared.clock import new_id
from shared.envelope import Envelope
from shared.store import Page, Store


class RouteService:
    """What one can do with routes. Each: ``NotFound`` for one that the viewer does not see."""

    def __init__(
        self, store: Store[Route], plans: Plans, new_id: Callable[[str], str] = new_id
    ) -> None:
        self._store = store
        self._plans = plans
        self._new_id = new_id

    async def draw(self, viewer: Viewer, estate_id: str, drawing: Drawing) -> Route:
        """A new route. ``Invalid``."""
        plan = await plan_seen(self._plans, viewer, estate_id)
        return await self._store.save(*domain.draw(plan, drawing, id=self._new_id("rou")))

    async def get(self, viewer: Viewer, id: str) -> Route:  # noqa: A002
        """One route."""
        return await seen_by(viewer, self._store, id)

    async def page(
        self, viewer: Viewer, where: Mapping[str, Any], *, cursor: str | None, limit: int
    ) -> Page[Route]:
        """The routes that this viewer sees, newest first."""
        return await page_for(viewer, self._store, where, cursor=cursor, limit=limit)

    async def story(self, viewer: Viewer, id: str) -> list[Envelope]:  # noqa: A002
        """Everything that happened to one route, oldest first."""
        return await story_for(viewer, self._store, id)

    async def change(self, target: Target, drawing: Drawing) -> Route:
        """Draw it anew. ``Invalid``, ``Stale``, ``WrongState``."""
        route = await self._load(target)
        plan = await plan_seen(self._plans, target.viewer, route.estate_id)
        return await self._store.save(*domain.change(route, plan, drawing))

    async def retire(self, target: Target) -> Route:
        """It is not walked any more. ``Stale``, ``WrongState``."""
        return await self._store.save(*domain.retire(await self._load(target)))

    async def _load(self, target: Target) -> Route:
        return await seen_by(target.viewer, self._store, target.id, seen=target.seen)
