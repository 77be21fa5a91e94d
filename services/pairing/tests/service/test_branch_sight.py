"""For which households a branch answers, over both stores, and how one comes to a branch."""

from dataclasses import replace

import pytest

from services.pairing.domain.household import Household, LeftReason
from services.pairing.domain.member import Member
from services.pairing.domain.pairing import EndReason
from services.pairing.domain.standin import StandIn, StandInState, appoint
from services.pairing.service.branch_sight import About
from services.pairing.service.onlooker import Onlooker
from services.pairing.tests.harness import HERE, THERE, Harness, branch
from shared.errors import Invalid, WrongState
from shared.events.pairing import PairingActivated
from shared.events.pairing_members import MemberChanged

OURS, THEIRS = branch("brn_1"), branch("brn_2")
STAFF = Onlooker(HERE)


async def seen(harness: Harness, onlooker: Onlooker) -> set[str]:
    """The households that a list shows, which are those that can be opened."""
    bounds = await harness.sight.where(onlooker, homes="_id")
    page = await harness.households.page(
        communities=onlooker.communities, state=None, cursor=None, limit=50, bounds=bounds
    )
    listed = {each.id for each in page.items}
    every = await harness.backing.households.find({"community": HERE[0]})
    opened = {each.id for each in every if await harness.sight.sees(About((each.id,)), onlooker)}
    assert listed == opened
    return listed


async def moved(harness: Harness, member: Member, **facts: object) -> Member:
    """The member as they are from now on."""
    changed = replace(member, **facts)  # type: ignore[arg-type]
    event = MemberChanged(
        member_id=member.id, branch_id=changed.branch_id, fields=tuple(sorted(facts))
    )
    return await harness.backing.members.save(changed, [event])


async def given(harness: Harness, home: Household, branch_id: str | None) -> Household:
    return await harness.branch_homes.assign(home.id, branch_id=branch_id, communities=HERE)


async def test_a_household_is_its_helpers_branchs_for_as_long_as_they_help(
    harness: Harness,
) -> None:
    home = await harness.household()
    assert await seen(harness, OURS) == set()
    helper = await harness.member(1)
    pairing = await harness.paired([helper], home)
    assert await seen(harness, OURS) == {home.id}
    assert await seen(harness, THEIRS) == set()

    helper = await moved(harness, helper, branch_id="brn_2")
    assert (await seen(harness, OURS), await seen(harness, THEIRS)) == (set(), {home.id})
    await harness.pairings.end(pairing.id, reason=EndReason.ON_REQUEST, communities=HERE)
    assert await seen(harness, THEIRS) == set()


async def test_the_first_helper_who_begins_gives_it_to_their_branch_which_keeps_it(
    harness: Harness,
) -> None:
    home = await harness.household()
    pairing = await harness.paired([await harness.member(1)], home)
    for _ in "12":
        await harness.hear_told(harness.backing.pairings, pairing.id, PairingActivated)
    await harness.pairings.end(pairing.id, reason=EndReason.ON_REQUEST, communities=HERE)

    kept = await harness.backing.households.get(home.id)
    assert kept.branch_id == "brn_1"
    assert kept.version == home.version + 1
    assert await seen(harness, OURS) == {home.id}


async def test_it_is_the_branchs_that_leads_its_entrance_or_building(harness: Harness) -> None:
    home = await harness.household()
    (estate,) = await harness.backing.estates.in_community(HERE[0], after="", limit=9)
    (building,) = [
        each
        for each in estate.buildings
        if any("dwl_1" in entrance.dwelling_ids for entrance in each.entrances)
    ]
    leader = await harness.member(1)
    for place in (building.building_id, building.entrances[0].entrance_id):
        leader = await moved(harness, leader, leads=(place,))
        assert await seen(harness, OURS) == {home.id}
        assert await seen(harness, THEIRS) == set()
    await moved(harness, leader, leads=())
    assert await seen(harness, OURS) == set()


async def test_who_stands_in_brings_it_to_their_branch_as_well(harness: Harness) -> None:
    home = await harness.household()
    member = await harness.member(1)
    stand_in = StandIn(
        id="sti_1",
        community=HERE[0],
        version=0,
        state=StandInState.STANDING,
        household_id=home.id,
        member_id=member.id,
        for_member_id="mem_other",
        since=harness.clock.now(),
    )
    await harness.backing.stand_ins.save(*appoint(stand_in))
    assert await seen(harness, OURS) == {home.id}


async def test_staff_give_a_household_to_a_branch_that_there_is(harness: Harness) -> None:
    home = await harness.household()
    assert await seen(harness, STAFF) == {home.id}
    with pytest.raises(Invalid, match=r"branch\.unknown"):
        await given(harness, home, "brn_none")
    await given(harness, home, "brn_2")
    again = await given(harness, home, "brn_2")
    assert (await seen(harness, OURS), await seen(harness, THEIRS)) == (set(), {home.id})
    assert again.version == home.version + 1
    await given(harness, home, None)
    assert await seen(harness, THEIRS) == set()
    await harness.households.leave(home.id, communities=HERE, reason=LeftReason.MOVED)
    with pytest.raises(WrongState):
        await given(harness, home, "brn_1")


async def test_who_names_no_branch_or_is_of_another_community_sees_nothing(
    harness: Harness,
) -> None:
    home = await harness.household()
    await harness.paired([await harness.member(1)], home)
    elsewhere = Onlooker(THERE, branch_id="brn_1")
    assert not await harness.sight.sees(About((home.id,), ("per_member1",)), elsewhere)
    assert not await harness.sight.sees(About((home.id,)), Onlooker((), branch_id=None))


async def test_a_thing_without_a_household_is_of_its_peoples_branch(harness: Harness) -> None:
    await harness.member(1)
    about = About((None,), (None, "per_member1"))
    assert await harness.sight.sees(about, OURS)
    assert not await harness.sight.sees(about, THEIRS)
