"""What property tells of planned incidents, and of what those whom an incident reaches are told."""

from typing import ClassVar

from pydantic import AwareDatetime

from shared.events.base import Event
from shared.events.property import PlaceFacts


class IncidentPlanned(Event):
    """Somebody means to shut something off, or to close it, for these hours."""

    type: ClassVar[str] = "property.incident.planned.v1"

    incident_id: str
    number: str
    estate_id: str
    contractor_id: str | None
    kind: str
    severity: int
    place: PlaceFacts
    work_start: AwareDatetime
    work_finish: AwareDatetime


class IncidentAnnounced(Event):
    """Its people are told something new: other hours, or how it stands."""

    type: ClassVar[str] = "property.incident.announced.v1"

    incident_id: str
    contractor_id: str | None


class IncidentCancelled(Event):
    """What was planned is not done after all."""

    type: ClassVar[str] = "property.incident.cancelled.v1"

    incident_id: str
    contractor_id: str | None


class BulletinPublished(Event):
    """Those whom an incident reaches are told how it stands; the words are read from property.

    ``kind``: ``planned``, ``changed``, ``cancelled``, ``begun``, ``all_clear``. ``entrance_ids``
    and ``building_ids``: whom it reaches, all of it; ``dwelling_ids``: only these homes behind the
    entrance, if that is not all of it.
    """

    type: ClassVar[str] = "property.bulletin.published.v1"

    bulletin_id: str
    incident_id: str
    estate_id: str
    contractor_id: str | None
    kind: str
    building_ids: tuple[str, ...]
    entrance_ids: tuple[str, ...]
    dwelling_ids: tuple[str, ...] = ()
