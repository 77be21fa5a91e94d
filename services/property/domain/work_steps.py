"""The steps of a work order: from finding who does it to the accepted work, and back for rework."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.property.domain.work_clock import alarmed, end_offer
from services.property.domain.work_order import (
    Acceptor,
    Mode,
    Outcome,
    Part,
    Pause,
    PauseReason,
    WorkOrder,
    facts,
    moved,
)
from services.property.domain.work_states import TRANSITIONS, WorkOrderAction, WorkOrderState
from shared.errors import Conflict, Invalid
from shared.events.property import (
    WorkOrderAccepted,
    WorkOrderAssigned,
    WorkOrderCancelled,
    WorkOrderCompleted,
    WorkOrderSentBack,
    WorkOrderStarted,
    WorkOrderWorkAccepted,
)
from shared.events.property_work import (
    WorkOrderOffered,
    WorkOrderPaused,
    WorkOrderRated,
    WorkOrderRefused,
    WorkOrderResumed,
)

REQUEST_ENDED, NOT_SOLVED = "request_ended", "not_solved"
"""Reasons that the request behind the work gives; people give theirs in words."""
OFFER_MIN, OFFER_MAX = timedelta(minutes=1), timedelta(days=7)
PAUSES_MAX = 100
REFUSALS_KEPT = 50
SATISFACTION_MAX = 5


@dataclass(frozen=True, slots=True)
class Completion:
    """What was done, with what, for how much (fen), and photos that show it."""

    note: str
    parts: Sequence[Part] = ()
    labour_fen: int = 0
    photos_after: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who accepts work, on whose behalf, and how satisfied they are, from 1 to 5 (best)."""

    by: str
    acceptor: Acceptor = Acceptor.COMMITTEE
    satisfaction: int | None = None


def offer(order: WorkOrder, *, until: datetime, at: datetime) -> Outcome:
    """Whoever takes it first has it (抢单), until then.

    Errors: ``WrongState``; ``Invalid`` unless that is in a minute to seven days.
    """
    if not OFFER_MIN <= until - at <= OFFER_MAX:
        raise Invalid("work_order.offer_until", pointer="/until")
    after = replace(moved(order, WorkOrderAction.OFFER), offered_until=until, mode=Mode.GRAB)
    event = WorkOrderOffered(**facts(order), estate_id=order.estate_id, until=until)
    return alarmed(after), [event]


def take(order: WorkOrder, *, worker_id: str, at: datetime) -> Outcome:
    """The first to take it has it.

    Errors: ``Conflict`` ``work_order.taken`` if somebody has it; ``WrongState`` if it is not
    offered, or not any more.
    """
    if order.assignee_id is not None:
        raise Conflict("work_order.taken", id=order.id)
    if order.offered_until is not None and order.offered_until <= at:
        order, _ = end_offer(order, lapsed=True)
    after = replace(moved(order, WorkOrderAction.TAKE), assignee_id=worker_id, offered_until=None)
    return alarmed(after), [WorkOrderAssigned(**facts(order), assignee_id=worker_id)]


def assign(order: WorkOrder, *, assignee_id: str, mode: Mode = Mode.ASSIGN) -> Outcome:
    """Give the work to somebody. Errors: ``WrongState``."""
    after = replace(moved(order, WorkOrderAction.ASSIGN), assignee_id=assignee_id, mode=mode)
    return alarmed(after), [WorkOrderAssigned(**facts(order), assignee_id=assignee_id)]


def refuse(order: WorkOrder, *, reason: str) -> Outcome:
    """Who was given it cannot do it, and says why. Errors: ``WrongState``."""
    after = moved(order, WorkOrderAction.REFUSE)
    who = order.assignee_id or ""
    refused_by = (*(each for each in order.refused_by if each != who), who)[-REFUSALS_KEPT:]
    after = replace(after, assignee_id=None, refused_by=refused_by, refusal_reason=reason)
    return alarmed(after), [WorkOrderRefused(**facts(order), assignee_id=who)]


def accept(order: WorkOrder) -> Outcome:
    """The assignee signs for it (签收). Errors: ``WrongState``."""
    event = WorkOrderAccepted(**facts(order), assignee_id=order.assignee_id)
    return alarmed(moved(order, WorkOrderAction.ACCEPT)), [event]


def start(order: WorkOrder, *, photos_before: Sequence[str] = ()) -> Outcome:
    """The assignee is on the spot. Errors: ``WrongState``."""
    event = WorkOrderStarted(**facts(order), assignee_id=order.assignee_id)
    after = replace(moved(order, WorkOrderAction.START), photos_before=tuple(photos_before))
    return alarmed(after), [event]


