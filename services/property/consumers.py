"""Events in: the service hears its own, so that incident and work order move each other on."""

from services.property.service.incident import IncidentService
from services.property.service.work_order import WorkOrderService
from shared.bus import Hearing
from shared.events.property import IncidentConfirmed, WorkOrderAssigned, WorkOrderWorkAccepted


def hearings(incidents: IncidentService, work_orders: WorkOrderService) -> list[Hearing]:
    """What is heard, and by which use case."""
    return [
        Hearing(IncidentConfirmed, work_orders.on_incident_confirmed),
        Hearing(WorkOrderAssigned, incidents.on_work_assigned),
        Hearing(WorkOrderWorkAccepted, incidents.on_work_accepted),
    ]
