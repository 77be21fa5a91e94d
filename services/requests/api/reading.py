"""Who read a confidential request: for its requester, and for those who handle it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.requests.api.request import PREFIX, READ, reader_of
from services.requests.service.reading import ReadingService
from shared.auth import Caller
from shared.web import listing, needs
from shared.web.forms import PAGE_ITEMS_MAX, PageView, PathId
from shared.web.readings import ReadingView

Reading = Annotated[Caller, Depends(needs(READ))]


def router(service: ReadingService) -> APIRouter:
    """The route of readings."""
    api = APIRouter(prefix=f"{PREFIX}/requests/{{request_id}}/readings", tags=["requests"])

    @api.get("", response_model=PageView[ReadingView])
    async def find(
        request_id: PathId,
        caller: Reading,
        limit: Annotated[int, Query(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS_MAX,
    ) -> Response:
        """Who read it, when and for what, newest first; only confidential ones have readings."""
        found = await service.readings(request_id, reader_of(caller), limit=limit)
        return listing([ReadingView.of(each) for each in found], None)

    return api
