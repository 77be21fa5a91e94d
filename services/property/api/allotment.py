"""Allotments over HTTP: opened, entered, given, and proved to anybody on the estate."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.property.api.allotment_forms import (
    AllotmentBody,
    AllotmentView,
    DrawBody,
    EntryBody,
    GivingBody,
    ProofView,
)
from services.property.api.forms import PREFIX, viewer
from services.property.api.parking_forms import looker
from services.property.domain.allotment import Allotment, AllotmentState
from services.property.domain.allotment_terms import AllotmentMode
from services.property.service.allotment import AllotmentService
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version, filter_of
from shared.web.once import Lookup
from shared.web.story import StoryView

Reading = Annotated[Caller, Depends(needs("property:allotment:read"))]
Entering = Annotated[Caller, Depends(needs("property:allotment:enter"))]
Managing = Annotated[Caller, Depends(needs("property:allotment:manage"))]


def router(service: AllotmentService, lookup: Lookup) -> APIRouter:
    """The routes of allotments."""
    router = APIRouter(prefix=f"{PREFIX}/allotments", tags=["allotments"])
    _reading(router, service)
    _entering(router, service)
    _managing(router, service, lookup)
    return router


def _reading(router: APIRouter, service: AllotmentService) -> None:
    @router.get("", response_model=PageView[AllotmentView])
    async def list_allotments(
        caller: Reading,
        page: Paging,
        estate_id: QueryId = None,
        state: AllotmentState | None = None,
        mode: AllotmentMode | None = None,
    ) -> Response:
        """The allotments that the caller sees, newest first. A company names the estate."""
        found = await service.page(
            looker(caller),
            filter_of(estate_id=estate_id, state=state, **{"terms.mode": mode}),
            cursor=page.cursor,
            limit=page.limit,
        )
        own = await service.own(looker(caller), found.items)
        return listing([AllotmentView.of(each, own) for each in found.items], found.next_cursor)

    @router.get("/{allotment_id}", response_model=AllotmentView)
    async def read_allotment(allotment_id: PathId, caller: Reading) -> Response:
        """One allotment; entrants by their ids, and which of them are the caller's own."""
        found = await service.get(looker(caller), allotment_id)
        own = await service.own(looker(caller), [found])
        return answer(AllotmentView.of(found, own), found.version)

    @router.get("/{allotment_id}/proof", response_model=ProofView)
    async def read_allotment_proof(allotment_id: PathId, caller: Reading) -> Response:
        """All that it takes to check a draw by oneself; what is public before it, before it."""
        return answer(ProofView.of(await service.get(looker(caller), allotment_id)))

    @router.get("/{allotment_id}/story", response_model=StoryView)
    async def read_allotment_story(allotment_id: PathId, caller: Managing) -> Response:
        """Everything that happened to it, oldest first: when digest and list became public."""
        return answer(StoryView.of(await service.story(looker(caller), allotment_id)))


def _entering(router: APIRouter, service: AllotmentService) -> None:
    @router.post("/{allotment_id}/entries", response_model=AllotmentView)
    async def enter_allotment(allotment_id: PathId, body: EntryBody, caller: Entering) -> Response:
        """A verified vehicle of one's own dwelling is to be given a space; sent twice, it is in
        once."""
        found = await service.enter(looker(caller), allotment_id, vehicle_id=body.vehicle_id)
        own = await service.own(looker(caller), [found])
        return answer(AllotmentView.of(found, own), found.version)

    @router.delete("/{allotment_id}/entries/{entrant_id}", response_model=AllotmentView)
    async def leave_allotment(
        allotment_id: PathId, entrant_id: PathId, caller: Entering
    ) -> Response:
        """A vehicle of one's own dwelling is no longer among them."""
        found = await service.leave(looker(caller), allotment_id, entrant_id)
        own = await service.own(looker(caller), [found])
        return answer(AllotmentView.of(found, own), found.version)


def _managing(router: APIRouter, service: AllotmentService, lookup: Lookup) -> None:
    opened = [Depends(Once(lookup, AllotmentView.of, status=201))]
    once = [Depends(Once(lookup, AllotmentView.of))]

    @router.post("", status_code=201, response_model=AllotmentView, dependencies=opened)
    async def open_allotment(body: AllotmentBody, caller: Managing) -> Response:
        """Open a waiting list, or a draw: the digest of its seed is public from now on."""
        found = await service.open_up(looker(caller), body.estate_id, body.terms())
        location = f"{PREFIX}/allotments/{found.id}"
        return answer(AllotmentView.of(found), found.version, 201, location)

    @router.post("/{allotment_id}/giving", response_model=AllotmentView, dependencies=once)
    async def give_spaces(
        allotment_id: PathId, body: GivingBody, caller: Managing, version: Version
    ) -> Response:
        """Give spaces of a waiting list to who has waited longest; permits follow."""
        target = Target(viewer(caller), allotment_id, version)
        return _shown(await service.give(target, space_ids=body.space_ids))

    @router.post("/{allotment_id}/draw", response_model=AllotmentView, dependencies=once)
    async def draw_lots(
        allotment_id: PathId, body: DrawBody, caller: Managing, version: Version
    ) -> Response:
        """Draw the lots over the closed list; the seed is public from now on, permits follow."""
        target = Target(viewer(caller), allotment_id, version)
        return _shown(await service.draw(target, numbers=body.numbers))

    @router.post("/{allotment_id}/cancellation", response_model=AllotmentView, dependencies=once)
    async def cancel_allotment(
        allotment_id: PathId, caller: Managing, version: Version
    ) -> Response:
        """Nothing is given by it."""
        return _shown(await service.cancel(Target(viewer(caller), allotment_id, version)))


def _shown(allotment: Allotment) -> Response:
    return answer(AllotmentView.of(allotment), allotment.version)
