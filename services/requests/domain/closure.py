"""How a request ends, or does not: what its requester says, silence, withdrawal."""

from dataclasses import replace
from datetime import datetime

from services.requests.domain.deadline import resumed
from services.requests.domain.follow_up import (
    FOLLOW_UPS_MAX,
    Answer,
    FollowUp,
    check,
    silence,
)
from services.requests.domain.request import Action, Decided, ServiceRequest, moved, told
from shared.errors import NotAllowed, WrongState
from shared.events.requests import (
    RequestClosed,
    RequestEscalated,
    RequestFollowedUp,
    RequestReopened,
    RequestWithdrawn,
)
from shared.events.requests_follow_up import RequestCalledBack

ESCALATED_FROM_REOPENINGS = 2  # a second reopen goes to the branch secretary: domain.md section 2


def follow_up(request: ServiceRequest, *, said: FollowUp) -> Decided:
    """The requester is heard: solved closes it; partly or not at all reopens it.

    Nobody was, and it goes on waiting for an answer.
    """
    check(said)
    if said.resolved is None:
        asked = moved(request, Action.CALL_BACK)
        return _kept(asked, said), [_called_back(request, said)]
    heard = told(
        RequestFollowedUp,
        request,
        resolved=said.resolved.value,
        satisfaction=said.satisfaction,
        by=said.by,
        method=said.method.value,
    )
    if said.resolved is Answer.YES:
        after, events = _closed(request, said.at)
    else:
        after, events = reopen(request, at=said.at)
    return _kept(after, said), [heard, *events]


def call_back(request: ServiceRequest, *, said: FollowUp) -> Decided:
    """Staff asked the requester (回访) and write down what was said, or that nobody was reached.

    ``NotAllowed`` for who handled it: nobody keeps the record that the own work is assessed by.
    """
    if said.by == request.handler_id:
        raise NotAllowed("follow_up.own_work")
    return follow_up(request, said=said)


def reopen(request: ServiceRequest, *, at: datetime) -> Decided:
    """It was not solved; from the second time on the branch secretary is to see to it.

    Its clocks run again; that it counted as resolved meanwhile is no delay of its handlers'.
    """
    times = request.reopened_times + 1
    escalated = times >= ESCALATED_FROM_REOPENINGS
    reopened = moved(
        request,
        Action.REOPEN,
        reopened_times=times,
        escalated=request.escalated or escalated,
        follow_up_due_at=None,
        pauses=resumed(request.pauses, at=at),
    )
    return reopened, [told(RequestReopened, request, times=times)] + (
        [told(RequestEscalated, request, to="branch", reason="reopened")] if escalated else []
    )


def close(request: ServiceRequest, *, at: datetime) -> Decided:
    """Close what nobody answered; ``WrongState`` while the requester still has time to answer."""
    due_at = request.follow_up_due_at
    if due_at is not None and at < due_at:
        raise WrongState("request.follow_up_open", due_at=due_at.isoformat())
    closed, events = _closed(request, at)
    return _kept(closed, silence(at=at)), events


def withdraw(request: ServiceRequest, *, at: datetime) -> Decided:
    """The requester takes it back."""
    return moved(request, Action.WITHDRAW, closed_at=at), [told(RequestWithdrawn, request)]


def _closed(request: ServiceRequest, at: datetime) -> Decided:
    closed = moved(request, Action.CLOSE, follow_up_due_at=None, closed_at=at)
    return closed, [told(RequestClosed, request)]


def _kept(request: ServiceRequest, said: FollowUp) -> ServiceRequest:
    """The last follow-up is the one that counts, the others are its history."""
    history = (*request.follow_ups, said)[-FOLLOW_UPS_MAX:]
    return replace(request, follow_up=said, follow_ups=history)


def _called_back(request: ServiceRequest, said: FollowUp) -> RequestCalledBack:
    return RequestCalledBack(
        request_id=request.id,
        visibility=request.visibility.value,
        by=said.by,
        method=said.method.value,
        was_reached=said.contacted,
    )
