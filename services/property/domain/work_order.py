"""Work orders (工单): from the order to the accepted work, and back again for rework (返工)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypedDict

from services.property.domain.work_scope import WorkScope
from shared.errors import Invalid
from shared.events import Event
from shared.events.property import (
    WorkOrderAccepted,
    WorkOrderAssigned,
    WorkOrderCancelled,
    WorkOrderCompleted,
    WorkOrderCreated,
    WorkOrderSentBack,
    WorkOrderStarted,
    WorkOrderWorkAccepted,
)
from shared.transitions import step

DUE_WITHIN: Mapping[int, timedelta] = {
    # domain.md section 3, after the draft of Beijing's 12345 standard (Beijing Daily 2021-12-28):
    # defaults, for the final standard DB11/T 2021-2022 could not be read.
    1: timedelta(hours=2),  # danger to life or property
    2: timedelta(hours=24),  # water, power, gas, heat: a household cannot live as usual
    3: timedelta(days=7),  # ordinary
    4: timedelta(days=15),  # least: the longest that the standard allows
}


REQUEST_ENDED, NOT_SOLVED = "request_ended", "not_solved"
"""Reasons that the request behind the work gives; people give theirs in words."""


def severity_within(left: timedelta) -> int:
    """The severity of what is due in so long: the most severe whose own deadline is not sooner."""
    return min((each for each, within in DUE_WITHIN.items() if within >= left), default=4)


class WorkOrderState(StrEnum):
    """Where the work stands (``domain.md`` section 2)."""

    CREATED = "created"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    ON_SITE = "on_site"
    COMPLETED = "completed"
    ACCEPTED_WORK = "accepted_work"
    CANCELLED = "cancelled"


class WorkOrderAction(StrEnum):
    """What moves it."""

    ASSIGN = "assign"
    ACCEPT = "accept"
    START = "start"
    COMPLETE = "complete"
    ACCEPT_WORK = "accept_work"
    SEND_BACK = "send_back"
    CANCEL = "cancel"


TRANSITIONS: Mapping[WorkOrderState, Mapping[WorkOrderAction, WorkOrderState]] = {
    WorkOrderState.CREATED: {
        WorkOrderAction.ASSIGN: WorkOrderState.ASSIGNED,
        WorkOrderAction.CANCEL: WorkOrderState.CANCELLED,
    },
    WorkOrderState.ASSIGNED: {WorkOrderAction.ACCEPT: WorkOrderState.ACCEPTED},
    WorkOrderState.ACCEPTED: {
        WorkOrderAction.START: WorkOrderState.ON_SITE,
        WorkOrderAction.CANCEL: WorkOrderState.CANCELLED,
    },
    WorkOrderState.ON_SITE: {WorkOrderAction.COMPLETE: WorkOrderState.COMPLETED},
    WorkOrderState.COMPLETED: {
        WorkOrderAction.ACCEPT_WORK: WorkOrderState.ACCEPTED_WORK,
        WorkOrderAction.SEND_BACK: WorkOrderState.ON_SITE,
    },
    WorkOrderState.ACCEPTED_WORK: {},
    WorkOrderState.CANCELLED: {},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The assignment of a resident's request that the work answers.

    ``number`` counts the units that the request was given to; ``sequence`` is the version of the
    request at which it was given to us; ``due_at`` is what was promised to the resident.
    """

    number: int
    sequence: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Cause:
    """Why there is work, and whose: exactly one of an incident and a resident's request.

    What a resident was promised (``asked``) is when it is due; else its severity says so.
    """

    community: str
    estate_id: str
    contractor_id: str | None
    scope: WorkScope
    severity: int
    incident_id: str | None = None
    request_id: str | None = None
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """One piece of work; ``times_sent_back`` counts the rework."""

    id: str
    community: str
    version: int
    state: WorkOrderState
    incident_id: str | None
    request_id: str | None
    estate_id: str
    contractor_id: str | None
    scope: WorkScope
    severity: int
    due_at: datetime
    assignee_id: str | None = None
    completion_note: str | None = None
    completed_at: datetime | None = None
    accepted_by: str | None = None
    times_sent_back: int = 0
    return_reason: str | None = None
    cancellation_reason: str | None = None
    asked: Asked | None = None


Outcome = tuple[WorkOrder, list[Event]]


