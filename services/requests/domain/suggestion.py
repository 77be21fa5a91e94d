"""What a proposal means for the suggestion (建议) that it came from, and the other way round.

Events come twice, late and in any order. A suggestion is started at most once and resolved at most
once by its proposal; None where the event comes too late to matter: the request went another way,
or its requester has said already that it is not solved.
"""

from datetime import datetime

from services.requests.domain.agenda import TITLE_CHARACTERS_MAX, Wording, withdraw
from services.requests.domain.assignment import Unit
from services.requests.domain.handling import resolve, resume, start
from services.requests.domain.proposal import TRANSITIONS, Origin, OriginKind, ProposalAction
from services.requests.domain.proposal import Decided as ProposalDecided
from services.requests.domain.proposal import Proposal as CouncilProposal
from services.requests.domain.request import Decided, RequestState, ServiceRequest
from services.requests.domain.service_type import Visibility
from shared.events import Event

UNDER_WAY = (RequestState.ASSIGNED, RequestState.IN_PROGRESS, RequestState.ON_HOLD)


def wording_of(request: ServiceRequest) -> Wording:
    """The proposal's words: the suggestion's own, its first line as the title."""
    text = request.description.strip()
    return Wording(text.splitlines()[0].strip()[:TITLE_CHARACTERS_MAX], text)


def origin_of(request: ServiceRequest) -> Origin:
    """Where the proposal came from; a draft of what was said in confidence stays between us."""
    confidential = request.visibility is Visibility.CONFIDENTIAL
    return Origin(OriginKind.REQUEST, request.id, confidential=confidential)


def is_open(request: ServiceRequest) -> bool:
    """Whether everybody may read it at once: a proposal is read by the whole estate."""
    return request.visibility is Visibility.PUBLIC


def awaits(request: ServiceRequest) -> bool:
    """Whether it is the council's and still to be dealt with."""
    return _is_the_councils(request) and request.state in UNDER_WAY


def taken_up(request: ServiceRequest, *, by: str, at: datetime) -> Decided | None:
    """The proposal is on an agenda: somebody is at it."""
    if not _is_the_councils(request) or request.state is not RequestState.ASSIGNED:
        return None
    return start(request, handler_id=by, at=at)


def settled(
    request: ServiceRequest, *, by: str, at: datetime, note: str | None = None
) -> Decided | None:
    """The proposal has come to its end, whichever: the requester is told and asked."""
    if not awaits(request):
        return None
    before: list[Event] = []
    if request.state is RequestState.ASSIGNED:
        request, before = start(request, handler_id=by, at=at)
    elif request.state is RequestState.ON_HOLD:
        request, before = resume(request, at=at)
    resolved, events = resolve(request, at=at, handler_id=by, note=note)
    return resolved, before + events


def taken_back(proposal: CouncilProposal) -> ProposalDecided | None:
    """The suggestion was withdrawn: so is its proposal, unless it came to a vote already."""
    if ProposalAction.WITHDRAW not in TRANSITIONS[proposal.state]:
        return None
    return withdraw(proposal)


def answer_of(proposal: CouncilProposal) -> str | None:
    """What the requester is told of how it ended, in the council's own words if it said any."""
    if proposal.declined is not None:
        return proposal.declined.note
    return proposal.vote.resolution if proposal.vote is not None else None


def _is_the_councils(request: ServiceRequest) -> bool:
    return request.assignment is not None and request.assignment.unit is Unit.COUNCIL
