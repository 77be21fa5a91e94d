"""Incidents (突发事件): from the first report to the all-clear."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from services.property.domain.estate import Plan
from shared.errors import Invalid
from shared.events import Event
from shared.events.property import (
    IncidentActivated,
    IncidentClosed,
    IncidentConfirmed,
    IncidentDismissed,
    IncidentReported,
    IncidentRestored,
    PlaceFacts,
)
from shared.transitions import step

NUMBER_PREFIX = "HM"
"""Of the public numbers, after the model community Hongmiao (红庙); it names no place."""

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


class IncidentState(StrEnum):
    """Where the incident stands (``domain.md`` section 2)."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    ACTIVE = "active"
    RESTORED = "restored"
    CLOSED = "closed"


class IncidentAction(StrEnum):
    """What moves it."""

    CONFIRM = "confirm"
    DISMISS = "dismiss"
    ACTIVATE = "activate"
    RESTORE = "restore"
    CLOSE = "close"


TRANSITIONS: Mapping[IncidentState, Mapping[IncidentAction, IncidentState]] = {
    IncidentState.REPORTED: {
        IncidentAction.CONFIRM: IncidentState.CONFIRMED,
        IncidentAction.DISMISS: IncidentState.DISMISSED,
    },
    IncidentState.CONFIRMED: {IncidentAction.ACTIVATE: IncidentState.ACTIVE},
    IncidentState.ACTIVE: {IncidentAction.RESTORE: IncidentState.RESTORED},
    IncidentState.RESTORED: {IncidentAction.CLOSE: IncidentState.CLOSED},
    IncidentState.DISMISSED: {},
    IncidentState.CLOSED: {},
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the estate; the note is for what has no id ("fire lane behind the shed")."""

    building_id: str | None = None
    entrance_id: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What the reporter says; ``external_ref`` is the company's own number for it.

    Without ``occurred_at`` it is happening now.
    """

    kind: IncidentKind
    severity: int
    text: str
    place: Place
    occurred_at: datetime | None = None
    external_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident; ``contractor_id`` is the company that the estate has, None if it has none."""

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


def number_of(incident_id: str) -> str:
    """The public number, told over the phone: ``HM-7K3Q-F9ZX-2M4T``.

    The last 12 characters of the id's ULID, all random (60 bits, no I, L, O or U among them):
    unique in effect with no counter and no index.
    """
    tail = incident_id[-12:].upper()
    return f"{NUMBER_PREFIX}-{tail[:4]}-{tail[4:8]}-{tail[8:]}"


def report(
    plan: Plan,
    said: Report,
    *,
    id: str,  # noqa: A002  the aggregate's own word
    at: datetime,
) -> tuple[Incident, list[Event]]:
    """A new incident on this estate.

    Errors: ``Invalid`` with the pointer of the field: a severity out of range, a time without a
    zone or more than ``AHEAD_MAX`` in the future, a building or entrance that is not there.
    """
    if not SEVERITY_MOST <= said.severity <= SEVERITY_LEAST:
        raise Invalid("incident.severity", pointer="/severity")
    occurred_at = said.occurred_at or at
    if occurred_at.tzinfo is None:
        raise Invalid("incident.time_without_zone", pointer="/occurred_at")
    if occurred_at > at + AHEAD_MAX:
        raise Invalid("incident.in_the_future", pointer="/occurred_at")
    place = _placed(plan, said.place)
    incident = Incident(
        id=id,
        community=plan.community,
        version=0,
        state=IncidentState.REPORTED,
        number=number_of(id),
        estate_id=plan.estate_id,
        contractor_id=plan.contractor_id,
        kind=said.kind,
        severity=said.severity,
        text=said.text,
        place=place,
        external_ref=said.external_ref,
        occurred_at=occurred_at.astimezone(UTC),
        reported_at=at,
    )
    return incident, [
        IncidentReported(
            incident_id=id,
            number=incident.number,
            estate_id=plan.estate_id,
            contractor_id=plan.contractor_id,
            kind=said.kind.value,
            severity=said.severity,
            place=PlaceFacts(building_id=place.building_id, entrance_id=place.entrance_id),
        )
    ]


def confirm(incident: Incident) -> tuple[Incident, list[Event]]:
    """Somebody checked: it is real. Errors: ``WrongState``."""
    event = IncidentConfirmed(
        incident_id=incident.id,
        estate_id=incident.estate_id,
        kind=incident.kind.value,
        severity=incident.severity,
    )
    return _moved(incident, IncidentAction.CONFIRM), [event]


def dismiss(incident: Incident, *, reason: str) -> tuple[Incident, list[Event]]:
    """Somebody checked: there is nothing (误报). Errors: ``WrongState``."""
    after = replace(_moved(incident, IncidentAction.DISMISS), dismissal_reason=reason)
    return after, [IncidentDismissed(incident_id=incident.id)]


def activate(incident: Incident) -> tuple[Incident, list[Event]]:
    """Somebody is at it. Errors: ``WrongState``."""
    return _moved(incident, IncidentAction.ACTIVATE), [IncidentActivated(incident_id=incident.id)]


def restore(incident: Incident, *, at: datetime) -> tuple[Incident, list[Event]]:
    """What was disturbed is restored, at this moment. Errors: ``WrongState``."""
    after = replace(_moved(incident, IncidentAction.RESTORE), restored_at=at)
    return after, [IncidentRestored(incident_id=incident.id)]


def close(incident: Incident) -> tuple[Incident, list[Event]]:
    """The incident is over and done with. Errors: ``WrongState``."""
    return _moved(incident, IncidentAction.CLOSE), [IncidentClosed(incident_id=incident.id)]


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


def _moved(incident: Incident, action: IncidentAction) -> Incident:
    after = step(TRANSITIONS, incident.state, action, noun="incident")
    return replace(incident, state=after)


def _placed(plan: Plan, place: Place) -> Place:
    """The place with its building filled in from the entrance; ``Invalid`` if it is not there."""
    building_id = place.building_id
    if building_id is not None and building_id not in plan.buildings:
        raise Invalid("incident.building_unknown", pointer="/place/building_id")
    if place.entrance_id is None:
        return place
    owner = plan.building_of_entrance.get(place.entrance_id)
    if owner is None or building_id not in (None, owner):
        raise Invalid("incident.entrance_unknown", pointer="/place/entrance_id")
    return replace(place, building_id=owner)
