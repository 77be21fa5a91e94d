"""Incidents over HTTP: the company's system and people report, committee and staff decide."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import StringConstraints

from services.property.api.forms import PREFIX, ReasonBody, Severity, Text, viewer
from services.property.domain.incident import Incident, IncidentKind, IncidentState, Place, Report
from services.property.service.incident import IncidentService
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.web import Body, Once, View, answer, listing, needs
from shared.web.forms import Moment, Paging, PathId, QueryId, Ref, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

Reporting = Annotated[Caller, Depends(needs("property:incident:report"))]
Reading = Annotated[Caller, Depends(needs("property:incident:read"))]
Confirming = Annotated[Caller, Depends(needs("property:incident:confirm"))]
Closing = Annotated[Caller, Depends(needs("property:incident:close"))]


class PlaceBody(Body):
    """Where in the estate, as far as it is known."""

    building_id: Ref | None = None
    entrance_id: Ref | None = None
    note: Annotated[str, StringConstraints(min_length=1, max_length=300)] | None = None


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

    def report(self) -> Report:
        """In the words of the domain."""
        place = self.place
        return Report(
            kind=self.kind,
            severity=self.severity,
            text=self.text,
            place=Place(place.building_id, place.entrance_id, place.note),
            occurred_at=self.occurred_at,
            external_ref=self.external_ref,
        )


class PlaceView(View):
    """Where in the estate."""

    building_id: str | None
    entrance_id: str | None
    note: str | None


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
                building_id=place.building_id, entrance_id=place.entrance_id, note=place.note
            ),
            external_ref=incident.external_ref,
            occurred_at=incident.occurred_at,
            reported_at=incident.reported_at,
            restored_at=incident.restored_at,
            dismissal_reason=incident.dismissal_reason,
        )


async def _filters(
    estate_id: QueryId = None,
    state: IncidentState | None = None,
    kind: IncidentKind | None = None,
    severity: Annotated[int | None, Query(ge=1, le=4)] = None,
) -> dict[str, Any]:
    asked = {"estate_id": estate_id, "state": state, "kind": kind, "severity": severity}
    return {name: value for name, value in asked.items() if value is not None}


Filters = Annotated[dict[str, Any], Depends(_filters)]


def router(service: IncidentService, lookup: Lookup) -> APIRouter:
    """The routes of incidents."""
    router = APIRouter(prefix=PREFIX, tags=["incidents"])
    _reporting(router, service, lookup)
    _reading(router, service)
    _deciding(router, service, lookup)
    return router


def _reporting(router: APIRouter, service: IncidentService, lookup: Lookup) -> None:
    once = Once(lookup=lookup, view=IncidentView.of, status=201)

    @router.post(
        "/incidents", status_code=201, response_model=IncidentView, dependencies=[Depends(once)]
    )
    async def report_incident(body: IncidentBody, caller: Reporting) -> Response:
        """Report an incident; the answer names its public number."""
        incident = await service.report(viewer(caller), body.estate_id, body.report())
        location = f"{PREFIX}/incidents/{incident.id}"
        return answer(IncidentView.of(incident), incident.version, status=201, location=location)


def _reading(router: APIRouter, service: IncidentService) -> None:
    @router.get("/incidents")
    async def list_incidents(caller: Reading, page: Paging, where: Filters) -> Response:
        """The incidents that the caller sees, newest first."""
        found = await service.page(viewer(caller), where, cursor=page.cursor, limit=page.limit)
        return listing([IncidentView.of(incident) for incident in found.items], found.next_cursor)

    @router.get("/incidents/{incident_id}", response_model=IncidentView)
    async def read_incident(incident_id: PathId, caller: Reading) -> Response:
        """One incident."""
        return _shown(await service.get(viewer(caller), incident_id))

    @router.get("/incidents/{incident_id}/story", response_model=StoryView)
    async def read_incident_story(incident_id: PathId, caller: Reading) -> Response:
        """Everything that happened to one incident, oldest first."""
        return answer(StoryView.of(await service.story(viewer(caller), incident_id)))


def _deciding(router: APIRouter, service: IncidentService, lookup: Lookup) -> None:
    once = [Depends(Once(lookup=lookup, view=IncidentView.of))]
    path = "/incidents/{incident_id}"

    @router.post(f"{path}/confirmation", response_model=IncidentView, dependencies=once)
    async def confirm_incident(
        incident_id: PathId, caller: Confirming, version: Version
    ) -> Response:
        """It was checked and is real: a work order follows."""
        target = Target(viewer(caller), incident_id, version)
        return _shown(await service.confirm(target))

    @router.post(f"{path}/dismissal", response_model=IncidentView, dependencies=once)
    async def dismiss_incident(
        incident_id: PathId, body: ReasonBody, caller: Confirming, version: Version
    ) -> Response:
        """It was checked and there is nothing."""
        target = Target(viewer(caller), incident_id, version)
        return _shown(await service.dismiss(target, reason=body.reason))

    @router.post(f"{path}/closure", response_model=IncidentView, dependencies=once)
    async def close_incident(incident_id: PathId, caller: Closing, version: Version) -> Response:
        """It is over and done with."""
        target = Target(viewer(caller), incident_id, version)
        return _shown(await service.close(target))


def _shown(incident: Incident) -> Response:
    return answer(IncidentView.of(incident), incident.version)
