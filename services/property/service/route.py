"""Drawing routes for patrols."""

from collections.abc import Callable, Mapping
from typing import Any

from services.property.domain import route as domain
from services.property.domain.route import Drawing, Route
from services.property.service.standing import Yards
from services.property.service.viewer import Target, Viewer
from shared.clock import new_id
from shared.envelope import Envelope
from shared.store import Page, Store


class RouteService:
    """What one can do with routes. Each: ``NotFound`` for one that the viewer does not see."""

    def __init__(
        self, store: Store[Route], yards: Yards, new_id: Callable[[str], str] = new_id
    ) -> None:
        self._store = store
        self._yards = yards
        self._new_id = new_id

    async def draw(self, viewer: Viewer, estate_id: str, drawing: Drawing) -> Route:
        """A new route. ``Invalid``."""
        plan = await self._yards.plan(viewer, estate_id)
        return await self._store.save(*domain.draw(plan, drawing, id=self._new_id("rou")))

    async def get(self, viewer: Viewer, id: str) -> Route:  # noqa: A002
        """One route."""
        return await self._yards.get(self._store, Target(viewer, id))

    async def page(
        self, viewer: Viewer, where: Mapping[str, Any], *, cursor: str | None, limit: int
    ) -> Page[Route]:
        """The routes that this viewer sees, newest first."""
        return await self._yards.page(self._store, viewer, where, cursor=cursor, limit=limit)

    async def story(self, viewer: Viewer, id: str) -> list[Envelope]:  # noqa: A002
        """Everything that happened to one route, oldest first."""
        return await self._yards.story(self._store, viewer, id)

    async def change(self, target: Target, drawing: Drawing) -> Route:
        """Draw it anew. ``Invalid``, ``Stale``, ``WrongState``."""
        route = await self._load(target)
        plan = await self._yards.plan(target.viewer, route.estate_id)
        return await self._store.save(*domain.change(route, plan, drawing))

    async def retire(self, target: Target) -> Route:
        """It is not walked any more. ``Stale``, ``WrongState``."""
        return await self._store.save(*domain.retire(await self._load(target)))

    async def _load(self, target: Target) -> Route:
        return await self._yards.get(self._store, target)