def create(
    cause: Cause,
    *,
    id: str,  # noqa: A002  the aggregate's own word
    at: datetime,
) -> Outcome:
    """There is work to do, due when it was promised, else by its severity counted from ``at``.

    Errors: ``Invalid`` if it has no cause or two, or a severity out of range.
    """
    if (cause.incident_id is None) == (cause.request_id is None):
        raise Invalid("work_order.one_cause")
    within = DUE_WITHIN.get(cause.severity)
    if within is None:
        raise Invalid("work_order.severity", pointer="/severity")
    order = WorkOrder(
        id=id,
        community=cause.community,
        version=0,
        state=WorkOrderState.CREATED,
        incident_id=cause.incident_id,
        request_id=cause.request_id,
        estate_id=cause.estate_id,
        contractor_id=cause.contractor_id,
        scope=cause.scope,
        severity=cause.severity,
        due_at=cause.asked.due_at if cause.asked else at + within,
        asked=cause.asked,
    )
    return order, [
        WorkOrderCreated(
            work_order_id=id,
            incident_id=order.incident_id,
            request_id=order.request_id,
            estate_id=order.estate_id,
            scope=order.scope.value,
            due_at=order.due_at,
            assignment=_assignment(order),
        )
    ]


def assign(order: WorkOrder, *, assignee_id: str) -> Outcome:
    """Give the work to somebody. Errors: ``WrongState``."""
    after = replace(_moved(order, WorkOrderAction.ASSIGN), assignee_id=assignee_id)
    return after, [WorkOrderAssigned(**_ids(order), assignee_id=assignee_id)]


def accept(order: WorkOrder) -> Outcome:
    """The assignee signs for it (签收). Errors: ``WrongState``."""
    event = WorkOrderAccepted(**_ids(order), assignee_id=order.assignee_id)
    return _moved(order, WorkOrderAction.ACCEPT), [event]


def start(order: WorkOrder) -> Outcome:
    """The assignee is on the spot. Errors: ``WrongState``."""
    event = WorkOrderStarted(**_ids(order), assignee_id=order.assignee_id)
    return _moved(order, WorkOrderAction.START), [event]


def complete(order: WorkOrder, *, note: str, at: datetime) -> Outcome:
    """The assignee says that it is done, and what was done. Errors: ``WrongState``."""
    moved = _moved(order, WorkOrderAction.COMPLETE)
    after = replace(moved, completion_note=note, completed_at=at)
    return after, [WorkOrderCompleted(**_ids(order), assignee_id=order.assignee_id)]


def accept_work(order: WorkOrder, *, by: str) -> Outcome:
    """The work holds (验收通过). Errors: ``WrongState``."""
    after = replace(_moved(order, WorkOrderAction.ACCEPT_WORK), accepted_by=by)
    return after, [WorkOrderWorkAccepted(**_ids(order), by=by)]


def send_back(order: WorkOrder, *, reason: str) -> Outcome:
    """The work does not hold (返工): the assignee is on the spot again. Errors: ``WrongState``."""
    after = replace(
        _moved(order, WorkOrderAction.SEND_BACK),
        completed_at=None,
        times_sent_back=order.times_sent_back + 1,
        return_reason=reason,
    )
    return after, [WorkOrderSentBack(**_ids(order))]


def cancel(order: WorkOrder, *, reason: str) -> Outcome:
    """The work is not to be done any more. Errors: ``WrongState``."""
    after = replace(_moved(order, WorkOrderAction.CANCEL), cancellation_reason=reason)
    return after, [WorkOrderCancelled(**_ids(order))]


def overtaken(order: WorkOrder, *, ended_up_to: int) -> Outcome | None:
    """What follows from its request having left our hands at this version; None if nothing does.

    An order that somebody was given is cancelled as soon as he signs for it: domain.md, section 2,
    has no way out before. Who is at it already ends it.
    """
    if order.asked is None or order.asked.sequence >= ended_up_to:
        return None
    if WorkOrderAction.CANCEL not in TRANSITIONS[order.state]:
        return None
    return cancel(order, reason=REQUEST_ENDED)


def reopened(order: WorkOrder) -> Outcome | None:
    """The resident says that it is not solved: work that waits for its acceptance is sent back.

    None if it is under way already, or if nothing can be sent back any more.
    """
    if order.state is not WorkOrderState.COMPLETED:
        return None
    return send_back(order, reason=NOT_SOLVED)


class _Ids(TypedDict):
    work_order_id: str
    incident_id: str | None
    request_id: str | None
    assignment: int | None


def _ids(order: WorkOrder) -> _Ids:
    """What every event of a work order carries."""
    return _Ids(
        work_order_id=order.id,
        incident_id=order.incident_id,
        request_id=order.request_id,
        assignment=_assignment(order),
    )


def _assignment(order: WorkOrder) -> int | None:
    return order.asked.number if order.asked else None


def _moved(order: WorkOrder, action: WorkOrderAction) -> WorkOrder:
    after = step(TRANSITIONS, order.state, action, noun="work_order")
    return replace(order, state=after)
