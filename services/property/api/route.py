"""Routes of patrols over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.property.api.forms import PREFIX, viewer
from services.property.api.route_forms import RouteBody, RouteChangeBody, RouteView
from services.property.domain.route import Route, RouteState
from services.property.service.route import RouteService
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version, filter_of
from shared.web.once import Lookup
from shared.web.story import StoryView

Reading = Annotated[Caller, Depends(needs("property:route:read"))]
Planning = Annotated[Caller, Depends(needs("property:patrol:plan"))]

PATH = "/routes/{route_id}"


async def _filters(estate_id: QueryId = None, state: RouteState | None = None) -> dict[str, Any]:
    return filter_of(estate_id=estate_id, state=state)


Filters = Annotated[dict[str, Any], Depends(_filters)]


def router(service: RouteService, lookup: Lookup) -> APIRouter:
    """The routes of routes."""
    router = APIRouter(prefix=PREFIX, tags=["patrols"])
    _reading(router, service)
    _drawing(router, service, lookup)
    return router


def _reading(router: APIRouter, service: RouteService) -> None:
    @router.get("/routes", response_model=PageView[RouteView])
    async def list_routes(caller: Reading, page: Paging, where: Filters) -> Response:
        """The routes that the caller sees, newest first."""
        found = await service.page(viewer(caller), where, cursor=page.cursor, limit=page.limit)
        return listing([RouteView.of(route) for route in found.items], found.next_cursor)

    @router.get(PATH, response_model=RouteView)
    async def read_route(route_id: PathId, caller: Reading) -> Response:
        """One route with its checkpoints."""
        return _shown(await service.get(viewer(caller), route_id))

    @router.get(f"{PATH}/story", response_model=StoryView)
    async def read_route_story(route_id: PathId, caller: Reading) -> Response:
        """Everything that happened to one route, oldest first."""
        return answer(StoryView.of(await service.story(viewer(caller), route_id)))


def _drawing(router: APIRouter, service: RouteService, lookup: Lookup) -> None:
    made = Depends(Once(lookup, RouteView.of, status=201))
    once = [Depends(Once(lookup, RouteView.of))]

    @router.post("/routes", status_code=201, response_model=RouteView, dependencies=[made])
    async def draw_route(body: RouteBody, caller: Planning) -> Response:
        """Draw a route through an estate."""
        route = await service.draw(viewer(caller), body.estate_id, body.drawing())
        location = f"{PREFIX}/routes/{route.id}"
        return answer(RouteView.of(route), route.version, status=201, location=location)

    @router.put(PATH, response_model=RouteView, dependencies=once)
    async def change_route(
        route_id: PathId, body: RouteChangeBody, caller: Planning, version: Version
    ) -> Response:
        """Draw it anew; a round that has begun goes on by the old drawing."""
        target = Target(viewer(caller), route_id, version)
        return _shown(await service.change(target, body.drawing()))

    @router.post(f"{PATH}/retirement", response_model=RouteView, dependencies=once)
    async def retire_route(route_id: PathId, caller: Planning, version: Version) -> Response:
        """It is not walked any more: its plans end, from the next day on."""
        return _shown(await service.retire(Target(viewer(caller), route_id, version)))


def _shown(route: Route) -> Response:
    return answer(RouteView.of(route), route.version)
