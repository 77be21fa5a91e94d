"""Blocked fire lanes over HTTP: reported by anybody who lives or works there."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.property.api.forms import PREFIX
from services.property.api.gate_forms import (
    ObstructionBody,
    ObstructionPlateView,
    ObstructionView,
)
from services.property.api.parking_forms import looker
from services.property.service.obstruction import ObstructionService
from services.property.service.on_record import PlatePurpose
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, filter_of
from shared.web.once import Lookup
from shared.web.story import StoryView

Reporting = Annotated[Caller, Depends(needs("property:obstruction:report"))]
Reading = Annotated[Caller, Depends(needs("property:obstruction:read"))]


def router(service: ObstructionService, lookup: Lookup) -> APIRouter:
    """The routes of blocked fire lanes."""
    router = APIRouter(prefix=f"{PREFIX}/obstructions", tags=["obstructions"])
    reported = [Depends(Once(lookup, ObstructionView.told, status=201))]

    @router.post("", status_code=201, response_model=ObstructionView, dependencies=reported)
    async def report_obstruction(body: ObstructionBody, caller: Reporting) -> Response:
        """A fire lane is blocked: an incident is opened, whose number is in the answer. The plate
        stands here alone."""
        made = await service.report(looker(caller), body.draft())
        location = f"{PREFIX}/obstructions/{made.id}"
        return answer(ObstructionView.told(made), made.version, 201, location)

    @router.get("", response_model=PageView[ObstructionView])
    async def list_obstructions(
        caller: Reading, page: Paging, estate_id: QueryId = None
    ) -> Response:
        """Blocked fire lanes, newest first, plates masked. A company names the estate."""
        found = await service.page(
            looker(caller), filter_of(estate_id=estate_id), cursor=page.cursor, limit=page.limit
        )
        return listing([ObstructionView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{obstruction_id}", response_model=ObstructionView)
    async def read_obstruction(obstruction_id: PathId, caller: Reading) -> Response:
        """One of them, its plate masked."""
        found = await service.get(looker(caller), obstruction_id)
        return answer(ObstructionView.of(found), found.version)

    @router.get("/{obstruction_id}/plate", response_model=ObstructionPlateView)
    async def read_obstruction_plate(
        obstruction_id: PathId, purpose: PlatePurpose, caller: Reading
    ) -> Response:
        """The plate in full; who read it, and for what, is put on record first."""
        found = await service.read(looker(caller), obstruction_id, purpose=purpose)
        return answer(ObstructionPlateView.of(found))

    @router.get("/{obstruction_id}/story", response_model=StoryView)
    async def read_obstruction_story(obstruction_id: PathId, caller: Reading) -> Response:
        """Everything that happened to it, oldest first."""
        return answer(StoryView.of(await service.story(looker(caller), obstruction_id)))

    return router
