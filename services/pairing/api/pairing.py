"""Pairings over HTTP: proposed, agreed to, begun, rested, ended."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.pairing.api.forms import PREFIX
from services.pairing.domain.pairing import (
    SIDES_MAX,
    EndReason,
    Pairing,
    PairingMode,
    PairingState,
)
from services.pairing.service.pairing import PairingService, Proposal
from shared.auth import Caller
from shared.web import Body, Once, View, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, Ref, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

Writing = Annotated[Caller, Depends(needs("pairing:pairing:write"))]
Consenting = Annotated[Caller, Depends(needs("pairing:pairing:consent"))]
Side = Annotated[tuple[Ref, ...], Field(min_length=1, max_length=SIDES_MAX)]


class PairingBody(Body):
    """Who is to help whom: ids of members, and of households of one community."""

    mode: PairingMode
    helper_ids: Side
    household_ids: Side


class EndBody(Body):
    """Why it ends."""

    reason: EndReason


class PairingView(View):
    """A pairing."""

    id: str
    community: str
    version: int
    state: PairingState
    mode: PairingMode
    helper_ids: list[str]
    household_ids: list[str]
    end_reason: EndReason | None

    @classmethod
    def of(cls, pairing: Pairing) -> "PairingView":
        """The view of a pairing."""
        return cls.model_validate(pairing, from_attributes=True)


def router(service: PairingService, answered: Lookup) -> APIRouter:
    """The routes of pairings."""
    router = APIRouter(prefix=f"{PREFIX}/pairings", tags=["pairings"])
    _proposing(router, service, answered)
    _reading(router, service)
    _agreeing(router, service, answered)
    _running(router, service, answered)
    return router


def _proposing(router: APIRouter, service: PairingService, answered: Lookup) -> None:
    once = Depends(Once(answered, PairingView.of, status=201))

    @router.post("", status_code=201, response_model=PairingView, dependencies=[once])
    async def propose_pairing(body: PairingBody, caller: Writing) -> Response:
        """Propose helpers and households to each other."""
        proposal = Proposal(body.mode, body.helper_ids, body.household_ids)
        pairing = await service.propose(proposal, communities=caller.communities)
        location = f"{PREFIX}/pairings/{pairing.id}"
        return answer(PairingView.of(pairing), pairing.version, 201, location)


def _reading(router: APIRouter, service: PairingService) -> None:
    @router.get("", response_model=PageView[PairingView])
    async def list_pairings(
        caller: Writing, page: Paging, state: PairingState | None = None
    ) -> Response:
        """The pairings of the caller's communities, newest first."""
        found = await service.page(
            communities=caller.communities, state=state, cursor=page.cursor, limit=page.limit
        )
        return listing([PairingView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{pairing_id}", response_model=PairingView)
    async def read_pairing(pairing_id: PathId, caller: Writing) -> Response:
        """One pairing."""
        return _shown(await service.get(pairing_id, communities=caller.communities))

    @router.get("/{pairing_id}/story", response_model=StoryView)
    async def read_pairing_story(pairing_id: PathId, caller: Writing) -> Response:
        """Everything that happened to it, oldest first."""
        story = await service.story(pairing_id, communities=caller.communities)
        return answer(StoryView.of(story))


def _agreeing(router: APIRouter, service: PairingService, answered: Lookup) -> None:
    once = [Depends(Once(answered, PairingView.of))]

    @router.post("/{pairing_id}/consent", response_model=PairingView, dependencies=once)
    async def consent_to_pairing(
        pairing_id: PathId, caller: Consenting, version: Version
    ) -> Response:
        """Both sides agreed."""
        bounds = caller.communities
        return _shown(await service.consent(pairing_id, communities=bounds, seen=version))

    @router.post("/{pairing_id}/decline", response_model=PairingView, dependencies=once)
    async def decline_pairing(pairing_id: PathId, caller: Consenting, version: Version) -> Response:
        """One side does not want it."""
        bounds = caller.communities
        return _shown(await service.decline(pairing_id, communities=bounds, seen=version))


def _running(router: APIRouter, service: PairingService, answered: Lookup) -> None:
    once = [Depends(Once(answered, PairingView.of))]

    @router.post("/{pairing_id}/activation", response_model=PairingView, dependencies=once)
    async def activate_pairing(pairing_id: PathId, caller: Writing, version: Version) -> Response:
        """Begin; every household's consent must be in force."""
        bounds = caller.communities
        return _shown(await service.activate(pairing_id, communities=bounds, seen=version))

    @router.post("/{pairing_id}/pause", response_model=PairingView, dependencies=once)
    async def pause_pairing(pairing_id: PathId, caller: Writing, version: Version) -> Response:
        """Rest for a while."""
        bounds = caller.communities
        return _shown(await service.pause(pairing_id, communities=bounds, seen=version))

    @router.post("/{pairing_id}/resumption", response_model=PairingView, dependencies=once)
    async def resume_pairing(pairing_id: PathId, caller: Writing, version: Version) -> Response:
        """Go on; every household's consent must be in force."""
        bounds = caller.communities
        return _shown(await service.resume(pairing_id, communities=bounds, seen=version))

    @router.post("/{pairing_id}/end", response_model=PairingView, dependencies=once)
    async def end_pairing(
        pairing_id: PathId, body: EndBody, caller: Writing, version: Version
    ) -> Response:
        """End it for good."""
        pairing = await service.end(
            pairing_id, reason=body.reason, communities=caller.communities, seen=version
        )
        return _shown(pairing)


def _shown(pairing: Pairing) -> Response:
    return answer(PairingView.of(pairing), pairing.version)
