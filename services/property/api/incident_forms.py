"""The forms of incidents: what callers send, and what they see."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from services.property.api.forms import Severity, Text
from services.property.domain.affected import Affected
from services.property.domain.incident import (
    Incident,
    IncidentKind,
    IncidentState,
    KindOfEvent,
    Place,
    Report,
    Work,
)
from services.property.domain.photo import PHOTOS_MAX
from shared.web import Body, View
from shared.web.forms import Moment, Ref


class PlaceBody(Body):
    """Where in the estate, as far as it is known."""

    building_id: Ref | None = None
    entrance_id: Ref | None = None
    note: Annotated[str, StringConstraints(min_length=1, max_length=300)] | None = None
    riser: Annotated[str, StringConstraints(min_length=1, max_length=4)] | None = None
    """Of an entrance, the homes whose codes end so: 02 of 102 and 1002."""


class WorkBody(Body):
    """From when to when something is to be shut off or closed."""

    start: Moment
    finish: Moment

    def work(self) -> Work:
        """In the words of the domain."""
        return Work(self.start, self.finish)


class IncidentBody(Body):
    """What happened; ``external_ref`` is the company's own number for it, used once."""

    estate_id: Ref
    kind: IncidentKind
    severity: Severity
    text: Text
    place: PlaceBody = PlaceBody()
    external_ref: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    occurred_at: Moment | None = None
    """Now, if not told."""
    work: WorkBody | None = None
    """Told of what is planned, which has not occurred."""
    text_for_residents: Text | None = None
    """What those whom it reaches are to read; needed of what is planned."""
    photo_ids: list[Ref] = Field(default=[], max_length=PHOTOS_MAX)

    def report(self) -> Report:
        """In the words of the domain."""
        place = self.place
        return Report(
            kind=self.kind,
            severity=self.severity,
            text=self.text,
            place=Place(place.building_id, place.entrance_id, place.note, place.riser),
            occurred_at=self.occurred_at,
            external_ref=self.external_ref,
            work=None if self.work is None else self.work.work(),
            text_for_residents=self.text_for_residents,
            photo_ids=tuple(self.photo_ids),
        )


class AnnouncementBody(Body):
    """What those whom it reaches are to read now, and other hours, if they are others."""

    text_for_residents: Text
    work: WorkBody | None = None


class RestorationBody(Body):
    """Since when what was disturbed is restored."""

    finished_at: Moment


class PlaceView(View):
    """Where in the estate."""

    building_id: str | None
    entrance_id: str | None
    note: str | None
    riser: str | None


class IncidentView(View):
    """An incident as its callers see it."""

    id: str
    community: str
    version: int
    number: str
    state: IncidentState
    estate_id: str
    contractor_id: str | None
    kind: IncidentKind
    severity: int
    text: str
    place: PlaceView
    external_ref: str | None
    occurred_at: datetime
    reported_at: datetime
    restored_at: datetime | None
    dismissal_reason: str | None
    kind_of_event: KindOfEvent
    work_start: datetime | None
    work_finish: datetime | None
    text_for_residents: str | None
    photo_ids: list[str]
    cancellation_reason: str | None

    @classmethod
    def of(cls, incident: Incident) -> "IncidentView":
        """As the caller sees it."""
        place = incident.place
        return cls(
            id=incident.id,
            community=incident.community,
            version=incident.version,
            number=incident.number,
            state=incident.state,
            estate_id=incident.estate_id,
            contractor_id=incident.contractor_id,
            kind=incident.kind,
            severity=incident.severity,
            text=incident.text,
            place=PlaceView(
                building_id=place.building_id,
                entrance_id=place.entrance_id,
                note=place.note,
                riser=place.riser,
            ),
            external_ref=incident.external_ref,
            occurred_at=incident.occurred_at,
            reported_at=incident.reported_at,
            restored_at=incident.restored_at,
            dismissal_reason=incident.dismissal_reason,
            kind_of_event=incident.kind_of_event,
            work_start=incident.work_start,
            work_finish=incident.work_finish,
            text_for_residents=incident.text_for_residents,
            photo_ids=list(incident.photo_ids),
            cancellation_reason=incident.cancellation_reason,
        )


class AffectedView(View):
    """Whom an incident reaches: all of these buildings; with entrances, these of them alone; the
    homes are those behind, which are fewer where it is one riser."""

    building_ids: list[str]
    entrance_ids: list[str]
    dwelling_ids: list[str]
    dwellings: int

    @classmethod
    def of(cls, affected: Affected) -> "AffectedView":
        """As the caller sees it."""
        return cls(
            building_ids=list(affected.building_ids),
            entrance_ids=list(affected.entrance_ids),
            dwelling_ids=list(affected.dwelling_ids),
            dwellings=len(affected.dwelling_ids),
        )
