"""Who lives where, over HTTP: residents say so, the desk looks."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.property.api.forms import PREFIX, viewer
from services.property.api.parking_forms import OccupancyBody, OccupancyView, looker
from services.property.domain.occupancy import Occupancy, OccupancyState
from services.property.service.occupancy import OccupancyService
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version, filter_of
from shared.web.once import Lookup
from shared.web.story import StoryView

Claiming = Annotated[Caller, Depends(needs("property:occupancy:claim"))]
Reading = Annotated[Caller, Depends(needs("property:occupancy:read"))]
Managing = Annotated[Caller, Depends(needs("property:occupancy:manage"))]


def router(service: OccupancyService, lookup: Lookup) -> APIRouter:
    """The routes of occupancies."""
    router = APIRouter(prefix=f"{PREFIX}/occupancies", tags=["occupancies"])
    _reading(router, service)
    _changing(router, service, lookup)
    return router


def _reading(router: APIRouter, service: OccupancyService) -> None:
    @router.get("", response_model=PageView[OccupancyView])
    async def list_occupancies(
        caller: Reading,
        page: Paging,
        estate_id: QueryId = None,
        dwelling_id: QueryId = None,
        state: OccupancyState | None = None,
    ) -> Response:
        """Who lives where, newest first: the desk sees its estates, a resident their own homes.

        A company names the estate.
        """
        found = await service.page(
            looker(caller),
            filter_of(estate_id=estate_id, dwelling_id=dwelling_id, state=state),
            cursor=page.cursor,
            limit=page.limit,
        )
        return listing([OccupancyView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{occupancy_id}", response_model=OccupancyView)
    async def read_occupancy(occupancy_id: PathId, caller: Reading) -> Response:
        """One of them."""
        return _shown(await service.get(looker(caller), occupancy_id))

    @router.get("/{occupancy_id}/story", response_model=StoryView)
    async def read_occupancy_story(occupancy_id: PathId, caller: Reading) -> Response:
        """Everything that happened to it, oldest first."""
        return answer(StoryView.of(await service.story(looker(caller), occupancy_id)))


def _changing(router: APIRouter, service: OccupancyService, lookup: Lookup) -> None:
    registered = [Depends(Once(lookup, OccupancyView.of, status=201))]
    once = [Depends(Once(lookup, OccupancyView.of))]

    @router.post("", status_code=201, response_model=OccupancyView, dependencies=registered)
    async def register_occupancy(body: OccupancyBody, caller: Claiming) -> Response:
        """Somebody lives in a dwelling: a resident says so of themselves, and the desk looks; what
        the desk enters is confirmed."""
        occupancy = await service.register(
            looker(caller),
            estate_id=body.estate_id,
            dwelling_id=body.dwelling_id,
            person_id=body.person_id or caller.id,
        )
        location = f"{PREFIX}/occupancies/{occupancy.id}"
        return answer(OccupancyView.of(occupancy), occupancy.version, 201, location)

    @router.post("/{occupancy_id}/confirmation", response_model=OccupancyView, dependencies=once)
    async def confirm_occupancy(
        occupancy_id: PathId, caller: Managing, version: Version
    ) -> Response:
        """The desk knows that it is so."""
        return _shown(await service.confirm(Target(viewer(caller), occupancy_id, version)))

    @router.post("/{occupancy_id}/refusal", response_model=OccupancyView, dependencies=once)
    async def decline_occupancy(
        occupancy_id: PathId, caller: Managing, version: Version
    ) -> Response:
        """The desk finds no ground for it."""
        return _shown(await service.decline(Target(viewer(caller), occupancy_id, version)))

    @router.post("/{occupancy_id}/departure", response_model=OccupancyView, dependencies=once)
    async def end_occupancy(occupancy_id: PathId, caller: Claiming, version: Version) -> Response:
        """They live there no more, say they or the desk; their vehicles go with them."""
        return _shown(await service.end(looker(caller), occupancy_id, seen=version))


def _shown(occupancy: Occupancy) -> Response:
    return answer(OccupancyView.of(occupancy), occupancy.version)
