"""Visits before anybody has been there: who makes them, what time and people do to them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain import check_in, visit
from services.pairing.domain.participant import Former, Participant
from services.pairing.domain.visit import OPEN_STATES, CancelReason, VisitState
from services.pairing.domain.visit_clock import AGAIN_OFTEN, make_up_on, tick
from services.pairing.domain.visit_report import Attendance
from services.pairing.tests.samples import HERE
from services.pairing.tests.samples_visit import (
    ENDS,
    ERRAND,
    OPENS,
    a_check_in,
    a_participant,
    a_visit,
    reported,
    visit_in,
)
from shared.errors import Conflict, NotAllowed, WrongState
from shared.events.pairing_visit import VisitMissed, VisitUnassigned

DAY = timedelta(days=1)


def names(events: Sequence[object]) -> list[str]:
    return [type(each).__name__ for each in events]


def test_a_visit_is_told_with_its_time_and_who_makes_it() -> None:
    made, events = visit.schedule(
        ERRAND, id="vis_1", community=HERE, participants=(a_participant(),)
    )
    assert (made.state, made.alarm_at) == (VisitState.SCHEDULED, OPENS)
    assert made.due_at == OPENS + (ENDS - OPENS) / 2
    assert names(events) == ["VisitScheduled"]


def test_a_visit_that_nobody_is_there_for_is_told_at_once() -> None:
    _, events = visit.schedule(ERRAND, id="vis_1", community=HERE, participants=())
    assert names(events) == ["VisitScheduled", "VisitUnassigned"]
    assert isinstance(events[1], VisitUnassigned)
    assert events[1].branch_ids == ("brn_1",)


@pytest.mark.parametrize("state", [VisitState.SCHEDULED, VisitState.DUE])
def test_others_come_in_the_place_of_who_left_and_nobody_is_told_too(state: VisitState) -> None:
    made = visit_in(state)
    stand_in = a_participant(2, branch_id="brn_2", stands_in=True)

    changed = visit.assign(made, (stand_in,), at=OPENS)
    assert changed is not None
    after, events = changed
    assert (after.helper_ids, after.branch_ids) == (("mem_2",), ("brn_1", "brn_2"))
    assert names(events) == ["VisitAssigned"]
    assert visit.assign(after, (stand_in,), at=OPENS) is None

    alone = visit.assign(after, (), at=OPENS)
    assert alone is not None
    assert names(alone[1]) == ["VisitUnassigned"]


def test_who_was_to_make_it_is_remembered_from_when_its_time_began() -> None:
    others = (a_participant(2),)
    before = visit.assign(a_visit(), others, at=OPENS - DAY)
    within = visit.assign(visit_in(VisitState.DUE), others, at=OPENS)
    assert before is not None
    assert before[0].former == ()
    assert within is not None
    assert within[0].former == (Former(a_participant(1), OPENS),)
    back = visit.assign(within[0], (a_participant(1), a_participant(2)), at=ENDS)
    assert back is not None
    assert back[0].former == ()


def test_what_was_over_before_visits_stopped_is_missed_and_what_was_not_is_cancelled() -> None:
    due, late = visit_in(VisitState.DUE), ENDS + 2 * DAY
    for since, state in (
        (ENDS, VisitState.MISSED),
        (ENDS + DAY, VisitState.MISSED),
        (ENDS - timedelta(minutes=1), VisitState.CANCELLED),
        (None, VisitState.CANCELLED),
    ):
        ticked = tick(due, stopped=CancelReason.PAUSED, since=since, at=late)
        assert ticked is not None
        assert ticked[0].state is state


def test_who_has_said_something_stays() -> None:
    waiting, _ = reported(
        replace(visit_in(VisitState.DUE), participants=(a_participant(1), a_participant(2))),
        a_check_in(Attendance.NO_ANSWER),
    )
    back = replace(waiting, state=VisitState.DUE)
    changed = visit.assign(back, (a_participant(1), a_participant(3)), at=OPENS)
    assert changed is not None
    assert changed[0].helper_ids == ("mem_1", "mem_3")
    assert changed[0].participants[0].outcome is Attendance.NO_ANSWER


@pytest.mark.parametrize(
    "state", [s for s in VisitState if s not in (VisitState.SCHEDULED, VisitState.DUE)]
)
def test_nobody_is_sent_to_what_is_over_or_in_hand(state: VisitState) -> None:
    assert visit.assign(visit_in(state), (), at=OPENS) is None


@pytest.mark.parametrize("reason", CancelReason)
def test_what_a_pause_cancelled_is_made_after_all_and_what_a_person_did_is_not(
    reason: CancelReason,
) -> None:
    cancelled, _ = visit.cancel(a_visit(), reason=reason, at=OPENS - DAY)
    again = visit.reinstate(cancelled, participants=(), at=OPENS)
    if reason in (CancelReason.DONE_ALREADY, CancelReason.BY_BRANCH):
        assert again is None
        return
    assert again is not None
    assert (again[0].state, again[0].alarm_at) == (VisitState.SCHEDULED, OPENS)
    assert names(again[1]) == ["VisitScheduled", "VisitUnassigned"]
    assert visit.reinstate(cancelled, participants=(), at=ENDS) is None


@pytest.mark.parametrize("state", [s for s in VisitState if s is not VisitState.CANCELLED])
def test_what_is_not_cancelled_is_not_reinstated(state: VisitState) -> None:
    assert visit.reinstate(visit_in(state), participants=(), at=OPENS) is None


def test_time_opens_reminds_and_misses() -> None:
    made = a_visit(a_participant(1), a_participant(2))
    assert tick(made, stopped=None, at=OPENS - DAY) is None
    told = []
    for at in (OPENS, made.due_at, made.due_at, ENDS, ENDS + DAY):
        ticked = tick(made, stopped=None, at=at)
        if ticked is not None:
            made = ticked[0]
            told += ticked[1]
    assert names(told) == ["VisitDue", "VisitReminded", "VisitMissed"]
    assert [each.outcome for each in made.participants] == [Attendance.NO_SHOW] * 2
    assert (made.state, made.alarm_at) == (VisitState.MISSED, None)


def test_after_two_days_of_standstill_a_visit_is_missed_late_and_once() -> None:
    ticked = tick(a_visit(missed_before=2), stopped=None, at=ENDS + 2 * DAY)
    assert ticked is not None
    after, events = ticked
    assert names(events) == ["VisitDue", "VisitMissed"]
    assert isinstance(events[1], VisitMissed)
    assert events[1].times == 3
    assert tick(after, stopped=None, at=ENDS + 9 * DAY) is None


def test_no_answer_without_a_second_try_is_escalated_when_its_time_is_over() -> None:
    waiting = visit_in(VisitState.NO_ANSWER)
    assert tick(waiting, stopped=None, at=ENDS - timedelta(minutes=1)) is None
    ticked = tick(waiting, stopped=None, at=ENDS)
    assert ticked is not None
    assert names(ticked[1]) == ["VisitEscalated"]


def test_an_escalation_is_told_until_somebody_has_seen_to_it() -> None:
    made, told = visit_in(VisitState.ESCALATED), 0
    for hour in range(24 * 10):
        ticked = tick(made, stopped=CancelReason.PAUSED, at=ENDS + timedelta(hours=hour))
        if ticked is not None:
            made, told = ticked[0], told + len(ticked[1])
    assert made.state is VisitState.ESCALATED
    assert made.escalated_times == 1 + told
    assert told == AGAIN_OFTEN + 8
    away = tick(made, stopped=None, at=ENDS + 30 * DAY)
    assert away is not None
    assert len(away[1]) == 1


@pytest.mark.parametrize("state", [VisitState.SCHEDULED, VisitState.DUE, VisitState.NO_ANSWER])
def test_where_visits_have_stopped_time_cancels(state: VisitState) -> None:
    ticked = tick(visit_in(state), stopped=CancelReason.CONSENT_ENDED, at=ENDS)
    assert ticked is not None
    assert (ticked[0].state, names(ticked[1])) == (VisitState.CANCELLED, ["VisitCancelled"])


def test_missed_visits_are_made_up_for_and_never_given_up() -> None:
    on, missed = date(2026, 5, 4), a_visit()
    days = [(make_up_on(replace(missed, missed_before=n), today=on) - on).days for n in range(9)]
    assert days == [1, 2, 4, 8, 16, 32, 64, 64, 64]
    assert make_up_on(missed, today=on + 2 * DAY) == on + 3 * DAY


def test_a_visit_is_verified_once_and_by_nobody_who_made_it() -> None:
    done = visit_in(VisitState.COMPLETED)
    with pytest.raises(NotAllowed):
        check_in.verify(done, by="per_member1", at=ENDS)
    kept = check_in.verify(done, by="per_elder1", at=ENDS)
    assert kept is not None
    verified, events = kept
    assert (verified.verified_by, names(events)) == ("per_elder1", ["VisitVerified"])
    assert check_in.verify(verified, by="per_secretary", at=ENDS + DAY) is None


@pytest.mark.parametrize("state", [s for s in VisitState if s is not VisitState.COMPLETED])
def test_only_what_was_made_is_verified(state: VisitState) -> None:
    with pytest.raises(WrongState):
        check_in.verify(visit_in(state), by="per_elder1", at=ENDS)


STEPS = st.lists(
    st.tuples(st.sampled_from(("wait", "done", "nobody", "assign", "stop")), st.integers(0, 12)),
    max_size=12,
)


@given(steps=STEPS, high_risk=st.booleans())
def test_no_visit_ends_without_a_word(steps: list[tuple[str, int]], high_risk: bool) -> None:
    made, at, told = a_visit(), OPENS - DAY, Counter[str]()
    for number, (what, hours) in enumerate(steps):
        at += timedelta(hours=hours)
        outcome = None
        if what == "wait":
            outcome = tick(made, stopped=None, at=at)
        elif what == "stop" and made.state in OPEN_STATES:
            outcome = tick(made, stopped=CancelReason.PAUSED, at=at)
        elif what == "assign":
            outcome = visit.assign(made, tuple[Participant, ...]((a_participant(1),)), at=at)
        elif what in ("done", "nobody"):
            answered = Attendance.DONE if what == "done" else Attendance.NO_ANSWER
            said = a_check_in(answered, at=at, id=f"chk_{number}")
            try:
                outcome = reported(made, said, high_risk=high_risk)
            except (WrongState, Conflict):
                continue
        if outcome is not None:
            made = outcome[0]
            told.update(names(outcome[1]))
    last = tick(made, stopped=None, at=at + 30 * DAY)
    made = last[0] if last else made
    told.update(names(last[1]) if last else [])

    assert made.state not in (VisitState.SCHEDULED, VisitState.DUE, VisitState.NO_ANSWER)
    assert told["VisitDue"] <= 1
    assert told["VisitMissed"] <= 1
    word = {
        VisitState.COMPLETED: "VisitCompleted",
        VisitState.ESCALATED: "VisitEscalated",
        VisitState.MISSED: "VisitMissed",
        VisitState.CANCELLED: "VisitCancelled",
    }[made.state]
    assert told[word] >= 1
