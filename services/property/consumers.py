"""Events in: requests that ask for work, and its own, so that incident and work move each other."""

from services.property.service.incident import IncidentService
from services.property.service.needed import WorkNeededService
from services.property.service.requested import RequestedWorkService
from shared.bus import Hearing, joined
from shared.events.property import (
    IncidentConfirmed,
    WorkOrderAccepted,
    WorkOrderAssigned,
    WorkOrderCancelled,
    WorkOrderWorkAccepted,
)
from shared.events.requests import (
    RequestAssigned,
    RequestMerged,
    RequestReferred,
    RequestReopened,
    RequestReturned,
    RequestWithdrawn,
)


def hearings(
    incidents: IncidentService, needed: WorkNeededService, requested: RequestedWorkService
) -> list[Hearing]:
    """What is heard, and by which use case."""
    return joined(
        [
            Hearing(IncidentConfirmed, needed.on_incident_confirmed),
            Hearing(WorkOrderAssigned, incidents.on_work_assigned),
            Hearing(WorkOrderWorkAccepted, incidents.on_work_accepted),
            Hearing(WorkOrderCancelled, incidents.on_work_cancelled),
            Hearing(WorkOrderCancelled, needed.on_work_cancelled),
            Hearing(WorkOrderAccepted, requested.on_accepted),
            Hearing(RequestAssigned, requested.on_request_assigned),
            Hearing(RequestReturned, requested.on_request_left),
            Hearing(RequestWithdrawn, requested.on_request_left),
            Hearing(RequestMerged, requested.on_request_left),
            Hearing(RequestReferred, requested.on_request_left),
            Hearing(RequestReopened, requested.on_request_reopened),
        ]
    )
