"""Work orders (工单): what they are and what causes them.

Their states: ``work_states``; the steps between these: ``work_steps``; what time alone brings:
``work_clock``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypedDict

from services.property.domain.work_scope import WorkScope
from services.property.domain.work_states import TRANSITIONS, WorkOrderAction, WorkOrderState
from shared.errors import Invalid
from shared.events import Event
from shared.events.property import WorkOrderCreated
from shared.transitions import step

DUE_WITHIN: Mapping[int, timedelta] = {
    # domain.md section 3, after the draft of Beijing's 12345 standard (Beijing Daily 2021-12-28):
    # defaults, for the final standard DB11/T 2021-2022 could not be read.
    1: timedelta(hours=2),  # danger to life or property
    2: timedelta(hours=24),  # water, power, gas, heat: a household cannot live as usual
    3: timedelta(days=7),  # ordinary
    4: timedelta(days=15),  # least: the longest that the standard allows
}


def severity_within(left: timedelta) -> int:
    """The severity of what is due in so long: the most severe whose own deadline is not sooner."""
    return min((each for each, within in DUE_WITHIN.items() if within >= left), default=4)


class SourceKind(StrEnum):
    """What may cause work."""

    INCIDENT = "incident"
    REQUEST = "request"
    PATROL = "patrol"
    INSPECTION = "inspection"
    UPKEEP = "upkeep"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class WorkSource:
    """The one thing that caused the work, by its kind and its id."""

    kind: SourceKind
    id: str


class Mode(StrEnum):
    """How who does it is found: the first to take it, the dispatcher's choice, by turns."""

    GRAB = "grab"
    ASSIGN = "assign"
    ROTATE = "rotate"


class PauseReason(StrEnum):
    """What the work waits for, while its clock stands still."""

    PARTS = "parts"
    WEATHER = "weather"
    ACCESS = "access"


@dataclass(frozen=True, slots=True)
class Pause:
    """The work waits from ``since`` on; ``until`` is None while it still does."""

    since: datetime
    until: datetime | None
    reason: PauseReason


@dataclass(frozen=True, slots=True)
class Part:
    """So many of a thing that were used; ``cost_fen`` is what all of them cost, in fen (分)."""

    name: str
    quantity: int
    cost_fen: int


class Acceptor(StrEnum):
    """On whose behalf finished work was accepted (验收)."""

    RESIDENT = "resident"
    COMMITTEE = "committee"


@dataclass(frozen=True, slots=True)
class Asked:
    """The assignment of a resident's request that the work answers.

    ``number`` counts the units that the request was given to; ``sequence`` is the version of the
    request at which it was given to us; ``due_at`` is what was promised to the resident, and
    ``requester_id`` is the resident, who may accept the work; ``visibility`` says who may be told.
    """

    number: int
    sequence: int
    due_at: datetime
    requester_id: str | None = None
    visibility: str | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """Why there is work, and whose: a company's, or a volunteer team's, or nobody's yet.

    What a resident was promised (``asked``) is when it is due; else its severity says so.
    """

    community: str
    estate_id: str
    contractor_id: str | None
    scope: WorkScope
    severity: int
    source: WorkSource
    asked: Asked | None = None
    handler_team_id: str | None = None


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """One piece of work; ``times_sent_back`` counts the rework.

    ``due_at`` is what was promised at first, ``due_by`` what became of it by pauses; whether the
    work was on time (``on_time``) is decided when it is completed for the first time. ``origin``
    is its source if that is neither an incident nor a request. ``turn_missed_at``: since when it
    waits for the dispatcher, for it was nobody's turn. ``alarm_at`` is the next moment at which
    time alone changes it. Money is in fen (分).
    """

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
    origin: WorkSource | None = None
    handler_team_id: str | None = None
    mode: Mode = Mode.ASSIGN
    roster_id: str | None = None
    turn_missed_at: datetime | None = None
    created_at: datetime | None = None
    offered_until: datetime | None = None
    refused_by: tuple[str, ...] = ()
    refusal_reason: str | None = None
    pauses: tuple[Pause, ...] = ()
    first_completed_at: datetime | None = None
    on_time: bool | None = None
    accepted_at: datetime | None = None
    accepted_as: Acceptor | None = None
    satisfaction: int | None = None
    satisfaction_seen: int = 0
    parts: tuple[Part, ...] = ()
    labour_fen: int = 0
    photos_before: tuple[str, ...] = ()
    photos_after: tuple[str, ...] = ()
    overdue_told_at: datetime | None = None
    alarm_at: datetime | None = None

    @property
    def source(self) -> WorkSource:
        """What caused it."""
        if self.incident_id is not None:
            return WorkSource(SourceKind.INCIDENT, self.incident_id)
        if self.request_id is not None:
            return WorkSource(SourceKind.REQUEST, self.request_id)
        if self.origin is None:
            raise Invalid("work_order.no_source")
        return self.origin

    @property
    def cost_fen(self) -> int:
        """What it cost in all: parts and labour."""
        return self.labour_fen + sum(part.cost_fen for part in self.parts)

    @property
    def photo_ids(self) -> tuple[str, ...]:
        """The photos that show it, before and after."""
        return (*self.photos_before, *self.photos_after)

    @property
    def due_by(self) -> datetime:
        """When it is due now: for as long as it was paused its clock stood still."""
        stood = (each.until - each.since for each in self.pauses if each.until is not None)
        return self.due_at + sum(stood, timedelta())


