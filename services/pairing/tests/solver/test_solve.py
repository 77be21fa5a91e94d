"""The answer is the best there is: by brute force on small problems, beside greedy on large."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.pairing.domain.household import RiskLevel
from services.pairing.domain.matching_cost import Helper, Seeker, way_points
from services.pairing.domain.matching_problem import (
    Problem,
    faults,
    kept_by_right,
    objective,
    price_in,
)
from services.pairing.domain.whereabouts import Place, way_between
from services.pairing.solver.near import Near
from services.pairing.solver.solve import solve
from services.pairing.solver.tables import Tables
from services.pairing.tests.solver.problems import (
    HOMES,
    best_by_force,
    city,
    greedy,
    problems,
    standing,
)

HOME = Place("est_1", "bld_1", "ent_1", 39.9, 116.4)


@pytest.mark.deep
@settings(max_examples=2_000, deadline=None)
@given(problem=problems())
def test_no_answer_is_better_than_the_one_given(problem: Problem) -> None:
    answer = solve(problem)

    assert faults(problem, answer.pairs) == []
    assert answer.proven
    assert objective(problem, answer.pairs) == best_by_force(problem)


@pytest.mark.deep
@settings(max_examples=1_000, deadline=None)
@given(problem=problems())
def test_nor_where_pairs_are_listed_bit_by_bit(problem: Problem) -> None:
    answer = solve(problem, all_max=0)

    assert faults(problem, answer.pairs) == []
    assert answer.proven
    assert objective(problem, answer.pairs) == best_by_force(problem)


@pytest.mark.deep
@settings(max_examples=300, deadline=None)
@given(problem=problems(helpers_max=9, seekers_max=9))
def test_never_worse_than_greedy_and_the_same_by_both_ways(problem: Problem) -> None:
    whole, by_bits = solve(problem), solve(problem, all_max=0)

    assert objective(problem, whole.pairs) == objective(problem, by_bits.pairs)
    assert objective(problem, whole.pairs) <= objective(problem, greedy(problem))


@pytest.mark.parametrize("members", [60, 100, 300])
def test_an_estate_is_never_matched_worse_than_by_greedy(members: int) -> None:
    problem = city(266, members=members)

    answer, taken = solve(problem), greedy(problem)

    assert answer.proven
    assert faults(problem, answer.pairs) == faults(problem, taken) == []
    assert objective(problem, answer.pairs) < objective(problem, taken)


@pytest.mark.parametrize("members", [60, 300])
def test_a_district_listed_by_bits_has_the_optimum_of_one_listed_whole(members: int) -> None:
    problem = city(700, members=members)

    by_bits, whole = solve(problem, all_max=0), solve(problem, all_max=10**7)

    assert by_bits.proven
    assert faults(problem, by_bits.pairs) == []
    assert by_bits.listed <= whole.listed // (1 if members == 60 else 10)
    assert objective(problem, by_bits.pairs) == objective(problem, whole.pairs)


def test_where_there_is_no_memory_to_look_further_it_is_said_for_how_many() -> None:
    problem = city(300, members=40)

    answer = solve(problem, all_max=0, pairs_max=2_000)

    assert answer.listed <= 2_000
    assert answer.short > 0
    assert not answer.proven
    assert faults(problem, answer.pairs) == []


def test_everybody_has_a_first_helper_before_anybody_a_second_highest_risk_first() -> None:
    helpers = tuple(Helper(f"mem_{n}", f"per_{n}", 1, HOME) for n in range(4))
    far = replace(HOME, building_id="bld_2", lat=39.91)
    seekers = (
        Seeker("hsh_near", RiskLevel.GENERAL, 3, HOME),
        Seeker("hsh_far", RiskLevel.HIGH, 3, far),
        Seeker("hsh_key", RiskLevel.KEY, 3, far),
    )

    def helped(count: int) -> dict[str, int]:
        pairs = solve(Problem(helpers[:count], seekers)).pairs
        return dict(Counter(seeker_id for _, seeker_id in pairs))

    assert helped(1) == {"hsh_far": 1}
    assert helped(2) == {"hsh_far": 1, "hsh_key": 1}
    assert helped(3) == {"hsh_far": 1, "hsh_key": 1, "hsh_near": 1}
    assert helped(4) == {"hsh_far": 2, "hsh_key": 1, "hsh_near": 1}


def test_a_new_household_breaks_a_pair_only_if_it_would_have_nobody() -> None:
    one, other = Helper("mem_1", "per_1", 1, HOME), Helper("mem_2", "per_2", 1, HOME)
    old, new = Seeker("hsh_1", RiskLevel.GENERAL), Seeker("hsh_2", RiskLevel.GENERAL)
    before = Problem((one, other), (old, new), standing=frozenset({("mem_1", "hsh_1")}))

    assert set(solve(before).pairs) == {("mem_1", "hsh_1"), ("mem_2", "hsh_2")}

    barred = replace(before, barred=frozenset({("mem_2", "hsh_2")}))
    assert set(solve(barred).pairs) == {("mem_2", "hsh_1"), ("mem_1", "hsh_2")}


@settings(max_examples=15, deadline=None)
@given(gone=st.integers(0, 10**6), more=st.booleans())
def test_who_leaves_or_comes_changes_nothing_that_need_not_change(gone: int, more: bool) -> None:
    problem = city(133, members=300)
    settled = standing(problem, solve(problem).pairs)
    number = gone % len(problem.helpers)
    rest = problem.helpers[:number] + problem.helpers[number + 1 :]
    seekers = problem.seekers
    if more:
        seekers = (*seekers, replace(seekers[0], id="hsh_new"))
    after = replace(settled, helpers=rest, seekers=seekers)

    pairs = set(solve(after).pairs)

    assert kept_by_right(after) <= pairs
    lost = settled.standing - kept_by_right(after)
    added = seekers[0].wanted if more else 0
    assert len(pairs - settled.standing) == len(lost) + added


def test_all_of_a_household_that_nobody_may_help_is_told() -> None:
    helper = Helper("mem_1", "per_1", 3, HOME)
    theirs = Seeker("hsh_1", RiskLevel.HIGH, 1, HOME, person_ids=frozenset({"per_1"}))
    away = Seeker("hsh_2", RiskLevel.HIGH, 1, replace(HOME, building_id="bld_9", lat=41.0))

    assert solve(Problem((helper,), (theirs, away))).unreached == {"hsh_1", "hsh_2"}
    assert solve(Problem((), (theirs,))).unreached == {"hsh_1"}
    assert solve(Problem((helper,), ())).pairs == ()


@settings(max_examples=300, deadline=None)
@given(problem=problems(helpers_max=6, seekers_max=6))
def test_prices_in_arrays_are_those_of_the_domain(problem: Problem) -> None:
    if not problem.helpers or not problem.seekers:
        return
    tables = Tables(problem)

    keys, points = tables.priced(np.arange(len(problem.helpers) * len(problem.seekers)))

    found = dict(zip(tables.pairs(keys), points.tolist(), strict=True))
    for helper in problem.helpers:
        for seeker in problem.seekers:
            price = price_in(problem, helper, seeker)
            expected = None if price is None else price.points
            assert found.get((helper.id, seeker.id)) == expected


@pytest.mark.deep
@settings(max_examples=300, deadline=None)
@given(problem=problems(helpers_max=6, seekers_max=6), limit=st.integers(0, 210))
def test_whoever_is_within_a_limit_is_found(problem: Problem, limit: int) -> None:
    if not problem.helpers or not problem.seekers:
        return
    tables = Tables(problem)
    every = np.arange(len(problem.seekers))

    found = set(tables.pairs(Near(tables).around(every, limit, 10**6)))

    for helper in problem.helpers:
        for seeker in problem.seekers:
            points = way_points(way_between(helper.place, seeker.place), problem.rules)
            if points is not None and points <= limit and helper.room:
                assert (helper.id, seeker.id) in found


def test_the_homes_of_these_tests_are_of_every_kind() -> None:
    ways = {way_between(one, other).nearness for one in HOMES for other in HOMES}
    assert len(ways) == 5
