"""Incidents (突发事件): from the first report to the all-clear."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypedDict

from shared.errors import Invalid
from shared.events import Event
from shared.events.property import (
    IncidentActivated,
    IncidentClosed,
    IncidentConfirmed,
    IncidentDismissed,
    IncidentRestored,
)
from shared.transitions import step

SEVERITY_MOST = 1
SEVERITY_LEAST = 4

AHEAD_MAX = timedelta(minutes=5)
"""How far another machine's clock may be ahead: the guard of ``webhooks.md`` section 11."""


class IncidentKind(StrEnum):
    """What sort of thing happened."""

    VEHICLE = "vehicle"
    SECURITY = "security"
    FIRE = "fire"
    LIFT = "lift"
    UTILITIES = "utilities"
    SANITATION = "sanitation"
    STRUCTURE = "structure"
    OTHER = "other"


class KindOfEvent(StrEnum):
    """Whether it befell the estate, or somebody means to bring it about."""

    EMERGENCY = "emergency"
    PLANNED = "planned"


class IncidentState(StrEnum):
    """Where the incident stands (``domain.md`` section 2)."""

    REPORTED = "reported"
    PLANNED = "planned"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    ACTIVE = "active"
    RESTORED = "restored"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class IncidentAction(StrEnum):
    """What moves it."""

    CONFIRM = "confirm"
    DISMISS = "dismiss"
    ACTIVATE = "activate"
    RESTORE = "restore"
    CLOSE = "close"
    ANNOUNCE = "announce"
    CANCEL = "cancel"


TRANSITIONS: Mapping[IncidentState, Mapping[IncidentAction, IncidentState]] = {
    IncidentState.REPORTED: {
        IncidentAction.CONFIRM: IncidentState.CONFIRMED,
        IncidentAction.DISMISS: IncidentState.DISMISSED,
    },
    IncidentState.PLANNED: {
        IncidentAction.ANNOUNCE: IncidentState.PLANNED,
        IncidentAction.ACTIVATE: IncidentState.ACTIVE,
        IncidentAction.CANCEL: IncidentState.CANCELLED,
    },
    IncidentState.CONFIRMED: {IncidentAction.ACTIVATE: IncidentState.ACTIVE},
    IncidentState.ACTIVE: {
        IncidentAction.ANNOUNCE: IncidentState.ACTIVE,
        IncidentAction.RESTORE: IncidentState.RESTORED,
    },
    IncidentState.RESTORED: {IncidentAction.CLOSE: IncidentState.CLOSED},
    IncidentState.DISMISSED: {},
    IncidentState.CLOSED: {},
    IncidentState.CANCELLED: {},
}

TOLD_KINDS = frozenset(
    {IncidentKind.UTILITIES, IncidentKind.LIFT, IncidentKind.FIRE, IncidentKind.STRUCTURE}
)
"""What everybody behind it notices at home: their people are told, whether or not somebody has
written a text for them. Of the others only what has such a text is told: a choice of ours."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the estate; the note is for what has no id ("fire lane behind the shed").

    ``riser`` (立管): of an entrance, the homes one above another, by what their codes end with: 02
    of 102, 202 and 1002.
    """

    building_id: str | None = None
    entrance_id: str | None = None
    note: str | None = None
    riser: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody means to do: from when to when."""

    start: datetime
    finish: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """What the reporter says; ``external_ref`` is the company's own number for it.

    Without ``occurred_at`` it is happening now. With ``work`` it is planned, and has not occurred.
    """

    kind: IncidentKind
    severity: int
    text: str
    place: Place
    occurred_at: datetime | None = None
    external_ref: str | None = None
    work: Work | None = None
    text_for_residents: str | None = None
    photo_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident; ``contractor_id`` is the company that the estate has, None if it has none.

    ``occurred_at`` of what is planned: when it is to begin. ``restored_at``: when it had an end;
    what has none cannot be closed. ``alarm_at``: when planned work begins of itself.
    """

    id: str
    community: str
    version: int
    state: IncidentState
    number: str
    estate_id: str
    contractor_id: str | None
    kind: IncidentKind
    severity: int
    text: str
    place: Place
    external_ref: str | None
    occurred_at: datetime
    reported_at: datetime
    restored_at: datetime | None = None
    dismissal_reason: str | None = None
    kind_of_event: KindOfEvent = KindOfEvent.EMERGENCY
    work_start: datetime | None = None
    work_finish: datetime | None = None
    text_for_residents: str | None = None
    photo_ids: tuple[str, ...] = ()
    cancellation_reason: str | None = None
    alarm_at: datetime | None = None


