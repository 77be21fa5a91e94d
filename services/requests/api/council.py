"""What all routes of the council share: who calls, by which scopes, and how a proposal is shown."""

from typing import Annotated

from fastapi import Depends, Response

from services.requests.api.proposal_forms import ProposalView
from services.requests.domain.council import Councillor
from services.requests.domain.proposal import Proposal
from shared.auth import Caller
from shared.web import answer, needs

PREFIX = "/api/requests/v1"
PROPOSALS = f"{PREFIX}/proposals"
READ, PROPOSE, SECOND, MANAGE, EVALUATE = (
    f"requests:proposal:{verb}" for verb in ("read", "propose", "second", "manage", "evaluate")
)
CAST, ENTER = "requests:ballot:cast", "requests:ballot:enter"

Reading = Annotated[Caller, Depends(needs(READ))]
Proposer = Annotated[Caller, Depends(needs(PROPOSE))]
Seconder = Annotated[Caller, Depends(needs(SECOND))]
Manager = Annotated[Caller, Depends(needs(MANAGE))]
Evaluator = Annotated[Caller, Depends(needs(EVALUATE))]
Voter = Annotated[Caller, Depends(needs(CAST))]
Officer = Annotated[Caller, Depends(needs(ENTER))]


def councillor_of(caller: Caller) -> Councillor:
    """What a caller may do in the council, by its scopes."""
    return Councillor(caller.id, caller.communities, manages=MANAGE in caller.scopes)


def shown(proposal: Proposal) -> Response:
    """The answer that shows a proposal, with its version as ``ETag``."""
    return answer(ProposalView.of(proposal), proposal.version)
