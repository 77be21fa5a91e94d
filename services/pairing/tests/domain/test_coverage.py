"""Who counts where, and that the count is the one that a slow and plain one finds."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain.coverage import (
    Facts,
    Home,
    Level,
    Supporter,
    Tie,
    Unit,
    count,
    totals,
)
from services.pairing.domain.coverage_goals import DEFAULT_GOALS, CoverageGoals, change
from shared.errors import Invalid
from shared.events.pairing_coverage import CoverageGoalsAdopted, CoverageGoalsChanged
from shared.events.property import BuildingFacts, EntranceFacts


def building(number: int, entrances: int = 2, dwellings: int = 2) -> BuildingFacts:
    """``bld_1`` with ``ent_11``, ``ent_12`` … and ``dwl_111`` …"""
    return BuildingFacts(
        building_id=f"bld_{number}",
        code=str(number),
        entrances=tuple(
            EntranceFacts(
                entrance_id=f"ent_{number}{door}",
                code=str(door),
                dwelling_ids=tuple(f"dwl_{number}{door}{n}" for n in range(1, dwellings + 1)),
            )
            for door in range(1, entrances + 1)
        ),
    )


def actual(facts: Facts, goals: CoverageGoals = DEFAULT_GOALS) -> dict[str, int]:
    """How many are there, by unit, without those of whom there are none."""
    return {unit.id: unit.actual for unit in count(facts, goals) if unit.actual}


ESTATE = (building(1), building(2))
HOME = Home("hsh_1", "dwl_211")


def test_by_default_one_leads_a_household_three_an_entrance_and_ten_a_building() -> None:
    units = count(Facts(ESTATE, homes=[HOME]), DEFAULT_GOALS)

    assert [(unit.id, unit.target, unit.missing) for unit in units] == [
        ("bld_1", 10, 10),
        ("bld_2", 10, 10),
        ("ent_11", 3, 3),
        ("ent_12", 3, 3),
        ("ent_21", 3, 3),
        ("ent_22", 3, 3),
        ("hsh_1", 1, 1),
    ]
    assert [(t.level, t.units, t.lacking, t.target, t.missing) for t in totals(units)] == [
        (Level.COMMUNITY, 7, 7, 33, 33),
        (Level.BUILDING, 2, 2, 20, 20),
        (Level.ENTRANCE, 4, 4, 12, 12),
        (Level.HOUSEHOLD, 1, 1, 1, 1),
    ]


def test_a_member_counts_where_they_live() -> None:
    member = Supporter("mem_1", dwelling_id="dwl_112")
    assert actual(Facts(ESTATE, [member])) == {"ent_11": 1, "bld_1": 1}


def test_a_member_counts_where_they_help_and_the_household_has_them() -> None:
    facts = Facts(ESTATE, [Supporter("mem_1")], [HOME], [Tie(("mem_1",), ("hsh_1",))])
    assert actual(facts) == {"hsh_1": 1, "ent_21": 1, "bld_2": 1}


@pytest.mark.parametrize(
    ("leads", "there"),
    [("bld_2", {"bld_2": 1}), ("ent_12", {"ent_12": 1, "bld_1": 1}), ("ent_gone", {})],
)
def test_a_member_counts_where_they_were_given_to_lead(leads: str, there: dict[str, int]) -> None:
    assert actual(Facts(ESTATE, [Supporter("mem_1", leads=(leads,))])) == there


def test_a_member_counts_once_in_a_place_however_they_are_there() -> None:
    member = Supporter("mem_1", "dwl_212", ("ent_21", "bld_2"))
    ties = [Tie(("mem_1",), ("hsh_1",)), Tie(("mem_1",), ("hsh_1",))]
    assert actual(Facts(ESTATE, [member], [HOME], ties)) == {"hsh_1": 1, "ent_21": 1, "bld_2": 1}


def test_who_is_away_keeps_their_households_and_counts_at_no_entrance() -> None:
    member = Supporter("mem_1", "dwl_111", ("ent_12",), active=False)
    facts = Facts(ESTATE, [member], [HOME], [Tie(("mem_1",), ("hsh_1",))])
    assert actual(facts) == {"hsh_1": 1}


def test_volunteers_count_unless_a_community_wants_party_members_alone() -> None:
    facts = Facts(
        ESTATE,
        [Supporter("mem_1", "dwl_111", volunteer=True)],
        [HOME],
        [Tie(("mem_1",), ("hsh_1",))],
    )
    assert set(actual(facts)) == {"hsh_1", "ent_11", "bld_1", "ent_21", "bld_2"}
    assert actual(facts, CoverageGoals(volunteers=False)) == {}


def test_more_in_one_place_make_up_for_none_in_another() -> None:
    members = [Supporter(f"mem_{n}", "dwl_111") for n in range(5)]
    units = count(Facts((building(1),), members), DEFAULT_GOALS)
    entrances = next(each for each in totals(units) if each.level is Level.ENTRANCE)
    assert (entrances.actual, entrances.missing, entrances.lacking) == (5, 3, 1)


def test_a_household_whose_dwelling_no_estate_has_counts_by_itself() -> None:
    home = Home("hsh_1", "dwl_gone")
    facts = Facts(ESTATE, [Supporter("mem_1")], [home], [Tie(("mem_1",), ("hsh_1", "hsh_left"))])
    assert actual(facts) == {"hsh_1": 1}
    (unit,) = (unit for unit in count(facts, DEFAULT_GOALS) if unit.level is Level.HOUSEHOLD)
    assert (unit.building_id, unit.entrance_id) == (None, None)


MEMBERS, HOMES = 6, 5
PLACES = [
    *("dwl_111", "dwl_112", "dwl_121", "dwl_122", "dwl_211", "dwl_222", "dwl_gone"),
]
SOME_FACTS = st.builds(
    Facts,
    buildings=st.just(ESTATE),
    supporters=st.lists(
        st.builds(
            Supporter,
            member_id=st.sampled_from([f"mem_{n}" for n in range(MEMBERS)]),
            dwelling_id=st.none() | st.sampled_from(PLACES),
            leads=st.lists(
                st.sampled_from(["ent_11", "ent_22", "bld_1", "bld_2", "ent_gone"]), max_size=3
            ).map(tuple),
            active=st.booleans(),
            volunteer=st.booleans(),
        ),
        max_size=MEMBERS,
        unique_by=lambda member: member.member_id,
    ),
    homes=st.lists(
        st.builds(
            Home,
            household_id=st.sampled_from([f"hsh_{n}" for n in range(HOMES)]),
            dwelling_id=st.sampled_from(PLACES),
        ),
        max_size=HOMES,
        unique_by=lambda home: home.household_id,
    ),
    ties=st.lists(
        st.builds(
            Tie,
            helper_ids=st.lists(
                st.sampled_from([f"mem_{n}" for n in range(MEMBERS)]), min_size=1, max_size=3
            ).map(tuple),
            household_ids=st.lists(
                st.sampled_from([f"hsh_{n}" for n in range(HOMES)]), min_size=1, max_size=3
            ).map(tuple),
        ),
        max_size=6,
    ),
)


def plain(facts: Facts, goals: CoverageGoals) -> dict[str, int]:
    """The same by asking, for each unit and each person, whether the person is there."""
    people = {each.member_id: each for each in facts.supporters}
    homes = {home.household_id: home.dwelling_id for home in facts.homes}
    ids = set(people) | {helper for tie in facts.ties for helper in tie.helper_ids}

    def allowed(member_id: str) -> bool:
        known = people.get(member_id)
        return known is None or goals.volunteers or not known.volunteer

    def helps(member_id: str, household_id: str) -> bool:
        return any(
            member_id in tie.helper_ids and household_id in tie.household_ids for tie in facts.ties
        )

    def is_at(member_id: str, doors: Sequence[EntranceFacts], names: set[str]) -> bool:
        member = people.get(member_id)
        if member is None or not member.active:
            return False
        behind = {dwelling for door in doors for dwelling in door.dwelling_ids}
        return (
            member.dwelling_id in behind
            or bool(names & set(member.leads))
            or any(helps(member_id, home) and at in behind for home, at in homes.items())
        )

    found: dict[str, int] = {}
    for each in facts.buildings:
        doors = {door.entrance_id for door in each.entrances}
        for unit, within, names in [
            (each.building_id, each.entrances, {each.building_id} | doors),
            *((door.entrance_id, (door,), {door.entrance_id}) for door in each.entrances),
        ]:
            found[unit] = sum(1 for one in ids if allowed(one) and is_at(one, within, names))
    for home in homes:
        found[home] = sum(1 for one in ids if allowed(one) and helps(one, home))
    return found


@given(facts=SOME_FACTS, volunteers=st.booleans())
def test_the_count_is_that_of_a_plain_one(facts: Facts, volunteers: bool) -> None:
    goals = CoverageGoals(volunteers=volunteers)
    units = count(facts, goals)

    assert {unit.id: unit.actual for unit in units} == plain(facts, goals)
    whole, *levels = totals(units)
    assert whole.missing == sum(unit.missing for unit in units)
    assert whole.missing == sum(level.missing for level in levels)
    assert all(0 <= unit.missing <= unit.target for unit in units)
    assert units == sorted(units, key=_by_level_and_id)


def _by_level_and_id(unit: Unit) -> tuple[int, str]:
    return [Level.BUILDING, Level.ENTRANCE, Level.HOUSEHOLD].index(unit.level), unit.id


OWN = CoverageGoals(id="cvg_1", community="hongmiao")


def test_the_default_becomes_a_communitys_own_by_its_first_change() -> None:
    changed = change(DEFAULT_GOALS, CoverageGoals(2, 4, 12, id="cvg_1", community="hongmiao"))
    assert changed is not None
    goals, events = changed
    assert (goals.version, goals.household, goals.building) == (0, 2, 12)
    assert events == [
        CoverageGoalsAdopted(coverage_goals_id="cvg_1"),
        CoverageGoalsChanged(coverage_goals_id="cvg_1"),
    ]


def test_goals_that_are_the_same_are_no_change() -> None:
    assert change(DEFAULT_GOALS, OWN) is None


@pytest.mark.parametrize("level", ["household", "entrance", "building"])
@pytest.mark.parametrize("target", [0, -1, 101])
def test_a_goal_out_of_bounds_is_refused_by_name(level: str, target: int) -> None:
    other: dict[str, Any] = {level: target}
    wanted = replace(OWN, **other)
    with pytest.raises(Invalid) as caught:
        change(DEFAULT_GOALS, wanted)
    assert (caught.value.code, caught.value.facts["pointer"]) == (
        "coverage_goals.bounds",
        f"/{level}",
    )
