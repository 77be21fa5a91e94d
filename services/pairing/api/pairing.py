"""Pairings over HTTP: proposed, agreed to, begun, rested, ended."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.pairing.api.branch_guard import BranchGuard, onlooker_of_homes
from services.pairing.api.forms import PREFIX, onlooker_of_community
from services.pairing.api.pairing_forms import (
    EndBody,
    PairingBody,
    PairingView,
    PauseBody,
    Wanted,
)
from services.pairing.domain.pairing import Pairing
from services.pairing.service.branch_sight import About, BranchSight
from services.pairing.service.pairing import PairingService
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

Looking = Annotated[Caller, Depends(needs("pairing:pairing:read"))]
Writing = Annotated[Caller, Depends(needs("pairing:pairing:write"))]
Consenting = Annotated[Caller, Depends(needs("pairing:pairing:consent"))]


def guard_of(service: PairingService, sight: BranchSight) -> BranchGuard:
    """A branch opens the pairings of households for which it answers."""

    async def about(pairing_id: str, communities: Sequence[str]) -> About:
        return About((await service.get(pairing_id, communities=communities)).household_ids)

    return BranchGuard(sight, about, "pairing_id")


def router(service: PairingService, sight: BranchSight, answered: Lookup) -> APIRouter:
    """The routes of pairings."""
    guard = guard_of(service, sight)
    router = APIRouter(prefix=f"{PREFIX}/pairings", tags=["pairings"], dependencies=[guard.depends])
    _proposing(router, service, answered)
    _reading(router, service, sight)
    _agreeing(router, service, answered)
    _running(router, service, answered)
    return router


def _proposing(router: APIRouter, service: PairingService, answered: Lookup) -> None:
    once = Depends(Once(answered, PairingView.of, status=201))

    @router.post("", status_code=201, response_model=PairingView, dependencies=[once])
    async def propose_pairing(body: PairingBody, caller: Writing) -> Response:
        """Propose helpers and households to each other; a branch its own members."""
        pairing = await service.propose(
            body.proposal(),
            communities=caller.communities,
            branch_id=onlooker_of_homes(caller).branch_id,
        )
        location = f"{PREFIX}/pairings/{pairing.id}"
        return answer(PairingView.of(pairing), pairing.version, 201, location)


def _reading(router: APIRouter, service: PairingService, sight: BranchSight) -> None:
    @router.get("", response_model=PageView[PairingView])
    async def list_pairings(caller: Looking, page: Paging, wanted: Wanted) -> Response:
        """Pairings, newest first: helpers and households see theirs, a branch those of households
        for which it answers, staff their community's."""
        found = await service.page(
            onlooker_of_community(caller),
            wanted,
            cursor=page.cursor,
            limit=page.limit,
            bounds=await sight.where(onlooker_of_homes(caller), homes="household_ids"),
        )
        return listing([PairingView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{pairing_id}", response_model=PairingView)
    async def read_pairing(pairing_id: PathId, caller: Looking) -> Response:
        """One pairing."""
        return _shown(await service.shown(pairing_id, onlooker_of_community(caller)))

    @router.get("/{pairing_id}/story", response_model=StoryView)
    async def read_pairing_story(pairing_id: PathId, caller: Looking) -> Response:
        """Everything that happened to it, oldest first."""
        story = await service.story(pairing_id, onlooker_of_community(caller))
        return answer(StoryView.of(story))


def _agreeing(router: APIRouter, service: PairingService, answered: Lookup) -> None:
    once = [Depends(Once(answered, PairingView.of))]

    @router.post("/{pairing_id}/consent", response_model=PairingView, dependencies=once)
    async def consent_to_pairing(
        pairing_id: PathId, caller: Consenting, version: Version
    ) -> Response:
        """All sides agreed."""
        bounds = caller.communities
        return _shown(await service.consent(pairing_id, communities=bounds, seen=version))

    @router.post("/{pairing_id}/decline", response_model=PairingView, dependencies=once)
    async def decline_pairing(pairing_id: PathId, caller: Consenting, version: Version) -> Response:
        """It is not wanted, by whomever."""
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
    async def pause_pairing(
        pairing_id: PathId, caller: Writing, version: Version, body: PauseBody | None = None
    ) -> Response:
        """Rest for a while, or for another while; nobody is visited."""
        until = None if body is None else body.until
        bounds = caller.communities
        return _shown(
            await service.pause(pairing_id, until=until, communities=bounds, seen=version)
        )

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
