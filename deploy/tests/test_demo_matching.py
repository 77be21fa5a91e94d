"""The demo's people can be matched so that nobody is left: with its own members, near and able."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.demo import people
from deploy.demo.estates import DemoEstate, estates
from deploy.demo.size import BUILDINGS_MIN, Size
from services.pairing.domain.availability import TimeSlot
from services.pairing.domain.household import RiskLevel
from services.pairing.domain.matching_cost import Able, Helper, Seeker, Wish
from services.pairing.domain.matching_item import groups
from services.pairing.domain.matching_problem import Problem
from services.pairing.domain.matching_rules import RULES
from services.pairing.domain.pairing import PairingMode
from services.pairing.domain.whereabouts import Place
from services.pairing.solver.solve import plan

MODEL = Size()


def places(estate: DemoEstate) -> dict[str, Place]:
    homes = iter(estate.dwelling_ids())
    return {
        next(homes): Place(
            estate.id,
            estate.building_id(building["code"]),
            f"{building['code']}/{entrance['code']}",
            **building["position"],
        )
        for building in estate.body()["buildings"]
        for entrance in building["entrances"]
        for _ in entrance["dwellings"]
    }


def problem(size: Size) -> Problem:
    at = {home: place for estate in estates(size) for home, place in places(estate).items()}
    helpers = [
        Helper(
            member.person_id,
            member.person_id,
            room=people.HOUSEHOLDS_PER_MEMBER,
            place=at[member.dwelling_id],
            able=Able(
                frozenset(member.skills),
                frozenset(member.languages),
                tuple(TimeSlot(int(day), start, end) for day, start, end in people.FREE),
            ),
        )
        for member in people.members(size)
    ]
    seekers = [
        Seeker(
            household.dwelling_id,
            (risk := RiskLevel(household.body()["risk_level"])),
            wanted=RULES.helpers_wanted[risk],
            place=at[household.dwelling_id],
            wish=Wish(frozenset(household.body()["needs"]), frozenset(household.languages)),
            person_ids=frozenset({household.person_id}),
        )
        for household in people.households(size)
    ]
    return Problem(tuple(helpers), tuple(seekers))


def test_all_133_households_of_the_demo_get_a_helper_and_the_answer_is_proven_best() -> None:
    found = plan(problem(MODEL))
    assert found.proven
    assert found.unmatched == ()
    assert len({pair.household_id for pair in found.pairs}) == 133
    wanted = sum(seeker.wanted for seeker in problem(MODEL).seekers)
    assert len(found.pairs) == wanted == 133 + 42
    carried = Counter(pair.helper_id for pair in found.pairs)
    assert max(carried.values()) <= people.HOUSEHOLDS_PER_MEMBER


def test_the_demos_pairings_are_of_all_three_modes() -> None:
    pairs = [(pair.helper_id, pair.household_id) for pair in plan(problem(MODEL)).pairs]
    assert {group.mode for group in groups(pairs, list(PairingMode))} == set(PairingMode)


@given(st.integers(BUILDINGS_MIN, 60), st.integers(0, 999))
@settings(max_examples=12, deadline=None)
def test_in_a_demo_of_any_size_the_member_of_the_stories_helps_the_household_that_asks(
    buildings: int, seed: int
) -> None:
    size = Size(buildings, seed)
    found = plan(problem(size))
    helper = people.members(size)[people.HELPER]
    asking = people.households(size)[people.RESIDENT]
    assert (helper.person_id, asking.dwelling_id) in {
        (pair.helper_id, pair.household_id) for pair in found.pairs
    }
    helped = {pair.household_id for pair in found.pairs}
    assert helped == {household.dwelling_id for household in people.households(size)}
