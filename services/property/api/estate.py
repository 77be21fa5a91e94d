"""Estates over HTTP: registered with all that stands on them, and read."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.property.api.estate_forms import EstateBody, EstateSummary, EstateView
from services.property.api.forms import PREFIX, viewer
from services.property.service.estate import EstateService
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId
from shared.web.once import Lookup
from shared.web.story import StoryView

Writing = Annotated[Caller, Depends(needs("property:estate:write"))]
Reading = Annotated[Caller, Depends(needs("property:estate:read"))]


def router(service: EstateService, lookup: Lookup) -> APIRouter:
    """The routes of estates."""
    router = APIRouter(prefix=PREFIX, tags=["estates"])
    once = Once(lookup=lookup, view=EstateView.of, status=201)

    @router.post(
        "/estates", status_code=201, response_model=EstateView, dependencies=[Depends(once)]
    )
    async def register_estate(body: EstateBody, caller: Writing) -> Response:
        """Register an estate with all that stands on it."""
        estate = await service.register(body.draft(caller.one_community(body.community)))
        location = f"{PREFIX}/estates/{estate.id}"
        return answer(EstateView.of(estate), estate.version, status=201, location=location)

    @router.get("/estates", response_model=PageView[EstateSummary])
    async def list_estates(caller: Reading, page: Paging) -> Response:
        """The estates that the caller sees, newest first."""
        found = await service.page(viewer(caller), cursor=page.cursor, limit=page.limit)
        return listing([EstateSummary.of(estate) for estate in found.items], found.next_cursor)

    @router.get("/estates/{estate_id}", response_model=EstateView)
    async def read_estate(estate_id: PathId, caller: Reading) -> Response:
        """One estate with its buildings, entrances and dwellings."""
        estate = await service.get(viewer(caller), estate_id)
        return answer(EstateView.of(estate), estate.version)

    @router.get("/estates/{estate_id}/story", response_model=StoryView)
    async def read_estate_story(estate_id: PathId, caller: Writing) -> Response:
        """Everything that happened to one estate, oldest first."""
        return answer(StoryView.of(await service.story(viewer(caller), estate_id)))

    return router
