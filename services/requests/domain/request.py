"""A service request (诉求): what somebody asked for, its states and what may happen to it.

Every function takes the request as it is and the facts, and gives the request as it will be and the
events that tell of it, or refuses: ``WrongState`` if ``TRANSITIONS`` does not allow it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from services.requests.domain.assignment import Assignment, CareTask, Refusal, Unit
from services.requests.domain.follow_up import (
    FOLLOW_UP_SPAN,
    SATISFACTION_MAX,
    SATISFACTION_MIN,
    Answer,
    FollowUp,
)
from services.requests.domain.service_type import SLA_SPANS, SlaClass, Visibility
from shared.errors import Invalid, WrongState
from shared.events import Event
from shared.events.requests import (
    RequestAccepted,
    RequestAssigned,
    RequestClosed,
    RequestEvent,
    RequestFollowedUp,
    RequestRejected,
    RequestReopened,
    RequestResolved,
    RequestReturned,
    RequestStarted,
    RequestWithdrawn,
)
from shared.transitions import step

E = TypeVar("E", bound=RequestEvent)

ESCALATED_FROM_REOPENINGS = 2  # a second reopen goes to the branch secretary: domain.md section 2


class RequestState(StrEnum):
    """Where a request stands; on_hold, merged and referred come with what leads to them."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What may be done to a request; a follow-up leads to close or reopen."""

    ACCEPT = "accept"
    ASSIGN = "assign"
    START = "start"
    RETURN = "return"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"
    REJECT = "reject"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[RequestState, Mapping[Action, RequestState]] = {
    # domain.md, section 2, service request (诉求)
    RequestState.SUBMITTED: {
        Action.ACCEPT: RequestState.ACCEPTED,
        Action.REJECT: RequestState.REJECTED,
        Action.WITHDRAW: RequestState.WITHDRAWN,
    },
    RequestState.ACCEPTED: {
        Action.ASSIGN: RequestState.ASSIGNED,
        Action.WITHDRAW: RequestState.WITHDRAWN,
    },
    RequestState.ASSIGNED: {
        Action.START: RequestState.IN_PROGRESS,
        Action.RETURN: RequestState.ACCEPTED,
    },
    RequestState.IN_PROGRESS: {
        Action.RESOLVE: RequestState.RESOLVED,
        Action.WITHDRAW: RequestState.WITHDRAWN,
    },
    RequestState.RESOLVED: {
        Action.CLOSE: RequestState.CLOSED,
        Action.REOPEN: RequestState.REOPENED,
    },
    RequestState.REOPENED: {Action.START: RequestState.IN_PROGRESS},
    RequestState.CLOSED: {},
    RequestState.REJECTED: {},
    RequestState.WITHDRAWN: {},
}


class Channel(StrEnum):
    """By which door a request came in."""

    WEB = "web"
    PHONE = "phone"
    STATION = "station"
    """A liaison station (小区民情联络站): staff enter it for a visitor."""


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """One request; ``due_at`` is promised at acceptance and never moves with the service type."""

    id: str
    community: str
    version: int
    number: str
    state: RequestState
    channel: Channel
    service_code: str
    requester_id: str
    estate_id: str
    dwelling_id: str | None
    description: str
    visibility: Visibility
    sla_class: SlaClass
    submitted_at: datetime
    due_at: datetime | None = None
    assignment: Assignment | None = None
    handler_id: str | None = None
    care_task: CareTask | None = None
    refusal: Refusal | None = None
    resolution: str | None = None
    resolved_at: datetime | None = None
    follow_up_due_at: datetime | None = None
    follow_up: FollowUp | None = None
    reopened_times: int = 0
    escalated: bool = False


Decided = tuple[ServiceRequest, list[Event]]


def accept(request: ServiceRequest, *, at: datetime) -> Decided:
    """Take it on: the deadline of its class runs from now."""
    due_at = at + SLA_SPANS[request.sla_class]
    accepted = _moved(request, Action.ACCEPT, due_at=due_at, refusal=None)
    return accepted, [_told(RequestAccepted, request)]


def reject(request: ServiceRequest, *, refusal: Refusal) -> Decided:
    """Not to be taken on; the refusal says why, and in its note where to go instead."""
    rejected = _moved(request, Action.REJECT, refusal=refusal)
    return rejected, [_told(RequestRejected, request, reason=refusal.reason)]


