"""A care task: one request for help, offered to a household's own helpers one after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.pairing.domain.household import ConsentScope, Household, consents
from services.pairing.domain.member import Member
from shared.errors import Invalid
from shared.events import Event
from shared.events.pairing import (
    CareTaskAccepted,
    CareTaskCancelled,
    CareTaskCompleted,
    CareTaskDeclined,
    CareTaskOffered,
    CareTaskUnplaced,
)
from shared.transitions import step

MINUTES_MAX = 24 * 60
"""A report of more than a day in one piece is a slip of the finger."""


class CareTaskState(StrEnum):
    """Where a care task stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    UNPLACED = "unplaced"
    CANCELLED = "cancelled"


class CareTaskAction(StrEnum):
    """What may happen to a care task."""

    ACCEPT = "accept"
    DECLINE = "decline"
    COMPLETE = "complete"
    CANCEL = "cancel"
    STOP = "stop"


class UnplacedReason(StrEnum):
    """Why nobody does it."""

    NO_HOUSEHOLD = "no_household"
    NO_CONSENT = "no_consent"
    NO_HELPER = "no_helper"
    DECLINED = "declined"


# A declined offer stays offered if there is another helper to ask; the table names the last's.
# Consent taken back stops an offer only: whom somebody has promised to help, has asked for it.
TRANSITIONS: Mapping[CareTaskState, Mapping[CareTaskAction, CareTaskState]] = {
    CareTaskState.OFFERED: {
        CareTaskAction.ACCEPT: CareTaskState.ACCEPTED,
        CareTaskAction.DECLINE: CareTaskState.UNPLACED,
        CareTaskAction.CANCEL: CareTaskState.CANCELLED,
        CareTaskAction.STOP: CareTaskState.UNPLACED,
    },
    CareTaskState.ACCEPTED: {
        CareTaskAction.COMPLETE: CareTaskState.COMPLETED,
        CareTaskAction.CANCEL: CareTaskState.CANCELLED,
    },
    CareTaskState.UNPLACED: {},
    CareTaskState.COMPLETED: {},
    CareTaskState.CANCELLED: {},
}


@dataclass(frozen=True, slots=True)
class Origin:
    """The care request behind a task; ``assigned_as``: the version at which it was assigned."""

    request_id: str
    assigned_as: int
    service_code: str
    dwelling_id: str | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class CareTask:
    """What is to be done for which household, who is asked, who was asked before."""

    id: str
    community: str
    version: int
    state: CareTaskState
    request_id: str
    origin: Origin
    household_id: str | None
    helper_id: str | None = None
    helper_person_id: str | None = None
    tried: tuple[str, ...] = ()
    unplaced_reason: UnplacedReason | None = None
    note: str | None = None
    minutes: int | None = None
    completed_at: datetime | None = None


Outcome = tuple[CareTask, list[Event]]


def place(
    *,
    id: str,  # noqa: A002  the field's own name
    community: str,
    origin: Origin,
    household: Household | None,
    helpers: Sequence[Member],
    at: datetime,
) -> Outcome:
    """Offer what the request asks for to the household's first helper, or say why nobody is asked.

    ``helpers``: those of the household's active pairings, in the order in which to ask them.
    """
    task = CareTask(
        id=id,
        community=community,
        version=0,
        state=CareTaskState.OFFERED,
        request_id=origin.request_id,
        origin=origin,
        household_id=None if household is None else household.id,
    )
    if household is None:
        return _unplace(task, UnplacedReason.NO_HOUSEHOLD)
    if not consents(household, at=at, to=ConsentScope.HELP):
        return _unplace(task, UnplacedReason.NO_CONSENT)
    if not helpers:
        return _unplace(task, UnplacedReason.NO_HELPER)
    return _offer(task, helpers[0])


def accept(task: CareTask) -> Outcome:
    """The helper who is asked says yes."""
    helper_id = task.helper_id or ""
    event = CareTaskAccepted(care_task_id=task.id, request_id=task.request_id, helper_id=helper_id)
    return _move(task, CareTaskAction.ACCEPT), [event]


def decline(task: CareTask, *, helpers: Sequence[Member]) -> Outcome:
    """The helper says no: the first of ``helpers`` not yet tried is asked, or it is unplaced."""
    helper_id = task.helper_id or ""
    moved = replace(_move(task, CareTaskAction.DECLINE), tried=(*task.tried, helper_id))
    event = CareTaskDeclined(care_task_id=task.id, request_id=task.request_id, helper_id=helper_id)
    untried = [helper for helper in helpers if helper.id not in moved.tried]
    if untried:
        after, events = _offer(replace(moved, state=CareTaskState.OFFERED), untried[0])
    else:
        after, events = _unplace(moved, UnplacedReason.DECLINED)
    return after, [event, *events]


def complete(task: CareTask, *, note: str | None, minutes: int, at: datetime) -> Outcome:
    """The helper reports it done, in ``minutes``. ``Invalid`` outside 1 to 1,440."""
    moved = _move(task, CareTaskAction.COMPLETE)
    if not 1 <= minutes <= MINUTES_MAX:
        raise Invalid("care_task.minutes", pointer="/minutes", least=1, most=MINUTES_MAX)
    event = CareTaskCompleted(
        care_task_id=task.id,
        request_id=task.request_id,
        helper_id=task.helper_id or "",
        household_id=task.household_id or "",
        service=task.origin.service_code,
    )
    return replace(moved, note=note, minutes=minutes, completed_at=at), [event]


def cancel(task: CareTask) -> Outcome:
    """The request is not ours any more: nothing is to be done."""
    event = CareTaskCancelled(care_task_id=task.id, request_id=task.request_id)
    return _move(task, CareTaskAction.CANCEL), [event]


def stop(task: CareTask) -> Outcome:
    """The household took its consent back while somebody was being asked."""
    return _unplace(_move(task, CareTaskAction.STOP), UnplacedReason.NO_CONSENT)


def overtaken(task: CareTask, *, ended_up_to: int, consenting: bool) -> Outcome | None:
    """What has to follow from what happened around the task since; None if nothing has.

    ``ended_up_to``: the version at which its request last left our hands, 0 if never.
    ``consenting``: whether its household agrees to be helped at this moment.
    """
    open_to = TRANSITIONS[task.state]
    if task.origin.assigned_as < ended_up_to and CareTaskAction.CANCEL in open_to:
        return cancel(task)
    if not consenting and CareTaskAction.STOP in open_to:
        return stop(task)
    return None


def _move(task: CareTask, action: CareTaskAction) -> CareTask:
    state = step(TRANSITIONS, task.state, action, noun="care_task")
    return replace(task, state=state)


def _offer(task: CareTask, helper: Member) -> Outcome:
    event = CareTaskOffered(
        care_task_id=task.id,
        request_id=task.request_id,
        household_id=task.household_id or "",
        helper_id=helper.id,
    )
    return replace(task, helper_id=helper.id, helper_person_id=helper.person_id), [event]


def _unplace(task: CareTask, reason: UnplacedReason) -> Outcome:
    unplaced = replace(
        task,
        state=CareTaskState.UNPLACED,
        helper_id=None,
        helper_person_id=None,
        unplaced_reason=reason,
    )
    event = CareTaskUnplaced(care_task_id=task.id, request_id=task.request_id, reason=reason.value)
    return unplaced, [event]
