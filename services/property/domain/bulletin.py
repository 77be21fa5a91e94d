"""Bulletins (公告): what those whom an incident reaches are told of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.property.domain.affected import Affected
from services.property.domain.incident import Incident, IncidentKind, KindOfEvent
from shared.events import Event
from shared.events.property_incident import BulletinPublished


class BulletinKind(StrEnum):
    """What it is about."""

    PLANNED = "planned"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    BEGUN = "begun"
    ALL_CLEAR = "all_clear"


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One bulletin. ``text`` is what somebody wrote for its people, None if nobody did;
    ``building_ids`` and ``entrance_ids`` as in ``Affected``, ``dwelling_ids`` only of a part."""

    id: str
    community: str
    version: int
    kind: BulletinKind
    incident_id: str
    number: str
    estate_id: str
    contractor_id: str | None
    kind_of_event: KindOfEvent
    incident_kind: IncidentKind
    text: str | None
    building_ids: tuple[str, ...]
    entrance_ids: tuple[str, ...]
    dwelling_ids: tuple[str, ...]
    dwellings: int
    work_start: datetime | None
    work_finish: datetime | None
    restored_at: datetime | None
    published_at: datetime


def publish(
    incident: Incident,
    kind: BulletinKind,
    reached: Affected,
    *,
    id: str,  # noqa: A002  the aggregate's own word
    at: datetime,
) -> tuple[Bulletin, list[Event]]:
    """Those whom the incident reaches are told how it stands."""
    bulletin = Bulletin(
        id=id,
        community=incident.community,
        version=0,
        kind=kind,
        incident_id=incident.id,
        number=incident.number,
        estate_id=incident.estate_id,
        contractor_id=incident.contractor_id,
        kind_of_event=incident.kind_of_event,
        incident_kind=incident.kind,
        text=incident.text_for_residents,
        building_ids=reached.building_ids,
        entrance_ids=reached.entrance_ids,
        dwelling_ids=reached.dwelling_ids if reached.part else (),
        dwellings=len(reached.dwelling_ids),
        work_start=incident.work_start,
        work_finish=incident.work_finish,
        restored_at=incident.restored_at if kind is BulletinKind.ALL_CLEAR else None,
        published_at=at,
    )
    event = BulletinPublished(
        bulletin_id=id,
        incident_id=incident.id,
        estate_id=incident.estate_id,
        contractor_id=incident.contractor_id,
        kind=kind.value,
        building_ids=bulletin.building_ids,
        entrance_ids=bulletin.entrance_ids,
        dwelling_ids=bulletin.dwelling_ids,
    )
    return bulletin, [event]
