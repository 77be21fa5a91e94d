"""How new work finds who does it: offered to all, in turns, or left to the dispatcher."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.property.domain import work_steps
from services.property.domain.roster import OFFER_MINUTES, Roster
from services.property.domain.work_order import Mode, Outcome, WorkOrder, facts, moved
from services.property.domain.work_states import WorkOrderAction, WorkOrderState
from shared.events.property_work import WorkOrderTurnAsked, WorkOrderTurnMissed


@dataclass(frozen=True, slots=True)
class Handler:
    """Who does a sort of work on an estate: a company, a volunteer team, or nobody yet; and by
    which roster, if there is one."""

    contractor_id: str | None = None
    team_id: str | None = None
    roster: Roster | None = None


def deal(made: Outcome, handler: Handler, *, at: datetime) -> Outcome:
    """A new order, and what follows for it from how its handler deals work out.

    A team without a roster is offered its work; a company's waits for its dispatcher.
    """
    order, events = made
    roster = handler.roster
    if roster is None:
        mode = Mode.ASSIGN if handler.team_id is None else Mode.GRAB
    else:
        mode = roster.dealing.mode
    if mode is Mode.GRAB:
        minutes = OFFER_MINUTES if roster is None else roster.dealing.offer_minutes
        order, more = work_steps.offer(order, until=_until(order, minutes, at), at=at)
        return order, [*events, *more]
    if mode is Mode.ROTATE and roster is not None:
        order, more = ask_turn(order, roster_id=roster.id)
        return order, [*events, *more]
    return made


def ask_turn(order: WorkOrder, *, roster_id: str) -> Outcome:
    """Whoever's turn it is on that roster is to do it. Errors: ``WrongState``."""
    moved(order, WorkOrderAction.ASSIGN)
    after = replace(order, mode=Mode.ROTATE, roster_id=roster_id, turn_missed_at=None)
    return after, [WorkOrderTurnAsked(**facts(order), roster_id=roster_id)]


def miss_turn(order: WorkOrder, *, at: datetime) -> Outcome | None:
    """It is nobody's turn on its roster, so it waits for the dispatcher; None if that was told, or
    if it waits for nobody's turn."""
    roster_id = order.roster_id
    if roster_id is None or order.state is not WorkOrderState.CREATED or order.turn_missed_at:
        return None
    missed = WorkOrderTurnMissed(**facts(order), estate_id=order.estate_id, roster_id=roster_id)
    return replace(order, turn_missed_at=at), [missed]


def _until(order: WorkOrder, minutes: int, at: datetime) -> datetime:
    """Not beyond the deadline, if there is time left: who takes it then would be late already."""
    until = min(at + timedelta(minutes=minutes), order.due_by)
    return max(until, at + work_steps.OFFER_MIN)
