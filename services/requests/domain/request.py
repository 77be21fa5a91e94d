"""A service request (诉求): what it holds, its states, and the one table of what may be done when.

The actions themselves are beside it: ``handling``, ``joining``, ``closure``, ``correction``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from services.requests.domain.assignment import (
    Assignment,
    CareTask,
    Hold,
    Referral,
    Refusal,
    Unit,
    Work,
)
from services.requests.domain.contact import Contact
from services.requests.domain.deadline import (
    Milestone,
    Pause,
    Promise,
    Stage,
    due_by,
    next_clock_at,
)
from services.requests.domain.follow_up import FollowUp
from services.requests.domain.place import Position
from services.requests.domain.progress import Correction, Update
from services.requests.domain.service_type import SlaClass, Visibility
from shared.errors import WrongState
from shared.events import Event
from shared.events.requests import RequestEvent
from shared.photos.photo import Photo
from shared.transitions import step

E = TypeVar("E", bound=RequestEvent)


class RequestState(StrEnum):
    """Where a request stands: domain.md, section 2."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CLOSED = "closed"
    REJECTED = "rejected"
    MERGED = "merged"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What may be done to a request; a follow-up leads to close or reopen."""

    ACCEPT = "accept"
    ASSIGN = "assign"
    START = "start"
    RETURN = "return"
    HOLD = "hold"
    RESUME = "resume"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"
    REJECT = "reject"
    MERGE = "merge"
    REFER = "refer"
    WITHDRAW = "withdraw"
    HAND_OVER = "hand_over"
    """Another unit has it from now on, by the dispatcher's word; the state stays."""
    TAKE_OVER = "take_over"
    """The unit that it was handed over to signs for it."""
    ASSIST = "assist"
    """Another unit helps (协办)."""
    CONTACT = "contact"
    """The requester was spoken to."""
    CALL_BACK = "call_back"
    """The requester was to be asked whether it is solved, and gave no answer."""
    UPDATE = "update"
    SUPPORT = "support"
    """Somebody else has the same trouble."""
    ABSORB = "absorb"
    """Another request is merged into this one."""
    REINSTATE = "reinstate"
    """An ended request is taken up again, by a correction."""
    CORRECT = "correct"
    """The administration sets fields right."""


S, A = RequestState, Action

_MOVES: Mapping[RequestState, Mapping[Action, RequestState]] = {
    # domain.md, section 2, service request (诉求)
    S.SUBMITTED: {A.ACCEPT: S.ACCEPTED, A.REJECT: S.REJECTED, A.WITHDRAW: S.WITHDRAWN},
    S.ACCEPTED: {
        A.ASSIGN: S.ASSIGNED,
        A.MERGE: S.MERGED,
        A.REFER: S.REFERRED,
        A.WITHDRAW: S.WITHDRAWN,
    },
    S.ASSIGNED: {A.START: S.IN_PROGRESS, A.RETURN: S.ACCEPTED},
    S.IN_PROGRESS: {
        A.HOLD: S.ON_HOLD,
        A.RESOLVE: S.RESOLVED,
        A.MERGE: S.MERGED,
        A.REFER: S.REFERRED,
        A.WITHDRAW: S.WITHDRAWN,
    },
    S.ON_HOLD: {A.RESUME: S.IN_PROGRESS},
    S.RESOLVED: {A.CLOSE: S.CLOSED, A.REOPEN: S.REOPENED},
    S.REOPENED: {A.START: S.IN_PROGRESS},
    S.CLOSED: {A.REINSTATE: S.ACCEPTED},
    S.REJECTED: {A.REINSTATE: S.ACCEPTED},
    S.MERGED: {A.REINSTATE: S.ACCEPTED},
    S.REFERRED: {A.REINSTATE: S.ACCEPTED},
    S.WITHDRAWN: {A.REINSTATE: S.ACCEPTED},
}
ENDED = frozenset({S.CLOSED, S.REJECTED, S.MERGED, S.REFERRED, S.WITHDRAWN})
OPEN = frozenset(S) - ENDED - {S.RESOLVED}
"""Somebody still has something to do: what Open311 calls open."""
RUNNING = OPEN - {S.SUBMITTED, S.ON_HOLD}
"""The clock of its deadline runs."""
_WITH_A_UNIT = frozenset({S.IN_PROGRESS, S.ON_HOLD, S.REOPENED})

