"""The demo's people can be matched so that nobody is left: with its own members, near and able."""

from collections import Counter

from deploy.demo import people
from deploy.demo.estates import DemoEstate, estates
from deploy.demo.size import Size
from services.pairing.domain.availability import TimeSlot
from services.pairing.domain.household import RiskLevel
from services.pairing.domain.matching_cost import Able, Helper, Seeker, Wish
from services.pairing.domain.matching_problem import Problem
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


def problem() -> Problem:
    at = {home: place for estate in estates(MODEL) for home, place in places(estate).items()}
    helpers = tuple(
        Helper(
            member.person_id,
            member.person_id,
            room=people.HOUSEHOLDS_PER_MEMBER,
            place=at[member.dwelling_id],
            able=Able(
                frozenset(member.skills),
                frozenset({"cmn"}),
                tuple(TimeSlot(int(day), start, end) for day, start, end in people.FREE),
            ),
        )
        for member in people.members(MODEL)
    )
    seekers = tuple(
        Seeker(
            household.dwelling_id,
            RiskLevel(household.body()["risk_level"]),
            wanted=1,
            place=at[household.dwelling_id],
            wish=Wish(needs=frozenset(household.body()["needs"])),
            person_ids=frozenset({household.person_id}),
        )
        for household in people.households(MODEL)
    )
    return Problem(helpers, seekers)


def test_all_133_households_of_the_demo_get_a_helper_and_the_answer_is_proven_best() -> None:
    found = plan(problem())
    assert found.proven
    assert found.unmatched == ()
    assert len({pair.household_id for pair in found.pairs}) == len(found.pairs) == 133
    carried = Counter(pair.helper_id for pair in found.pairs)
    assert max(carried.values()) <= people.HOUSEHOLDS_PER_MEMBER
