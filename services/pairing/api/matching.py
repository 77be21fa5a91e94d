"""Matchings over HTTP: asked for, looked at, accepted or declined piece by piece; stand-ins."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.pairing.api.branch_guard import BranchGuard, onlooker_of_homes
from services.pairing.api.forms import PREFIX, oneself, onlooker_of_branch, onlooker_of_community
from services.pairing.api.matching_forms import (
    DecisionBody,
    MatchingBody,
    MatchingItemView,
    MatchingView,
    MatchView,
    StandInView,
)
from services.pairing.domain.matching import Matching, MatchingState
from services.pairing.domain.matching_item import ItemKind, ItemState
from services.pairing.domain.standin import StandInState
from services.pairing.service.branch_sight import About, BranchSight
from services.pairing.service.matching import MatchingService, Wish
from services.pairing.service.matching_parts import Bounds
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.standin import StandInService
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.exchange import lang_for
from shared.web.forms import PageView, Paging, PathId, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

Reading = Annotated[Caller, Depends(needs("pairing:matching:read"))]
Managing = Annotated[Caller, Depends(needs("pairing:matching:manage"))]
Own = Annotated[Caller, Depends(needs("pairing:match:read"))]
StandingIn = Annotated[Caller, Depends(needs("pairing:stand_in:read"))]
Ending = Annotated[Caller, Depends(needs("pairing:stand_in:end"))]


def router(service: MatchingService, answered: Lookup) -> APIRouter:
    """The routes of matchings."""
    router = APIRouter(prefix=f"{PREFIX}/matchings", tags=["matchings"])
    _asking(router, service, answered)
    _reading(router, service)
    _deciding(router, service, answered)
    return router


def _asking(router: APIRouter, service: MatchingService, answered: Lookup) -> None:
    once = Depends(Once(answered, MatchingView.of, status=202))

    @router.post("", status_code=202, response_model=MatchingView, dependencies=[once])
    async def request_matching(body: MatchingBody, caller: Managing) -> Response:
        """Have it worked out who should help whom; it is there within moments."""
        community = caller.one_community(body.community)
        matching = await service.ask(community, modes=body.modes, by=caller.id)
        location = f"{PREFIX}/matchings/{matching.id}"
        return answer(MatchingView.of(matching), matching.version, 202, location)


def _reading(router: APIRouter, service: MatchingService) -> None:
    @router.get("", response_model=PageView[MatchingView])
    async def list_matchings(
        caller: Reading, page: Paging, state: MatchingState | None = None
    ) -> Response:
        """The matchings of the caller's communities, newest first."""
        found = await service.page(
            onlooker_of_branch(caller), state=state, cursor=page.cursor, limit=page.limit
        )
        return listing([MatchingView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{matching_id}", response_model=MatchingView)
    async def read_matching(matching_id: PathId, caller: Reading) -> Response:
        """One matching."""
        return _shown(await service.get(matching_id, onlooker_of_branch(caller)))

    @router.get("/{matching_id}/story", response_model=StoryView)
    async def read_matching_story(matching_id: PathId, caller: Reading) -> Response:
        """Everything that happened to it, oldest first."""
        return answer(StoryView.of(await service.story(matching_id, onlooker_of_branch(caller))))

    @router.get("/{matching_id}/items", response_model=PageView[MatchingItemView])
    async def list_matching_items(
        matching_id: PathId,
        caller: Reading,
        page: Paging,
        request: Request,
        kind: ItemKind | None = None,
        state: ItemState | None = None,
    ) -> Response:
        """What it proposes, and who has nobody, with reasons in words."""
        onlooker = onlooker_of_branch(caller)
        found = await service.items(
            matching_id,
            onlooker,
            Bounds(onlooker.branch_id, kind, state),
            cursor=page.cursor,
            limit=page.limit,
        )
        lang = lang_for(request)
        return listing([MatchingItemView.of(each, lang) for each in found.items], found.next_cursor)


def _deciding(router: APIRouter, service: MatchingService, answered: Lookup) -> None:
    once = [Depends(Once(answered, MatchingView.of))]

    @router.post("/{matching_id}/acceptance", response_model=MatchingView, dependencies=once)
    async def accept_matching(
        matching_id: PathId, body: DecisionBody, caller: Managing, version: Version
    ) -> Response:
        """Accept items, or all that are open: pairings are proposed of them within moments."""
        wish = Wish(accepted=True, items=body.items)
        return _shown(
            await service.decide(
                matching_id, onlooker_of_branch(caller), wish, by=caller.id, seen=version
            )
        )

    @router.post("/{matching_id}/decline", response_model=MatchingView, dependencies=once)
    async def decline_matching(
        matching_id: PathId, body: DecisionBody, caller: Managing, version: Version
    ) -> Response:
        """Decline items, or all that are open: others are looked for in their place."""
        wish = Wish(accepted=False, items=body.items)
        return _shown(
            await service.decide(
                matching_id, onlooker_of_branch(caller), wish, by=caller.id, seen=version
            )
        )

    @router.post("/{matching_id}/withdrawal", response_model=MatchingView, dependencies=once)
    async def withdraw_matching(
        matching_id: PathId, caller: Managing, version: Version
    ) -> Response:
        """Take it back: nothing more of it can be accepted."""
        withdrawn = await service.withdraw(matching_id, onlooker_of_branch(caller), seen=version)
        return _shown(withdrawn)


def match_router(service: MatchingService) -> APIRouter:
    """The route of what was accepted for oneself."""
    router = APIRouter(prefix=f"{PREFIX}/matches", tags=["matchings"])

    @router.get("", response_model=PageView[MatchView])
    async def list_matches(caller: Own, page: Paging, request: Request) -> Response:
        """Whom the caller was proposed to help or to stand in for, and why; newest first."""
        found = await service.of_helper(oneself(caller), cursor=page.cursor, limit=page.limit)
        lang = lang_for(request)
        return listing([MatchView.of(each, lang) for each in found.items], found.next_cursor)

    return router


def stand_in_router(service: StandInService, sight: BranchSight, answered: Lookup) -> APIRouter:
    """The routes of stand-ins."""

    async def about(stand_in_id: str, communities: Sequence[str]) -> About:
        found = await service.get(stand_in_id, Onlooker(tuple(communities)))
        return About((found.household_id,))

    guard = BranchGuard(sight, about, "stand_in_id")
    router = APIRouter(
        prefix=f"{PREFIX}/stand-ins", tags=["stand-ins"], dependencies=[guard.depends]
    )
    once = [Depends(Once(answered, StandInView.of))]

    @router.get("", response_model=PageView[StandInView])
    async def list_stand_ins(
        caller: StandingIn, page: Paging, state: StandInState | None = None
    ) -> Response:
        """Who stands in for whom, newest first; members see where they stand in themselves."""
        found = await service.page(
            onlooker_of_community(caller),
            state=state,
            cursor=page.cursor,
            limit=page.limit,
            bounds=await sight.where(onlooker_of_homes(caller), homes="household_id"),
        )
        return listing([StandInView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{stand_in_id}", response_model=StandInView)
    async def read_stand_in(stand_in_id: PathId, caller: StandingIn) -> Response:
        """One stand-in."""
        stand_in = await service.get(stand_in_id, onlooker_of_community(caller))
        return answer(StandInView.of(stand_in), stand_in.version)

    @router.get("/{stand_in_id}/story", response_model=StoryView)
    async def read_stand_in_story(stand_in_id: PathId, caller: StandingIn) -> Response:
        """Everything that happened to it, oldest first."""
        story = await service.story(stand_in_id, onlooker_of_community(caller))
        return answer(StoryView.of(story))

    @router.post("/{stand_in_id}/end", response_model=StandInView, dependencies=once)
    async def end_stand_in(stand_in_id: PathId, caller: Ending, version: Version) -> Response:
        """End it: somebody else is looked for, if the helper is not back."""
        onlooker = onlooker_of_community(caller)
        stand_in = await service.end(stand_in_id, onlooker, seen=version)
        return answer(StandInView.of(stand_in), stand_in.version)

    return router


def _shown(matching: Matching) -> Response:
    return answer(MatchingView.of(matching), matching.version)
