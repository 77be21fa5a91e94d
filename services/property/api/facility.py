"""Facilities over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.property.api.facility_forms import FacilityBody, FacilityChangeBody, FacilityView
from services.property.api.forms import PREFIX, ReasonBody, viewer
from services.property.domain.facility import Facility, FacilityKind, FacilityState
from services.property.service.facility import FacilityService
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version, filter_of
from shared.web.once import Lookup
from shared.web.story import StoryView

Reading = Annotated[Caller, Depends(needs("property:facility:read"))]
Managing = Annotated[Caller, Depends(needs("property:facility:manage"))]
Operating = Annotated[Caller, Depends(needs("property:facility:operate"))]

PATH = "/facilities/{facility_id}"


async def _filters(
    estate_id: QueryId = None,
    state: FacilityState | None = None,
    kind: FacilityKind | None = None,
) -> dict[str, Any]:
    return filter_of(estate_id=estate_id, state=state, kind=kind)


Filters = Annotated[dict[str, Any], Depends(_filters)]


def router(service: FacilityService, lookup: Lookup) -> APIRouter:
    """The routes of facilities."""
    router = APIRouter(prefix=PREFIX, tags=["facilities"])
    _reading(router, service)
    _managing(router, service, lookup)
    _operating(router, service, lookup)
    return router


def _reading(router: APIRouter, service: FacilityService) -> None:
    @router.get("/facilities", response_model=PageView[FacilityView])
    async def list_facilities(caller: Reading, page: Paging, where: Filters) -> Response:
        """The facilities that the caller sees, newest first."""
        found = await service.page(viewer(caller), where, cursor=page.cursor, limit=page.limit)
        return listing([FacilityView.of(each) for each in found.items], found.next_cursor)

    @router.get(PATH, response_model=FacilityView)
    async def read_facility(facility_id: PathId, caller: Reading) -> Response:
        """One facility."""
        return _shown(await service.get(viewer(caller), facility_id))

    @router.get(f"{PATH}/story", response_model=StoryView)
    async def read_facility_story(facility_id: PathId, caller: Reading) -> Response:
        """Everything that happened to one facility, oldest first."""
        return answer(StoryView.of(await service.story(viewer(caller), facility_id)))


def _managing(router: APIRouter, service: FacilityService, lookup: Lookup) -> None:
    made = Depends(Once(lookup, FacilityView.of, status=201))
    once = [Depends(Once(lookup, FacilityView.of))]

    @router.post("/facilities", status_code=201, response_model=FacilityView, dependencies=[made])
    async def register_facility(body: FacilityBody, caller: Managing) -> Response:
        """Register a facility of an estate."""
        facility = await service.register(viewer(caller), body.estate_id, body.facts())
        location = f"{PREFIX}/facilities/{facility.id}"
        return answer(FacilityView.of(facility), facility.version, status=201, location=location)

    @router.put(PATH, response_model=FacilityView, dependencies=once)
    async def change_facility(
        facility_id: PathId, body: FacilityChangeBody, caller: Managing, version: Version
    ) -> Response:
        """Say the whole of it anew."""
        target = Target(viewer(caller), facility_id, version)
        return _shown(await service.change(target, body.facts()))

    @router.post(f"{PATH}/retirement", response_model=FacilityView, dependencies=once)
    async def retire_facility(
        facility_id: PathId, body: ReasonBody, caller: Managing, version: Version
    ) -> Response:
        """It is gone for good: its schedules end."""
        target = Target(viewer(caller), facility_id, version)
        return _shown(await service.retire(target, reason=body.reason))


def _operating(router: APIRouter, service: FacilityService, lookup: Lookup) -> None:
    once = [Depends(Once(lookup, FacilityView.of))]

    @router.post(f"{PATH}/outage", response_model=FacilityView, dependencies=once)
    async def take_facility_out(
        facility_id: PathId, body: ReasonBody, caller: Operating, version: Version
    ) -> Response:
        """It cannot be used for now."""
        target = Target(viewer(caller), facility_id, version)
        return _shown(await service.take_out(target, reason=body.reason))

    @router.post(f"{PATH}/return", response_model=FacilityView, dependencies=once)
    async def put_facility_back(
        facility_id: PathId, caller: Operating, version: Version
    ) -> Response:
        """It can be used again."""
        return _shown(await service.put_back(Target(viewer(caller), facility_id, version)))


def _shown(facility: Facility) -> Response:
    return answer(FacilityView.of(facility), facility.version)
