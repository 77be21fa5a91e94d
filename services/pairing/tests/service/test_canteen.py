"""Meals ordered, brought and missed, over both stores."""

import asyncio
from collections import Counter

import pytest

from services.pairing.domain import member
from services.pairing.domain.meal import Meal, MealState
from services.pairing.domain.meal_choice import Way
from services.pairing.domain.menu import MenuState
from services.pairing.domain.pairing import EndReason
from services.pairing.service.meal import MealRole
from services.pairing.service.onlooker import Onlooker
from services.pairing.tests.canteen_harness import RUNNING, CanteenHarness, canteen_over
from services.pairing.tests.canteen_samples import DISHES, NOTE, choice, lunch
from services.pairing.tests.harness import HERE, THERE, Harness, me
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Stale, WrongState
from shared.events import Event
from shared.events.pairing import PairingEnded
from shared.events.pairing_canteen import MealNotFetched
from shared.events.pairing_members import MemberAway
from shared.events.pairing_register import HouseholdLeft, PersonErased, PersonLeft
from shared.mongo import Database


@pytest.fixture
async def canteen(harness: Harness, either: Database | None) -> CanteenHarness:
    """A canteen whose lunch of the day after tomorrow may be ordered."""
    return await canteen_over(harness, either)


async def test_a_week_has_one_menu_and_a_draft_is_there_for_who_writes_it(
    canteen: CanteenHarness,
) -> None:
    menus, known = canteen.canteen.menus, canteen.menu
    assert known.state is MenuState.PUBLISHED
    with pytest.raises(Conflict, match=r"menu\.exists"):
        await menus.draft(HERE[0], week_on=known.week_on, sittings=known.sittings)
    other = await menus.draft(THERE[0], week_on=known.week_on, sittings=known.sittings)

    with pytest.raises(NotFound):
        await menus.get(other.id, communities=THERE, drafts=False)
    with pytest.raises(NotFound):
        await menus.publish(other.id, communities=HERE, seen=None)
    few = (lunch(canteen.on, dishes=DISHES[:1]),)
    revised = await menus.revise(other.id, sittings=few, communities=THERE, seen=1)
    assert (await menus.page(communities=THERE, drafts=True, cursor=None, limit=9)).items == [
        revised
    ]
    with pytest.raises(WrongState):
        await menus.revise(known.id, sittings=few, communities=HERE, seen=None)


async def test_one_orders_for_oneself_and_a_helper_for_the_household_and_nobody_else(
    canteen: CanteenHarness,
) -> None:
    home, helper = await canteen.harness.household(), await canteen.harness.member()
    await canteen.harness.paired([helper], home)
    order, wanted = canteen.canteen.meals.order, canteen.wanted(home.person_ids[0])

    with pytest.raises(NotAllowed, match=r"meal\.for_others"):
        await order(wanted, choice(), me("per_stranger"))
    with pytest.raises(NotFound):
        await order(wanted, choice(), me(home.person_ids[0], THERE))
    made = await order(wanted, choice(Way.HELPER), me(helper.person_id))

    assert (made.household_id, made.dwelling_id) == (home.id, home.dwelling_id)
    assert (made.carrier_id, made.dietary_note) == (helper.id, NOTE)
    with pytest.raises(WrongState):
        await order(wanted, choice(), RUNNING)


async def test_a_meal_ordered_by_many_at_once_is_ordered_once(canteen: CanteenHarness) -> None:
    home = await canteen.harness.household()

    outcomes = await asyncio.gather(
        *(canteen.lunch(home) for _ in range(12)), return_exceptions=True
    )

    made = [each for each in outcomes if isinstance(each, Meal)]
    assert len(made) == 1
    assert all(isinstance(each, Meal | WrongState) for each in outcomes)
    assert await canteen.parts.meals.find({}) == made


async def test_a_cancelled_meal_can_be_ordered_again_until_orders_close(
    canteen: CanteenHarness,
) -> None:
    home = await canteen.harness.household()
    eater = me(home.person_ids[0])
    made = await canteen.lunch(home)
    await canteen.canteen.meals.cancel(made.id, eater, seen=made.version)
    again = await canteen.lunch(home, Way.KITCHEN)
    assert (again.id, again.state, again.way) == (made.id, MealState.ORDERED, Way.KITCHEN)

    canteen.at(9)
    for late in (
        canteen.canteen.meals.change(again.id, choice(), eater, seen=None),
        canteen.canteen.meals.cancel(again.id, eater, seen=None),
        canteen.canteen.meals.order(canteen.wanted("per_other"), choice(), me("per_other")),
    ):
        with pytest.raises(Conflict, match=r"meal\.orders_closed"):
            await late
    ill = await canteen.canteen.meals.cancel(again.id, RUNNING, seen=None)
    assert ill.state is MealState.CANCELLED


