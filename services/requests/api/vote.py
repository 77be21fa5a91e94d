"""Votes over HTTP: opened, cast, entered, counted."""

from fastapi import APIRouter, Depends, Response

from services.requests.api.council import (
    PROPOSALS,
    Manager,
    Officer,
    Voter,
    councillor_of,
    shown,
)
from services.requests.api.proposal_forms import ProposalView
from services.requests.api.vote_forms import (
    BallotBody,
    BallotView,
    EnteredBallotBody,
    EntryView,
    MineView,
    VoteBody,
)
from services.requests.domain.ballot import KeptEntry
from services.requests.service.vote import Said, VoteService
from shared.web import Once, answer, listing
from shared.web.forms import PageView, Paging, PathId, Version
from shared.web.once import Lookup


class VoteRoutes:
    """One method for each route."""

    def __init__(self, service: VoteService) -> None:
        self._service = service

    async def open(
        self, proposal_id: PathId, caller: Manager, version: Version, body: VoteBody
    ) -> Response:
        """Open the vote (表决): its roll is frozen from now on."""
        return shown(
            await self._service.open(
                proposal_id,
                councillor_of(caller),
                seen=version,
                opening=body.opening(),
                electorate=body.electorate(),
            )
        )

    async def cast(
        self, proposal_id: PathId, entry_id: PathId, caller: Voter, body: BallotBody
    ) -> Response:
        """Cast the ballot of one's own entry, online; sending the same one again is no harm."""
        said = Said(body.choice)
        return _taken(await self._service.cast(proposal_id, councillor_of(caller), entry_id, said))

    async def enter(
        self, proposal_id: PathId, entry_id: PathId, caller: Officer, body: EnteredBallotBody
    ) -> Response:
        """Enter a ballot given on paper or by telephone, as an officer named for this vote."""
        said = Said(body.choice, body.channel)
        return _taken(await self._service.cast(proposal_id, councillor_of(caller), entry_id, said))

    async def mine(self, proposal_id: PathId, caller: Voter) -> Response:
        """The entries that the caller may cast online, and whether each has voted."""
        kept = await self._service.mine(proposal_id, councillor_of(caller))
        return answer(MineView(items=[EntryView.of(entry) for entry in kept], next_cursor=None))

    async def roll(self, proposal_id: PathId, caller: Officer, page: Paging) -> Response:
        """The roll by entry, and who has voted: for those who see to it that all are asked."""
        found = await self._service.roll(
            proposal_id, councillor_of(caller), cursor=page.cursor, limit=page.limit
        )
        return listing([EntryView.of(entry) for entry in found.items], found.next_cursor)

    async def close(self, proposal_id: PathId, caller: Manager, version: Version) -> Response:
        """Seal the roll and count, once its time is over or everybody has voted."""
        return shown(await self._service.close(proposal_id, councillor_of(caller), seen=version))


def _taken(kept: KeptEntry) -> Response:
    return answer(BallotView.model_validate(kept.ballot, from_attributes=True))


def router(service: VoteService, answered: Lookup) -> APIRouter:
    """The routes of votes; ``answered`` as for ``Once``."""
    routes = VoteRoutes(service)
    api = APIRouter(prefix=f"{PROPOSALS}/{{proposal_id}}", tags=["votes"])
    api.get("/roll", response_model=PageView[EntryView])(routes.roll)
    api.get("/ballots", response_model=MineView)(routes.mine)
    api.put("/ballots/{entry_id}", response_model=BallotView)(routes.cast)
    api.put("/entered-ballots/{entry_id}", response_model=BallotView)(routes.enter)
    changing = [Depends(Once(answered, ProposalView.of))]
    api.post("/vote", response_model=ProposalView, dependencies=changing)(routes.open)
    api.post("/count", response_model=ProposalView, dependencies=changing)(routes.close)
    return api
