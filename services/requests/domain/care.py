"""What pairing's care tasks mean for a request; None where an event comes too late to matter.

Each type of event comes on a queue of its own, so ``completed`` may be heard before ``accepted``,
and either of them long after the request went another way. Whatever the order, a task starts the
request at most once and ends it at most once; a helper who gave it back is followed by another.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from services.requests.domain.assignment import CareTask, Refusal, Unit
from services.requests.domain.handling import (
    awaits_signature,
    contact,
    hand_over,
    resolve,
    resume,
    return_,
    sign,
    take_over,
)
from services.requests.domain.request import (
    TRANSITIONS,
    Action,
    Decided,
    RequestState,
    ServiceRequest,
)
from shared.events import Event


@dataclass(frozen=True, slots=True)
class News:
    """One event of a care task: which task it is, its version by then, and who does it."""

    task_id: str
    sequence: int
    at: datetime
    helper_id: str = ""


def care_accepted(request: ServiceRequest, *, news: News) -> Decided | None:
    """A helper said yes: the request is in progress, in the hands of whoever said so last."""
    return _kept(_at_it(request, news), news)


def care_started(request: ServiceRequest, *, news: News) -> Decided | None:
    """A helper is at it: whoever asked has been spoken to by now. Who has begun had said yes."""
    request, events = _at_it(request, news)
    if _is_under_way(request, news) and request.first_contact_at is None:
        request, more = contact(request, by=news.helper_id, at=news.at)
        events = events + more
    return _kept((request, events), news)


def care_completed(request: ServiceRequest, *, news: News) -> Decided | None:
    """A helper reported it done: resolved. Whoever has done it had accepted it, heard of or not."""
    if _is_new(request, news) and awaits_signature(request):
        request, started = _at_it(request, news)
    elif _is_under_way(request, news):
        started = []
    else:
        return None
    if request.state is RequestState.ON_HOLD:
        request, more = resume(request, at=news.at)
        started = started + more
    resolved, done = resolve(request, at=news.at, handler_id=news.helper_id)
    over = replace(
        resolved,
        care_task=CareTask(news.task_id, under_way=False, seen=news.sequence),
        # Care is given in person: by now at the latest the helper has spoken to somebody there.
        first_contact_at=resolved.first_contact_at or news.at,
    )
    return over, started + done


def care_unplaced(request: ServiceRequest, *, news: News, reason: str) -> Decided | None:
    """Nobody does it: back to the dispatcher, with pairing's reason.

    What is under way (a helper gave it back, or it was reopened) cannot go back by the table of
    ``domain.md``: it is handed to staff, who sign for it.
    """
    if not (_is_new(request, news) or _is_under_way(request, news)):
        return None
    if Action.RETURN in TRANSITIONS[request.state]:
        back, events = return_(request, refusal=Refusal(reason))
    elif Action.HAND_OVER in TRANSITIONS[request.state]:
        back, events = hand_over(request, unit=Unit.STAFF, at=news.at)
    else:
        return None
    over = CareTask(news.task_id, under_way=False, seen=news.sequence)
    return replace(back, refusal=Refusal(reason), care_task=over), events


def _at_it(request: ServiceRequest, news: News) -> Decided:
    """Signed for by the helper, if nobody had, or a helper who has given it back meanwhile."""
    helper_id, task_id = news.helper_id, news.task_id
    if _is_new(request, news) and awaits_signature(request):
        return sign(request, handler_id=helper_id, at=news.at, care_task_id=task_id)
    task = request.care_task
    later = task is not None and task.seen < news.sequence
    if _is_under_way(request, news) and later and request.handler_id != helper_id:
        return take_over(request, handler_id=helper_id, at=news.at, care_task_id=task_id)
    return request, []


def _kept(decided: tuple[ServiceRequest, list[Event]], news: News) -> Decided | None:
    """What was decided, and what it was decided on; None if there is nothing to tell."""
    request, events = decided
    if not events:
        return None
    return replace(request, care_task=CareTask(news.task_id, True, news.sequence)), events


def _is_under_way(request: ServiceRequest, news: News) -> bool:
    """In progress, if only on hold, and in pairing's hands by this very task."""
    task = request.care_task
    at_work = request.state in (RequestState.IN_PROGRESS, RequestState.ON_HOLD)
    return at_work and task is not None and task.under_way and task.id == news.task_id


def _is_new(request: ServiceRequest, news: News) -> bool:
    """Given to care, and this task not heard of before."""
    return (
        request.assignment is not None
        and request.assignment.unit is Unit.CARE
        and (request.care_task is None or request.care_task.id != news.task_id)
    )