async def test_who_is_of_no_care_household_says_where_to_bring_it(
    canteen: CanteenHarness,
) -> None:
    order, person = canteen.canteen.meals.order, "per_neighbour"
    for dwelling_id, code in [(None, "meal.nowhere"), ("dwl_9", "dwelling.unknown")]:
        with pytest.raises(Invalid, match=code):
            await order(canteen.wanted(person, dwelling_id), choice(Way.KITCHEN), me(person))

    made = await order(canteen.wanted(person, "dwl_3"), choice(Way.HELPER), me(person))
    assert (made.dwelling_id, made.household_id, made.carrier_id) == ("dwl_3", None, None)


async def test_a_carrier_sees_and_reports_their_own_and_nothing_of_others(
    canteen: CanteenHarness,
) -> None:
    one, two = await canteen.harness.household("dwl_1"), await canteen.harness.household("dwl_2")
    helpers = [await canteen.harness.member(n) for n in (1, 2)]
    await canteen.harness.paired([helpers[0]], one)
    await canteen.harness.paired([helpers[1]], two)
    mine, theirs = await canteen.lunch(one, Way.HELPER), await canteen.lunch(two, Way.HELPER)
    by = me(helpers[0].person_id)
    serving, lists = canteen.canteen.serving, canteen.canteen.lists

    for refused in (
        serving.deliver(theirs.id, by, seen=None),
        serving.miss(theirs.id, by, seen=None),
        serving.hand_over(theirs.id, by, carrier_id=None, seen=None),
        canteen.canteen.meals.get(theirs.id, by),
    ):
        with pytest.raises(NotFound):
            await refused
    rounds = await lists.carrier(
        canteen.sitting, by, carrier_id=helpers[1].id, cursor=None, limit=9
    )
    carried = await canteen.canteen.meals.page(
        by, role=MealRole.CARRYING, state=None, cursor=None, limit=9
    )
    assert [each.id for each in rounds.items] == [each.id for each in carried.items] == [mine.id]
    done = await serving.deliver(mine.id, by, seen=mine.version)
    assert (done.state, done.alarm_at) == (MealState.DELIVERED, None)


async def test_a_carrier_gives_a_meal_back_and_staff_give_it_to_anybody(
    canteen: CanteenHarness,
) -> None:
    home, helper = await canteen.harness.household(), await canteen.harness.member()
    other = await canteen.harness.member(2)
    await canteen.harness.paired([helper], home)
    made = await canteen.lunch(home, Way.HELPER)
    hand_over = canteen.canteen.serving.hand_over

    with pytest.raises(NotAllowed):
        await hand_over(made.id, me(helper.person_id), carrier_id=other.id, seen=None)
    back = await hand_over(made.id, me(helper.person_id), carrier_id=None, seen=None)
    with pytest.raises(Invalid, match=r"member\.unknown"):
        await hand_over(made.id, RUNNING, carrier_id="mem_none", seen=None)
    given = await hand_over(made.id, RUNNING, carrier_id=other.id, seen=back.version)

    assert (back.carrier_id, given.carrier_id) == (None, other.id)
    with pytest.raises(Stale):
        await hand_over(made.id, RUNNING, carrier_id=None, seen=back.version)


async def test_a_meal_that_nobody_fetched_is_told_the_same_day_once_to_whom_it_concerns(
    canteen: CanteenHarness,
) -> None:
    home = await canteen.harness.household()
    helper, holder, other = [await canteen.harness.member(n) for n in (1, 2, 3)]
    await canteen.harness.paired([helper], home)
    await canteen.held(holder, "care")
    await canteen.held(other, "repair")
    made = await canteen.lunch(home)
    had = await canteen.canteen.meals.order(
        canteen.wanted("per_hungry"), choice(), me("per_hungry")
    )
    await canteen.canteen.serving.collect(had.id, RUNNING, seen=None)

    canteen.at(12)
    assert await canteen.canteen.serving.ring() == 0
    canteen.at(13)
    rung = await asyncio.gather(*(canteen.canteen.serving.ring() for _ in range(3)))

    assert sum(rung) == 1
    assert await canteen.canteen.serving.ring() == 0
    story = await canteen.parts.meals.story(made.id)
    told = [each for each in story if each.type == MealNotFetched.type]
    assert [each.data for each in told] == [
        {
            "meal_id": made.id,
            "menu_id": canteen.menu.id,
            "household_id": home.id,
            "helper_ids": [helper.id],
            "holder_ids": [holder.id],
            "branch_ids": ["brn_1"],
        }
    ]
    assert NOTE not in " ".join(str(each.data) for each in story)


async def test_after_two_days_of_standstill_each_missed_meal_is_told_once(
    canteen: CanteenHarness,
) -> None:
    homes = [await canteen.harness.household(f"dwl_{n}") for n in (1, 2, 3)]
    for home in homes:
        await canteen.lunch(home)
    canteen.at(13 + 48)

    assert await canteen.canteen.serving.ring() == 3
    assert await canteen.canteen.serving.ring() == 0


