"""Inspections over HTTP: committee and volunteers judge an estate together and sign for it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.property.api.forms import PREFIX, ReasonBody, viewer
from services.property.api.inspection_forms import InspectionBody, InspectionView, VerdictBody
from services.property.domain.inspection import Inspection, InspectionState
from services.property.service.inspection import InspectionService
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version, filter_of
from shared.web.once import Lookup
from shared.web.story import StoryView

Conducting = Annotated[Caller, Depends(needs("property:inspection:conduct"))]
Reading = Annotated[Caller, Depends(needs("property:inspection:read"))]

PATH = "/inspections/{inspection_id}"


async def _filters(
    estate_id: QueryId = None, state: InspectionState | None = None
) -> dict[str, Any]:
    return filter_of(estate_id=estate_id, state=state)


Filters = Annotated[dict[str, Any], Depends(_filters)]


def router(service: InspectionService, lookup: Lookup) -> APIRouter:
    """The routes of inspections."""
    router = APIRouter(prefix=PREFIX, tags=["inspections"])
    _reading(router, service)
    _conducting(router, service, lookup)
    return router


def _reading(router: APIRouter, service: InspectionService) -> None:
    @router.get("/inspections", response_model=PageView[InspectionView])
    async def list_inspections(caller: Reading, page: Paging, where: Filters) -> Response:
        """The inspections that the caller sees, newest first."""
        found = await service.page(viewer(caller), where, cursor=page.cursor, limit=page.limit)
        return listing([InspectionView.of(each) for each in found.items], found.next_cursor)

    @router.get(PATH, response_model=InspectionView)
    async def read_inspection(inspection_id: PathId, caller: Reading) -> Response:
        """One inspection."""
        return _shown(await service.get(viewer(caller), inspection_id))

    @router.get(f"{PATH}/story", response_model=StoryView)
    async def read_inspection_story(inspection_id: PathId, caller: Reading) -> Response:
        """Everything that happened to one inspection, oldest first."""
        return answer(StoryView.of(await service.story(viewer(caller), inspection_id)))


def _conducting(router: APIRouter, service: InspectionService, lookup: Lookup) -> None:
    made = Depends(Once(lookup=lookup, view=InspectionView.of, status=201))
    once = [Depends(Once(lookup=lookup, view=InspectionView.of))]

    @router.post(
        "/inspections", status_code=201, response_model=InspectionView, dependencies=[made]
    )
    async def start_inspection(body: InspectionBody, caller: Conducting) -> Response:
        """Begin a round over an estate, by the criteria in force this month."""
        inspection = await service.start(viewer(caller), body.estate_id, tuple(body.inspector_ids))
        location = f"{PREFIX}/inspections/{inspection.id}"
        view = InspectionView.of(inspection)
        return answer(view, inspection.version, status=201, location=location)

    @router.post(f"{PATH}/verdicts", response_model=InspectionView, dependencies=once)
    async def judge_criterion(
        inspection_id: PathId, body: VerdictBody, caller: Conducting, version: Version
    ) -> Response:
        """Judge a criterion, or judge it anew: a change takes every signature off again."""
        target = Target(viewer(caller), inspection_id, version)
        return _shown(await service.judge(target, body.verdict(), by=caller.id))

    @router.post(f"{PATH}/signatures", response_model=InspectionView, dependencies=once)
    async def sign_inspection(
        inspection_id: PathId, caller: Conducting, version: Version
    ) -> Response:
        """Sign all that is in it; once enough inspectors have, it counts and changes no more."""
        target = Target(viewer(caller), inspection_id, version)
        return _shown(await service.sign(target, by=caller.id))

    @router.post(f"{PATH}/cancellation", response_model=InspectionView, dependencies=once)
    async def cancel_inspection(
        inspection_id: PathId, body: ReasonBody, caller: Conducting, version: Version
    ) -> Response:
        """Break the round off: it counts for nothing."""
        target = Target(viewer(caller), inspection_id, version)
        return _shown(await service.cancel(target, reason=body.reason, by=caller.id))


def _shown(inspection: Inspection) -> Response:
    return answer(InspectionView.of(inspection), inspection.version)
