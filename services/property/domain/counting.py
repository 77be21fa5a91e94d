"""What records of this service bring to a scorecard, and in which month: the facts that count.

Work belongs to the month in which it was promised, so that no pause moves it out of sight. What is
not due yet as the month ends, since its clock stood still, is carried into the next one.
"""

from datetime import datetime, timedelta

from services.property.domain.complaint import Complaint
from services.property.domain.incident import Incident
from services.property.domain.inspection import Inspection
from services.property.domain.patrol import Patrol
from services.property.domain.rating import Rating
from services.property.domain.scorecard import Fact, Input, InputKind
from services.property.domain.seal import written
from services.property.domain.work_order import WorkOrder

CARRIED_WITHIN = timedelta(days=92)
"""Work that was promised longer ago counts as it stands, however long it has been paused."""


def of_work_order(order: WorkOrder) -> Input:
    """A work order; orders of old say when they were completed, not when first."""
    done_at = order.first_completed_at or order.completed_at
    on_time = order.on_time
    if on_time is None:
        on_time = done_at is not None and done_at <= order.due_at
    return Input(
        InputKind.WORK_ORDER,
        order.id,
        {
            "due_at": written(order.due_at),
            "done_at": _when(done_at),
            "on_time": on_time,
            "state": order.state.value,
            "times_sent_back": order.times_sent_back,
            "satisfaction": order.satisfaction,
        },
    )


def is_carried(order: WorkOrder, *, end: datetime) -> bool:
    """Whether its clock, as it stood still, had time left at this moment."""
    if order.first_completed_at or order.completed_at or order.due_at < end - CARRIED_WITHIN:
        return False
    stood = (min(each.until or end, end) - each.since for each in order.pauses if each.since < end)
    return order.due_at + sum(stood, timedelta()) >= end


def of_incident(incident: Incident) -> Input:
    """An incident, in the month in which it was reported."""
    facts: dict[str, Fact] = {"at": written(incident.reported_at), "severity": incident.severity}
    return Input(InputKind.INCIDENT, incident.id, facts)


def of_patrol(patrol: Patrol) -> Input:
    """A round of patrol, in the month in which its window closed."""
    facts = {"at": written(patrol.closes_at), "state": patrol.state.value}
    return Input(InputKind.PATROL, patrol.id, facts)


def of_inspection(inspection: Inspection) -> Input:
    """An inspection, in the month in which enough had signed it."""
    return Input(
        InputKind.INSPECTION,
        inspection.id,
        {
            "at": _when(inspection.completed_at),
            "points": inspection.points,
            "points_max": inspection.points_max,
        },
    )


def of_complaint(complaint: Complaint) -> Input:
    """A complaint, in the month in which it was decided."""
    facts: dict[str, Fact] = {
        "at": _when(complaint.decided_at),
        "state": complaint.state.value,
    }
    return Input(InputKind.COMPLAINT, complaint.id, facts)


def of_rating(rating: Rating) -> Input:
    """A rating of the month; of whom, is no part of it."""
    return Input(InputKind.RATING, rating.id, {"month": rating.month, "score": rating.score})


def _when(moment: datetime | None) -> Fact:
    return None if moment is None else written(moment)