async def test_a_door_that_nobody_opens_is_told_at_once_and_a_late_report_still_counts(
    canteen: CanteenHarness,
) -> None:
    home, helper = await canteen.harness.household(), await canteen.harness.member()
    await canteen.harness.paired([helper], home)
    made = await canteen.lunch(home, Way.HELPER)
    canteen.at(12)
    by = me(helper.person_id)

    missed = await canteen.canteen.serving.miss(made.id, by, seen=None)
    assert missed.state is MealState.NOT_FETCHED
    found = await canteen.canteen.serving.deliver(made.id, by, seen=None)
    assert found.state is MealState.DELIVERED


@pytest.mark.parametrize("left", ["away", "ended"])
async def test_who_is_not_there_any_more_brings_nothing(canteen: CanteenHarness, left: str) -> None:
    home = await canteen.harness.household()
    helpers = [await canteen.harness.member(n) for n in (1, 2)]
    pairing = await canteen.harness.paired(helpers[:1], home)
    second = await canteen.harness.paired(helpers[1:], home)
    made = await canteen.lunch(home, Way.HELPER)
    assert made.carrier_id == helpers[0].id

    async def ended(pairing_id: str) -> None:
        await canteen.harness.pairings.end(
            pairing_id, reason=EndReason.ON_REQUEST, communities=HERE
        )
        for _ in "12":
            await canteen.harness.hear_told(
                canteen.harness.backing.pairings, pairing_id, PairingEnded
            )

    if left == "away":
        await _away(canteen, helpers[0].id)
    else:
        await ended(pairing.id)
    assert (await canteen.parts.meals.get(made.id)).carrier_id == helpers[1].id

    await ended(second.id)
    assert (await canteen.parts.meals.get(made.id)).carrier_id is None


@pytest.mark.parametrize("gone", [PersonLeft, PersonErased, HouseholdLeft])
async def test_nobody_looks_for_a_meal_of_who_has_left_or_died(
    canteen: CanteenHarness, gone: type[Event]
) -> None:
    home, other = [await canteen.harness.household(f"dwl_{n}") for n in (1, 2)]
    made, kept = await canteen.lunch(home), await canteen.lunch(other)
    subject = {"person_id": home.person_ids[0], "household_id": home.id, "reason": "died"}

    for _ in "12":
        await canteen.harness.hear(gone.model_validate(subject))

    cancelled = await canteen.parts.meals.get(made.id)
    assert (cancelled.state, cancelled.dietary_note) == (MealState.CANCELLED, None)
    assert (await canteen.parts.meals.get(kept.id)).state is MealState.ORDERED
    canteen.at(15)
    assert await canteen.canteen.serving.ring() == 1


async def test_what_somebody_may_not_eat_is_forgotten_once_nothing_is_to_be_cooked(
    canteen: CanteenHarness,
) -> None:
    made = await canteen.lunch(await canteen.harness.household())
    assert made.dietary_note == NOTE

    done = await canteen.canteen.serving.collect(made.id, RUNNING, seen=None)

    assert done.dietary_note is None


async def _away(canteen: CanteenHarness, member_id: str) -> None:
    store = canteen.harness.backing.members
    known = await store.get(member_id)
    await store.save(*member.go_away(known, until=None, at=canteen.harness.clock.now()))
    await canteen.harness.hear_told(store, member_id, MemberAway)


async def test_the_kitchen_sees_what_to_cook_and_that_it_saw_notes_is_on_record(
    canteen: CanteenHarness,
) -> None:
    homes = [await canteen.harness.household(f"dwl_{n}") for n in (1, 2, 3)]
    made = [await canteen.lunch(home) for home in homes]
    await canteen.canteen.meals.cancel(made[2].id, RUNNING, seen=None)

    found = await canteen.canteen.lists.kitchen(
        canteen.sitting, RUNNING, by="per_cook", cursor=None, limit=1
    )

    assert (found.meals, Counter(found.portions)) == (2, Counter(rice=2, tofu=4))
    assert len(found.page.items) == 1
    assert found.page.next_cursor is not None
    shown = found.page.items[0]
    log = await canteen.harness.backing.readings.page(shown.id, cursor=None, limit=9)
    assert [(each.by, each.purpose) for each in log.items] == [("per_cook", "kitchen")]
    with pytest.raises(NotFound):
        await canteen.canteen.lists.kitchen(
            canteen.sitting, Onlooker(THERE), by="per_x", cursor=None, limit=1
        )


@pytest.mark.mongo
async def test_what_somebody_may_not_eat_is_nowhere_as_text(
    real: Harness, database: Database
) -> None:
    canteen = await canteen_over(real, database)
    made = await canteen.lunch(await real.household())

    kept = await database.records("meals").get(made.id)
    assert kept is not None
    assert "peanuts" not in str(kept)
    assert (await canteen.parts.meals.get(made.id)).dietary_note == NOTE
