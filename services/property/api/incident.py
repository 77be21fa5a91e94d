"""Incidents over HTTP: the company's system and people report, committee and staff decide."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from services.property.api.forms import PREFIX, ReasonBody, viewer
from services.property.api.incident_forms import (
    AffectedView,
    AnnouncementBody,
    IncidentBody,
    IncidentView,
    RestorationBody,
)
from services.property.domain.incident import Incident, IncidentKind, IncidentState, KindOfEvent
from services.property.service.incident import IncidentService
from services.property.service.incident_plan import IncidentPlanService
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.errors import Malformed
from shared.web import Once, answer, listing, needs
from shared.web.forms import Paging, PathId, QueryId, Version, filter_of
from shared.web.once import Keyed, Lookup
from shared.web.story import StoryView

Reporting = Annotated[Caller, Depends(needs("property:incident:report"))]
Reading = Annotated[Caller, Depends(needs("property:incident:read"))]
Confirming = Annotated[Caller, Depends(needs("property:incident:confirm"))]
Managing = Annotated[Caller, Depends(needs("property:incident:manage"))]
Closing = Annotated[Caller, Depends(needs("property:incident:close"))]


async def _filters(
    estate_id: QueryId = None,
    state: IncidentState | None = None,
    kind: IncidentKind | None = None,
    severity: Annotated[int | None, Query(ge=1, le=4)] = None,
    kind_of_event: KindOfEvent | None = None,
) -> dict[str, Any]:
    return filter_of(
        estate_id=estate_id, state=state, kind=kind, severity=severity, kind_of_event=kind_of_event
    )


Filters = Annotated[dict[str, Any], Depends(_filters)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of machines; ``key_required``: that they make repetitions known."""

    key_required: bool = False


def router(
    service: IncidentService,
    plans: IncidentPlanService,
    lookup: Lookup,
    asked: Asked,
) -> APIRouter:
    """The routes of incidents."""
    router = APIRouter(prefix=PREFIX, tags=["incidents"])
    _reporting(router, service, lookup, asked)
    _reading(router, service)
    _deciding(router, service, lookup)
    _lasting(router, plans, lookup)
    return router


def _reporting(router: APIRouter, service: IncidentService, lookup: Lookup, asked: Asked) -> None:
    once = Once(lookup=lookup, view=IncidentView.of, status=201)

    @router.post(
        "/incidents", status_code=201, response_model=IncidentView, dependencies=[Depends(once)]
    )
    async def report_incident(
        body: IncidentBody, caller: Reporting, keyed: Annotated[bool, Depends(Keyed())]
    ) -> Response:
        """Report an incident, or what is planned; the answer names its public number. Send an
        ``Idempotency-Key`` or an ``external_ref``: without either, what is sent again happens
        again; where operations asks for it, a machine's report with neither is refused."""
        unknowable = not keyed and body.external_ref is None
        if asked.key_required and caller.kind == "machine" and unknowable:
            raise Malformed("idempotency.missing", pointer="header:Idempotency-Key")
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

    @router.get("/incidents/{incident_id}/affected", response_model=AffectedView)
    async def read_affected(incident_id: PathId, caller: Reading) -> Response:
        """Whom an incident reaches, worked out from the estate as it is today."""
        return answer(AffectedView.of(await service.affected(viewer(caller), incident_id)))


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


def _lasting(router: APIRouter, plans: IncidentPlanService, lookup: Lookup) -> None:
    once = [Depends(Once(lookup=lookup, view=IncidentView.of))]
    path = "/incidents/{incident_id}"

    @router.post(f"{path}/announcement", response_model=IncidentView, dependencies=once)
    async def announce_incident(
        incident_id: PathId, body: AnnouncementBody, caller: Managing, version: Version
    ) -> Response:
        """Tell those whom it reaches something new, and other hours of what is planned."""
        target = Target(viewer(caller), incident_id, version)
        work = None if body.work is None else body.work.work()
        return _shown(await plans.announce(target, text=body.text_for_residents, work=work))

    @router.post(f"{path}/activation", response_model=IncidentView, dependencies=once)
    async def activate_incident(
        incident_id: PathId, caller: Managing, version: Version
    ) -> Response:
        """What was planned begins, before its hour if need be: at its hour it begins of itself."""
        return _shown(await plans.begin(Target(viewer(caller), incident_id, version)))

    @router.post(f"{path}/cancellation", response_model=IncidentView, dependencies=once)
    async def cancel_incident(
        incident_id: PathId, body: ReasonBody, caller: Managing, version: Version
    ) -> Response:
        """What was planned is not done after all; its people are told."""
        target = Target(viewer(caller), incident_id, version)
        return _shown(await plans.cancel(target, reason=body.reason))

    @router.post(f"{path}/restoration", response_model=IncidentView, dependencies=once)
    async def restore_incident(
        incident_id: PathId, body: RestorationBody, caller: Managing, version: Version
    ) -> Response:
        """What was disturbed is restored; the all-clear follows when the incident is closed."""
        target = Target(viewer(caller), incident_id, version)
        return _shown(await plans.restore(target, finished_at=body.finished_at))


def _shown(incident: Incident) -> Response:
    return answer(IncidentView.of(incident), incident.version)
