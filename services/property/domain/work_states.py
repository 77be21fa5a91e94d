"""The states of work orders, and which step leads from which to which (``domain.md`` section 2)."""

from collections.abc import Mapping
from enum import StrEnum


class WorkOrderState(StrEnum):
    """Where the work stands (``domain.md`` section 2)."""

    CREATED = "created"
    OFFERED = "offered"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    ON_SITE = "on_site"
    PAUSED = "paused"
    COMPLETED = "completed"
    ACCEPTED_WORK = "accepted_work"
    CANCELLED = "cancelled"


class WorkOrderAction(StrEnum):
    """What moves it."""

    OFFER = "offer"
    TAKE = "take"
    END_OFFER = "end_offer"
    ASSIGN = "assign"
    ACCEPT = "accept"
    REFUSE = "refuse"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    COMPLETE = "complete"
    ACCEPT_WORK = "accept_work"
    SEND_BACK = "send_back"
    CANCEL = "cancel"


TRANSITIONS: Mapping[WorkOrderState, Mapping[WorkOrderAction, WorkOrderState]] = {
    WorkOrderState.CREATED: {
        WorkOrderAction.OFFER: WorkOrderState.OFFERED,
        WorkOrderAction.ASSIGN: WorkOrderState.ASSIGNED,
        WorkOrderAction.CANCEL: WorkOrderState.CANCELLED,
    },
    WorkOrderState.OFFERED: {
        WorkOrderAction.TAKE: WorkOrderState.ASSIGNED,
        WorkOrderAction.END_OFFER: WorkOrderState.CREATED,
    },
    WorkOrderState.ASSIGNED: {
        WorkOrderAction.ACCEPT: WorkOrderState.ACCEPTED,
        WorkOrderAction.REFUSE: WorkOrderState.CREATED,
    },
    WorkOrderState.ACCEPTED: {
        WorkOrderAction.START: WorkOrderState.ON_SITE,
        WorkOrderAction.PAUSE: WorkOrderState.PAUSED,
        WorkOrderAction.CANCEL: WorkOrderState.CANCELLED,
    },
    WorkOrderState.ON_SITE: {
        WorkOrderAction.PAUSE: WorkOrderState.PAUSED,
        WorkOrderAction.COMPLETE: WorkOrderState.COMPLETED,
    },
    WorkOrderState.PAUSED: {WorkOrderAction.RESUME: WorkOrderState.ON_SITE},
    WorkOrderState.COMPLETED: {
        WorkOrderAction.ACCEPT_WORK: WorkOrderState.ACCEPTED_WORK,
        WorkOrderAction.SEND_BACK: WorkOrderState.ON_SITE,
    },
    WorkOrderState.ACCEPTED_WORK: {},
    WorkOrderState.CANCELLED: {},
}
