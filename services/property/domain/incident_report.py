"""How an incident begins: somebody reports what befell, or says what is planned."""

from dataclasses import replace
from datetime import UTC, datetime

from services.property.domain.affected import placed
from services.property.domain.estate import Plan
from services.property.domain.incident import (
    AHEAD_MAX,
    SEVERITY_LEAST,
    SEVERITY_MOST,
    Incident,
    IncidentState,
    KindOfEvent,
    Place,
    Report,
    Work,
)
from services.property.domain.incident_plan import check_work
from shared.errors import Invalid
from shared.events import Event
from shared.events.property import IncidentReported, PlaceFacts
from shared.events.property_incident import IncidentPlanned

NUMBER_PREFIX = "HM"
"""Of the public numbers, after the model community Hongmiao (红庙); it names no place."""


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
    """A new incident on this estate: reported, or planned if it says what work is to be done.

    Errors: ``Invalid`` with the pointer of the field: a severity out of range, a time without a
    zone or more than ``AHEAD_MAX`` in the future, work whose times cannot be, a building, an
    entrance or a riser that is not there.
    """
    if not SEVERITY_MOST <= said.severity <= SEVERITY_LEAST:
        raise Invalid("incident.severity", pointer="/severity")
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
        place=placed(plan, said.place),
        external_ref=said.external_ref,
        occurred_at=_occurred_at(said, at),
        reported_at=at,
        text_for_residents=said.text_for_residents,
        photo_ids=said.photo_ids,
    )
    return _reported(incident) if said.work is None else _planned(incident, said.work, at)


def same(incident: Incident, plan: Plan, said: Report) -> bool:
    """Whether this is what the incident was reported with: the report was only sent again.

    A time that is not told is the one at which it came first; of planned work, the hours and the
    words may have been announced anew since. Errors: as for ``report``.
    """
    again, _ = report(plan, said, id=incident.id, at=incident.reported_at)
    if said.work is not None or said.occurred_at is None:
        again = replace(again, occurred_at=incident.occurred_at)
    return _told(again) == _told(incident)


def _told(incident: Incident) -> tuple[object, ...]:
    return (
        incident.estate_id,
        incident.kind_of_event,
        incident.kind,
        incident.severity,
        incident.text,
        incident.place,
        incident.photo_ids,
        incident.occurred_at,
    )


def _occurred_at(said: Report, at: datetime) -> datetime:
    if said.work is not None and said.occurred_at is not None:
        raise Invalid("incident.planned_has_not_occurred", pointer="/occurred_at")
    occurred_at = said.work.start if said.work else said.occurred_at or at
    if occurred_at.tzinfo is None:
        raise Invalid("incident.time_without_zone", pointer="/occurred_at")
    if said.work is None and occurred_at > at + AHEAD_MAX:
        raise Invalid("incident.in_the_future", pointer="/occurred_at")
    return occurred_at.astimezone(UTC)


def _reported(incident: Incident) -> tuple[Incident, list[Event]]:
    event = IncidentReported(
        incident_id=incident.id,
        number=incident.number,
        estate_id=incident.estate_id,
        contractor_id=incident.contractor_id,
        kind=incident.kind.value,
        severity=incident.severity,
        place=_facts(incident.place),
    )
    return incident, [event]


def _planned(incident: Incident, work: Work, at: datetime) -> tuple[Incident, list[Event]]:
    if incident.text_for_residents is None:
        raise Invalid("incident.text_for_residents", pointer="/text_for_residents")
    check_work(work, at=at)
    start, finish = work.start.astimezone(UTC), work.finish.astimezone(UTC)
    planned = replace(
        incident,
        state=IncidentState.PLANNED,
        kind_of_event=KindOfEvent.PLANNED,
        work_start=start,
        work_finish=finish,
        alarm_at=start,
    )
    event = IncidentPlanned(
        incident_id=planned.id,
        number=planned.number,
        estate_id=planned.estate_id,
        contractor_id=planned.contractor_id,
        kind=planned.kind.value,
        severity=planned.severity,
        place=_facts(planned.place),
        work_start=start,
        work_finish=finish,
    )
    return planned, [event]


def _facts(place: Place) -> PlaceFacts:
    return PlaceFacts(building_id=place.building_id, entrance_id=place.entrance_id)
