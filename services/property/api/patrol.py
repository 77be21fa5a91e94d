"""Rounds over HTTP: phones bring what was recorded, the committee looks on."""

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.property.api.forms import PREFIX, viewer
from services.property.api.patrol_forms import PatrolCancelBody, PatrolRecordsBody
from services.property.api.patrol_views import PatrolLineView, PatrolRecordsView, PatrolView
from services.property.api.work_order import own_only
from services.property.domain.patrol import Patrol, PatrolState
from services.property.service.patrol import PatrolService
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.days import start_of
from shared.web import Once, answer, listing, needs
from shared.web.exchange import lang_for
from shared.web.forms import Day, PageView, Paging, PathId, QueryId, Version, filter_of
from shared.web.once import Lookup
from shared.web.story import StoryView

Reading = Annotated[Caller, Depends(needs("property:patrol:read"))]
Planning = Annotated[Caller, Depends(needs("property:patrol:plan"))]
Walking = Annotated[Caller, Depends(needs("property:patrol:walk"))]

PATH = "/patrols/{patrol_id}"


async def _filters(
    estate_id: QueryId = None,
    route_id: QueryId = None,
    patrol_plan_id: QueryId = None,
    state: PatrolState | None = None,
    on: Day | None = None,
) -> dict[str, Any]:
    return filter_of(
        estate_id=estate_id,
        route_id=route_id,
        plan_id=patrol_plan_id,
        state=state,
        opens_at=None if on is None else _day(on),
    )


def _day(on: date) -> dict[str, Any]:
    following = date.max if on == date.max else on + timedelta(days=1)
    return {"$gte": start_of(on), "$lt": start_of(following)}


Filters = Annotated[dict[str, Any], Depends(_filters)]


def router(service: PatrolService, lookup: Lookup) -> APIRouter:
    """The routes of rounds."""
    router = APIRouter(prefix=PREFIX, tags=["patrols"])
    _reading(router, service)
    _walking(router, service, lookup)
    return router


def _reading(router: APIRouter, service: PatrolService) -> None:
    @router.get("/patrols", response_model=PageView[PatrolLineView])
    async def list_patrols(caller: Reading, page: Paging, where: Filters) -> Response:
        """The rounds that the caller sees, the latest first, those to come among them: volunteers
        see those of their teams."""
        eyes = await service.eyes(viewer(caller), own_only(caller))
        found = await service.page(eyes, where, cursor=page.cursor, limit=page.limit)
        lines = [PatrolLineView.of_line(patrol) for patrol in found.items]
        return listing(lines, found.next_cursor)

    @router.get(PATH, response_model=PatrolView)
    async def read_patrol(patrol_id: PathId, caller: Reading) -> Response:
        """One round with all that was recorded; one to come with the checkpoints of its route."""
        eyes = await service.eyes(viewer(caller), own_only(caller))
        return _shown(await service.get(eyes, patrol_id))

    @router.get(f"{PATH}/story", response_model=StoryView)
    async def read_patrol_story(patrol_id: PathId, caller: Reading) -> Response:
        """Everything that happened to one round, oldest first."""
        eyes = await service.eyes(viewer(caller), own_only(caller))
        return answer(StoryView.of(await service.story(eyes, patrol_id)))


def _walking(router: APIRouter, service: PatrolService, lookup: Lookup) -> None:
    once = [Depends(Once(lookup, PatrolView.of))]

    @router.post(f"{PATH}/records", response_model=PatrolRecordsView)
    async def record_patrol(
        patrol_id: PathId, body: PatrolRecordsBody, caller: Walking, request: Request
    ) -> Response:
        """Bring what a phone has recorded of a round, up to three days after it. Each thing bears
        an id of the phone's own, so all of it may be sent again; no ``Idempotency-Key`` is needed.
        What is wrong with one of them hinders no other: the answer tells each by itself."""
        eyes = await service.eyes(viewer(caller), own_only(caller))
        kept = await service.record(eyes, patrol_id, body.brought(), by=caller.id)
        return answer(PatrolRecordsView.of(kept, lang_for(request)), kept.patrol.version)

    @router.post(f"{PATH}/cancellation", response_model=PatrolView, dependencies=once)
    async def cancel_patrol(
        patrol_id: PathId, body: PatrolCancelBody, caller: Planning, version: Version
    ) -> Response:
        """It is not to be walked; only before it has begun and before its time is over."""
        target = Target(viewer(caller), patrol_id, version)
        return _shown(await service.cancel(target, reason=body.reason, by=caller.id))


def _shown(patrol: Patrol) -> Response:
    return answer(PatrolView.of(patrol), patrol.version)
