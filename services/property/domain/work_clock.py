"""What time alone does to a work order: an offer that nobody took ends, a late one is warned of."""

from dataclasses import replace
from datetime import datetime

from services.property.domain.work_order import (
    Outcome,
    WorkOrder,
    facts,
    moved,
)
from services.property.domain.work_states import WorkOrderAction, WorkOrderState
from shared.events import Event
from shared.events.property_work import WorkOrderOfferEnded, WorkOrderOverdue

IN_HAND = frozenset(
    {
        WorkOrderState.CREATED,
        WorkOrderState.OFFERED,
        WorkOrderState.ASSIGNED,
        WorkOrderState.ACCEPTED,
        WorkOrderState.ON_SITE,
    }
)
"""States in which the clock of the work runs."""


def alarmed(order: WorkOrder) -> WorkOrder:
    """The order with its next alarm: the end of its offer, or its deadline if that is untold."""
    moments = []
    if order.state in IN_HAND and order.overdue_told_at is None:
        moments.append(order.due_by)
    if order.offered_until is not None:
        moments.append(order.offered_until)
    return replace(order, alarm_at=min(moments, default=None))


def end_offer(order: WorkOrder, *, lapsed: bool) -> Outcome:
    """Nobody takes it any more (``lapsed``: nobody did in time). Errors: ``WrongState``."""
    after = replace(moved(order, WorkOrderAction.END_OFFER), offered_until=None)
    return alarmed(after), [WorkOrderOfferEnded(**facts(order), lapsed=lapsed)]


def tick(order: WorkOrder, *, at: datetime) -> Outcome | None:
    """What this moment brings; None for nothing. That it is late is told once."""
    events: list[Event] = []
    if order.offered_until is not None and order.offered_until <= at:
        order, events = end_offer(order, lapsed=True)
    if order.state in IN_HAND and order.overdue_told_at is None and order.due_by <= at:
        order = replace(order, overdue_told_at=at)
        overdue = WorkOrderOverdue(
            **facts(order),
            estate_id=order.estate_id,
            assignee_id=order.assignee_id,
            due_at=order.due_by,
        )
        events = [*events, overdue]
    return (alarmed(order), events) if events else None
