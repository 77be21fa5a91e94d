"""Upkeep and inspection of facilities over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.property.api.facility_forms import UpkeepBody, UpkeepChangeBody, UpkeepView
from services.property.api.forms import PREFIX, ReasonBody, viewer
from services.property.domain.upkeep import Upkeep, UpkeepState
from services.property.service.upkeep import UpkeepService
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version, filter_of
from shared.web.once import Lookup
from shared.web.story import StoryView

Reading = Annotated[Caller, Depends(needs("property:upkeep:read"))]
Planning = Annotated[Caller, Depends(needs("property:upkeep:plan"))]

PATH = "/upkeep-schedules/{upkeep_id}"


async def _filters(
    estate_id: QueryId = None, facility_id: QueryId = None, state: UpkeepState | None = None
) -> dict[str, Any]:
    return filter_of(estate_id=estate_id, facility_id=facility_id, state=state)


Filters = Annotated[dict[str, Any], Depends(_filters)]


def router(service: UpkeepService, lookup: Lookup) -> APIRouter:
    """The routes of schedules."""
    router = APIRouter(prefix=PREFIX, tags=["facilities"])
    _reading(router, service)
    _planning(router, service, lookup)
    return router


def _reading(router: APIRouter, service: UpkeepService) -> None:
    @router.get("/upkeep-schedules", response_model=PageView[UpkeepView])
    async def list_upkeep_schedules(caller: Reading, page: Paging, where: Filters) -> Response:
        """The schedules of upkeep that the caller sees, newest first."""
        found = await service.page(viewer(caller), where, cursor=page.cursor, limit=page.limit)
        return listing([UpkeepView.of(each) for each in found.items], found.next_cursor)

    @router.get(PATH, response_model=UpkeepView)
    async def read_upkeep_schedule(upkeep_id: PathId, caller: Reading) -> Response:
        """One schedule."""
        return _shown(await service.get(viewer(caller), upkeep_id))

    @router.get(f"{PATH}/story", response_model=StoryView)
    async def read_upkeep_story(upkeep_id: PathId, caller: Reading) -> Response:
        """Everything that happened to one schedule, oldest first."""
        return answer(StoryView.of(await service.story(viewer(caller), upkeep_id)))


def _planning(router: APIRouter, service: UpkeepService, lookup: Lookup) -> None:
    made = Depends(Once(lookup, UpkeepView.of, status=201))
    once = [Depends(Once(lookup, UpkeepView.of))]

    @router.post(
        "/upkeep-schedules", status_code=201, response_model=UpkeepView, dependencies=[made]
    )
    async def plan_upkeep(body: UpkeepBody, caller: Planning) -> Response:
        """Plan to inspect a facility or keep it up; each time makes a work order."""
        upkeep = await service.plan(viewer(caller), body.facility_id, body.duty())
        location = f"{PREFIX}/upkeep-schedules/{upkeep.id}"
        return answer(UpkeepView.of(upkeep), upkeep.version, status=201, location=location)

    @router.put(PATH, response_model=UpkeepView, dependencies=once)
    async def change_upkeep(
        upkeep_id: PathId, body: UpkeepChangeBody, caller: Planning, version: Version
    ) -> Response:
        """Do it otherwise from now on; what has come due before is due all the same."""
        target = Target(viewer(caller), upkeep_id, version)
        return _shown(await service.change(target, body.duty()))

    @router.post(f"{PATH}/end", response_model=UpkeepView, dependencies=once)
    async def end_upkeep(
        upkeep_id: PathId, body: ReasonBody, caller: Planning, version: Version
    ) -> Response:
        """It makes no work any more."""
        target = Target(viewer(caller), upkeep_id, version)
        return _shown(await service.end(target, reason=body.reason))


def _shown(upkeep: Upkeep) -> Response:
    return answer(UpkeepView.of(upkeep), upkeep.version)
