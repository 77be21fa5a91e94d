"""What property tells of work orders: what they all bear, how work is dealt out, and how it waits.

Ids and codes only: why work waits is a code, why it is refused stays where it was said.
"""

from typing import ClassVar

from pydantic import AwareDatetime

from shared.events.base import Event


class WorkOrderEvent(Event):
    """What every event of a work order bears.

    ``source_kind`` and ``source_id`` name what caused it: an incident, a request, a patrol, an
    inspection, upkeep or a project; ``contractor_id`` or ``handler_team_id`` whose it is to do;
    ``assignment`` is the number of the request's assignment (``RequestAssigned``) it answers, and
    ``visibility`` who may be told of that request.
    """

    work_order_id: str
    incident_id: str | None
    request_id: str | None
    assignment: int | None = None
    contractor_id: str | None = None
    handler_team_id: str | None = None
    source_kind: str | None = None
    source_id: str | None = None
    visibility: str | None = None


class WorkOrderOffered(WorkOrderEvent):
    """Whoever takes the work first has it (抢单), until ``until``."""

    type: ClassVar[str] = "property.work_order.offered.v1"

    estate_id: str
    until: AwareDatetime


class WorkOrderOfferEnded(WorkOrderEvent):
    """The work is offered no more: nobody took it in time (``lapsed``), or it was taken back."""

    type: ClassVar[str] = "property.work_order.offer_ended.v1"

    lapsed: bool


class WorkOrderTurnAsked(WorkOrderEvent):
    """Whoever's turn it is on the roster is to do the work (轮派)."""

    type: ClassVar[str] = "property.work_order.turn_asked.v1"

    roster_id: str


class WorkOrderTurnMissed(WorkOrderEvent):
    """Nobody on the roster is on duty who has not refused the work: the dispatcher decides."""

    type: ClassVar[str] = "property.work_order.turn_missed.v1"

    estate_id: str
    roster_id: str


class WorkOrderRefused(WorkOrderEvent):
    """Who was given the work refused it, or it was taken from them: somebody else is to do it."""

    type: ClassVar[str] = "property.work_order.refused.v1"

    assignee_id: str


class WorkOrderPaused(WorkOrderEvent):
    """The work waits, for ``parts``, ``weather`` or ``access``; its clock stands still."""

    type: ClassVar[str] = "property.work_order.paused.v1"

    reason: str


class WorkOrderResumed(WorkOrderEvent):
    """The work goes on, and is due later by as long as it waited."""

    type: ClassVar[str] = "property.work_order.resumed.v1"

    due_at: AwareDatetime


class WorkOrderRated(WorkOrderEvent):
    """Whose request it was said how satisfied they are, from 1 to 5 (best)."""

    type: ClassVar[str] = "property.work_order.rated.v1"

    satisfaction: int


class WorkOrderOverdue(WorkOrderEvent):
    """The deadline of the work has passed and it is not done; told once."""

    type: ClassVar[str] = "property.work_order.overdue.v1"

    estate_id: str
    assignee_id: str | None
    due_at: AwareDatetime


class RosterChanged(Event):
    """Work on the estate is dealt out in another way, or to others."""

    type: ClassVar[str] = "property.roster.changed.v1"

    roster_id: str
    estate_id: str


class RosterTurnTaken(Event):
    """It was this worker's turn: the order is theirs."""

    type: ClassVar[str] = "property.roster.turn_taken.v1"

    roster_id: str
    work_order_id: str
    worker_id: str
