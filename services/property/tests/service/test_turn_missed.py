"""A turn that is nobody's: told at once and once, and found by the dispatcher; over both stores."""

from datetime import timedelta

from services.property.domain.roster import Dealing, Shift, Worker
from services.property.domain.work_order import Mode
from services.property.service.roster import RosterTarget
from services.property.service.viewer import Target
from services.property.tests.world import COMMITTEE, CONTRACTOR, World
from shared.envelope import Envelope
from shared.events.property_work import (
    WorkOrderRefused,
    WorkOrderTurnAsked,
    WorkOrderTurnMissed,
)

NIGHT = Worker("per_li", (Shift(2, "22:00", "23:00"),))
"""It is Tuesday, 16:00 in Beijing."""


async def _by_turns(world: World, *workers: Worker) -> str:
    """An estate whose work goes round among these; its id."""
    estate = await world.estate()
    dealing = Dealing(Mode.ROTATE, workers=workers)
    await world.rosters.keep(RosterTarget(CONTRACTOR, estate.id, None), dealing)
    world.clock.move(timedelta(minutes=1))  # rosters are remembered for seconds
    return estate.id


async def _again(world: World, type_: str) -> None:
    for envelope in [each for each in world.told if each.type == type_]:
        await world.hear(envelope)
    await world.settle()


def _missed(world: World) -> list[Envelope]:
    return [each for each in world.told if each.type == WorkOrderTurnMissed.type]


async def _waiting(world: World) -> list[str]:
    where = {"turn_missed_at": {"$gt": world.clock.now() - timedelta(days=1)}}
    page = await world.work_orders.page(CONTRACTOR, where, cursor=None, limit=10)
    return [order.id for order in page.items]


async def test_work_for_which_nobody_is_on_duty_is_told_of_once_and_found(world: World) -> None:
    estate_id = await _by_turns(world, NIGHT)

    order = await world.work_order(estate_id)
    await _again(world, WorkOrderTurnAsked.type)

    (missed,) = _missed(world)
    event = WorkOrderTurnMissed.model_validate(missed.data)
    kept = await world.work_orders.get(COMMITTEE, order.id)
    assert (event.work_order_id, event.estate_id) == (order.id, estate_id)
    assert (event.roster_id, event.contractor_id) == (kept.roster_id, kept.contractor_id)
    assert kept.turn_missed_at is not None
    assert await _waiting(world) == [order.id]


async def test_work_that_somebody_is_given_waits_for_the_dispatcher_no_more(world: World) -> None:
    order = await world.work_order(await _by_turns(world, NIGHT))
    assert await _waiting(world) == [order.id]

    given = await world.work_orders.assign(Target(CONTRACTOR, order.id), assignee_id="per_sun")

    assert given.turn_missed_at is None
    assert await _waiting(world) == []


async def test_a_turn_asked_anew_and_missed_again_is_told_again(world: World) -> None:
    order = await world.work_order(await _by_turns(world, Worker("per_li")))
    await world.settle()
    assert _missed(world) == []

    await world.work_doing.refuse(Target(CONTRACTOR, order.id), reason="no ladder")
    await world.settle()
    await _again(world, WorkOrderRefused.type)
    assert len(_missed(world)) == 1

    await world.work_orders.assign(Target(CONTRACTOR, order.id), assignee_id="per_sun")
    await world.work_doing.refuse(Target(CONTRACTOR, order.id), reason="no ladder either")
    await world.settle()

    assert len(_missed(world)) == 1, "it was given by name, not by turns"
