"""What property's work orders mean for a request; None where an event comes too late to matter.

Each type of event comes on a queue of its own, so ``completed`` may be heard before ``accepted``.
Every event says what its order had become, and which assignment of the request it answers: what is
older than what was heard, or answers an assignment that is over, changes nothing.

A completed order resolves the request and its requester is asked; accepting the work (验收) stays
the committee's, and changes nothing here. Work that is sent back reopens what was resolved.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from services.requests.domain.assignment import Refusal, Unit, Work
from services.requests.domain.closure import reopen
from services.requests.domain.handling import (
    awaits_signature,
    hand_over,
    resolve,
    resume,
    return_,
    sign,
)
from services.requests.domain.request import TRANSITIONS, Action, Decided, RequestState
from services.requests.domain.request import ServiceRequest as Request
from shared.events import Event

CANCELLED = "work_cancelled"
"""The reason of a return, for the dispatcher."""
WORKS_FOR = (Unit.PROPERTY, Unit.TEAM)
"""Whom property makes work orders for: the company, and the volunteers where there is none."""
CONTRACTOR = "property"
"""Who handles it where the event does not say who does the work."""


@dataclass(frozen=True, slots=True)
class News:
    """One event of a work order: which order it is, its version by then, and what it answers."""

    order_id: str
    sequence: int
    assignment: int | None
    at: datetime
    assignee_id: str | None = None


def work_begun(request: Request, *, news: News) -> Decided | None:
    """Somebody of the company or the team signed for it, or is on the spot: in progress."""
    if not _is_news(request, news):
        return None
    return _kept(_at_work(request, news), news)


def work_done(request: Request, *, news: News) -> Decided | None:
    """It is done, and accepted by the committee or still to be: resolved."""
    if not _is_news(request, news):
        return None
    return _kept(_resolved(request, news), news)


def work_sent_back(request: Request, *, news: News) -> Decided | None:
    """It was done and does not hold: reopened, and in progress again.

    The same comes of it whether or not it was heard before that the work was done. What the
    requester reopened is not reopened again.
    """
    if not _is_news(request, news):
        return None
    if request.state is RequestState.REOPENED:
        return _kept(_at_work(request, news), news)
    request, events = _resolved(request, news)
    if Action.REOPEN in TRANSITIONS[request.state]:
        request, more = reopen(request, at=news.at)
        events = events + more
    request, more = _at_work(request, news)
    return _kept((request, events + more), news)


def work_cancelled(request: Request, *, news: News) -> Decided | None:
    """The company will not do it: back to the dispatcher, or to staff if it was under way."""
    if not _is_news(request, news):
        return None
    if Action.RETURN in TRANSITIONS[request.state]:
        return return_(request, refusal=Refusal(CANCELLED, suggested_unit=Unit.STAFF))
    if Action.HAND_OVER in TRANSITIONS[request.state]:
        return hand_over(request, unit=Unit.STAFF, at=news.at)
    return None


def _is_news(request: Request, news: News) -> bool:
    """Whether it is about the assignment that stands, and newer than what was heard of it."""
    given = request.assignment
    if given is None or given.unit not in WORKS_FOR or given.number != news.assignment:
        return False
    work = request.work
    return work is None or (work.id, work.seen) < (news.order_id, news.sequence)


def _at_work(request: Request, news: News) -> Decided:
    """In progress, if somebody still had to sign for it."""
    if awaits_signature(request):
        handler_id = news.assignee_id or request.handler_id or CONTRACTOR
        return sign(request, handler_id=handler_id, at=news.at)
    return request, []


def _resolved(request: Request, news: News) -> Decided:
    """Resolved, if it was open: what waits goes on first."""
    request, events = _at_work(request, news)
    if request.state is RequestState.ON_HOLD:
        request, more = resume(request, at=news.at)
        events = events + more
    if Action.RESOLVE in TRANSITIONS[request.state]:
        request, more = resolve(request, at=news.at, handler_id=request.handler_id)
        events = events + more
        # As with care: by the time that the work is done its requester has been seen, or told.
        request = replace(request, first_contact_at=request.first_contact_at or news.at)
    return request, events


def _kept(decided: tuple[Request, list[Event]], news: News) -> Decided | None:
    """What was decided, and what it was decided on; None if there is nothing to tell."""
    request, events = decided
    if not events:
        return None
    return replace(request, work=Work(news.order_id, news.sequence)), events
