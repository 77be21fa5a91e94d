"""What becomes of a proposal when the suggestion that it came from is made anonymous."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from services.requests.domain.anonymity import name_of
from services.requests.domain.proposal import Decided, Proposal, ProposalState, visibility_of
from shared.events.requests_council import ProposalAnonymised

_NOBODYS = frozenset({ProposalState.DRAFT, ProposalState.WITHDRAWN})
"""Never put before the council, or taken back: its words are still the requester's own."""


def names_of(request_id: str, known: Mapping[str, str | None]) -> dict[str, str | None]:
    """The requester's name alone: who seconded did so before everybody."""
    return {person: name for person, name in known.items() if name == name_of(request_id)}


def anonymise(proposal: Proposal, *, names: Mapping[str, str | None], at: datetime) -> Decided:
    """The proposal without who made it; what was put before the council is public, and stays."""
    if proposal.state in _NOBODYS:
        proposal = replace(proposal, title="", text="")
    proposer = names.get(proposal.proposer_id) or proposal.proposer_id
    anonymous = replace(proposal, proposer_id=proposer, anonymised_at=at)
    event = ProposalAnonymised(proposal_id=proposal.id, visibility=visibility_of(proposal))
    return anonymous, [event]
