"""Records of what members did: told, confirmed, and revoked by two."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain import contribution, revocation
from services.pairing.domain.care_task import MINUTES_MAX, CareTaskState
from services.pairing.domain.contribution import Contribution, ContributionState, ReturnReason
from services.pairing.domain.deed import AMOUNT_FEN_MAX, EVIDENCE_MAX, Correction, Deed
from services.pairing.domain.points import PAID, RULES, ContributionKind, rule_in_force
from services.pairing.tests.samples import (
    NOW,
    SECRETARY,
    STAFF,
    a_member,
    asked_about,
    care_task_in,
    contribution_in,
    submitted,
)
from shared.days import start_of
from shared.errors import Conflict, Invalid, NotAllowed
from shared.events.pairing import ContributionConfirmed, ContributionDrafted, ContributionSubmitted
from shared.events.pairing_contribution import ContributionRevoked

OWN = "per_member1"
KIND = ContributionKind.VOLUNTEERING
TODAY = date(2026, 5, 4)
JOINED = date(2020, 7, 1)


def told(kind: ContributionKind = KIND, **changes: Any) -> Deed:
    measure = {"amount_fen": 20_00} if kind in PAID else {"minutes": 60}
    facts: dict[str, Any] = {"kind": kind, "done_at": start_of(TODAY), **measure, **changes}
    return Deed(**facts)


def reported(deed: Deed, by: str = OWN) -> Contribution:
    member = replace(a_member(), joined_on=JOINED)
    return contribution.report(id="ctr_1", member=member, deed=deed, by=by, at=NOW)[0]


def test_a_draft_is_made_from_what_was_reported_done() -> None:
    deed = contribution.done_task(care_task_in(CareTaskState.COMPLETED))

    draft, events = contribution.draft(
        id="ctr_1", member=a_member(), deed=deed, care_task_id="cta_1"
    )

    assert (draft.minutes, draft.done_at, draft.care_task_id) == (45, NOW, "cta_1")
    assert (draft.points, draft.rule_version) == (None, None)
    assert events == [
        ContributionDrafted(
            contribution_id="ctr_1", member_id="mem_1", branch_id="brn_1", kind="volunteering"
        )
    ]


@pytest.mark.parametrize("state", [CareTaskState.OFFERED, CareTaskState.ACCEPTED])
def test_nothing_is_drafted_from_what_is_not_done(state: CareTaskState) -> None:
    with pytest.raises(Invalid, match=r"contribution\.not_done"):
        contribution.done_task(care_task_in(state))


@pytest.mark.parametrize("kind", ContributionKind)
def test_what_a_member_tells_is_before_the_branch_at_once(kind: ContributionKind) -> None:
    deed = told(kind, about="社区清洁日", evidence_ids=("pho_1",))

    record, events = contribution.report(id="ctr_1", member=a_member(), deed=deed, by=OWN, at=NOW)

    assert (record.state, record.deed, record.told_by) == (ContributionState.SUBMITTED, deed, None)
    assert record.done_on == TODAY
    assert events == [
        ContributionSubmitted(contribution_id="ctr_1", member_id="mem_1", branch_id="brn_1")
    ]
    assert "社区清洁日" not in events[0].model_dump_json()


@pytest.mark.parametrize(
    ("deed", "code", "pointer"),
    [
        (told(minutes=None), "contribution.minutes", "/minutes"),
        (told(minutes=0), "contribution.minutes", "/minutes"),
        (told(minutes=MINUTES_MAX + 1), "contribution.minutes", "/minutes"),
        (told(amount_fen=1), "contribution.measure_of_another_kind", "/amount_fen"),
        (told(ContributionKind.DUES, amount_fen=0), "contribution.amount_fen", "/amount_fen"),
        (
            told(ContributionKind.DONATION, amount_fen=AMOUNT_FEN_MAX + 1),
            "contribution.amount_fen",
            "/amount_fen",
        ),
        (
            told(ContributionKind.DUES, minutes=5),
            "contribution.measure_of_another_kind",
            "/minutes",
        ),
        (
            told(done_at=start_of(TODAY + timedelta(days=1))),
            "contribution.in_future",
            "/done_on",
        ),
        (
            told(done_at=start_of(JOINED - timedelta(days=1))),
            "contribution.before_joining",
            "/done_on",
        ),
        (
            told(evidence_ids=tuple(f"pho_{n}" for n in range(EVIDENCE_MAX + 1))),
            "contribution.evidence_max",
            "/evidence_ids",
        ),
        (told(evidence_ids=("pho_1", "pho_1")), "contribution.evidence_twice", "/evidence_ids"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field_that_says_it(
    deed: Deed, code: str, pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        reported(deed)

    assert (refused.value.code, refused.value.facts["pointer"]) == (code, pointer)


def test_the_first_and_the_last_possible_day_are_taken() -> None:
    assert reported(told(done_at=start_of(JOINED))).done_on == JOINED
    assert reported(told(done_at=start_of(TODAY))).done_on == TODAY


def test_who_never_said_when_they_joined_is_bound_by_the_party_itself() -> None:
    with pytest.raises(Invalid, match=r"contribution\.before_joining"):
        contribution.report(
            id="ctr_1",
            member=a_member(),
            deed=told(done_at=start_of(date(1921, 6, 30))),
            by=OWN,
            at=NOW,
        )


def test_points_count_from_the_confirmation_with_their_rules_version() -> None:
    record = contribution_in(ContributionState.SUBMITTED)
    assert record.points is None

    confirmed, events = contribution.confirm(record, by=SECRETARY, at=NOW)

    assert (confirmed.points, confirmed.rule_version) == (8, 1)
    assert (confirmed.confirmed_by, confirmed.confirmed_at) == (SECRETARY, NOW)
    assert events == [
        ContributionConfirmed(
            contribution_id="ctr_1", member_id="mem_1", branch_id="brn_1", points=8, rule_version=1
        )
    ]


def test_nobody_judges_their_own_record() -> None:
    record = contribution_in(ContributionState.SUBMITTED)
    done = contribution_in(ContributionState.CONFIRMED)
    judges: tuple[Callable[[], object], ...] = (
        lambda: contribution.confirm(record, by=OWN, at=NOW),
        lambda: contribution.give_back(record, by=OWN, reason=ReturnReason.OTHER),
        lambda: revocation.question(done, by=OWN, reason=ReturnReason.OTHER, at=NOW),
        lambda: revocation.uphold(asked_about(done), by=OWN),
        lambda: revocation.revoke(asked_about(done), by=OWN, at=NOW),
    )
    for judge in judges:
        with pytest.raises(NotAllowed, match=r"contribution\.own"):
            judge()


def test_who_told_it_for_a_member_does_not_confirm_it() -> None:
    record = reported(told(), by=STAFF)
    assert record.told_by == STAFF

    with pytest.raises(NotAllowed, match=r"contribution\.told_by_oneself"):
        contribution.confirm(record, by=STAFF, at=NOW)

    assert contribution.confirm(record, by=SECRETARY, at=NOW)[0].points == 10


def test_a_returned_record_may_be_corrected_and_submitted_again() -> None:
    returned, events = contribution.give_back(
        contribution_in(ContributionState.SUBMITTED),
        by=SECRETARY,
        reason=ReturnReason.WRONG_TIME,
        note="应为半小时",
    )
    assert "应为半小时" not in events[0].model_dump_json()

    again, _ = submitted(returned, Correction(minutes=30))

    assert (again.state, again.minutes) == (ContributionState.SUBMITTED, 30)
    assert (again.return_reason, again.return_note) == (None, None)


def test_all_that_was_told_may_be_corrected_but_its_kind() -> None:
    returned, _ = contribution.give_back(
        reported(told(ContributionKind.DUES)), by=SECRETARY, reason=ReturnReason.WRONG_AMOUNT
    )
    day = TODAY - timedelta(days=3)

    again, _ = submitted(returned, Correction(day, None, 50_00, "五月党费", ("pho_2",)))

    assert again.deed == Deed(
        ContributionKind.DUES, start_of(day), None, 50_00, "五月党费", ("pho_2",)
    )


@pytest.mark.parametrize(
    ("correction", "code"),
    [
        (Correction(minutes=0), "contribution.minutes"),
        (Correction(minutes=MINUTES_MAX + 1), "contribution.minutes"),
        (Correction(amount_fen=5), "contribution.measure_of_another_kind"),
        (Correction(done_on=TODAY), "contribution.day_is_the_works"),
    ],
)
def test_a_correction_to_what_cannot_be_is_refused(correction: Correction, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        submitted(contribution_in(ContributionState.DRAFT), correction)
    assert refused.value.code == code


def test_what_was_told_is_not_moved_into_the_future_by_correction() -> None:
    returned, _ = contribution.give_back(
        reported(told()), by=SECRETARY, reason=ReturnReason.WRONG_DAY
    )
    with pytest.raises(Invalid, match=r"contribution\.in_future"):
        submitted(returned, Correction(done_on=TODAY + timedelta(days=1)))


def test_two_people_revoke_a_confirmed_record_and_it_is_kept_as_it_was() -> None:
    confirmed = contribution_in(ContributionState.CONFIRMED)

    asked, _ = revocation.question(
        confirmed, by=SECRETARY, reason=ReturnReason.TWICE, note="与上条重复", at=NOW
    )
    assert (asked.state, asked.points) == (ContributionState.CONFIRMED, 8)
    revoked, events = revocation.revoke(asked, by=STAFF, at=NOW)

    assert (revoked.state, revoked.deed, revoked.points) == (
        ContributionState.REVOKED,
        confirmed.deed,
        8,
    )
    assert revoked.question is not None
    assert (revoked.question.by, revoked.question.revoked_by) == (SECRETARY, STAFF)
    assert events == [
        ContributionRevoked(
            contribution_id="ctr_1", member_id="mem_1", branch_id="brn_1", reason="twice", points=8
        )
    ]


def test_one_person_is_not_two() -> None:
    confirmed = contribution_in(ContributionState.CONFIRMED)
    with pytest.raises(Conflict, match=r"contribution\.not_questioned"):
        revocation.revoke(confirmed, by=SECRETARY, at=NOW)
    with pytest.raises(NotAllowed, match=r"contribution\.two_people"):
        revocation.revoke(asked_about(confirmed), by=SECRETARY, at=NOW)
    with pytest.raises(Conflict, match=r"contribution\.questioned"):
        revocation.question(asked_about(confirmed), by=STAFF, reason=ReturnReason.OTHER, at=NOW)


def test_an_upheld_record_may_be_questioned_anew() -> None:
    confirmed = contribution_in(ContributionState.CONFIRMED)

    upheld, _ = revocation.uphold(asked_about(confirmed), by=STAFF)

    assert upheld == confirmed
    with pytest.raises(Conflict, match=r"contribution\.not_questioned"):
        revocation.uphold(upheld, by=STAFF)


@pytest.mark.parametrize(("minutes", "points"), [(1, 0), (2, 0), (3, 1), (45, 8), (60, 10)])
def test_points_are_whole_and_a_half_is_rounded_up(minutes: int, points: int) -> None:
    assert RULES[0].points(KIND, minutes=minutes) == points


@given(st.sampled_from(ContributionKind), st.integers(1, MINUTES_MAX - 1))
def test_more_time_never_earns_less(kind: ContributionKind, minutes: int) -> None:
    rule = rule_in_force(RULES, NOW)
    assert rule.points(kind, minutes=minutes) <= rule.points(kind, minutes=minutes + 1)


@given(st.sampled_from(sorted(PAID)), st.integers(1, AMOUNT_FEN_MAX))
def test_a_larger_sum_earns_no_more(kind: ContributionKind, fen: int) -> None:
    record = reported(told(kind, amount_fen=fen))
    assert contribution.confirm(record, by=SECRETARY, at=NOW)[0].points == RULES[0].per_act[kind]


def test_the_rules_are_published_in_order_and_the_oldest_holds_for_what_is_older() -> None:
    assert [rule.version for rule in RULES] == list(range(1, len(RULES) + 1))
    assert sorted(rule.since for rule in RULES) == [rule.since for rule in RULES]
    assert rule_in_force(RULES, RULES[0].since.replace(year=1990)) is RULES[0]
    for kind in ContributionKind:
        assert any(kind in rule.per_hour or kind in rule.per_act for rule in RULES)
