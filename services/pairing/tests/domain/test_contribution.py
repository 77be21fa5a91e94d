"""Records and their points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain import contribution
from services.pairing.domain.care_task import CareTaskState
from services.pairing.domain.contribution import ContributionState, ReturnReason
from services.pairing.domain.points import RULES, ContributionKind, rule_in_force
from services.pairing.tests.samples import (
    NOW,
    SECRETARY,
    a_member,
    care_task_in,
    contribution_in,
)
from shared.errors import Invalid, NotAllowed
from shared.events.pairing import ContributionConfirmed, ContributionDrafted

OWN = "per_member1"
KIND = ContributionKind.VOLUNTEERING


def test_a_draft_is_made_from_what_was_reported() -> None:
    draft, events = contribution.draft(
        id="ctr_1", member=a_member(), task=care_task_in(CareTaskState.COMPLETED)
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
        contribution.draft(id="ctr_1", member=a_member(), task=care_task_in(state))


def test_points_count_from_the_confirmation_with_their_rules_version() -> None:
    submitted = contribution_in(ContributionState.SUBMITTED)
    assert submitted.points is None

    confirmed, events = contribution.confirm(submitted, by=SECRETARY)

    assert (confirmed.points, confirmed.rule_version) == (8, 1)
    assert events == [
        ContributionConfirmed(
            contribution_id="ctr_1", member_id="mem_1", branch_id="brn_1", points=8, rule_version=1
        )
    ]


def test_nobody_confirms_or_returns_their_own_record() -> None:
    submitted = contribution_in(ContributionState.SUBMITTED)
    with pytest.raises(NotAllowed, match=r"contribution\.own"):
        contribution.confirm(submitted, by=OWN)
    with pytest.raises(NotAllowed, match=r"contribution\.own"):
        contribution.give_back(submitted, by=OWN, reason=ReturnReason.OTHER)


def test_a_returned_record_may_be_corrected_and_submitted_again() -> None:
    returned, events = contribution.give_back(
        contribution_in(ContributionState.SUBMITTED),
        by=SECRETARY,
        reason=ReturnReason.WRONG_TIME,
        note="应为半小时",
    )
    assert "应为半小时" not in events[0].model_dump_json()

    again, _ = contribution.submit(returned, minutes=30)

    assert (again.state, again.minutes) == (ContributionState.SUBMITTED, 30)
    assert (again.return_reason, again.return_note) == (None, None)


@pytest.mark.parametrize("minutes", [0, 24 * 60 + 1])
def test_a_correction_to_what_cannot_be_is_refused(minutes: int) -> None:
    with pytest.raises(Invalid, match=r"contribution\.minutes"):
        contribution.submit(contribution_in(ContributionState.DRAFT), minutes=minutes)


@pytest.mark.parametrize(("minutes", "points"), [(1, 0), (2, 0), (3, 1), (45, 8), (60, 10)])
def test_points_are_whole_and_a_half_is_rounded_up(minutes: int, points: int) -> None:
    assert RULES[0].points(KIND, minutes=minutes) == points


@given(st.integers(1, 24 * 60 - 1))
def test_more_time_never_earns_less(minutes: int) -> None:
    rule = rule_in_force(NOW)
    assert rule.points(KIND, minutes=minutes) <= rule.points(KIND, minutes=minutes + 1)


def test_the_rules_are_published_in_order_and_the_oldest_holds_for_what_is_older() -> None:
    assert [rule.version for rule in RULES] == list(range(1, len(RULES) + 1))
    assert sorted(rule.since for rule in RULES) == [rule.since for rule in RULES]
    assert rule_in_force(RULES[0].since.replace(year=1990)) is RULES[0]
