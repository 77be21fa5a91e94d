"""Posts: who holds one for how long, and which requests it answers for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.pairing.domain import branch, post
from services.pairing.domain.branch import Naming
from services.pairing.domain.member import MemberState
from services.pairing.domain.post import Remit, answers_for, holding
from services.pairing.tests.member_samples import REMIT, WEEK, a_post, held, member_in
from services.pairing.tests.samples import HERE, NOW, a_member
from shared.errors import Conflict, Invalid
from shared.events.pairing_members import (
    BranchChanged,
    BranchRegistered,
    PostClosed,
    PostHolderAppointed,
    PostHolderReleased,
)

DAY = timedelta(days=1)


def test_a_holder_is_appointed_once_and_released() -> None:
    some, events = held(a_post())
    assert events == [PostHolderAppointed(post_id="pst_1", code="everyday", member_id="mem_1")]
    with pytest.raises(Conflict, match=r"post\.held_already"):
        held(some)
    free, events = post.release(some, member_id="mem_1")
    assert events == [PostHolderReleased(post_id="pst_1", code="everyday", member_id="mem_1")]
    assert free == a_post()
    with pytest.raises(Conflict, match=r"post\.not_held"):
        post.release(free, member_id="mem_1")


def test_who_has_left_holds_no_post_and_who_is_away_may() -> None:
    for state, may in ((MemberState.AWAY, True), (MemberState.LEFT, False)):
        if may:
            post.appoint(a_post(), member=member_in(state), since=NOW, until=None, at=NOW)
            continue
        with pytest.raises(Conflict, match=r"member\.has_left"):
            post.appoint(a_post(), member=member_in(state), since=NOW, until=None, at=NOW)


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        (DAY, None, "post.term_to_come"),
        (-DAY, timedelta(), "post.term_over"),
        (-DAY, -2 * DAY, "post.term_over"),
    ],
)
def test_a_term_has_begun_and_is_not_over(
    since: timedelta, until: timedelta | None, code: str
) -> None:
    end = None if until is None else NOW + until
    with pytest.raises(Invalid) as caught:
        post.appoint(a_post(), member=a_member(), since=NOW + since, until=end, at=NOW)
    assert caught.value.code == code


def test_a_term_that_ends_releases_its_holder_and_no_other() -> None:
    some = held(held(held(a_post(), 1, weeks=2)[0], 2)[0], 3, weeks=1)[0]
    assert some.term_ends_at == NOW + WEEK
    assert post.release_if_due(some, at=NOW + WEEK - timedelta(milliseconds=1)) is None

    due = post.release_if_due(some, at=NOW + WEEK)

    assert due is not None
    after, events = due
    assert holding(some, at=NOW + WEEK) == holding(after, at=NOW + WEEK) == ("mem_1", "mem_2")
    assert [event.model_dump()["member_id"] for event in events] == ["mem_3"]
    assert after.term_ends_at == NOW + 2 * WEEK
    assert post.release_if_due(after, at=NOW + WEEK) is None


def test_a_post_that_is_closed_has_no_holders() -> None:
    after, events = post.close(held(a_post())[0])
    assert after.holders == ()
    assert [type(event) for event in events] == [PostHolderReleased, PostClosed]


def test_too_many_holders_are_refused() -> None:
    some = a_post()
    for number in range(post.HOLDERS_MAX):
        some, _ = held(some, number)
    with pytest.raises(Conflict, match=r"post\.holders_too_many"):
        held(some, 99)


@pytest.mark.parametrize(
    ("service_code", "ours"),
    [
        ("care", True),
        ("care.shopping", True),
        ("careless", False),
        ("noise", True),
        ("noise.night", True),
        ("lamp", False),
    ],
)
def test_a_post_answers_for_codes_and_for_groups(service_code: str, ours: bool) -> None:
    some = post.change(a_post(), remit=replace(REMIT, request_categories=("care", "noise")))[0]
    assert answers_for(some, service_code) is ours


@pytest.mark.parametrize(
    ("categories", "code"),
    [
        (("care", "care"), "post.category_repeats"),
        (tuple(f"c{n}" for n in range(51)), "post.categories_too_many"),
    ],
)
def test_categories_are_few_and_each_once(categories: tuple[str, ...], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        post.register(
            id="pst_1",
            community=HERE,
            code="x",
            remit=Remit("一", "one", request_categories=categories),
        )
    assert caught.value.code == code


def test_what_is_told_again_as_it_is_changes_nothing() -> None:
    assert post.change(a_post(), remit=REMIT) == (a_post(), [])


def test_a_branch_has_its_names_and_who_answers_for_it() -> None:
    naming = Naming("第一支部", "First branch", ("per_1",))
    made, events = branch.register(id="brn_1", community=HERE, naming=naming)
    assert events == [BranchRegistered(branch_id="brn_1")]
    assert branch.change(made, naming=naming) == (made, [])
    other = replace(naming, secretary_person_ids=("per_2",))
    after, events = branch.change(made, naming=other)
    assert events == [BranchChanged(branch_id="brn_1")]
    assert after.secretary_person_ids == ("per_2",)


@pytest.mark.parametrize(
    ("persons", "code"),
    [
        (("per_1", "per_1"), "branch.secretary_repeats"),
        (tuple(f"per_{n}" for n in range(21)), "branch.secretaries_too_many"),
    ],
)
def test_secretaries_are_few_and_each_once(persons: tuple[str, ...], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        branch.register(id="brn_1", community=HERE, naming=Naming("一", "one", persons))
    assert caught.value.code == code
