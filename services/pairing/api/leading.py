"""Who could lead which entrance or building, over HTTP."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from services.pairing.api.forms import PREFIX, onlooker_of_branch
from services.pairing.domain.coverage import Level, Unit
from services.pairing.domain.leading import Lead
from services.pairing.domain.member import Member
from services.pairing.domain.whereabouts import Nearness
from services.pairing.service.leading import (
    ACCEPTED_AT_ONCE_MAX,
    Accepted,
    LeadingService,
    LeadProposal,
)
from shared.auth import Caller
from shared.bulk import Outcome
from shared.texts import Lang
from shared.web import Body, View, answer, needs
from shared.web.bulk import FaultView, faults_of
from shared.web.exchange import lang_for
from shared.web.forms import PathId, Ref

Looking = Annotated[Caller, Depends(needs("pairing:matching:read"))]
Writing = Annotated[Caller, Depends(needs("pairing:member:write"))]


class LeadBody(Body):
    """A member, and the entrance or building that they are to lead."""

    member_id: Ref
    place_id: Ref

    def accepted(self) -> Accepted:
        """The same for the use case."""
        return Accepted(self.member_id, self.place_id)


class LeadsBody(Body):
    """What is taken over of a proposal."""

    leads: Annotated[tuple[LeadBody, ...], Field(min_length=1, max_length=ACCEPTED_AT_ONCE_MAX)]


class LeadView(View):
    """A member who could lead a place, and how near they live; metres for a walk."""

    level: Level
    place_id: str
    member_id: str
    nearness: Nearness
    metres: int | None

    @classmethod
    def of(cls, lead: Lead) -> "LeadView":
        """The view of one."""
        return cls.model_validate(lead, from_attributes=True)


class LackingView(View):
    """A place that would lack so many still."""

    level: Level
    id: str
    code: str | None
    missing: int

    @classmethod
    def of(cls, unit: Unit) -> "LackingView":
        """The view of one."""
        return cls.model_validate(unit, from_attributes=True)


class LeadProposalView(View):
    """Who could lead what, entrances first, and what would lack somebody still."""

    leads: list[LeadView]
    lacking: list[LackingView]

    @classmethod
    def of(cls, proposal: LeadProposal) -> "LeadProposalView":
        """The view of a proposal."""
        return cls(
            leads=[LeadView.of(each) for each in proposal.leads],
            lacking=[LackingView.of(each) for each in proposal.lacking],
        )


class LeadOutcome(StrEnum):
    """What became of one of them."""

    TAKEN = "taken"
    KNOWN = "known"
    """They led it before."""
    REFUSED = "refused"


class TakenLeadView(View):
    """The outcome of one."""

    member_id: str
    outcome: LeadOutcome
    errors: tuple[FaultView, ...]

    @classmethod
    def of(cls, outcome: Outcome[Member], lang: Lang) -> "TakenLeadView":
        """The view of an outcome."""
        taken = LeadOutcome.KNOWN if outcome.known else LeadOutcome.TAKEN
        return cls(
            member_id=outcome.external_ref or "",
            outcome=LeadOutcome.REFUSED if outcome.thing is None else taken,
            errors=faults_of(outcome, lang),
        )


class TakenLeadsView(View):
    """The outcomes, in the order in which they were told."""

    outcomes: list[TakenLeadView]

    @classmethod
    def of(cls, outcomes: Iterable[Outcome[Member]], lang: Lang) -> "TakenLeadsView":
        """The view of all of them."""
        return cls(outcomes=[TakenLeadView.of(each, lang) for each in outcomes])


def router(service: LeadingService) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix=f"{PREFIX}/coverage", tags=["coverage"])

    @router.get("/{community}/leads", response_model=LeadProposalView)
    async def propose_leads(community: PathId, caller: Looking) -> Response:
        """Who could lead which entrance or building that lacks somebody, worked out anew."""
        caller.may(community)
        view = LeadProposalView.of(await service.propose(community))
        return answer(view)

    @router.post("/{community}/leads", response_model=TakenLeadsView)
    async def accept_leads(
        community: PathId, body: LeadsBody, caller: Writing, request: Request
    ) -> Response:
        """Have up to 100 members lead these places, a branch its own; one that is refused hinders
        no other."""
        caller.may(community)
        accepted = [each.accepted() for each in body.leads]
        outcomes = await service.accept(accepted, onlooker_of_branch(caller))
        return answer(TakenLeadsView.of(outcomes, lang_for(request)))

    return router
