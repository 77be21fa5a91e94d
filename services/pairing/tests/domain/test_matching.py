"""Every state and action of a matching, and pairs put together to pairings."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain import matching
from services.pairing.domain.load import minutes_a_month
from services.pairing.domain.matching import (
    ATTEMPTS_MAX,
    CLAIM,
    TRANSITIONS,
    Figures,
    Matching,
    MatchingAction,
    MatchingCause,
    MatchingState,
    Outcome,
    Tally,
)
from services.pairing.domain.matching_entry import MINUTES_A_MONTH, room_of, seeker_of
from services.pairing.domain.matching_item import groups
from services.pairing.domain.matching_plan import changes
from services.pairing.domain.matching_problem import Problem
from services.pairing.domain.matching_rules import RULES
from services.pairing.domain.pairing import PairingMode
from services.pairing.solver.solve import solve
from services.pairing.tests.samples import HERE, NOW, a_household, a_member
from services.pairing.tests.solver.problems import problems
from shared.errors import Invalid
from shared.testing import refused_by_table

ALL = tuple(PairingMode)
NOTHING = Figures(0, 0, 0, 0, 0, True, 1, 0.1, 0.1)
SOME = replace(NOTHING, pairs=2)
_S, _A = MatchingState, MatchingAction


def asked() -> Matching:
    """A matching that was asked for."""
    wanted = Matching(
        "mat_1", HERE, 0, _S.REQUESTED, MatchingCause.ASKED, ALL, "per_1", NOW, alarm_at=NOW
    )
    return matching.request(wanted)[0]


def decide(found: Matching) -> Outcome:
    return matching.decide(found, accepted=True, by="per_1", branch_id=None, items=None, at=NOW)


ACT: Mapping[MatchingAction, Callable[[Matching], Outcome]] = {
    _A.BEGIN: lambda m: matching.begin(m, at=NOW),
    _A.PUT_OFF: lambda m: matching.put_off(replace(m, attempts=1), at=NOW),
    _A.GIVE_UP: lambda m: matching.put_off(replace(m, attempts=ATTEMPTS_MAX), at=NOW),
    _A.PROPOSE: lambda m: matching.propose(m, figures=SOME, at=NOW),
    _A.DECIDE: decide,
    _A.CARRY_OUT: lambda m: matching.carried_out(m, tally=Tally(open=1)),
    _A.SETTLE: lambda m: matching.carried_out(m, tally=Tally()),
    _A.WITHDRAW: matching.withdraw,
    _A.SUPERSEDE: lambda m: matching.supersede(m, by_id="mat_2"),
}
PATHS: Mapping[MatchingState, tuple[MatchingAction, ...]] = {
    _S.REQUESTED: (),
    _S.COMPUTING: (_A.BEGIN,),
    _S.FAILED: (_A.BEGIN, _A.GIVE_UP),
    _S.PROPOSED: (_A.BEGIN, _A.PROPOSE),
    _S.SETTLED: (_A.BEGIN, _A.PROPOSE, _A.SETTLE),
    _S.WITHDRAWN: (_A.WITHDRAW,),
    _S.SUPERSEDED: (_A.BEGIN, _A.SUPERSEDE),
}


def in_state(state: MatchingState) -> Matching:
    """A matching that came to this state by the table."""
    found = asked()
    for action in PATHS[state]:
        found, _ = ACT[action](found)
    assert found.state is state
    return found


@pytest.mark.parametrize(
    ("state", "action"), list(itertools.product(MatchingState, MatchingAction))
)
def test_every_action_follows_the_table_or_is_refused(
    state: MatchingState, action: MatchingAction
) -> None:
    before = in_state(state)
    # What settles is first carried out, what is given up was to be put off.
    tried = {_A.SETTLE: _A.CARRY_OUT}.get(action, action)
    if tried not in TRANSITIONS[state]:
        with refused_by_table("matching", state, tried):
            ACT[action](before)
        return

    after, events = ACT[action](before)

    expected = TRANSITIONS[state].get(action, TRANSITIONS[state][tried])
    assert after.state is expected
    assert events
    assert all(next(iter(event.model_dump().values())) == before.id for event in events)


def test_a_run_that_is_lost_is_looked_at_again_and_one_with_nothing_to_decide_is_over() -> None:
    begun = in_state(_S.COMPUTING)
    assert begun.alarm_at == NOW + CLAIM

    empty, events = matching.propose(begun, figures=replace(NOTHING, unmatched=3), at=NOW)

    assert (empty.state, empty.alarm_at) == (_S.SETTLED, None)
    assert [event.type.split(".")[2] for event in events] == ["proposed", "settled"]


def test_attempts_come_less_and_less_often_and_then_no_more() -> None:
    found, waits = asked(), []
    while found.state is _S.REQUESTED:
        found, _ = matching.begin(found, at=NOW)
        found, _ = matching.put_off(found, at=NOW)
        waits.append(found.alarm_at and found.alarm_at - NOW)

    assert waits == [*(timedelta(minutes=n) for n in range(1, ATTEMPTS_MAX)), None]


def test_a_matching_in_no_mode_is_refused() -> None:
    for modes in ((), (PairingMode.ONE_ONE, PairingMode.ONE_ONE)):
        with pytest.raises(Invalid, match=r"matching\.modes"):
            matching.request(replace(asked(), modes=modes))


PAIRS = st.frozensets(
    st.tuples(st.sampled_from(["mem_1", "mem_2", "mem_3"]), st.sampled_from(["a", "b", "c", "d"]))
)


@given(pairs=PAIRS, modes=st.frozensets(st.sampled_from(ALL), min_size=1))
def test_pairings_have_every_pair_once_in_a_mode_that_fits(
    pairs: frozenset[tuple[str, str]], modes: frozenset[PairingMode]
) -> None:
    found = groups(pairs, sorted(modes))

    made = [(m, h) for group in found for m in group.helper_ids for h in group.household_ids]
    assert sorted(made) == sorted(pairs)
    for group in found:
        sides = len(group.helper_ids) > 1, len(group.household_ids) > 1
        assert (
            sides
            == {
                PairingMode.ONE_ONE: (False, False),
                PairingMode.MANY_ONE: (True, False),
                PairingMode.ONE_MANY: (False, True),
            }[group.mode]
        )
        assert group.mode in (*modes, PairingMode.ONE_ONE)
    assert found == groups(reversed(sorted(pairs)), sorted(modes))


@pytest.mark.parametrize(
    ("most", "hours", "carried", "modes", "room"),
    [
        (9, 200, 0, ALL, 9),
        (9, 8, 0, ALL, 3),
        (9, 1, 0, ALL, 1),
        (2, 200, 5, ALL, 5),
        (9, 200, 0, (PairingMode.ONE_ONE, PairingMode.MANY_ONE), 1),
    ],
)
def test_room_is_what_households_and_hours_allow_and_nobody_lets_go_by_it(
    most: int, hours: int, carried: int, modes: tuple[PairingMode, ...], room: int
) -> None:
    member = replace(a_member(), households_max=most, hours_a_month=hours)
    assert room_of(member, carried=carried, modes=modes) == room


def test_hours_are_never_exceeded_whatever_the_households_take() -> None:
    assert minutes_a_month(a_household()) <= MINUTES_A_MONTH


def test_a_household_wants_one_helper_where_several_may_not_help_it() -> None:
    def wanted(modes: tuple[PairingMode, ...], had: int = 0) -> int:
        return seeker_of(a_household(), place=None, modes=modes, rules=RULES, had=had).wanted

    assert (wanted(ALL), wanted(ALL, had=1), wanted(ALL, had=5)) == (2, 1, 0)
    assert wanted((PairingMode.ONE_ONE,)) == 1


@given(problem=problems())
def test_what_changes_is_told_whole_and_what_hangs_together_in_one_bundle(
    problem: Problem,
) -> None:
    answer = solve(problem)
    pairs, releases, unmatched = changes(problem, answer.pairs, answer.unreached)

    ids = {each.id for each in problem.helpers}, {each.id for each in problem.seekers}
    standing = {p for p in problem.standing if p[0] in ids[0] and p[1] in ids[1]}
    after = standing - {(r.helper_id, r.household_id) for r in releases}
    after |= {(p.helper_id, p.household_id) for p in pairs}
    assert after == set(answer.pairs)
    for release in releases:
        for pair in pairs:
            if pair.helper_id == release.helper_id or pair.household_id == release.household_id:
                assert pair.bundle == release.bundle
    have = {seeker: sum(h == seeker for _, h in answer.pairs) for seeker in ids[1]}
    missing = {s.id: s.wanted - have[s.id] for s in problem.seekers if s.wanted > have[s.id]}
    assert {each.household_id: each.missing for each in unmatched} == missing
