"""What time brings to a visit: it opens, its helpers are reminded, it is missed, or told again.

``tick`` is right whenever it is called and as often; what came due while nobody looked is done in
order at the next call, and each thing is told once.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from services.pairing.domain.participant import Participant
from services.pairing.domain.visit import (
    CancelReason,
    Outcome,
    Visit,
    VisitAction,
    VisitState,
    cancel,
    move,
    refs,
)
from services.pairing.domain.visit_report import Attendance
from shared.events import Event
from shared.events.pairing_visit import VisitDue, VisitEscalated, VisitMissed, VisitReminded

AGAIN_AFTER = timedelta(hours=2)
"""Danger to life is answered in 2 hours (domain.md, 3: draft standard of the 12345 line)."""
AGAIN_OFTEN, AGAIN_SELDOM_AFTER = 12, timedelta(days=1)
"""After a day of telling it every two hours, once a day, until somebody has seen to it."""


def tick(
    visit: Visit,
    *,
    stopped: CancelReason | None,
    since: datetime | None = None,
    at: datetime,
) -> Outcome | None:
    """What the clock does to it at this moment; None if there is nothing to do.

    ``stopped``: why there is no visit at all, although nobody has said so of this one: a consent
    that has run out, a pairing that was paused a moment ago. ``since``: from when on, if known:
    what was over before that is missed, however late that is found.
    """
    if over_before(visit, since):
        stopped = None
    events: list[Event] = []
    while visit.alarm_at is not None and visit.alarm_at <= at:
        if stopped is not None and visit.state is not VisitState.ESCALATED:
            visit, more = cancel(visit, reason=stopped, at=at)
        else:
            visit, more = _next(visit, at)
        events += more
    return (visit, events) if events else None


def over_before(visit: Visit, since: datetime | None) -> bool:
    """Whether its time was over before visits stopped, so that the stop does not explain it."""
    return since is not None and visit.window_end <= since


def opened(visit: Visit) -> Outcome:
    """Its time has begun."""
    due = replace(move(visit, VisitAction.OPEN), alarm_at=visit.due_at)
    event = VisitDue(**refs(visit), helper_ids=visit.helper_ids, window_end=visit.window_end)
    return due, [event]


def escalate(visit: Visit, *, action: VisitAction, at: datetime) -> Outcome:
    """Somebody is to make sure that all is well, at once."""
    moved = replace(move(visit, action), escalated_at=at)
    return _told_again(moved, at)


def make_up_on(missed: Visit, *, today: date) -> date:
    """The day on which a missed visit is made up for: the next, then two days on, then four.

    So a household that nobody can get to is tried less and less often, and never given up.
    """
    return max(missed.on, today) + timedelta(days=2 ** min(missed.missed_before, 6))


def _next(visit: Visit, at: datetime) -> Outcome:
    if visit.state is VisitState.SCHEDULED:
        return opened(visit)
    if visit.state is VisitState.ESCALATED:
        return _told_again(visit, at)
    if visit.state is VisitState.NO_ANSWER:
        return escalate(visit, action=VisitAction.ESCALATE, at=at)
    if at < visit.window_end:
        event = VisitReminded(
            **refs(visit), helper_ids=visit.helper_ids, window_end=visit.window_end
        )
        return replace(visit, alarm_at=visit.window_end), [event]
    return _missed(visit)


def _missed(visit: Visit) -> Outcome:
    event = VisitMissed(
        **refs(visit),
        helper_ids=visit.helper_ids,
        branch_ids=visit.branch_ids,
        times=visit.missed_before + 1,
    )
    absent = tuple(_no_show(each) for each in visit.participants)
    return replace(move(visit, VisitAction.MISS), participants=absent), [event]


def _no_show(participant: Participant) -> Participant:
    if participant.outcome is not Attendance.EXPECTED:
        return participant
    return replace(participant, outcome=Attendance.NO_SHOW)


def _told_again(visit: Visit, at: datetime) -> Outcome:
    times = visit.escalated_times + 1
    event = VisitEscalated(
        **refs(visit), helper_ids=visit.helper_ids, branch_ids=visit.branch_ids, times=times
    )
    span = AGAIN_AFTER if times <= AGAIN_OFTEN else AGAIN_SELDOM_AFTER
    return replace(visit, escalated_times=times, alarm_at=at + span), [event]