_STAYS: Mapping[Action, frozenset[RequestState]] = {
    A.HAND_OVER: _WITH_A_UNIT | {S.ASSIGNED},
    A.TAKE_OVER: frozenset({S.IN_PROGRESS, S.ON_HOLD}),
    A.ASSIST: _WITH_A_UNIT | {S.ASSIGNED},
    A.CONTACT: OPEN,
    A.CALL_BACK: frozenset({S.RESOLVED}),
    A.UPDATE: OPEN | {S.RESOLVED},
    A.SUPPORT: OPEN,
    A.ABSORB: OPEN,
    A.CORRECT: frozenset(S),
}
"""What leaves the state as it is, and when it may be done."""

TRANSITIONS: Mapping[RequestState, Mapping[Action, RequestState]] = {
    state: {**moves, **{action: state for action, when in _STAYS.items() if state in when}}
    for state, moves in _MOVES.items()
}
"""Every action that is allowed in a state, and the state after it."""


class Channel(StrEnum):
    """By which door a request came in."""

    WEB = "web"
    PHONE = "phone"
    STATION = "station"
    """A liaison station (小区民情联络站): staff enter it for a visitor."""
    BULK = "bulk"
    """A file of many."""
    OPEN311 = "open311"
    COUNCIL = "council"
    """A decision of the council asks for it."""
    VISIT = "visit"
    """Who looked in on a household asks for it in its stead."""


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """One request; what it was promised at submission never moves with the service type.

    ``requester_id`` of somebody who was not signed in is ``trk_<request id>``; ``tracking`` is the
    SHA-256 (hex) of the secret that stands for such a person. ``lead_unit`` is the first handler
    (首接) and leads until another has signed. ``alarm_at``: when its clock has to act.
    """

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
    # How it came in.
    entered_by: str | None = None
    contact: Contact | None = None
    tracking: str | None = None
    external_ref: str | None = None
    building_id: str | None = None
    position: Position | None = None
    address_note: str | None = None
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    photos: tuple[Photo, ...] = ()
    service_type_version: int = 0
    # Its clocks.
    promise: Promise | None = None
    accepted_at: datetime | None = None
    acknowledged_at: datetime | None = None
    first_contact_at: datetime | None = None
    closed_at: datetime | None = None
    hold: Hold | None = None
    pauses: tuple[Pause, ...] = ()
    stage: Stage = Stage.ON_TIME
    told_late: int = 0
    told_missed: tuple[Milestone, ...] = ()
    alarm_at: datetime | None = None
    # Who has it.
    given_times: int = 0
    lead_unit: Unit | None = None
    co_units: tuple[Unit, ...] = ()
    post: str | None = None
    work: Work | None = None
    referral: Referral | None = None
    # What joined it.
    duplicate_of: str | None = None
    merged: tuple[str, ...] = ()
    supporters: tuple[str, ...] = ()
    updates: tuple[Update, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    corrections: tuple[Correction, ...] = ()
    anonymised_at: datetime | None = None

    @property
    def supporter_count(self) -> int:
        """How many have the same trouble, beside the requester."""
        return len(self.supporters)


Decided = tuple[ServiceRequest, list[Event]]


def told(kind: type[E], request: ServiceRequest, **facts: Any) -> E:
    """What happened to it, bearing who may be told of it."""
    return kind(request_id=request.id, visibility=request.visibility.value, **facts)


def moved(request: ServiceRequest, action: Action, **changes: Any) -> ServiceRequest:
    """The request in the state that the action leads to; ``WrongState`` if the table has none, and
    once nobody can be told any more whose it was."""
    if request.anonymised_at is not None:
        raise WrongState("request.anonymised")
    state = step(TRANSITIONS, request.state, action, noun="request")
    return timed(replace(request, state=state, **changes))


def timed(request: ServiceRequest) -> ServiceRequest:
    """The request with what its clocks make of it: when it is due, and when to look at it next."""
    due_at, alarm_at = request.due_at, None
    if request.state in RUNNING or request.state is S.SUBMITTED:
        due_at, alarm_at = due_by(request) or due_at, next_clock_at(request)
    elif request.state is S.ON_HOLD:
        alarm_at = request.hold.until if request.hold else None
    elif request.state is S.RESOLVED:
        alarm_at = request.follow_up_due_at
    if (due_at, alarm_at) == (request.due_at, request.alarm_at):
        return request
    return replace(request, due_at=due_at, alarm_at=alarm_at)
