"""Members over both stores: who may say what of whom, and what the clock does."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.pairing.domain.availability import TimeSlot
from services.pairing.domain.load import Load
from services.pairing.domain.member import Absence, Member, MemberKind, MemberState, Profile
from services.pairing.domain.pairing import EndReason
from services.pairing.service.member import MemberFilter
from services.pairing.service.onlooker import Onlooker
from services.pairing.tests.harness import HERE, THERE, Harness, branch, me
from shared.alarms import Alarms
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Stale, WrongState

STAFF, OTHERS = Onlooker(HERE), Onlooker(THERE)
WEEK = timedelta(days=7)


async def registered(
    harness: Harness, number: int, onlooker: Onlooker = STAFF, **told: Any
) -> Member:
    profile = Profile(**{"branch_id": "brn_1", **told})
    return await harness.members.register(
        onlooker, community=HERE[0], person_id=f"per_{number}", profile=profile
    )


async def ids(harness: Harness, onlooker: Onlooker, **wanted: Any) -> set[str]:
    page = await harness.members.page(onlooker, MemberFilter(**wanted), cursor=None, limit=99)
    return {each.id for each in page.items}


async def test_a_member_is_found_in_their_community_alone(harness: Harness) -> None:
    helper = await harness.member()

    assert await harness.members.get(helper.id, STAFF) == helper
    assert len(await harness.members.story(helper.id, STAFF)) == 1
    for attempt in (
        harness.members.get(helper.id, OTHERS),
        harness.members.story(helper.id, OTHERS),
        harness.members.change(helper.id, OTHERS, {"name": "某某"}, seen=None),
        harness.members.go_away(helper.id, OTHERS, until=None, seen=None),
        harness.members.come_back(helper.id, OTHERS, seen=None),
        harness.members.leave(helper.id, OTHERS, seen=None),
        harness.members.rejoin(helper.id, OTHERS, seen=None),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_a_branch_has_to_do_with_its_own_members_and_a_member_with_themselves(
    harness: Harness,
) -> None:
    ours, theirs = await registered(harness, 1), await registered(harness, 2, branch_id="brn_2")
    strange = await harness.member(3, community=THERE[0])

    assert await ids(harness, STAFF) == {ours.id, theirs.id}
    assert await ids(harness, STAFF, branch_id="brn_2") == {theirs.id}
    assert await ids(harness, branch("brn_1")) == {ours.id}
    assert await ids(harness, branch("brn_1"), branch_id="brn_2") == set()
    assert await ids(harness, me("per_1")) == {ours.id}
    assert await ids(harness, OTHERS) == {strange.id}
    for onlooker in (branch("brn_2"), me("per_2")):
        for attempt in (
            harness.members.get(ours.id, onlooker),
            harness.members.change(ours.id, onlooker, {"skills": ("chat",)}, seen=None),
            harness.members.leave(ours.id, onlooker, seen=None),
        ):
            with pytest.raises(NotFound):
                await attempt


async def test_a_list_keeps_to_what_is_asked_for(harness: Harness) -> None:
    nurse = await registered(harness, 1, skills=("first_aid",), languages=("cmn", "yue"))
    friend = await registered(harness, 2, kind=MemberKind.VOLUNTEER, languages=("cmn",))
    await harness.members.go_away(friend.id, STAFF, until=None, seen=None)

    for wanted, found in (
        ({"skill": "first_aid"}, {nurse.id}),
        ({"language": "cmn"}, {nurse.id, friend.id}),
        ({"language": "yue"}, {nurse.id}),
        ({"kind": MemberKind.VOLUNTEER}, {friend.id}),
        ({"state": MemberState.AWAY}, {friend.id}),
        ({"state": MemberState.ACTIVE, "skill": "first_aid"}, {nurse.id}),
        ({"state": MemberState.LEFT}, set()),
    ):
        assert await ids(harness, STAFF, **wanted) == found


@pytest.mark.parametrize(
    ("told", "code", "pointer"),
    [
        ({"branch_id": "brn_none"}, "branch.unknown", "/branch_id"),
        ({"branch_id": "brn_9"}, "branch.unknown", "/branch_id"),
        ({"dwelling_id": "dwl_none"}, "dwelling.unknown", "/dwelling_id"),
        ({"dwelling_id": "dwl_9"}, "dwelling.unknown", "/dwelling_id"),
        ({"leads": ("bld_1", "ent_none")}, "place.unknown", "/leads/1"),
        ({"leads": ("dwl_1",)}, "place.unknown", "/leads/0"),
    ],
)
async def test_what_the_community_does_not_have_is_refused(
    harness: Harness, told: dict[str, Any], code: str, pointer: str
) -> None:
    with pytest.raises(Invalid) as caught:
        await registered(harness, 1, **told)
    assert (caught.value.code, caught.value.facts["pointer"]) == (code, pointer)
    assert await ids(harness, STAFF) == set()

    there = await registered(harness, 1)
    with pytest.raises(Invalid, match="unknown"):
        await harness.members.change(there.id, STAFF, told, seen=None)
    assert (await harness.members.get(there.id, STAFF)).version == 1


async def test_where_somebody_lives_and_what_they_lead_is_known(harness: Harness) -> None:
    made = await registered(harness, 1, dwelling_id="dwl_1", leads=("ent_1", "bld_1"))
    assert (made.dwelling_id, made.leads) == ("dwl_1", ("bld_1", "ent_1"))


@pytest.mark.mongo
async def test_a_person_is_a_member_once_in_a_community(real: Harness) -> None:
    await registered(real, 1)
    with pytest.raises(Conflict, match=r"member\.exists"):
        await registered(real, 1, branch_id="brn_2")


async def test_a_branch_registers_for_itself_and_staff_move_somebody(harness: Harness) -> None:
    secretary = branch("brn_1")
    with pytest.raises(NotAllowed, match=r"member\.other_branch"):
        await registered(harness, 1, secretary, branch_id="brn_2")
    ours = await registered(harness, 1, secretary)
    for who in (secretary, me("per_1")):
        with pytest.raises(NotAllowed):
            await harness.members.change(ours.id, who, {"branch_id": "brn_2"}, seen=None)

    moved = await harness.members.change(ours.id, STAFF, {"branch_id": "brn_2"}, seen=1)

    assert moved.branch_id == "brn_2"
    with pytest.raises(NotFound):
        await harness.members.get(ours.id, secretary)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "自封"},
        {"kind": MemberKind.VOLUNTEER},
        {"dwelling_id": "dwl_1"},
        {"leads": ("bld_1",)},
    ],
)
async def test_what_is_the_branchs_to_say_members_do_not_say_of_themselves(
    harness: Harness, change: dict[str, Any]
) -> None:
    ours = await registered(harness, 1)
    with pytest.raises(NotAllowed, match=r"member\.branch_decides"):
        await harness.members.change(ours.id, me("per_1"), change, seen=None)
    await harness.members.change(ours.id, branch("brn_1"), change, seen=None)


async def test_members_say_themselves_what_they_can_and_when(harness: Harness) -> None:
    ours = await registered(harness, 1, name="示例")
    told = {
        "households_max": 5,
        "hours_a_month": 20,
        "skills": ("repairs",),
        "languages": ("wuu",),
        "availability": (TimeSlot(6, "09:00", "12:00"),),
    }

    after = await harness.members.change(ours.id, me("per_1"), told, seen=1)

    assert {name: getattr(after, name) for name in told} == told
    assert (after.name, after.version) == ("示例", 2)
    again = await harness.members.change(ours.id, me("per_1"), {**told, "name": "示例"}, seen=1)
    assert again == after
    with pytest.raises(Stale):
        await harness.members.change(ours.id, me("per_1"), {"hours_a_month": 1}, seen=1)


async def test_a_capacity_below_what_is_carried_is_refused_until_it_is_handed_over(
    harness: Harness,
) -> None:
    helper = await harness.member()
    homes = [await harness.household(f"dwl_{number}") for number in (1, 2, 3)]
    pairing = await harness.paired([helper], *homes)
    loads = await harness.members.loads(STAFF, MemberFilter(), cursor=None, limit=9)
    # Each is at high risk: 52 visits of half an hour a year.
    assert [load for _, load in loads.items] == [Load(3, 3 * 130)]

    for lower, code in (
        ({"households_max": 2}, "member.capacity_carried"),
        ({"hours_a_month": 6}, "member.hours_carried"),
    ):
        with pytest.raises(Conflict) as caught:
            await harness.members.change(helper.id, STAFF, lower, seen=None)
        assert caught.value.code == code
    lowered = {"households_max": 3, "hours_a_month": 7}
    assert (await harness.members.change(helper.id, STAFF, lowered, seen=None)).version == 2
    await harness.pairings.end(pairing.id, reason=EndReason.MOVED, communities=HERE)
    lowered = {"households_max": 1, "hours_a_month": 1}
    assert (await harness.members.change(helper.id, STAFF, lowered, seen=None)).version == 3


async def test_a_household_led_twice_by_somebody_is_carried_once(harness: Harness) -> None:
    one, two = await harness.member(1), await harness.member(2)
    shared, own = await harness.household("dwl_1"), await harness.household("dwl_2")
    await harness.paired([one, two], shared)
    await harness.paired([two], own)
    idle = await harness.member(3)

    page = await harness.members.loads(STAFF, MemberFilter(), cursor=None, limit=9)

    carried = {member.id: load.households for member, load in page.items}
    assert carried == {one.id: 1, two.id: 2, idle.id: 0}


async def test_who_is_away_comes_back_by_the_clock_in_one_of_several_replicas(
    harness: Harness,
) -> None:
    helper, stays = await registered(harness, 1), await registered(harness, 2)
    until = harness.clock.now() + WEEK
    away = await harness.members.go_away(helper.id, me("per_1"), until=until, seen=1)
    await harness.members.go_away(stays.id, branch(), until=None, seen=None)
    assert (away.state, away.away_until) == (MemberState.AWAY, until)
    absences: Alarms[Member] = harness.members.absences
    assert await absences.ring() == 0
    assert await absences.longest_due() is None

    harness.clock.move(3 * WEEK)
    assert await absences.longest_due() == until
    await asyncio.gather(absences.ring(), absences.ring(), absences.ring())

    back = await harness.members.get(helper.id, STAFF)
    assert (back.state, back.away_until, back.version) == (MemberState.ACTIVE, None, 3)
    told = [each.type.split(".")[2] for each in await harness.members.story(helper.id, STAFF)]
    assert told == ["registered", "away", "returned"]
    assert (await harness.members.get(stays.id, STAFF)).state is MemberState.AWAY
    assert await absences.ring() == 0


async def test_a_holiday_that_was_told_beforehand_begins_and_ends_by_the_clock(
    harness: Harness,
) -> None:
    helper = await registered(harness, 1)
    now = harness.clock.now()
    plan = {"since": now + WEEK, "until": now + 2 * WEEK}
    planned = await harness.members.go_away(helper.id, me("per_1"), **plan, seen=1)
    assert (planned.state, planned.planned) == (MemberState.ACTIVE, Absence(**plan))
    assert await ids(harness, STAFF, state=MemberState.AWAY) == set()

    harness.clock.move(WEEK)
    await asyncio.gather(harness.members.absences.ring(), harness.members.absences.ring())
    assert await ids(harness, STAFF, state=MemberState.AWAY) == {helper.id}
    harness.clock.move(WEEK)
    assert await harness.members.absences.ring() == 1

    told = [each.type.split(".")[2] for each in await harness.members.story(helper.id, STAFF)]
    assert told == ["registered", "absence_planned", "away", "returned"]


async def test_an_absence_is_prolonged_or_ended_before_its_time(harness: Harness) -> None:
    helper = await registered(harness, 1)
    now = harness.clock.now()
    await harness.members.go_away(helper.id, STAFF, until=now + WEEK, seen=None)
    await harness.members.go_away(helper.id, STAFF, until=now + 2 * WEEK, seen=None)
    harness.clock.move(WEEK)
    assert await harness.members.absences.ring() == 0
    back = await harness.members.come_back(helper.id, me("per_1"), seen=3)
    assert back.state is MemberState.ACTIVE
    harness.clock.move(WEEK)
    assert await harness.members.absences.ring() == 0
    with pytest.raises(Invalid, match=r"member\.away_in_past"):
        await harness.members.go_away(helper.id, STAFF, until=now, seen=None)


async def test_who_has_left_may_join_again_and_is_not_changed_meanwhile(harness: Harness) -> None:
    helper = await registered(harness, 1)
    await harness.members.leave(helper.id, branch(), seen=1)
    with pytest.raises(WrongState):
        await harness.members.change(helper.id, STAFF, {"name": "某某"}, seen=None)
    again = await harness.members.rejoin(helper.id, branch(), seen=2)
    assert again.state is MemberState.ACTIVE
