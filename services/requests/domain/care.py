"""What pairing's care tasks mean for a request; None where an event comes too late to matter.

Each type of event comes on a queue of its own, so ``completed`` may be heard before ``accepted``,
and either of them long after the request went another way. Whatever the order, a task starts the
request at most once and ends it at most once.
"""

from dataclasses import replace
from datetime import datetime

from services.requests.domain.assignment import CareTask, Refusal, Unit
from services.requests.domain.handling import (
    awaits_signature,
    resolve,
    resume,
    return_,
    sign,
)
from services.requests.domain.request import (
    TRANSITIONS,
    Action,
    Decided,
    RequestState,
    ServiceRequest,
)


def care_accepted(
    request: ServiceRequest, *, task_id: str, helper_id: str, at: datetime
) -> Decided | None:
    """A helper said yes: the request is in progress."""
    if not (_is_new(request, task_id) and awaits_signature(request)):
        return None
    return sign(request, handler_id=helper_id, at=at, care_task_id=task_id)


def care_completed(
    request: ServiceRequest, *, task_id: str, helper_id: str, at: datetime
) -> Decided | None:
    """A helper reported it done: resolved. Whoever has done it had accepted it, heard of or not."""
    if _is_new(request, task_id) and awaits_signature(request):
        request, started = sign(request, handler_id=helper_id, at=at, care_task_id=task_id)
    elif _under_way(request):
        started = []
    else:
        return None
    if request.state is RequestState.ON_HOLD:
        request, more = resume(request, at=at)
        started = started + more
    resolved, done = resolve(request, at=at, handler_id=helper_id)
    over = replace(
        resolved,
        care_task=CareTask(task_id, under_way=False),
        # Care is given in person: by now at the latest the helper has spoken to somebody there.
        first_contact_at=resolved.first_contact_at or at,
    )
    return over, started + done


def care_unplaced(request: ServiceRequest, *, task_id: str, reason: str) -> Decided | None:
    """No helper could be found: back to the dispatcher, with pairing's reason."""
    if not (_is_new(request, task_id) and Action.RETURN in TRANSITIONS[request.state]):
        return None
    returned, events = return_(request, refusal=Refusal(reason))
    return replace(returned, care_task=CareTask(task_id, under_way=False)), events


def _under_way(request: ServiceRequest) -> bool:
    """In progress, if only on hold, and in pairing's hands."""
    task = request.care_task
    at_work = request.state in (RequestState.IN_PROGRESS, RequestState.ON_HOLD)
    return at_work and task is not None and task.under_way


def _is_new(request: ServiceRequest, task_id: str) -> bool:
    """Given to care, and this task not heard of before."""
    return (
        request.assignment is not None
        and request.assignment.unit is Unit.CARE
        and (request.care_task is None or request.care_task.id != task_id)
    )
