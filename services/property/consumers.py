"""Events in: requests that ask for work, and its own, so that incident and work move each other."""

from services.property.service.incident import IncidentService
from services.property.service.requested import RequestedWorkService
from services.property.service.work_order import WorkOrderService
from shared.bus import Hearing
from shared.events.property import (
    IncidentConfirmed,
    WorkOrderAccepted,
    WorkOrderAssigned,
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
    incidents: IncidentService, work_orders: WorkOrderService, requested: RequestedWorkService
) -> list[Hearing]:
    """What is heard, and by which use case."""
    return [
        Hearing(IncidentConfirmed, work_orders.on_incident_confirmed),
        Hearing(WorkOrderAssigned, incidents.on_work_assigned),
        Hearing(WorkOrderWorkAccepted, incidents.on_work_accepted),
        Hearing(WorkOrderAccepted, requested.on_accepted),
        Hearing(RequestAssigned, requested.on_request_assigned),
        Hearing(RequestReturned, requested.on_request_left),
        Hearing(RequestWithdrawn, requested.on_request_left),
        Hearing(RequestMerged, requested.on_request_left),
        Hearing(RequestReferred, requested.on_request_left),
        Hearing(RequestReopened, requested.on_request_reopened),
    ]
