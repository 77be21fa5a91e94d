"""Drawing routes for patrols."""

from collections.abc import Callable

from services.property.domain import route as domain
from services.property.domain.route import Drawing, Route
from services.property.service.standing import OnEstate, Yards
from services.property.service.viewer import Target, Viewer
from shared.clock import new_id
from shared.store import Store


class RouteService(OnEstate[Route]):
    """What one can do with routes. Each: ``NotFound`` for one that the viewer does not see."""

    def __init__(
        self, store: Store[Route], yards: Yards, new_id: Callable[[str], str] = new_id
    ) -> None:
        super().__init__(store, yards)
        self._new_id = new_id

    async def draw(self, viewer: Viewer, estate_id: str, drawing: Drawing) -> Route:
        """A new route. ``Invalid``."""
        plan = await self._yards.plan(viewer, estate_id)
        return await self._store.save(*domain.draw(plan, drawing, id=self._new_id("rou")))

    async def change(self, target: Target, drawing: Drawing) -> Route:
        """Draw it anew. ``Invalid``, ``Stale``, ``WrongState``."""
        route = await self._load(target)
        plan = await self._yards.plan(target.viewer, route.estate_id)
        return await self._store.save(*domain.change(route, plan, drawing))

    async def retire(self, target: Target) -> Route:
        """It is not walked any more. ``Stale``, ``WrongState``."""
        return await self._store.save(*domain.retire(await self._load(target)))
