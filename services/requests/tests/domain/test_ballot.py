"""Counting: exact, whatever the numbers."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.domain.ballot import (
    HALF,
    MORE_THAN_HALF,
    ROLL_ENTRIES_MAX,
    Basis,
    RollEntry,
    Rules,
    Share,
    Tally,
    check_rules,
    judged,
    roll_of,
)
from shared.errors import Invalid

COUNTS = st.integers(0, 5_000)
SHARES = st.builds(
    lambda pair, more: Share(min(pair), max(pair), more),
    st.tuples(st.integers(1, 1_000), st.integers(1, 1_000)),
    st.booleans(),
)


@given(share=SHARES, part=COUNTS, whole=COUNTS)
def test_a_share_is_reached_exactly_as_fractions_say(share: Share, part: int, whole: int) -> None:
    wanted = Fraction(share.numerator, share.denominator) * whole
    enough = part > wanted if share.more_than else part >= wanted

    assert share.reached(part, whole) is (enough and part > 0)


@pytest.mark.parametrize(
    ("share", "part", "whole", "reached"),
    [
        (HALF, 2, 4, True),
        (HALF, 2, 5, False),
        (MORE_THAN_HALF, 2, 4, False),
        (MORE_THAN_HALF, 3, 5, True),
        (Share(2, 3), 2, 3, True),
        (Share(2, 3), 6_666, 10_000, False),
        (HALF, 0, 0, False),
    ],
)
def test_half_and_more_than_half_are_not_the_same(
    share: Share, part: int, whole: int, reached: bool
) -> None:
    assert share.reached(part, whole) is reached


@pytest.mark.parametrize(
    ("basis", "carried"), [(Basis.CAST, False), (Basis.DECIDED, True), (Basis.ROLL, False)]
)
def test_an_abstention_counts_by_the_basis(basis: Basis, carried: bool) -> None:
    outcome = judged(Tally(3, 2, 4), entries=10, rules=Rules(basis=basis))

    assert outcome.quorate
    assert outcome.carried is carried


@given(counts=st.tuples(COUNTS, COUNTS, COUNTS), absent=COUNTS, quorum=SHARES, threshold=SHARES)
def test_nothing_is_carried_without_a_quorum_or_without_a_vote_in_favour(
    counts: tuple[int, int, int], absent: int, quorum: Share, threshold: Share
) -> None:
    tally = Tally(*counts)
    outcome = judged(tally, entries=sum(counts) + absent, rules=Rules(quorum, threshold))

    assert outcome.quorate or not outcome.carried
    assert tally.votes_for or not outcome.carried


@given(counts=st.tuples(COUNTS, COUNTS, COUNTS), absent=COUNTS, threshold=SHARES)
def test_one_more_in_favour_never_loses_a_vote(
    counts: tuple[int, int, int], absent: int, threshold: Share
) -> None:
    for basis in Basis:
        rules = Rules(threshold=threshold, basis=basis)
        before = judged(Tally(*counts), entries=sum(counts) + absent + 1, rules=rules)
        more = Tally(counts[0] + 1, *counts[1:])
        after = judged(more, entries=sum(counts) + absent + 1, rules=rules)
        assert after.carried or not before.carried


@pytest.mark.parametrize(
    "share", [Share(0, 2), Share(3, 2), Share(1, 1, more_than=True), Share(1, 1001), Share(-1, -2)]
)
def test_a_share_that_is_none_or_out_of_reach_is_refused(share: Share) -> None:
    with pytest.raises(Invalid) as quorum:
        check_rules(Rules(quorum=share))
    with pytest.raises(Invalid) as threshold:
        check_rules(Rules(threshold=share))

    assert quorum.value.facts["pointer"] == "/quorum"
    assert threshold.value.facts["pointer"] == "/threshold"


def test_the_roll_is_who_is_named_and_every_home_that_is_not() -> None:
    named = (RollEntry("dwl_2", "per_b"), RollEntry("per_c", "per_c"))

    assert roll_of(named, frozenset({"dwl_1", "dwl_2"})) == (*named, RollEntry("dwl_1"))


def test_a_roll_is_neither_empty_nor_double_nor_endless() -> None:
    many = frozenset(f"dwl_{number}" for number in range(ROLL_ENTRIES_MAX + 1))

    for named, homes, code in (
        ((), frozenset[str](), "vote.roll_empty"),
        ((RollEntry("dwl_1", "per_a"), RollEntry("dwl_1")), frozenset[str](), "vote.roll_twice"),
        ((), many, "vote.roll_long"),
    ):
        with pytest.raises(Invalid) as caught:
            roll_of(named, homes)
        assert caught.value.code == code
