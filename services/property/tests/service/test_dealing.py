"""How work finds who does it: offered, in turns, given; over both stores."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from services.property.domain.roster import Dealing, Shift, Worker
from services.property.domain.work_order import Mode, WorkOrder
from services.property.domain.work_scope import WorkScope
from services.property.service.roster import RosterTarget
from services.property.service.viewer import Target
from services.property.tests.dealing import (
    HOUR,
    LI,
    SUN,
    WORKERS,
    ZHAO,
    S,
    keep_roster,
    offered,
)
from services.property.tests.teams import TEAM
from services.property.tests.world import (
    COMMITTEE,
    CONTRACTOR,
    STRANGERS,
    World,
)
from shared.errors import Conflict, LinliError, NotAllowed, NotFound, Stale
from shared.events.property_work import WorkOrderRefused, WorkOrderTurnAsked


async def test_of_fifty_who_take_it_at_once_one_has_it_and_the_others_hear_so(
    world: World,
) -> None:
    order = await offered(world)

    async def take(n: int) -> WorkOrder | str:
        try:
            return await world.work_doing.take(Target(CONTRACTOR, order.id), worker_id=f"per_{n}")
        except LinliError as error:
            return error.code

    outcomes = await asyncio.gather(*(take(n) for n in range(50)))

    won = [each for each in outcomes if isinstance(each, WorkOrder)]
    assert len(won) == 1
    assert Counter(each for each in outcomes if isinstance(each, str)) == {"work_order.taken": 49}
    kept = await world.work_orders.get(COMMITTEE, order.id)
    assert (kept.state, kept.assignee_id) == (S.ASSIGNED, won[0].assignee_id)
    story = await world.work_orders.story(COMMITTEE, order.id)
    assert [each.type.split(".")[2] for each in story] == ["created", "offered", "assigned"]


async def test_a_version_that_has_moved_on_takes_nothing(world: World) -> None:
    order = await offered(world)
    with pytest.raises(Stale):
        await world.work_doing.take(Target(CONTRACTOR, order.id, 1), worker_id=LI)


async def test_an_offer_that_nobody_took_is_the_dispatchers_again_however_many_look(
    world: World,
) -> None:
    order = await offered(world)
    assert await world.work_alarms.ring() == 0
    world.clock.move(HOUR)

    rung = await asyncio.gather(*(world.work_alarms.ring() for _ in range(3)))

    assert sum(rung) == 1
    kept = await world.work_orders.get(COMMITTEE, order.id)
    assert (kept.state, kept.offered_until) == (S.CREATED, None)


async def test_work_that_is_late_is_told_once_after_a_standstill_too(world: World) -> None:
    order = await world.work_order((await world.estate()).id)
    world.clock.move(timedelta(days=9))

    await asyncio.gather(*(world.work_alarms.ring() for _ in range(3)))
    await world.work_alarms.ring()

    story = await world.work_orders.story(COMMITTEE, order.id)
    assert [each.type.split(".")[2] for each in story] == ["created", "overdue"]


async def test_a_roster_offers_new_work_at_once_and_not_beyond_its_deadline(world: World) -> None:
    estate = await world.estate()
    await keep_roster(world, estate.id, Dealing(Mode.GRAB, offer_minutes=3 * 24 * 60))

    order = await world.work_order(estate.id)

    assert (order.state, order.mode, order.offered_until) == (S.OFFERED, Mode.GRAB, order.due_at)


async def test_work_goes_round_among_those_on_duty_each_once_however_often_it_is_heard(
    world: World,
) -> None:
    estate = await world.estate()
    await keep_roster(world, estate.id, Dealing(Mode.ROTATE, workers=WORKERS))

    orders = [await world.work_order(estate.id) for _ in range(4)]
    for envelope in [each for each in world.told if each.type == WorkOrderTurnAsked.type]:
        await world.hear(envelope)
    await world.settle()

    kept = [await world.work_orders.get(COMMITTEE, each.id) for each in orders]
    assert [each.assignee_id for each in kept] == [LI, ZHAO, SUN, LI]
    assert {each.mode for each in kept} == {Mode.ROTATE}
    (roster,) = (await world.rosters.page(CONTRACTOR, {}, cursor=None, limit=5)).items
    assert roster.turns == (ZHAO, SUN, LI)


async def test_who_refuses_is_passed_over_for_that_work_and_all_have_refused_it_is_left(
    world: World,
) -> None:
    estate = await world.estate()
    await keep_roster(world, estate.id, Dealing(Mode.ROTATE, workers=WORKERS[:2]))
    order = await world.work_order(estate.id)
    target = Target(CONTRACTOR, order.id)
    await world.settle()

    await world.work_doing.refuse(target, reason="no ladder")
    await world.settle()
    second = await world.work_orders.get(COMMITTEE, order.id)
    await world.work_doing.refuse(target, reason="no ladder either")
    await world.settle()
    for envelope in [each for each in world.told if each.type == WorkOrderRefused.type]:
        await world.hear(envelope)

    left = await world.work_orders.get(COMMITTEE, order.id)
    assert second.assignee_id == ZHAO
    assert (left.state, left.assignee_id, left.refused_by) == (S.CREATED, None, (LI, ZHAO))
    with pytest.raises(Conflict, match=r"work_order\.nobody_on_duty"):
        await world.work_orders.rotate(target)


async def test_a_dispatcher_lets_the_turn_decide(world: World) -> None:
    estate = await world.estate()
    order = await world.work_order(estate.id)
    target = Target(CONTRACTOR, order.id)
    with pytest.raises(Conflict, match=r"work_order\.no_roster"):
        await world.work_orders.rotate(target)
    await keep_roster(world, estate.id, Dealing(Mode.ASSIGN, workers=WORKERS))

    await world.work_orders.rotate(target)
    await world.settle()

    kept = await world.work_orders.get(COMMITTEE, order.id)
    assert (kept.state, kept.assignee_id) == (S.ASSIGNED, LI)


async def test_the_turn_of_work_that_was_given_to_somebody_meanwhile_changes_nothing(
    world: World,
) -> None:
    estate = await world.estate()
    await keep_roster(world, estate.id, Dealing(Mode.ASSIGN, workers=WORKERS))
    order = await world.work_order(estate.id)
    target = Target(CONTRACTOR, order.id)
    await world.work_orders.rotate(target)
    await world.work_orders.assign(target, assignee_id="per_boss_chose")
    await world.settle()

    kept = await world.work_orders.get(COMMITTEE, order.id)
    assert kept.assignee_id == "per_boss_chose"


async def test_nobody_has_a_turn_outside_of_their_shift(world: World) -> None:
    estate = await world.estate()
    night = Worker(LI, (Shift(2, "22:00", "23:00"),))  # it is Tuesday, 16:00 in Beijing
    await keep_roster(world, estate.id, Dealing(Mode.ROTATE, workers=(night, Worker(SUN))))

    order = await world.work_order(estate.id)
    await world.settle()

    assert (await world.work_orders.get(COMMITTEE, order.id)).assignee_id == SUN


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_a_roster_is_kept_by_whoever_does_the_work(world: World, stranger: str) -> None:
    estate = await world.estate()
    viewer = STRANGERS[stranger]
    with pytest.raises(NotFound):
        await world.rosters.keep(RosterTarget(viewer, estate.id, None), Dealing(Mode.GRAB))
    dealing = Dealing(Mode.GRAB, team_id=TEAM)
    with pytest.raises(NotAllowed):
        await world.rosters.keep(RosterTarget(COMMITTEE, estate.id, None), dealing)
    await keep_roster(world, estate.id, Dealing(Mode.GRAB))
    assert (await world.rosters.page(viewer, {}, cursor=None, limit=5)).items == []


async def test_a_roster_for_one_sort_of_work_goes_before_the_one_for_the_rest(
    world: World,
) -> None:
    estate = await world.estate()
    await keep_roster(world, estate.id, Dealing(Mode.GRAB))
    vehicles = RosterTarget(CONTRACTOR, estate.id, WorkScope.VEHICLES)
    await world.rosters.keep(vehicles, Dealing(Mode.ROTATE, workers=WORKERS))
    world.clock.move(timedelta(minutes=1))

    order = await world.work_order(estate.id)  # of a vehicle
    await world.settle()

    assert (await world.work_orders.get(COMMITTEE, order.id)).mode is Mode.ROTATE


async def test_a_roster_that_moved_on_is_not_overwritten(world: World) -> None:
    estate = await world.estate()
    await keep_roster(world, estate.id, Dealing(Mode.GRAB))
    with pytest.raises(Stale):
        await world.rosters.keep(
            RosterTarget(CONTRACTOR, estate.id, None, seen=7), Dealing(Mode.ASSIGN)
        )
