"""What those who handle a request do with it, from its acceptance to its resolution.

Every function takes the request as it is and the facts, and gives the request as it will be and the
events that tell of it, or refuses: ``WrongState`` if ``TRANSITIONS`` does not allow it.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.requests.domain.assignment import Assignment, CareTask, Hold, Referral, Refusal, Unit
from services.requests.domain.deadline import PROMISES, paused, resumed
from services.requests.domain.request import (
    TRANSITIONS,
    Action,
    Decided,
    ServiceRequest,
    moved,
    told,
)
from shared.errors import Conflict, Invalid
from shared.events.requests import (
    RequestAccepted,
    RequestAssigned,
    RequestAssisted,
    RequestContacted,
    RequestHeld,
    RequestReferred,
    RequestRejected,
    RequestResolved,
    RequestResumed,
    RequestReturned,
    RequestStarted,
)

PAUSES_MAX = 50
"""Beyond so many it cannot be held; that it was resolved may still pause it (``paused``)."""


def accept(request: ServiceRequest, *, at: datetime) -> Decided:
    """Take it on: the deadline of its class runs from now."""
    promise = request.promise or PROMISES[request.sla_class]
    accepted = moved(request, Action.ACCEPT, promise=promise, accepted_at=at, refusal=None)
    return accepted, [told(RequestAccepted, request)]


def reject(request: ServiceRequest, *, refusal: Refusal, at: datetime) -> Decided:
    """Not to be taken on; the refusal says why, and in its note where to go instead."""
    rejected = moved(request, Action.REJECT, refusal=refusal, closed_at=at)
    return rejected, [told(RequestRejected, request, reason=refusal.reason)]


def assign(request: ServiceRequest, *, unit: Unit, at: datetime) -> Decided:
    """Give it to a unit, which is to handle it by the deadline promised at acceptance.

    The first unit leads (首接), and goes on leading after a return until another has signed.
    """
    assigned = moved(
        request,
        Action.ASSIGN,
        assignment=Assignment(unit, at, request.given_times + 1),
        given_times=request.given_times + 1,
        lead_unit=request.lead_unit or unit,
        work=None,
        refusal=None,
    )
    return assigned, [_given(assigned, unit, at)]


def hand_over(request: ServiceRequest, *, unit: Unit, at: datetime) -> Decided:
    """Another unit has it from now on and leads; whoever signed for it before is at it no more."""
    given = moved(
        request,
        Action.HAND_OVER,
        assignment=Assignment(unit, at, request.given_times + 1),
        given_times=request.given_times + 1,
        lead_unit=unit,
        co_units=tuple(other for other in request.co_units if other is not unit),
        handler_id=None,
        care_task=request.care_task and replace(request.care_task, under_way=False),
        work=None,
    )
    return given, [_given(given, unit, at)]


def assist(request: ServiceRequest, *, unit: Unit) -> Decided:
    """Have a unit help (协办) the one that leads; ``Conflict`` if it is at it already."""
    if unit in request.co_units or (request.assignment and request.assignment.unit is unit):
        raise Conflict("request.unit_at_it", unit=f"unit.{unit.value}")
    assisted = moved(request, Action.ASSIST, co_units=(*request.co_units, unit))
    return assisted, [told(RequestAssisted, request, unit=unit.value)]


def return_(request: ServiceRequest, *, refusal: Refusal) -> Decided:
    """The unit gives it back to the dispatcher, who assigns it anew; the deadline stays.

    The unit leads until another signs: the first handler may not pass the buck (首接负责, Beijing
    接诉即办工作条例, 2021-09-24: domain.md, section 3).
    """
    returned = moved(request, Action.RETURN, refusal=refusal, assignment=None)
    event = told(
        RequestReturned,
        request,
        reason=refusal.reason,
        suggested_unit=refusal.suggested_unit,
    )
    return returned, [event]


def start(
    request: ServiceRequest,
    *,
    handler_id: str,
    at: datetime,
    care_task_id: str | None = None,
) -> Decided:
    """Somebody signs for it (签收) and is at it; ``care_task_id`` if it is a helper of pairing's.

    Whoever signs leads.
    """
    started = moved(request, Action.START, **_signed(request, handler_id, at, care_task_id))
    return started, [told(RequestStarted, request, handler_id=handler_id)]


def take_over(
    request: ServiceRequest,
    *,
    handler_id: str,
    at: datetime,
    care_task_id: str | None = None,
) -> Decided:
    """The unit to which it was handed over while under way signs for it."""
    taken = moved(request, Action.TAKE_OVER, **_signed(request, handler_id, at, care_task_id))
    return taken, [told(RequestStarted, request, handler_id=handler_id)]


def sign(
    request: ServiceRequest,
    *,
    handler_id: str,
    at: datetime,
    care_task_id: str | None = None,
) -> Decided:
    """``take_over`` of what was handed over and not signed for since, else ``start``."""
    handed_over = request.handler_id is None and Action.TAKE_OVER in TRANSITIONS[request.state]
    step = take_over if handed_over else start
    return step(request, handler_id=handler_id, at=at, care_task_id=care_task_id)


def awaits_signature(request: ServiceRequest) -> bool:
    """Whether somebody still has to sign for it."""
    open_to = TRANSITIONS[request.state]
    return Action.START in open_to or (Action.TAKE_OVER in open_to and request.handler_id is None)


def contact(request: ServiceRequest, *, by: str, at: datetime) -> Decided:
    """The requester was spoken to: the first time is what the response rate asks for."""
    spoken = moved(request, Action.CONTACT, first_contact_at=request.first_contact_at or at)
    return spoken, [told(RequestContacted, request, by=by)]


def hold(request: ServiceRequest, *, hold: Hold) -> Decided:
    """Let it wait: its clocks stand still from now on.

    ``Invalid`` for an end that is not after its beginning, ``Conflict`` after too many pauses.
    """
    if hold.until is not None and hold.until <= hold.at:
        raise Invalid("request.hold_over", pointer="/until")
    if len(request.pauses) >= PAUSES_MAX:
        raise Conflict("request.pauses_full", limit=PAUSES_MAX)
    held = moved(request, Action.HOLD, hold=hold, pauses=paused(request.pauses, at=hold.at))
    return held, [told(RequestHeld, request, reason=hold.reason.value, until=hold.until)]


def resume(request: ServiceRequest, *, at: datetime) -> Decided:
    """Go on with it: its clocks run again. The pause ends no later than it was to end."""
    end = min(at, (request.hold and request.hold.until) or at)
    pauses = resumed(request.pauses, at=end)
    going_on = moved(request, Action.RESUME, hold=None, pauses=pauses)
    return going_on, [told(RequestResumed, request)]


def resolve(
    request: ServiceRequest, *, at: datetime, handler_id: str | None, note: str | None = None
) -> Decided:
    """Done as far as the handler knows: the requester has some days to say otherwise."""
    promise = request.promise or PROMISES[request.sla_class]
    resolved = moved(
        request,
        Action.RESOLVE,
        handler_id=handler_id,
        resolution=note,
        resolved_at=at,
        pauses=paused(request.pauses, at=at),
        care_task=request.care_task and replace(request.care_task, under_way=False),
        follow_up_due_at=at + timedelta(seconds=promise.answer_seconds),
    )
    return resolved, [told(RequestResolved, request, handler_id=handler_id)]


def refer(request: ServiceRequest, *, referral: Referral, at: datetime) -> Decided:
    """Hand it to somebody outside, under the number that it bears there."""
    referred = moved(request, Action.REFER, referral=referral, closed_at=at)
    return referred, [told(RequestReferred, request, to=referral.to, number=referral.number)]


def _signed(
    request: ServiceRequest, handler_id: str, at: datetime, care_task_id: str | None
) -> dict[str, Any]:
    """What a signature changes."""
    return {
        "handler_id": handler_id,
        "care_task": CareTask(care_task_id, under_way=True) if care_task_id else request.care_task,
        "acknowledged_at": request.acknowledged_at or at,
        "lead_unit": request.assignment.unit if request.assignment else request.lead_unit,
    }


def _given(request: ServiceRequest, unit: Unit, at: datetime) -> RequestAssigned:
    return told(
        RequestAssigned,
        request,
        unit=unit.value,
        service_code=request.service_code,
        requester_id=request.requester_id,
        estate_id=request.estate_id,
        dwelling_id=request.dwelling_id,
        building_id=request.building_id,
        post=request.post,
        due_at=request.due_at or at,
        number=request.given_times,
    )
