"""Exemplars over HTTP: a branch picks them by figures, everybody of the community sees them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.pairing.api.encouragement_forms import ExemplarBody, ExemplarView, MeritView
from services.pairing.api.forms import PREFIX, onlooker_of_records
from services.pairing.service.exemplar import ExemplarService
from services.pairing.service.tally import within
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.counted import page_of
from shared.web.forms import Day, PageView, Paging, PathId, QueryId, Version
from shared.web.once import Lookup

Seeing = Annotated[Caller, Depends(needs("pairing:exemplar:read"))]
Naming = Annotated[Caller, Depends(needs("pairing:exemplar:name"))]


def router(service: ExemplarService, answered: Lookup) -> APIRouter:
    """The routes of exemplars."""
    router = APIRouter(prefix=PREFIX, tags=["contributions"])
    _seeing(router, service)
    _naming(router, service, answered)
    return router


def _seeing(router: APIRouter, service: ExemplarService) -> None:
    @router.get("/exemplars", response_model=PageView[ExemplarView])
    async def list_exemplars(caller: Seeing, page: Paging) -> Response:
        """Those named in the caller's communities, last named first."""
        found = await service.page(caller.communities, cursor=page.cursor, limit=page.limit)
        return listing([ExemplarView.of(each) for each in found.items], found.next_cursor)

    @router.get("/exemplars/{exemplar_id}", response_model=ExemplarView)
    async def read_exemplar(exemplar_id: PathId, caller: Seeing) -> Response:
        """One of them."""
        found = await service.get(exemplar_id, caller.communities)
        return answer(ExemplarView.of(found), found.version)


def _naming(router: APIRouter, service: ExemplarService, answered: Lookup) -> None:
    made = [Depends(Once(answered, ExemplarView.of, status=201))]
    once = [Depends(Once(answered, ExemplarView.of))]

    @router.get("/exemplar-candidates", response_model=PageView[MeritView])
    async def list_candidates(
        caller: Naming, page: Paging, first_on: Day, last_on: Day, branch_id: QueryId = None
    ) -> Response:
        """Members by their figures of these days: most points first, then minutes."""
        onlooker = onlooker_of_records(caller)
        bounds = within(onlooker, branch_id)
        ranking = await service.candidates(onlooker.communities, bounds, (first_on, last_on))
        found = page_of(ranking, page)
        return listing([MeritView.of(each) for each in found.items], found.next_cursor)

    @router.post("/exemplars", status_code=201, response_model=ExemplarView, dependencies=made)
    async def name_exemplar(body: ExemplarBody, caller: Naming) -> Response:
        """Name a member by the figures of days that are over; not oneself."""
        days = body.first_on, body.last_on
        named = await service.name(onlooker_of_records(caller), body.member_id, days, by=caller.id)
        location = f"{PREFIX}/exemplars/{named.id}"
        return answer(ExemplarView.of(named), named.version, 201, location)

    @router.post(
        "/exemplars/{exemplar_id}/withdrawal", response_model=ExemplarView, dependencies=once
    )
    async def withdraw_exemplar(exemplar_id: PathId, caller: Naming, version: Version) -> Response:
        """Name a member no more, for these days."""
        gone = await service.withdraw(exemplar_id, onlooker_of_records(caller), seen=version)
        return answer(ExemplarView.of(gone), gone.version)
