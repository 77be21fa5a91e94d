"""Proposals over HTTP until the vote: worded, seconded, listed, deliberated."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.requests.api.council import (
    PROPOSALS,
    Manager,
    Proposer,
    Reading,
    Seconder,
    councillor_of,
    shown,
)
from services.requests.api.proposal_forms import (
    DeclineBody,
    DraftBody,
    ListingBody,
    MinutesBody,
    ProposalView,
    WordingBody,
)
from services.requests.domain.agenda import Wording
from services.requests.domain.need import Need
from services.requests.domain.proposal import Declined, ProposalState
from services.requests.service.proposal import AgendaService, ProposalFilter, Proposals
from shared.web import Once, answer, listing
from shared.web.forms import PageView, Paging, PathId, QueryId, Version
from shared.web.once import Lookup
from shared.web.story import StoryView


async def _filter(
    state: ProposalState | None = None,
    meeting_id: QueryId = None,
    origin_id: QueryId = None,
    mine: Annotated[bool, Query()] = False,
) -> ProposalFilter:
    return ProposalFilter(state, meeting_id, origin_id, mine)


Wanted = Annotated[ProposalFilter, Depends(_filter)]


class ProposalRoutes:
    """One method for each route."""

    def __init__(self, proposals: Proposals, service: AgendaService) -> None:
        self._proposals = proposals
        self._service = service

    async def draft(self, caller: Proposer, body: DraftBody) -> Response:
        """Begin a proposal (议题), also from a survey's finding: a draft that others do not see."""
        finding = body.finding
        proposal = await self._service.draft(
            councillor_of(caller),
            Wording(body.title, body.text),
            community=caller.one_community(body.community),
            need=Need(finding.survey_id, finding.finding_id) if finding else None,
        )
        view = ProposalView.of(proposal)
        return answer(view, proposal.version, 201, f"{PROPOSALS}/{proposal.id}")

    async def find(self, caller: Reading, page: Paging, wanted: Wanted) -> Response:
        """The communities' proposals, newest first; drafts only one's own."""
        found = await self._proposals.page(
            councillor_of(caller), wanted, cursor=page.cursor, limit=page.limit
        )
        return listing([ProposalView.of(proposal) for proposal in found.items], found.next_cursor)

    async def get(self, proposal_id: PathId, caller: Reading) -> Response:
        """One proposal."""
        return shown(await self._proposals.one(proposal_id, councillor_of(caller)))

    async def story(self, proposal_id: PathId, caller: Reading) -> Response:
        """All that happened to a proposal, oldest first; of ballots it knows nothing."""
        return answer(StoryView.of(await self._proposals.story(proposal_id, councillor_of(caller))))

    async def revise(
        self, proposal_id: PathId, caller: Proposer, version: Version, body: WordingBody
    ) -> Response:
        """Put one's own draft in other words."""
        wording = Wording(body.title, body.text)
        return shown(
            await self._service.revise(
                proposal_id, councillor_of(caller), seen=version, wording=wording
            )
        )

    async def submit(self, proposal_id: PathId, caller: Proposer, version: Version) -> Response:
        """Put one's own draft before the council (提议), for all to read."""
        return shown(await self._service.submit(proposal_id, councillor_of(caller), seen=version))

    async def withdraw(self, proposal_id: PathId, caller: Proposer, version: Version) -> Response:
        """Take one's own proposal back (撤回), before a vote is opened on it."""
        return shown(await self._service.withdraw(proposal_id, councillor_of(caller), seen=version))

    async def second(self, proposal_id: PathId, caller: Seconder, version: Version) -> Response:
        """Stand behind another's proposal (附议), once."""
        return shown(await self._service.second(proposal_id, councillor_of(caller), seen=version))

    async def list_(
        self, proposal_id: PathId, caller: Manager, version: Version, body: ListingBody
    ) -> Response:
        """Put it on a planned meeting's agenda (列入议程), or move it to another one's."""
        return shown(
            await self._service.list_(
                proposal_id, councillor_of(caller), seen=version, meeting_id=body.meeting_id
            )
        )

    async def decline(
        self, proposal_id: PathId, caller: Manager, version: Version, body: DeclineBody
    ) -> Response:
        """Put it on no agenda (不列入), for a reason."""
        declined = Declined(body.reason, body.note)
        return shown(
            await self._service.decline(
                proposal_id, councillor_of(caller), seen=version, declined=declined
            )
        )

    async def deliberate(self, proposal_id: PathId, caller: Manager, version: Version) -> Response:
        """Its meeting takes it up (协商)."""
        return shown(
            await self._service.deliberate(proposal_id, councillor_of(caller), seen=version)
        )

    async def minute(
        self, proposal_id: PathId, caller: Manager, version: Version, body: MinutesBody
    ) -> Response:
        """Keep what was said of it; a later record takes the place of an earlier one."""
        return shown(
            await self._service.minute(
                proposal_id, councillor_of(caller), seen=version, text=body.text
            )
        )


def router(proposals: Proposals, service: AgendaService, answered: Lookup) -> APIRouter:
    """The routes of proposals until the vote; ``answered`` as for ``Once``."""
    routes = ProposalRoutes(proposals, service)
    api = APIRouter(prefix=PROPOSALS, tags=["proposals"])
    api.get("", response_model=PageView[ProposalView])(routes.find)
    api.get("/{proposal_id}", response_model=ProposalView)(routes.get)
    api.get("/{proposal_id}/story", response_model=StoryView)(routes.story)

    drafting = Depends(Once(answered, ProposalView.of, status=201))
    api.post("", status_code=201, response_model=ProposalView, dependencies=[drafting])(
        routes.draft
    )
    changing = Depends(Once(answered, ProposalView.of))
    for action, change in (
        ("revision", routes.revise),
        ("submission", routes.submit),
        ("withdrawal", routes.withdraw),
        ("seconding", routes.second),
        ("listing", routes.list_),
        ("refusal", routes.decline),
        ("deliberation", routes.deliberate),
        ("minutes", routes.minute),
    ):
        api.add_api_route(
            f"/{{proposal_id}}/{action}",
            change,
            methods=["POST"],
            response_model=ProposalView,
            dependencies=[changing],
        )
    return api
