"""How a request ends, or does not: what its requester says, silence, withdrawal."""

from dataclasses import replace
from datetime import datetime

from services.requests.domain.deadline import resumed
from services.requests.domain.follow_up import (
    SATISFACTION_MAX,
    SATISFACTION_MIN,
    Answer,
    FollowUp,
)
from services.requests.domain.request import Action, Decided, ServiceRequest, moved, told
from shared.errors import Invalid, WrongState
from shared.events.requests import (
    RequestClosed,
    RequestEscalated,
    RequestFollowedUp,
    RequestReopened,
    RequestWithdrawn,
)

ESCALATED_FROM_REOPENINGS = 2  # a second reopen goes to the branch secretary: domain.md section 2


def follow_up(request: ServiceRequest, *, said: FollowUp) -> Decided:
    """The requester is heard: solved closes it; partly or not at all reopens it."""
    if said.satisfaction is not None and not (
        SATISFACTION_MIN <= said.satisfaction <= SATISFACTION_MAX
    ):
        raise Invalid("follow_up.satisfaction", pointer="/satisfaction")
    heard = told(
        RequestFollowedUp,
        request,
        resolved=said.resolved.value,
        satisfaction=said.satisfaction,
        by=said.by,
    )
    if said.resolved is Answer.YES:
        after, events = _closed(request, said.at)
    else:
        after, events = reopen(request, at=said.at)
    return replace(after, follow_up=said), [heard, *events]


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
    return _closed(request, at)


def withdraw(request: ServiceRequest, *, at: datetime) -> Decided:
    """The requester takes it back."""
    return moved(request, Action.WITHDRAW, closed_at=at), [told(RequestWithdrawn, request)]


def _closed(request: ServiceRequest, at: datetime) -> Decided:
    closed = moved(request, Action.CLOSE, follow_up_due_at=None, closed_at=at)
    return closed, [told(RequestClosed, request)]
