"""Pledges over HTTP: members make them, branches look after them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.pairing.api.encouragement_forms import (
    PledgeBody,
    PledgeProgressView,
    PledgeView,
)
from services.pairing.api.forms import PREFIX, branch_of, oneself, onlooker_of_records
from services.pairing.domain.pledge import Pledge, PledgeState
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.pledge import PledgeService
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version, filter_of
from shared.web.once import Lookup
from shared.web.story import StoryView

Making = Annotated[Caller, Depends(needs("pairing:pledge:make"))]
Looking = Annotated[Caller, Depends(needs("pairing:pledge:read"))]
Reminding = Annotated[Caller, Depends(needs("pairing:pledge:remind"))]
ONE = "/{pledge_id}"


def router(service: PledgeService, answered: Lookup) -> APIRouter:
    """The routes of pledges."""
    router = APIRouter(prefix=f"{PREFIX}/pledges", tags=["contributions"])
    _acting(router, service, answered)
    _looking(router, service)
    return router


def _acting(router: APIRouter, service: PledgeService, answered: Lookup) -> None:
    made = [Depends(Once(answered, PledgeView.of, status=201))]
    once = [Depends(Once(answered, PledgeView.of))]

    @router.post("", status_code=201, response_model=PledgeView, dependencies=made)
    async def make_pledge(body: PledgeBody, caller: Making) -> Response:
        """Set oneself a goal."""
        community = caller.one_community(body.community)
        pledge = await service.make(Onlooker((community,), person_id=caller.id), body.goal())
        location = f"{PREFIX}/pledges/{pledge.id}"
        return answer(PledgeView.of(pledge), pledge.version, 201, location)

    @router.post(f"{ONE}/withdrawal", response_model=PledgeView, dependencies=once)
    async def withdraw_pledge(pledge_id: PathId, caller: Making, version: Version) -> Response:
        """Give one's own pledge up."""
        return _shown(await service.withdraw(pledge_id, oneself(caller), seen=version))

    @router.post(f"{ONE}/reminder", response_model=PledgeView, dependencies=once)
    async def remind_of_pledge(pledge_id: PathId, caller: Reminding, version: Version) -> Response:
        """Remind a member of one's branch; once a day at most."""
        return _shown(await service.remind(pledge_id, branch_of(caller), seen=version))


def _looking(router: APIRouter, service: PledgeService) -> None:
    @router.get("", response_model=PageView[PledgeProgressView])
    async def list_pledges(
        caller: Looking,
        page: Paging,
        state: PledgeState | None = None,
        member_id: QueryId = None,
    ) -> Response:
        """Pledges with their progress, newest first: members see theirs, a branch its members'."""
        where: dict[str, Any] = filter_of(
            state=None if state is None else state.value, member_id=member_id
        )
        found = await service.page(
            onlooker_of_records(caller), where, cursor=page.cursor, limit=page.limit
        )
        shown = [PledgeProgressView.of_progress(each) for each in found.items]
        return listing(shown, found.next_cursor)

    @router.get(ONE, response_model=PledgeProgressView)
    async def read_pledge(pledge_id: PathId, caller: Looking) -> Response:
        """One pledge and how much of it is done."""
        found = await service.get(pledge_id, onlooker_of_records(caller))
        return answer(PledgeProgressView.of_progress(found), found.pledge.version)

    @router.get(f"{ONE}/story", response_model=StoryView)
    async def read_pledge_story(pledge_id: PathId, caller: Looking) -> Response:
        """Everything that happened to it, oldest first."""
        story = await service.story(pledge_id, onlooker_of_records(caller))
        return answer(StoryView.of(list(story)))


def _shown(pledge: Pledge) -> Response:
    return answer(PledgeView.of(pledge), pledge.version)
