"""The same trouble asked for twice, over HTTP: suggested, merged, joined."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.requests.api.duplicate_forms import (
    LikelyListView,
    LikelyView,
    MergerBody,
    SearchBody,
    SupportedView,
)
from services.requests.api.request import PREFIX, Handler, reader_of, shown
from services.requests.api.request_forms import RequestView
from services.requests.domain.duplicate import Likely
from services.requests.domain.permission import RULES
from services.requests.domain.request import Action
from services.requests.service.duplicate import DuplicateService
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, Version
from shared.web.once import Lookup

Searcher = Annotated[Caller, Depends(needs("requests:duplicate:search"))]
Supporter = Annotated[Caller, Depends(needs(RULES[Action.SUPPORT].scope))]


class DuplicateRoutes:
    """One method for each route."""

    def __init__(self, service: DuplicateService) -> None:
        self._service = service

    async def search(self, caller: Searcher, body: SearchBody) -> Response:
        """Open requests that are likely about the same, before one asks: those that the caller
        may know of. Nothing is kept of the search."""
        return _likely(await self._service.before(body.asked(), reader_of(caller)))

    async def of(self, request_id: PathId, caller: Searcher) -> Response:
        """Open requests that are likely about the same as this one."""
        return _likely(await self._service.of(request_id, reader_of(caller)))

    async def merge(
        self, request_id: PathId, caller: Handler, version: Version, body: MergerBody
    ) -> Response:
        """Merge it into another (并单), which goes on for both: its requester and supporters
        support that one from now on, its story stays."""
        return shown(
            await self._service.merge(
                request_id, reader_of(caller), seen=version, into=body.duplicate_of
            )
        )

    async def support(self, request_id: PathId, caller: Supporter) -> Response:
        """Say "me too" (附议): the caller has the same trouble, and is counted once."""
        request = await self._service.support(request_id, reader_of(caller))
        return answer(SupportedView.of(request), request.version)

    async def supported(self, caller: Supporter, page: Paging) -> Response:
        """What the caller supports, newest first: by "me too", or since an own request was merged
        into it."""
        found = await self._service.supported(
            reader_of(caller), cursor=page.cursor, limit=page.limit
        )
        rows = [SupportedView.of(request, knows=knows) for request, knows in found.items]
        return listing(rows, found.next_cursor)


def _likely(found: list[Likely]) -> Response:
    return answer(LikelyListView(items=[LikelyView.of(each) for each in found], next_cursor=None))


def router(service: DuplicateService, answered: Lookup) -> APIRouter:
    """The routes of duplicates; ``answered`` as for ``Once``."""
    routes = DuplicateRoutes(service)
    api = APIRouter(prefix=PREFIX, tags=["duplicates"])
    api.post("/duplicate-searches", response_model=LikelyListView)(routes.search)
    api.get("/supported-requests", response_model=PageView[SupportedView])(routes.supported)
    one = "/requests/{request_id}"
    api.get(f"{one}/duplicates", response_model=LikelyListView)(routes.of)
    merging = [Depends(Once(answered, RequestView.of))]
    api.post(f"{one}/merger", response_model=RequestView, dependencies=merging)(routes.merge)
    supporting = [Depends(Once(answered, SupportedView.of))]
    api.post(f"{one}/support", response_model=SupportedView, dependencies=supporting)(
        routes.support
    )
    return api