def pause(order: WorkOrder, *, reason: PauseReason, at: datetime) -> Outcome:
    """The work waits, and its clock with it.

    Errors: ``WrongState``; ``Invalid`` for the hundred-and-first time.
    """
    after = moved(order, WorkOrderAction.PAUSE)
    if len(order.pauses) >= PAUSES_MAX:
        raise Invalid("work_order.too_many_pauses", most=PAUSES_MAX)
    after = replace(after, pauses=(*order.pauses, Pause(at, None, reason)))
    return alarmed(after), [WorkOrderPaused(**facts(order), reason=reason.value)]


def resume(order: WorkOrder, *, at: datetime) -> Outcome:
    """The work goes on, on the spot; it is due later by as long as it waited. ``WrongState``."""
    after = moved(order, WorkOrderAction.RESUME)
    *before, last = order.pauses
    after = replace(after, pauses=(*before, replace(last, until=max(at, last.since))))
    return alarmed(after), [WorkOrderResumed(**facts(order), due_at=after.due_by)]


def complete(order: WorkOrder, done: Completion, *, at: datetime) -> Outcome:
    """The assignee says that it is done. Errors: ``WrongState``."""
    after = replace(
        moved(order, WorkOrderAction.COMPLETE),
        completion_note=done.note,
        completed_at=at,
        parts=tuple(done.parts),
        labour_fen=done.labour_fen,
        photos_after=tuple(done.photos_after),
    )
    if order.first_completed_at is None:
        after = replace(after, first_completed_at=at, on_time=at <= order.due_by)
    return alarmed(after), [WorkOrderCompleted(**facts(order), assignee_id=order.assignee_id)]


def accept_work(order: WorkOrder, accepted: Acceptance, *, at: datetime) -> Outcome:
    """The work holds (验收通过). Errors: ``WrongState``."""
    after = replace(
        moved(order, WorkOrderAction.ACCEPT_WORK),
        accepted_by=accepted.by,
        accepted_as=accepted.acceptor,
        accepted_at=at,
        satisfaction=accepted.satisfaction or order.satisfaction,
    )
    return alarmed(after), [WorkOrderWorkAccepted(**facts(order), by=accepted.by)]


def send_back(order: WorkOrder, *, reason: str) -> Outcome:
    """The work does not hold (返工): the assignee is on the spot again. Errors: ``WrongState``."""
    after = replace(
        moved(order, WorkOrderAction.SEND_BACK),
        completed_at=None,
        times_sent_back=order.times_sent_back + 1,
        return_reason=reason,
    )
    return alarmed(after), [WorkOrderSentBack(**facts(order))]


def cancel(order: WorkOrder, *, reason: str, again: bool = False) -> Outcome:
    """The work is not to be done any more; ``again``: not by this order, so another follows.

    Errors: ``WrongState``; ``Invalid`` for ``again`` where a request asked for it, which goes back
    to its dispatcher.
    """
    if again and order.request_id is not None:
        raise Invalid("work_order.again_by_dispatcher", pointer="/again")
    after = replace(moved(order, WorkOrderAction.CANCEL), cancellation_reason=reason)
    return alarmed(after), [WorkOrderCancelled(**facts(order), again=again)]


def rate(order: WorkOrder, *, satisfaction: int, seen: int) -> Outcome | None:
    """Whose request it was says how satisfied they are, from 1 to 5; ``seen`` is the version of
    the request at which they did. None if they have said so later than that."""
    if seen <= order.satisfaction_seen or not 1 <= satisfaction <= SATISFACTION_MAX:
        return None
    after = replace(order, satisfaction=satisfaction, satisfaction_seen=seen)
    return after, [WorkOrderRated(**facts(order), satisfaction=satisfaction)]


def overtaken(order: WorkOrder, *, ended_up_to: int) -> Outcome | None:
    """What follows from its request having left our hands at this version; None if nothing does.

    An order that is offered is offered no more, and cancelled. One that somebody was given is
    cancelled as soon as they sign for it or refuse it: domain.md, section 2, has no way out before.
    Who is at it already ends it.
    """
    if order.asked is None or order.asked.sequence >= ended_up_to:
        return None
    if order.state is WorkOrderState.OFFERED:
        created, ended = end_offer(order, lapsed=False)
        cancelled, told = cancel(created, reason=REQUEST_ENDED)
        return cancelled, [*ended, *told]
    if WorkOrderAction.CANCEL not in TRANSITIONS[order.state]:
        return None
    return cancel(order, reason=REQUEST_ENDED)


def reopened(order: WorkOrder) -> Outcome | None:
    """The resident says that it is not solved: work that waits for its acceptance is sent back.

    None if it is under way already, or if nothing can be sent back any more.
    """
    if order.state is not WorkOrderState.COMPLETED:
        return None
    return send_back(order, reason=NOT_SOLVED)