def assign(request: ServiceRequest, *, unit: Unit, at: datetime) -> Decided:
    """Give it to a unit, which is to handle it by the deadline promised at acceptance."""
    assignment = Assignment(unit, at)
    assigned = _moved(request, Action.ASSIGN, assignment=assignment, refusal=None)
    event = _told(
        RequestAssigned,
        request,
        unit=unit,
        service_code=request.service_code,
        requester_id=request.requester_id,
        estate_id=request.estate_id,
        dwelling_id=request.dwelling_id,
        due_at=assigned.due_at or at,
    )
    return assigned, [event]


def return_(request: ServiceRequest, *, refusal: Refusal) -> Decided:
    """The unit gives it back to the dispatcher, who assigns it anew; the deadline stays."""
    returned = _moved(request, Action.RETURN, refusal=refusal, assignment=None)
    event = _told(
        RequestReturned,
        request,
        reason=refusal.reason,
        suggested_unit=refusal.suggested_unit,
    )
    return returned, [event]


def start(request: ServiceRequest, *, handler_id: str, care_task_id: str | None = None) -> Decided:
    """Somebody signs for it and is at it; ``care_task_id`` if it is a helper of pairing's."""
    task = CareTask(care_task_id, under_way=True) if care_task_id else request.care_task
    started = _moved(request, Action.START, handler_id=handler_id, care_task=task)
    return started, [_told(RequestStarted, request, handler_id=handler_id)]


def resolve(
    request: ServiceRequest, *, at: datetime, handler_id: str | None, note: str | None = None
) -> Decided:
    """Done as far as the handler knows: the requester has seven days to say otherwise."""
    resolved = _moved(
        request,
        Action.RESOLVE,
        handler_id=handler_id,
        resolution=note,
        resolved_at=at,
        care_task=request.care_task and replace(request.care_task, under_way=False),
        follow_up_due_at=at + FOLLOW_UP_SPAN,
    )
    return resolved, [_told(RequestResolved, request, handler_id=handler_id)]


def follow_up(request: ServiceRequest, *, said: FollowUp) -> Decided:
    """The requester is heard: solved closes it; partly or not at all reopens it."""
    if said.satisfaction is not None and not (
        SATISFACTION_MIN <= said.satisfaction <= SATISFACTION_MAX
    ):
        raise Invalid("follow_up.satisfaction", pointer="/satisfaction")
    heard = _told(
        RequestFollowedUp,
        request,
        resolved=said.resolved.value,
        satisfaction=said.satisfaction,
        by=said.by,
    )
    if said.resolved is Answer.YES:
        after, events = _closed(request)
    else:
        after, events = reopen(request)
    return replace(after, follow_up=said), [heard, *events]


def reopen(request: ServiceRequest) -> Decided:
    """It was not solved; from the second time on the branch secretary is to see to it."""
    times = request.reopened_times + 1
    reopened = _moved(
        request,
        Action.REOPEN,
        reopened_times=times,
        escalated=times >= ESCALATED_FROM_REOPENINGS,
        follow_up_due_at=None,
    )
    return reopened, [_told(RequestReopened, request, times=times)]


def close(request: ServiceRequest, *, at: datetime) -> Decided:
    """Close what nobody answered; ``WrongState`` while the requester still has time to answer."""
    due_at = request.follow_up_due_at
    if due_at is not None and at < due_at:
        raise WrongState("request.follow_up_open", due_at=due_at.isoformat())
    return _closed(request)


def withdraw(request: ServiceRequest) -> Decided:
    """The requester takes it back."""
    return _moved(request, Action.WITHDRAW), [_told(RequestWithdrawn, request)]


def _closed(request: ServiceRequest) -> Decided:
    closed = _moved(request, Action.CLOSE, follow_up_due_at=None)
    return closed, [_told(RequestClosed, request)]


def _told(kind: type[E], request: ServiceRequest, **facts: Any) -> E:
    """What happened to it, bearing who may be told of it."""
    return kind(request_id=request.id, visibility=request.visibility.value, **facts)


def _moved(request: ServiceRequest, action: Action, **changes: Any) -> ServiceRequest:
    """The request in the state that the action leads to, or ``WrongState``."""
    state = step(TRANSITIONS, request.state, action, noun="request")
    return replace(request, state=state, **changes)
