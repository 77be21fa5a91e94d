"""What is to happen to a request because its time has come, and nobody did anything.

``tick`` is right whenever it is called, and as often: what was told is kept in the request, what
was missed is told at the next call.
"""

from dataclasses import replace
from datetime import datetime

from services.requests.domain.closure import close
from services.requests.domain.deadline import (
    HALF_PERCENT,
    MOST_PERCENT,
    Stage,
    awaited,
    due_by,
    milestone_at,
    next_stage_at,
    times_late,
)
from services.requests.domain.handling import resume
from services.requests.domain.request import (
    RUNNING,
    Decided,
    RequestState,
    ServiceRequest,
    timed,
    told,
)
from shared.events import Event
from shared.events.requests import RequestEscalated
from shared.events.requests_deadline import RequestDelayed, RequestKeptWaiting, RequestWarned

BRANCH_FROM_TIMES = 2
"""Told to be late again, the branch secretary is to see to it, as after a second reopening."""


def tick(request: ServiceRequest, *, at: datetime) -> Decided | None:
    """What the clock does to it at this moment; None if there is nothing to do.

    A hold that is over ends, as of the moment it was to end; what nobody answered is closed; what
    is late, or about to be, is told, each stage once.
    """
    if request.alarm_at is None or request.alarm_at > at:
        return None
    if request.state is RequestState.RESOLVED:
        return close(request, at=at)
    events: list[Event] = []
    if request.state is RequestState.ON_HOLD:
        request, events = resume(request, at=at)
    request, missed = _missed(request, at)
    if request.state in RUNNING:
        request, late = _later(request, at)
        missed += late
    return timed(request), events + missed


def _missed(request: ServiceRequest, at: datetime) -> tuple[ServiceRequest, list[Event]]:
    """What was to happen by now and has not, each told once."""
    events: list[Event] = []
    for milestone in awaited(request):
        due_at = milestone_at(request, milestone)
        if due_at is not None and due_at <= at:
            request = replace(request, told_missed=(*request.told_missed, milestone))
            facts = {"milestone": milestone.value, "unit": _unit(request), "due_at": due_at}
            events.append(told(RequestKeptWaiting, request, **facts))
    return request, events


def _later(request: ServiceRequest, at: datetime) -> tuple[ServiceRequest, list[Event]]:
    """Every stage that it has come to by now, in order."""
    events: list[Event] = []
    while (stage_at := next_stage_at(request)) is not None and stage_at <= at:
        request, more = _stage(request, at)
        events += more
    return request, events


def _stage(request: ServiceRequest, at: datetime) -> tuple[ServiceRequest, list[Event]]:
    """The next stage, which it has come to."""
    facts = {"unit": _unit(request), "due_at": due_by(request)}
    if request.stage < Stage.MOST:
        stage = Stage(request.stage + 1)
        used = HALF_PERCENT if stage is Stage.HALF else MOST_PERCENT
        return replace(request, stage=stage), [
            told(RequestWarned, request, used_percent=used, **facts)
        ]
    # That it is late is told by itself; of the repetitions since then only the last one is.
    times = times_late(request, at) if request.told_late else 1
    stage = Stage.DUE if times == 1 else Stage.OVERDUE
    late = replace(request, stage=stage, told_late=times)
    events: list[Event] = [told(RequestDelayed, request, times=times, **facts)]
    if times >= BRANCH_FROM_TIMES and not request.escalated:
        events.append(told(RequestEscalated, request, to="branch", reason="overdue"))
        late = replace(late, escalated=True)
    return late, events


def _unit(request: ServiceRequest) -> str | None:
    return request.assignment.unit.value if request.assignment else None
