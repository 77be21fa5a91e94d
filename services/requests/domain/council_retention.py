"""What becomes of ballots and of residents' marks once nobody may contest a decision any more.

Both go altogether: what they came to has been counted into the proposal, and stays.
"""

from dataclasses import replace
from datetime import datetime

from services.requests.domain.proposal import Decided, Proposal, visibility_of
from shared.events.requests_privacy import ProposalBallotsForgotten, ProposalMarksForgotten


def forget_ballots(proposal: Proposal, *, rules_version: int, at: datetime) -> Decided:
    """Nobody can tell any more who was on the roll, who voted, and how."""
    event = ProposalBallotsForgotten(
        proposal_id=proposal.id, visibility=visibility_of(proposal), rules_version=rules_version
    )
    return replace(proposal, ballots_gone_at=at), [event]


def forget_marks(proposal: Proposal, *, rules_version: int, at: datetime) -> Decided:
    """Nobody can tell any more who gave which mark, and no more are taken."""
    event = ProposalMarksForgotten(
        proposal_id=proposal.id, visibility=visibility_of(proposal), rules_version=rules_version
    )
    return replace(proposal, marks_gone_at=at), [event]