def is_told(incident: Incident) -> bool:
    """Whether those whom it reaches are told of it."""
    return incident.kind in TOLD_KINDS or incident.text_for_residents is not None


def confirm(incident: Incident) -> tuple[Incident, list[Event]]:
    """Somebody checked: it is real. Errors: ``WrongState``."""
    event = IncidentConfirmed(
        incident_id=incident.id,
        estate_id=incident.estate_id,
        kind=incident.kind.value,
        severity=incident.severity,
        contractor_id=incident.contractor_id,
    )
    return moved(incident, IncidentAction.CONFIRM), [event]


def dismiss(incident: Incident, *, reason: str) -> tuple[Incident, list[Event]]:
    """Somebody checked: there is nothing (误报). Errors: ``WrongState``."""
    after = replace(moved(incident, IncidentAction.DISMISS), dismissal_reason=reason)
    return after, [IncidentDismissed(**ids_of(incident))]


def activate(incident: Incident) -> tuple[Incident, list[Event]]:
    """Somebody is at it. Errors: ``WrongState``."""
    after = replace(moved(incident, IncidentAction.ACTIVATE), alarm_at=None)
    return after, [IncidentActivated(**ids_of(incident))]


def restore(incident: Incident, *, at: datetime) -> tuple[Incident, list[Event]]:
    """What was disturbed is restored, at this moment. Errors: ``WrongState``."""
    after = replace(moved(incident, IncidentAction.RESTORE), restored_at=at)
    return after, [IncidentRestored(**ids_of(incident))]


def finish(incident: Incident, *, finished_at: datetime, at: datetime) -> datetime:
    """When it ended, as told at ``at``; ``Invalid`` before it began or in the future."""
    if finished_at > at + AHEAD_MAX:
        raise Invalid("incident.in_the_future", pointer="/finished_at")
    if finished_at < incident.occurred_at:
        raise Invalid("incident.finish_before_start", pointer="/finished_at")
    return finished_at.astimezone(UTC)


def close(incident: Incident) -> tuple[Incident, list[Event]]:
    """The incident is over and done with; its people hear the all-clear. Errors: ``WrongState``."""
    closed = moved(incident, IncidentAction.CLOSE)
    return closed, [IncidentClosed(**ids_of(incident), finished_at=incident.restored_at)]


_AT_WORK = frozenset({IncidentState.ACTIVE, IncidentState.RESTORED, IncidentState.CLOSED})
_DONE = frozenset({IncidentState.RESTORED, IncidentState.CLOSED})


def work_assigned(incident: Incident) -> tuple[Incident, list[Event]]:
    """Its work order was assigned: it becomes active, once; later news of it change nothing."""
    return (incident, []) if incident.state in _AT_WORK else activate(incident)


def work_accepted(incident: Incident, *, at: datetime) -> tuple[Incident, list[Event]]:
    """Its work was accepted: it is restored, once.

    Accepted work was assigned before, even if that news is still on its way: both steps are told
    then, in their order, and the late news changes nothing.
    """
    if incident.state in _DONE:
        return incident, []
    active, first = work_assigned(incident)
    restored, then = restore(active, at=at)
    return restored, [*first, *then]


class Ids(TypedDict):
    """Which incident, and whose."""

    incident_id: str
    contractor_id: str | None


def ids_of(incident: Incident) -> Ids:
    """What every event of an incident carries: the company's web hook is told its own by it."""
    return Ids(incident_id=incident.id, contractor_id=incident.contractor_id)


def moved(incident: Incident, action: IncidentAction) -> Incident:
    """The incident after this action; ``WrongState`` if the table has no such step."""
    after = step(TRANSITIONS, incident.state, action, noun="incident")
    return replace(incident, state=after)
