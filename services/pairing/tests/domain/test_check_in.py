"""What phones report: once each, in time, whatever their clocks say and however late it comes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain import check_in, visit
from services.pairing.domain.check_in import LATE_MAX, MINUTES_MAX, happened_at
from services.pairing.domain.visit import CHECK_INS_MAX, CancelReason, VisitState
from services.pairing.domain.visit_report import (
    Attendance,
    DangerSign,
    HelpService,
    WelfareCheck,
    WelfareOutcome,
)
from services.pairing.tests.samples import HERE, NOW
from services.pairing.tests.samples_visit import (
    ENDS,
    IN_TIME,
    OPENS,
    a_check_in,
    a_participant,
    a_visit,
    reported,
    visit_in,
)
from shared.errors import Conflict, Invalid, WrongState
from shared.events.pairing_visit import (
    VisitCompleted,
    VisitConcernRaised,
    VisitDue,
    VisitEscalated,
    VisitHelpRequested,
    VisitNoAnswer,
    VisitReported,
)

BOTH = (a_participant(1), a_participant(2))
MINUTE = timedelta(minutes=1)


def names(events: Sequence[object]) -> list[str]:
    return [type(each).__name__ for each in events]


def test_one_tap_completes_a_visit_and_credits_who_was_there() -> None:
    done, events = reported(visit_in(VisitState.DUE), a_check_in(minutes=40))

    assert (done.state, done.completed_at, done.alarm_at) == (VisitState.COMPLETED, IN_TIME, None)
    assert done.participants[0].outcome is Attendance.DONE
    assert events == [
        VisitCompleted(
            visit_id="vis_1",
            pairing_id="prg_1",
            household_id="hsh_1",
            helper_ids=("mem_1",),
            minutes=40,
            made_at=IN_TIME,
        )
    ]


def test_the_same_report_five_times_is_kept_once_whatever_became_of_the_visit() -> None:
    said = a_check_in()
    done, _ = reported(visit_in(VisitState.DUE), said)
    for days in range(5):
        again = replace(said, received_at=said.received_at + timedelta(days=days))
        kept = check_in.check_in(done, said=again, high_risk=True, estate_id="est_1")
        assert kept is None


def test_an_id_of_another_report_is_refused() -> None:
    done, _ = reported(visit_in(VisitState.DUE), a_check_in())
    with pytest.raises(Invalid, match=r"visit\.check_in_reused"):
        reported(done, a_check_in(minutes=31))


def test_a_report_before_the_service_has_opened_the_visit_opens_it() -> None:
    done, events = reported(a_visit(), a_check_in())
    assert done.state is VisitState.COMPLETED
    assert names(events) == ["VisitDue", "VisitCompleted"]
    assert isinstance(events[0], VisitDue)


def test_a_report_before_the_time_of_the_visit_is_refused() -> None:
    with pytest.raises(Conflict, match=r"visit\.too_early"):
        reported(a_visit(), a_check_in(at=OPENS - MINUTE))


@pytest.mark.parametrize("state", [VisitState.DUE, VisitState.NO_ANSWER, VisitState.MISSED])
def test_a_visit_made_after_its_time_is_refused(state: VisitState) -> None:
    with pytest.raises(Conflict, match=r"visit\.too_late"):
        reported(visit_in(state), a_check_in(at=ENDS))


@pytest.mark.parametrize("state", [VisitState.MISSED, VisitState.CANCELLED, VisitState.DUE])
def test_a_report_that_was_under_way_for_two_days_still_counts(state: VisitState) -> None:
    late = a_check_in(received_at=IN_TIME + timedelta(days=2))
    done, events = reported(visit_in(state), late)
    assert (done.state, done.completed_at) == (VisitState.COMPLETED, IN_TIME)
    assert names(events) == ["VisitCompleted"]


def test_a_report_of_a_months_visits_at_its_end_is_refused() -> None:
    late = a_check_in(received_at=ENDS + LATE_MAX)
    with pytest.raises(Conflict, match=r"visit\.too_late"):
        reported(visit_in(VisitState.MISSED), late)


def test_a_visit_made_after_it_was_cancelled_is_refused() -> None:
    made = visit_in(VisitState.DUE)
    cancelled, _ = visit.cancel(made, reason=CancelReason.CONSENT_ENDED, at=IN_TIME)
    with pytest.raises(WrongState):
        reported(cancelled, a_check_in(at=IN_TIME))
    with pytest.raises(WrongState):
        reported(cancelled, a_check_in(Attendance.NO_ANSWER, at=IN_TIME - MINUTE))
    done, _ = reported(cancelled, a_check_in(at=IN_TIME - MINUTE))
    assert done.state is VisitState.COMPLETED


def test_no_answer_leaves_time_for_a_second_try() -> None:
    waiting, events = reported(visit_in(VisitState.DUE), a_check_in(Attendance.NO_ANSWER))
    assert (waiting.state, waiting.alarm_at) == (VisitState.NO_ANSWER, ENDS)
    assert names(events) == ["VisitNoAnswer"]

    done, events = reported(waiting, a_check_in(id="chk_2", at=IN_TIME + MINUTE))
    assert (done.state, done.participants[0].outcome) == (VisitState.COMPLETED, Attendance.DONE)
    assert names(events) == ["VisitCompleted"]


def test_a_second_try_without_an_answer_is_escalated_at_once() -> None:
    after, events = reported(
        visit_in(VisitState.NO_ANSWER), a_check_in(Attendance.NO_ANSWER, id="chk_2")
    )
    assert (after.state, after.escalated_at) == (VisitState.ESCALATED, IN_TIME)
    assert names(events) == ["VisitNoAnswer", "VisitEscalated"]


def test_no_answer_at_a_household_at_high_risk_is_escalated_at_once() -> None:
    after, events = reported(
        visit_in(VisitState.DUE), a_check_in(Attendance.NO_ANSWER), high_risk=True
    )
    assert after.state is VisitState.ESCALATED
    assert names(events) == ["VisitNoAnswer", "VisitEscalated"]
    told = events[1]
    assert isinstance(told, VisitEscalated)
    assert (told.times, told.branch_ids) == (1, ("brn_1",))


def test_no_answer_told_when_it_counts_as_missed_is_escalated_late() -> None:
    after, events = reported(
        visit_in(VisitState.MISSED),
        a_check_in(Attendance.NO_ANSWER, received_at=ENDS + timedelta(days=1)),
    )
    assert (after.state, after.escalated_at) == (VisitState.ESCALATED, ENDS + timedelta(days=1))
    assert names(events) == ["VisitNoAnswer", "VisitEscalated"]


def test_of_two_helpers_each_ones_word_is_kept_and_each_is_credited_once() -> None:
    made = visit_in(VisitState.DUE, *BOTH)
    first, _ = reported(made, a_check_in(Attendance.NO_ANSWER))
    second = a_check_in(id="chk_2", person_id="per_member2", minutes=20)
    done, told = reported(first, second)
    assert (done.state, names(told)) == (VisitState.COMPLETED, ["VisitCompleted"])
    assert [each.outcome for each in done.participants] == [Attendance.NO_ANSWER, Attendance.DONE]

    both, told = reported(done, a_check_in(id="chk_3", minutes=15))
    assert told == [
        VisitCompleted(
            visit_id="vis_1",
            pairing_id="prg_1",
            household_id="hsh_1",
            helper_ids=("mem_1",),
            minutes=15,
            made_at=IN_TIME,
        )
    ]
    again, told = reported(both, a_check_in(id="chk_4", minutes=99))
    assert names(told) == ["VisitReported"]
    assert [each.minutes for each in again.participants] == [15, 20]


def test_that_nobody_answered_takes_nothing_back_of_what_was_done() -> None:
    done, _ = reported(visit_in(VisitState.DUE, *BOTH), a_check_in())
    after, told = reported(
        done, a_check_in(Attendance.NO_ANSWER, id="chk_2", person_id="per_member2")
    )
    assert after.state is VisitState.COMPLETED
    assert told == [
        VisitReported(visit_id="vis_1", pairing_id="prg_1", household_id="hsh_1", helper_id="mem_2")
    ]


def test_what_was_seen_is_told_of_and_never_told() -> None:
    seen = (DangerSign.NO_FOOD, DangerSign.FALL)
    said = a_check_in(danger_signs=seen, note="冰箱空了", help_service=HelpService.SHOPPING)
    after, events = reported(visit_in(VisitState.DUE), said)

    assert after.check_ins[0].danger_signs == seen
    assert names(events) == ["VisitCompleted", "VisitConcernRaised", "VisitHelpRequested"]
    assert isinstance(events[1], VisitConcernRaised)
    assert events[2] == VisitHelpRequested(
        visit_id="vis_1", service_code="care.shopping", dwelling_id="dwl_1", estate_id="est_1"
    )
    told = "".join(event.model_dump_json() for event in events)
    assert not [word for word in ("fall", "food", "冰箱", "chat") if word in told]


@pytest.mark.parametrize("minutes", [-1, MINUTES_MAX + 1])
def test_a_time_that_cannot_be_is_refused(minutes: int) -> None:
    with pytest.raises(Invalid, match=r"visit\.minutes"):
        reported(visit_in(VisitState.DUE), a_check_in(minutes=minutes))


def test_reports_of_one_visit_are_bounded() -> None:
    made = visit_in(VisitState.DUE)
    for number in range(CHECK_INS_MAX):
        made, _ = reported(made, a_check_in(id=f"chk_{number}"))
    with pytest.raises(Conflict, match=r"visit\.check_ins_full"):
        reported(made, a_check_in(id="chk_more"))


@pytest.mark.parametrize(
    ("tapped", "sent", "received", "expected"),
    [
        # a right clock, at once and after a day without a network
        (IN_TIME, None, IN_TIME, IN_TIME),
        (IN_TIME, None, IN_TIME + timedelta(days=1), IN_TIME),
        # a clock that is a year behind or ahead: how long ago the tap was is right all the same
        (
            NOW - timedelta(days=365),
            NOW - timedelta(days=364),
            IN_TIME + timedelta(days=1),
            IN_TIME,
        ),
        (
            NOW + timedelta(days=365),
            NOW + timedelta(days=366),
            IN_TIME + timedelta(days=1),
            IN_TIME,
        ),
        # one that says the tap alone, wrongly: the moment at which we heard
        (NOW - timedelta(days=365), None, IN_TIME, IN_TIME),
        (NOW + timedelta(days=365), None, IN_TIME, IN_TIME),
        # sent before it was tapped: of the two nothing follows
        (IN_TIME + MINUTE, IN_TIME, IN_TIME, IN_TIME),
    ],
)
def test_wrong_clocks_of_phones_do_no_harm(
    tapped: datetime, sent: datetime | None, received: datetime, expected: datetime
) -> None:
    made = a_visit()
    assert happened_at(made, tapped_at=tapped, sent_at=sent, received_at=received) == expected


@given(
    tapped=st.datetimes(),
    sent=st.none() | st.datetimes(),
    after=st.timedeltas(timedelta(0), timedelta(days=30)),
)
def test_whatever_a_phone_says_it_happened_in_time_or_when_we_heard(
    tapped: datetime, sent: datetime | None, after: timedelta
) -> None:
    received = OPENS + after
    at = happened_at(
        a_visit(),
        tapped_at=tapped.replace(tzinfo=NOW.tzinfo),
        sent_at=sent and sent.replace(tzinfo=NOW.tzinfo),
        received_at=received,
    )
    assert OPENS <= at <= received


def test_a_welfare_check_ends_an_escalation_and_says_nothing_of_what_was_found() -> None:
    found = WelfareCheck("per_sec", ENDS, WelfareOutcome.IN_HOSPITAL, "儿子说住院了")
    done, events = check_in.make_sure(
        visit_in(VisitState.ESCALATED), found=found, minutes=15, estate_id="est_1"
    )
    assert (done.state, done.completed_at) == (VisitState.COMPLETED, ENDS)
    assert (done.alarm_at, done.community) == (None, HERE)
    [told] = events
    assert isinstance(told, VisitCompleted)
    assert (told.helper_ids, told.minutes) == ((), 15)
    assert "hospital" not in told.model_dump_json()


def test_a_welfare_check_may_ask_for_help_and_takes_a_time_that_can_be() -> None:
    found = WelfareCheck("per_sec", ENDS, WelfareOutcome.HELPED, None, HelpService.HEAT)
    made = visit_in(VisitState.ESCALATED)
    _, events = check_in.make_sure(made, found=found, minutes=0, estate_id="est_1")
    assert names(events) == ["VisitCompleted", "VisitHelpRequested"]
    with pytest.raises(Invalid, match=r"visit\.minutes"):
        check_in.make_sure(made, found=found, minutes=MINUTES_MAX + 1, estate_id="est_1")


@pytest.mark.parametrize("state", [s for s in VisitState if s is not VisitState.ESCALATED])
def test_only_what_was_escalated_is_made_sure_of(state: VisitState) -> None:
    found = WelfareCheck("per_sec", ENDS, WelfareOutcome.WELL)
    with pytest.raises(WrongState):
        check_in.make_sure(visit_in(state), found=found, minutes=0, estate_id="est_1")


def test_a_helper_who_goes_again_ends_an_escalation_at_any_time() -> None:
    at = ENDS + timedelta(days=9)
    done, events = reported(visit_in(VisitState.ESCALATED), a_check_in(id="chk_9", at=at))
    assert (done.state, names(events)) == (VisitState.COMPLETED, ["VisitCompleted"])
    still, events = reported(
        visit_in(VisitState.ESCALATED), a_check_in(Attendance.NO_ANSWER, id="chk_9", at=at)
    )
    assert (still.state, names(events)) == (VisitState.ESCALATED, ["VisitReported"])
    assert still.alarm_at is not None


def test_no_report_is_an_event_of_its_own_kind_twice() -> None:
    _, events = reported(visit_in(VisitState.DUE), a_check_in(Attendance.NO_ANSWER))
    assert events == [
        VisitNoAnswer(
            visit_id="vis_1", pairing_id="prg_1", household_id="hsh_1", helper_ids=("mem_1",)
        )
    ]
