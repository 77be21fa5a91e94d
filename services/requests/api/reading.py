"""Who read a confidential request: for its requester, and for those who handle it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.requests.api.request import PREFIX, READ, reader_of
from services.requests.service.reading import ReadingService
from shared.auth import Caller
from shared.web import listing, needs
from shared.web.forms import PageView, Paging, PathId
from shared.web.readings import ReadingView

Reading = Annotated[Caller, Depends(needs(READ))]


def router(service: ReadingService) -> APIRouter:
    """The route of readings."""
    api = APIRouter(prefix=f"{PREFIX}/requests/{{request_id}}/readings", tags=["requests"])

    @api.get("", response_model=PageView[ReadingView])
    async def find(request_id: PathId, caller: Reading, page: Paging) -> Response:
        """Who read it, when and for what, newest first; only confidential ones have readings."""
        found = await service.readings(
            request_id, reader_of(caller), cursor=page.cursor, limit=page.limit
        )
        return listing([ReadingView.of(each) for each in found.items], found.next_cursor)

    return api
