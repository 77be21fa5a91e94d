"""Plans of patrols over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.property.api.forms import PREFIX, ReasonBody, viewer
from services.property.api.patrol_forms import PatrolPlanBody, PatrolPlanView, RoundsBody
from services.property.domain.patrol_plan import PatrolPlan, PatrolPlanState
from services.property.service.patrol_plan import PatrolPlanService
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version, filter_of
from shared.web.once import Lookup
from shared.web.story import StoryView

Reading = Annotated[Caller, Depends(needs("property:route:read"))]
Planning = Annotated[Caller, Depends(needs("property:patrol:plan"))]

PATH = "/patrol-plans/{patrol_plan_id}"


async def _filters(
    estate_id: QueryId = None, route_id: QueryId = None, state: PatrolPlanState | None = None
) -> dict[str, Any]:
    return filter_of(estate_id=estate_id, route_id=route_id, state=state)


Filters = Annotated[dict[str, Any], Depends(_filters)]


def router(service: PatrolPlanService, lookup: Lookup) -> APIRouter:
    """The routes of plans."""
    router = APIRouter(prefix=PREFIX, tags=["patrols"])
    _reading(router, service)
    _planning(router, service, lookup)
    return router


def _reading(router: APIRouter, service: PatrolPlanService) -> None:
    @router.get("/patrol-plans", response_model=PageView[PatrolPlanView])
    async def list_patrol_plans(caller: Reading, page: Paging, where: Filters) -> Response:
        """The plans of patrols that the caller sees, newest first."""
        found = await service.page(viewer(caller), where, cursor=page.cursor, limit=page.limit)
        return listing([PatrolPlanView.of(plan) for plan in found.items], found.next_cursor)

    @router.get(PATH, response_model=PatrolPlanView)
    async def read_patrol_plan(patrol_plan_id: PathId, caller: Reading) -> Response:
        """One plan."""
        return _shown(await service.get(viewer(caller), patrol_plan_id))

    @router.get(f"{PATH}/story", response_model=StoryView)
    async def read_patrol_plan_story(patrol_plan_id: PathId, caller: Reading) -> Response:
        """Everything that happened to one plan, oldest first."""
        return answer(StoryView.of(await service.story(viewer(caller), patrol_plan_id)))


def _planning(router: APIRouter, service: PatrolPlanService, lookup: Lookup) -> None:
    made = Depends(Once(lookup, PatrolPlanView.of, status=201))
    once = [Depends(Once(lookup, PatrolPlanView.of))]

    @router.post(
        "/patrol-plans", status_code=201, response_model=PatrolPlanView, dependencies=[made]
    )
    async def make_patrol_plan(body: PatrolPlanBody, caller: Planning) -> Response:
        """Plan to walk a route again and again; its rounds stand two weeks ahead."""
        plan = await service.make(viewer(caller), body.route_id, body.rounds())
        location = f"{PREFIX}/patrol-plans/{plan.id}"
        return answer(PatrolPlanView.of(plan), plan.version, status=201, location=location)

    @router.put(f"{PATH}/rounds", response_model=PatrolPlanView, dependencies=once)
    async def change_patrol_plan(
        patrol_plan_id: PathId, body: RoundsBody, caller: Planning, version: Version
    ) -> Response:
        """Walk at other times from the next day on; the rounds of today stand."""
        target = Target(viewer(caller), patrol_plan_id, version)
        return _shown(await service.change(target, body.rounds()))

    @router.post(f"{PATH}/end", response_model=PatrolPlanView, dependencies=once)
    async def end_patrol_plan(
        patrol_plan_id: PathId, body: ReasonBody, caller: Planning, version: Version
    ) -> Response:
        """No rounds from the next day on; those of today stand."""
        target = Target(viewer(caller), patrol_plan_id, version)
        return _shown(await service.end(target, reason=body.reason))


def _shown(plan: PatrolPlan) -> Response:
    return answer(PatrolPlanView.of(plan), plan.version)
