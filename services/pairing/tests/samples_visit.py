"""Visits in every state, made by the domain's own functions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from services.pairing.domain import check_in, visit, visit_clock
from services.pairing.domain.errand import Errand, Window
from services.pairing.domain.participant import Participant
from services.pairing.domain.visit import (
    CancelReason,
    Visit,
    VisitAction,
    VisitState,
)
from services.pairing.domain.visit_report import Attendance, CheckIn
from services.pairing.tests.samples import HERE, NOW
from shared.events import Event

OPENS, ENDS = NOW + timedelta(hours=1), NOW + timedelta(hours=9)
WINDOW = Window(date(2026, 5, 4), OPENS, ENDS)
ERRAND = Errand("prg_1", "hsh_1", "dwl_1", "2026-05-04", ("chat",), WINDOW, ("brn_1",))
IN_TIME = OPENS + timedelta(hours=1)


def a_participant(number: int = 1, **changes: Any) -> Participant:
    """The member of this number, of the first branch."""
    made = Participant(f"mem_{number}", f"per_member{number}", "brn_1")
    return replace(made, **changes)


def a_visit(*participants: Participant, **changes: Any) -> Visit:
    """A visit that is scheduled, for the first member if not told otherwise."""
    made, _ = visit.schedule(
        replace(ERRAND, **changes),
        id="vis_1",
        community=HERE,
        participants=participants or (a_participant(),),
    )
    return made


def a_check_in(
    outcome: Attendance = Attendance.DONE, at: datetime = IN_TIME, **changes: Any
) -> CheckIn:
    """A report of the first member's."""
    facts: dict[str, Any] = {"minutes": 30, "services": ("chat",)}
    facts |= {"id": "chk_1", "person_id": "per_member1", "received_at": at, **changes}
    if outcome is Attendance.NO_ANSWER:
        facts |= {"minutes": 0, "services": ()}
    return CheckIn(outcome=outcome, at=at, **facts)


def reported(made: Visit, said: CheckIn, *, high_risk: bool = False) -> tuple[Visit, list[Event]]:
    """What becomes of the visit by this report, which is not known yet."""
    kept = check_in.check_in(made, said=said, high_risk=high_risk, estate_id="est_1")
    assert kept is not None
    return kept


def _ticked(made: Visit, at: datetime) -> tuple[Visit, list[Event]]:
    ticked = visit_clock.tick(made, stopped=None, at=at)
    assert ticked is not None
    return ticked


def _escalated(made: Visit, action: VisitAction) -> tuple[Visit, list[Event]]:
    return visit_clock.escalate(made, action=action, at=ENDS)


def _reinstated(made: Visit) -> tuple[Visit, list[Event]]:
    again = visit.reinstate(made, participants=(a_participant(),), at=OPENS)
    assert again is not None
    return again


def _moved(action: VisitAction) -> Callable[[Visit], tuple[Visit, list[Event]]]:
    """Moves by what does this in a state that allows it, and by the table alone elsewhere."""

    def act(made: Visit) -> tuple[Visit, list[Event]]:
        if action not in visit.TRANSITIONS[made.state]:
            return visit.move(made, action), []
        return _BY[action](made)

    return act


_BY: dict[VisitAction, Callable[[Visit], tuple[Visit, list[Event]]]] = {
    VisitAction.OPEN: visit_clock.opened,
    VisitAction.COMPLETE: lambda v: reported(v, a_check_in()),
    VisitAction.MEET_NOBODY: lambda v: reported(v, a_check_in(Attendance.NO_ANSWER, id="chk_0")),
    VisitAction.ESCALATE: lambda v: _ticked(v, ENDS),
    VisitAction.MISS: lambda v: _ticked(v, ENDS),
    VisitAction.CANCEL: lambda v: visit.cancel(v, reason=CancelReason.PAUSED, at=ENDS),
    VisitAction.REINSTATE: _reinstated,
    VisitAction.COMPLETE_LATE: lambda v: reported(v, a_check_in()),
    VisitAction.ESCALATE_LATE: lambda v: reported(v, a_check_in(Attendance.NO_ANSWER, id="chk_9")),
}
VISIT_ACT = {action: _moved(action) for action in VisitAction}
VISIT_PATHS: dict[VisitState, tuple[VisitAction, ...]] = {
    VisitState.SCHEDULED: (),
    VisitState.DUE: (VisitAction.OPEN,),
    VisitState.COMPLETED: (VisitAction.OPEN, VisitAction.COMPLETE),
    VisitState.NO_ANSWER: (VisitAction.OPEN, VisitAction.MEET_NOBODY),
    VisitState.ESCALATED: (VisitAction.OPEN, VisitAction.MEET_NOBODY, VisitAction.ESCALATE),
    VisitState.MISSED: (VisitAction.OPEN, VisitAction.MISS),
    VisitState.CANCELLED: (VisitAction.OPEN, VisitAction.CANCEL),
}


def visit_in(state: VisitState, *participants: Participant) -> Visit:
    """A visit that came to this state by the table."""
    made = a_visit(*participants)
    for action in VISIT_PATHS[state]:
        made, _ = _BY[action](made)
    return made
