"""Inspections, complaints, ratings and objections: who may do what in which state."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest

from services.property.domain import complaint as complaints
from services.property.domain import inspection as inspections
from services.property.domain import objection as objections
from services.property.domain.complaint import (
    ANSWER_WITHIN,
    Accused,
    Complaint,
    ComplaintAction,
    ComplaintState,
    ComplaintSubject,
    Grievance,
)
from services.property.domain.inspection import (
    ActionItem,
    Inspection,
    InspectionAction,
    InspectionState,
    Round,
    Verdict,
    digest_of,
)
from services.property.domain.objection import (
    RAISED_WITHIN,
    Answer,
    Grounds,
    Objection,
    ObjectionAction,
    ObjectionState,
    Remedy,
    left_out_by,
)
from services.property.domain.rating import Rating, give
from services.property.domain.score_rules import DEFAULT_RULES, Criterion, Measure
from services.property.domain.scorecard import InputKind, LeftOut
from services.property.tests.samples import COMMUNITY, COMPANY
from services.property.tests.supervision_samples import ENDED, card, sealed_card, work
from shared.errors import Conflict, Invalid, NotAllowed
from shared.events.property_supervision import (
    InspectionCompleted,
    InspectionSigned,
    InspectionUnsigned,
)
from shared.testing import refused_by_table

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
RULES = replace(DEFAULT_RULES, criteria=(Criterion("lanes", 10), Criterion("lamps", 5)))
ANSWER = Answer("so it is", "per_wang", NOW)
ALLOWED = {
    "complaint": complaints.TRANSITIONS,
    "inspection": inspections.TRANSITIONS,
    "objection": objections.TRANSITIONS,
}


def inspection(**changes: Any) -> Inspection:
    about = Round(COMMUNITY, "est_1", COMPANY, ("per_1", "per_2", "per_3"))
    made, _ = inspections.start(about, RULES, id="ins_1", at=NOW)
    return replace(made, **{"version": 1, **changes})


def judged() -> Inspection:
    found = inspection()
    for each in (Verdict("lamps", 5), Verdict("lanes", 6)):
        found, _ = inspections.judge(found, each, by="per_1")
    return found


def complaint(**changes: Any) -> Complaint:
    grievance = Grievance(ComplaintSubject.CONDUCT, "The guard shouted")
    accused = Accused(COMMUNITY, "est_1", COMPANY)
    made, _ = complaints.file(accused, grievance, id="cpl_1", by="per_9", at=NOW)
    return replace(made, **{"version": 1, **changes})


def objection(**changes: Any) -> Objection:
    whole, _ = sealed_card([work()])
    grounds = Grounds(Measure.ON_TIME, "wor_1", "It rained")
    made, _ = objections.raise_objection(whole, grounds, id="obj_1", by="per_co", at=ENDED)
    return replace(made, **{"version": 1, **changes})


DO: dict[str, dict[StrEnum, Any]] = {
    "complaint": {
        ComplaintAction.ANSWER: lambda it: complaints.answer(it, text="no", at=NOW),
        ComplaintAction.UPHOLD: lambda it: complaints.uphold(
            it, reason="yes", by="per_w", at=NOW + ANSWER_WITHIN
        ),
        ComplaintAction.DISMISS: lambda it: complaints.dismiss(it, reason="no", by="per_w", at=NOW),
        ComplaintAction.WITHDRAW: complaints.withdraw,
    },
    "inspection": {
        InspectionAction.SCORE: lambda it: inspections.judge(it, Verdict("lamps", 5), by="per_1"),
        InspectionAction.SIGN: lambda it: inspections.sign(it, by="per_1", at=NOW),
        InspectionAction.CANCEL: lambda it: inspections.cancel(it, reason="rain", by="per_1"),
    },
    "objection": {
        ObjectionAction.UPHOLD: lambda it: objections.uphold(it, Remedy.RECOUNT, ANSWER),
        ObjectionAction.DISMISS: lambda it: objections.dismiss(it, ANSWER),
        ObjectionAction.WITHDRAW: objections.withdraw,
    },
}
MADE: dict[str, Any] = {
    "complaint": lambda state: complaint(state=state),
    "inspection": lambda state: replace(judged(), state=state),
    "objection": lambda state: objection(state=state),
}
STATES: dict[str, type[StrEnum]] = {
    "complaint": ComplaintState,
    "inspection": InspectionState,
    "objection": ObjectionState,
}


@pytest.mark.parametrize(
    ("noun", "state", "action"),
    [
        (noun, state, action)
        for noun, actions in DO.items()
        for state in STATES[noun]
        for action in actions
    ],
)
def test_only_what_the_table_allows_is_done(noun: str, state: StrEnum, action: StrEnum) -> None:
    table: Any = ALLOWED[noun]
    if action in table[state]:
        after, events = DO[noun][action](MADE[noun](state))
        assert after.state is table[state][action]
        assert events
    else:
        with refused_by_table(noun, state, action):
            DO[noun][action](MADE[noun](state))


def test_an_inspection_counts_as_soon_as_enough_have_signed_what_is_in_it() -> None:
    once, first = inspections.sign(judged(), by="per_1", at=NOW)
    assert once.state is InspectionState.UNDER_WAY
    assert [type(each) for each in first] == [InspectionSigned]
    twice, then = inspections.sign(once, by="per_3", at=NOW)
    assert (twice.state, twice.points, twice.points_max) == (InspectionState.COMPLETED, 11, 15)
    assert [type(each) for each in then] == [InspectionSigned, InspectionCompleted]
    assert {each.digest for each in twice.signatures} == {digest_of(twice)}


def test_a_change_takes_every_signature_off_again() -> None:
    signed, _ = inspections.sign(judged(), by="per_1", at=NOW)
    verdict = Verdict(
        "lanes", 2, photo_ids=("pho_1",), action=ActionItem("clear", date(2026, 12, 1))
    )
    changed, events = inspections.judge(signed, verdict, by="per_2")
    assert changed.signatures == ()
    assert InspectionUnsigned in [type(each) for each in events]
    assert digest_of(changed) != digest_of(signed)
    again, _ = inspections.sign(changed, by="per_1", at=NOW)
    whole, events = inspections.sign(again, by="per_2", at=NOW)
    completed = events[-1]
    assert isinstance(completed, InspectionCompleted)
    assert (completed.points, completed.actions) == (7, 1)
    assert [each.criterion for each in whole.verdicts] == ["lanes", "lamps"]


@pytest.mark.parametrize(
    ("verdict", "pointer"),
    [
        (Verdict("none", 1), "/criterion"),
        (Verdict("lamps", 6), "/points"),
        (Verdict("lamps", -1), "/points"),
        (Verdict("lanes", 5), "/photo_ids"),
    ],
)
def test_a_verdict_that_is_none_is_refused_by_its_field(verdict: Verdict, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        inspections.judge(inspection(), verdict, by="per_1")
    assert refused.value.facts["pointer"] == pointer


def test_only_inspectors_judge_sign_and_break_off() -> None:
    acts: list[Callable[[], object]] = [
        lambda: inspections.judge(inspection(), Verdict("lamps", 5), by="per_x"),
        lambda: inspections.sign(judged(), by="per_x", at=NOW),
        lambda: inspections.cancel(inspection(), reason="rain", by="per_x"),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_what_is_not_judged_is_not_signed_and_nobody_signs_twice() -> None:
    with pytest.raises(Conflict) as refused:
        inspections.sign(inspection(), by="per_1", at=NOW)
    assert refused.value.facts == {"left": 2}
    signed, _ = inspections.sign(judged(), by="per_1", at=NOW)
    with pytest.raises(Conflict) as again:
        inspections.sign(signed, by="per_1", at=NOW)
    assert again.value.code == "inspection.signed_before"


@pytest.mark.parametrize("people", [("per_1",), ("per_1", "per_1"), ()])
def test_a_round_needs_as_many_people_as_have_to_sign(people: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        inspections.start(Round(COMMUNITY, "est_1", COMPANY, people), RULES, id="ins_1", at=NOW)


def test_a_complaint_is_upheld_only_once_the_company_was_heard_or_let_its_time_pass() -> None:
    filed = complaint()
    with pytest.raises(Conflict) as refused:
        complaints.uphold(filed, reason="yes", by="per_w", at=NOW + ANSWER_WITHIN / 2)
    assert refused.value.code == "complaint.not_heard"
    late, _ = complaints.uphold(filed, reason="yes", by="per_w", at=NOW + ANSWER_WITHIN)
    assert late.state is ComplaintState.UPHELD
    answered, _ = complaints.answer(filed, text="no", at=NOW)
    upheld, _ = complaints.uphold(answered, reason="yes", by="per_w", at=NOW)
    assert (upheld.decided_at, upheld.decided_by, upheld.decision) == (NOW, "per_w", "yes")


def test_no_event_of_a_complaint_says_who_complained_or_what() -> None:
    filed = complaint()
    answered, told = complaints.answer(filed, text="no", at=NOW)
    _, more = complaints.uphold(answered, reason="yes", by="per_w", at=NOW)
    for event in (*told, *more):
        assert set(event.model_dump()) == {"complaint_id", "estate_id", "contractor_id"}


def test_an_objection_can_be_raised_to_what_is_sealed_for_a_month() -> None:
    whole, _ = sealed_card([work()])
    grounds = Grounds(Measure.ON_TIME, None, "It rained")
    with pytest.raises(Conflict) as early:
        objections.raise_objection(card(), grounds, id="obj_1", by="per_co", at=ENDED)
    assert early.value.code == "objection.not_sealed"
    last = ENDED + RAISED_WITHIN
    objections.raise_objection(whole, grounds, id="obj_1", by="per_co", at=last)
    later = last + timedelta(milliseconds=1)
    with pytest.raises(Conflict) as late:
        objections.raise_objection(whole, grounds, id="obj_1", by="per_co", at=later)
    assert late.value.code == "objection.too_late"


def test_what_an_upheld_objection_leaves_out_is_the_record_that_it_named() -> None:
    upheld, _ = objections.uphold(objection(), Remedy.LEAVE_OUT, ANSWER)
    gone = LeftOut(Measure.ON_TIME, InputKind.WORK_ORDER, "wor_1", "obj_1")
    assert left_out_by(upheld) == gone
    recounted, _ = objections.uphold(objection(), Remedy.RECOUNT, ANSWER)
    assert left_out_by(recounted) is None
    with pytest.raises(Invalid):
        objections.uphold(objection(record_id=None), Remedy.LEAVE_OUT, ANSWER)


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_rating_runs_from_one_to_five(score: int) -> None:
    blank = Rating("rat_1", COMMUNITY, 0, COMPANY, "2026-11", 0, "per_1", NOW)
    with pytest.raises(Invalid):
        give(blank, score=score, at=NOW)
    assert give(blank, score=5, at=NOW)[0].score == 5
