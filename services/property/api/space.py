"""Parking spaces over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.property.api.forms import PREFIX, viewer
from services.property.api.parking_forms import SpaceBody, SpaceView, looker
from services.property.domain.space import Space, SpaceKind, SpaceState
from services.property.service.space import SeenSpace, SpaceService
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version, filter_of
from shared.web.once import Lookup
from shared.web.story import StoryView

Reading = Annotated[Caller, Depends(needs("property:space:read"))]
Managing = Annotated[Caller, Depends(needs("property:space:manage"))]


def router(service: SpaceService, lookup: Lookup) -> APIRouter:
    """The routes of spaces."""
    router = APIRouter(prefix=f"{PREFIX}/spaces", tags=["spaces"])
    _reading(router, service)
    _managing(router, service, lookup)
    return router


def _reading(router: APIRouter, service: SpaceService) -> None:
    @router.get("", response_model=PageView[SpaceView])
    async def list_spaces(
        caller: Reading,
        page: Paging,
        estate_id: QueryId = None,
        state: SpaceState | None = None,
        kind: SpaceKind | None = None,
    ) -> Response:
        """The parking spaces that the caller sees, newest first. A company names the estate."""
        found = await service.seen_page(
            looker(caller),
            filter_of(estate_id=estate_id, state=state, kind=kind),
            cursor=page.cursor,
            limit=page.limit,
        )
        return listing([SpaceView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{space_id}", response_model=SpaceView)
    async def read_space(space_id: PathId, caller: Reading) -> Response:
        """One parking space."""
        seen = await service.seen(looker(caller), space_id)
        return answer(SpaceView.of(seen), seen.space.version)

    @router.get("/{space_id}/story", response_model=StoryView)
    async def read_space_story(space_id: PathId, caller: Reading) -> Response:
        """Everything that happened to it, oldest first."""
        return answer(StoryView.of(await service.story(looker(caller), space_id)))


def _managing(router: APIRouter, service: SpaceService, lookup: Lookup) -> None:
    registered = [Depends(Once(lookup, _free, status=201))]
    once = [Depends(Once(lookup, _free))]

    @router.post("", status_code=201, response_model=SpaceView, dependencies=registered)
    async def register_space(body: SpaceBody, caller: Managing) -> Response:
        """Register a parking space of an estate."""
        space = await service.register(looker(caller), body.draft())
        location = f"{PREFIX}/spaces/{space.id}"
        return answer(_free(space), space.version, 201, location)

    @router.post("/{space_id}/closure", response_model=SpaceView, dependencies=once)
    async def close_space(space_id: PathId, caller: Managing, version: Version) -> Response:
        """It is not to be given any more; nobody may have a permit for it."""
        space = await service.close(Target(viewer(caller), space_id, version))
        return answer(_free(space), space.version)

    @router.post("/{space_id}/reopening", response_model=SpaceView, dependencies=once)
    async def reopen_space(space_id: PathId, caller: Managing, version: Version) -> Response:
        """It may be given again."""
        space = await service.reopen(Target(viewer(caller), space_id, version))
        return answer(_free(space), space.version)


def _free(space: Space) -> SpaceView:
    """A space that is new, closed or opened again: nobody has a permit for it."""
    return SpaceView.of(SeenSpace(space, taken=False))
