"""A care task: one request for help, and who is asked to do it (``care_placing.py``), does it, or
did it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.pairing.domain.care_asking import UnplacedReason
from services.pairing.domain.care_offer import Offer, still_open
from shared.errors import Invalid
from shared.events import Event
from shared.events.pairing import CareTaskCompleted
from shared.events.pairing_care import CareTaskStarted
from shared.transitions import step

MINUTES_MAX = 24 * 60
"""A report of more than a day in one piece is a slip of the finger."""


class CareTaskState(StrEnum):
    """Where a care task stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    STARTED = "started"
    COMPLETED = "completed"
    UNPLACED = "unplaced"
    CANCELLED = "cancelled"


class CareTaskAction(StrEnum):
    """What may happen to a care task."""

    ACCEPT = "accept"
    DECLINE = "decline"
    LAPSE = "lapse"
    START = "start"
    COMPLETE = "complete"
    GIVE_BACK = "give_back"
    CANCEL = "cancel"
    STOP = "stop"


# A task that is declined, lapses or is given back is on offer (again) as long as somebody else may
# be asked; the table names what comes of it once nobody is left.
# Consent taken back stops an offer only: whom somebody has promised to help, has asked for it.
TRANSITIONS: Mapping[CareTaskState, Mapping[CareTaskAction, CareTaskState]] = {
    CareTaskState.OFFERED: {
        CareTaskAction.ACCEPT: CareTaskState.ACCEPTED,
        CareTaskAction.DECLINE: CareTaskState.UNPLACED,
        CareTaskAction.LAPSE: CareTaskState.UNPLACED,
        CareTaskAction.CANCEL: CareTaskState.CANCELLED,
        CareTaskAction.STOP: CareTaskState.UNPLACED,
    },
    CareTaskState.ACCEPTED: {
        CareTaskAction.START: CareTaskState.STARTED,
        CareTaskAction.COMPLETE: CareTaskState.COMPLETED,
        CareTaskAction.GIVE_BACK: CareTaskState.UNPLACED,
        CareTaskAction.CANCEL: CareTaskState.CANCELLED,
    },
    CareTaskState.STARTED: {
        CareTaskAction.COMPLETE: CareTaskState.COMPLETED,
        CareTaskAction.GIVE_BACK: CareTaskState.UNPLACED,
        CareTaskAction.CANCEL: CareTaskState.CANCELLED,
    },
    CareTaskState.UNPLACED: {},
    CareTaskState.COMPLETED: {},
    CareTaskState.CANCELLED: {},
}

ONGOING = tuple(state for state, actions in TRANSITIONS.items() if actions)
"""The states from which something can still happen."""
DOING = (CareTaskState.ACCEPTED, CareTaskState.STARTED)
"""Somebody has promised to do it, or is at it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The care request behind a task; ``assigned_as``: the version at which it was assigned;
    ``post``: the code of the post that its category names, if it names one."""

    request_id: str
    assigned_as: int
    service_code: str
    dwelling_id: str | None
    due_at: datetime | None
    post: str | None = None


@dataclass(frozen=True, slots=True)
class CareTask:
    """What is to be done for which household, who was asked (``offers``, in order), who does it.

    ``asked_ids``: the persons who may answer it at this moment, or do it, or did it. ``alarm_at``:
    when the first of its offers lapses.
    """

    id: str
    community: str
    version: int
    state: CareTaskState
    request_id: str
    origin: Origin
    household_id: str | None
    helper_id: str | None = None
    helper_person_id: str | None = None
    unplaced_reason: UnplacedReason | None = None
    note: str | None = None
    minutes: int | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    offers: tuple[Offer, ...] = ()
    asked_ids: tuple[str, ...] = ()
    alarm_at: datetime | None = None


Outcome = tuple[CareTask, list[Event]]


def start(task: CareTask, *, at: datetime) -> Outcome:
    """The helper is at it."""
    event = CareTaskStarted(
        care_task_id=task.id, request_id=task.request_id, helper_id=task.helper_id or ""
    )
    return replace(move(task, CareTaskAction.START), started_at=at), [event]


def complete(task: CareTask, *, note: str | None, minutes: int, at: datetime) -> Outcome:
    """The helper reports it done, in ``minutes``. ``Invalid`` outside 1 to 1,440."""
    moved = move(task, CareTaskAction.COMPLETE)
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


def offer_to(task: CareTask, person_id: str) -> Offer | None:
    """The offer that was made to a person; None if they were never asked."""
    return next((each for each in task.offers if each.person_id == person_id), None)


def move(task: CareTask, action: CareTaskAction) -> CareTask:
    """The task after an action, its state alone changed; ``WrongState`` if it may not happen."""
    return replace(task, state=step(TRANSITIONS, task.state, action, noun="care_task"))


def put(task: CareTask, offer: Offer) -> CareTask:
    """The task with this in place of the helper's offer."""
    offers = tuple(offer if each.helper_id == offer.helper_id else each for each in task.offers)
    return replace(task, offers=offers)


def listed(task: CareTask) -> CareTask:
    """The task with what lists and the clock find it by, as its offers and its helper are."""
    standing = still_open(task.offers)
    theirs = (task.helper_person_id,) if task.helper_person_id else ()
    return replace(
        task,
        asked_ids=theirs or tuple(offer.person_id for offer in standing),
        alarm_at=min((offer.answer_by for offer in standing), default=None),
    )
