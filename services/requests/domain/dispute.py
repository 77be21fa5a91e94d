"""What a mediation means for the request that brought the dispute in, and the other way round.

Either hears of the other by events, in any order; None where one comes too late to matter. The
request is resolved when the parties agree: performing the agreement is looked after by the
mediation itself. It is told nothing of what was agreed.
"""

from datetime import datetime

from services.requests.domain.assignment import Referral, Refusal, Unit
from services.requests.domain.handling import refer, resolve, resume, return_, start
from services.requests.domain.mediation import DeclineReason, WithdrawalReason
from services.requests.domain.request import TRANSITIONS, Action, Decided, RequestState
from services.requests.domain.request import ServiceRequest as Request

DECLINED = "mediation_declined"
"""The reason of a return, for the dispatcher."""
_LEFT = (RequestState.MERGED, RequestState.REFERRED, RequestState.WITHDRAWN)


def with_mediation(request: Request) -> bool:
    """Whether the request is still in mediation's hands."""
    given_to = request.assignment.unit if request.assignment else None
    return given_to is Unit.MEDIATION and request.state not in _LEFT


def mediation_accepted(request: Request, *, mediator_id: str, at: datetime) -> Decided | None:
    """The parties agreed to be helped: in progress."""
    if not _awaited(request):
        return None
    return start(request, handler_id=mediator_id, at=at)


def mediation_declined(request: Request, *, reason: str) -> Decided | None:
    """There will be no mediation: back to the dispatcher."""
    if not _awaited(request) or reason == DeclineReason.REQUEST_ENDED:
        return None
    return return_(request, refusal=Refusal(DECLINED, suggested_unit=Unit.STAFF))


def mediation_agreed(request: Request, *, mediator_id: str, at: datetime) -> Decided | None:
    """The parties came to an agreement: resolved."""
    return _finished(request, mediator_id, at)


def mediation_withdrawn(
    request: Request, *, mediator_id: str, reason: str, at: datetime
) -> Decided | None:
    """A party wanted no more of it: the requester is asked whether that is the end of it."""
    if reason == WithdrawalReason.REQUEST_ENDED:
        return None
    return _finished(request, mediator_id, at)


def mediation_referred(
    request: Request, *, mediator_id: str, way: str, at: datetime
) -> Decided | None:
    """No agreement: the parties were told of another way, and the request goes it."""
    request, events = _at_work(request, mediator_id, at)
    if not with_mediation(request) or Action.REFER not in TRANSITIONS[request.state]:
        return None
    referred, told = refer(request, referral=Referral(way), at=at)
    return referred, events + told


def _finished(request: Request, mediator_id: str, at: datetime) -> Decided | None:
    request, events = _at_work(request, mediator_id, at)
    if not with_mediation(request) or Action.RESOLVE not in TRANSITIONS[request.state]:
        return None
    resolved, told = resolve(request, at=at, handler_id=mediator_id)
    return resolved, events + told


def _at_work(request: Request, mediator_id: str, at: datetime) -> Decided:
    """In progress if it can be: that the case was accepted may not have been heard of yet."""
    if _awaited(request) or _taken_up_again(request, at):
        return start(request, handler_id=mediator_id, at=at)
    if Action.RESUME in TRANSITIONS[request.state]:
        return resume(request, at=at)
    return request, []


def _awaited(request: Request) -> bool:
    """Given to mediation, and nobody has signed for it yet."""
    return with_mediation(request) and request.state is RequestState.ASSIGNED


def _taken_up_again(request: Request, at: datetime) -> bool:
    """Its requester said that it was not solved, and the parties have talked again since."""
    said = request.follow_up
    return request.state is RequestState.REOPENED and said is not None and at > said.at
