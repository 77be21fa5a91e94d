"""Who acts in the council, and what each may do with a proposal."""

from dataclasses import dataclass

from services.requests.domain.proposal import Proposal, ProposalState
from shared.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Councillor:
    """Who asks: somebody of these communities; ``manages``: keeps the council's business."""

    id: str
    communities: tuple[str, ...]
    manages: bool


def may_read(councillor: Councillor, proposal: Proposal) -> bool:
    """A draft is its proposer's, and of those who keep the council's business; the rest is open."""
    if proposal.community not in councillor.communities:
        return False
    if proposal.state is not ProposalState.DRAFT:
        return True
    return councillor.manages or proposal.proposer_id == councillor.id


def must_propose(councillor: Councillor, proposal: Proposal) -> None:
    """Passes for the proposer: nobody else words, submits or takes back; ``NotAllowed``."""
    if proposal.proposer_id != councillor.id:
        raise NotAllowed("proposal.not_yours")
