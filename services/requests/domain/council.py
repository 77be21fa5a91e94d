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
    """What was put before the council is open; what was not, or not yet, is its proposer's.

    Those who keep the council's business see that, too, unless it was said in confidence.
    """
    if proposal.community not in councillor.communities:
        return False
    if _put_before_all(proposal) or proposal.proposer_id == councillor.id:
        return True
    return councillor.manages and not proposal.origin.confidential


def _put_before_all(proposal: Proposal) -> bool:
    if proposal.state is ProposalState.WITHDRAWN:
        return proposal.submitted  # a draft that was taken back was never anybody else's
    return proposal.state is not ProposalState.DRAFT


def must_propose(councillor: Councillor, proposal: Proposal) -> None:
    """Passes for the proposer: nobody else words, submits or takes back; ``NotAllowed``."""
    if proposal.proposer_id != councillor.id:
        raise NotAllowed("proposal.not_yours")