Outcome = tuple[WorkOrder, list[Event]]


def create(
    cause: Cause,
    *,
    id: str,  # noqa: A002  the aggregate's own word
    at: datetime,
) -> Outcome:
    """There is work to do, due when it was promised, else by its severity counted from ``at``.

    Errors: ``Invalid`` for a severity out of range.
    """
    within = DUE_WITHIN.get(cause.severity)
    if within is None:
        raise Invalid("work_order.severity", pointer="/severity")
    kind, source_id = cause.source.kind, cause.source.id
    due_at = cause.asked.due_at if cause.asked else at + within
    order = WorkOrder(
        id=id,
        community=cause.community,
        version=0,
        state=WorkOrderState.CREATED,
        incident_id=source_id if kind is SourceKind.INCIDENT else None,
        request_id=source_id if kind is SourceKind.REQUEST else None,
        origin=None if kind in _OWN_FIELDS else cause.source,
        estate_id=cause.estate_id,
        contractor_id=cause.contractor_id,
        handler_team_id=cause.handler_team_id,
        scope=cause.scope,
        severity=cause.severity,
        due_at=due_at,
        asked=cause.asked,
        created_at=at,
        alarm_at=due_at,
    )
    event = WorkOrderCreated(
        **facts(order),
        estate_id=order.estate_id,
        scope=order.scope.value,
        due_at=order.due_at,
    )
    return order, [event]


_OWN_FIELDS = (SourceKind.INCIDENT, SourceKind.REQUEST)


class Facts(TypedDict):
    """What every event of a work order carries."""

    work_order_id: str
    incident_id: str | None
    request_id: str | None
    assignment: int | None
    contractor_id: str | None
    handler_team_id: str | None
    source_kind: str
    source_id: str
    visibility: str | None


def facts(order: WorkOrder) -> Facts:
    """What every event of this work order carries."""
    return Facts(
        work_order_id=order.id,
        incident_id=order.incident_id,
        request_id=order.request_id,
        assignment=order.asked.number if order.asked else None,
        contractor_id=order.contractor_id,
        handler_team_id=order.handler_team_id,
        source_kind=order.source.kind.value,
        source_id=order.source.id,
        visibility=order.asked.visibility if order.asked else None,
    )


def moved(order: WorkOrder, action: WorkOrderAction) -> WorkOrder:
    """The same order, a step further. Errors: ``WrongState``."""
    after = step(TRANSITIONS, order.state, action, noun="work_order")
    return replace(order, state=after, turn_missed_at=None)
