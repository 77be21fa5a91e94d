"""Facilities and their upkeep, over both stores."""

import asyncio

import pytest

from services.property.domain.facility import FacilityState
from services.property.domain.upkeep import UpkeepState
from services.property.domain.work_order import SourceKind
from services.property.service.viewer import Target
from services.property.tests.patrol_samples import duty
from services.property.tests.routine_harness import (
    DAY,
    LIFT,
    RoutineWorld,
    fake_routine,
    real_routine,
)
from services.property.tests.world import COMMITTEE, CONTRACTOR, STRANGERS
from shared.errors import Conflict, Invalid, NotFound, Stale, WrongState
from shared.mongo import Database
from shared.testing_service import deliver


@pytest.fixture
async def it(either: Database | None) -> RoutineWorld:
    """Every test runs over both stores."""
    return await real_routine(either) if either else fake_routine()


@pytest.mark.mongo
async def test_a_code_is_used_once_on_an_estate_and_the_refusal_names_the_other(
    database: Database,
) -> None:
    it = await real_routine(database)
    lift = await it.lift()
    with pytest.raises(Conflict) as taken:
        await it.routine.facilities.register(COMMITTEE, lift.estate_id, LIFT)
    assert taken.value.code == "facility.taken"
    assert taken.value.facts["facility_id"] == lift.id


async def test_a_lift_goes_out_of_service_and_back_and_says_why(it: RoutineWorld) -> None:
    lift = await it.lift()
    out = await it.routine.facilities.take_out(Target(CONTRACTOR, lift.id, 1), reason="rope")
    assert (out.state, out.reason) == (FacilityState.OUT_OF_SERVICE, "rope")
    with pytest.raises(Stale):
        await it.routine.facilities.put_back(Target(CONTRACTOR, lift.id, 1))
    back = await it.routine.facilities.put_back(Target(CONTRACTOR, lift.id, 2))
    assert (back.state, back.reason) == (FacilityState.IN_SERVICE, None)


async def test_upkeep_makes_one_work_order_each_time_however_often_it_is_heard(
    it: RoutineWorld,
) -> None:
    upkeep = await it.upkeep()
    assert upkeep.due_at is not None
    it.clock.moment = upkeep.due_at
    replicas = [it.replica() for _ in range(4)]
    changed = await asyncio.gather(*(each.upkeeps.ring() for each in replicas))
    assert sum(changed) == 1
    await it.world.settle()
    for envelope in it.world.told * 2:
        await deliver(it.world.hearings, envelope)
    (order,) = await it.orders()
    assert (order.source.kind, order.source.id) == (SourceKind.UPKEEP, upkeep.id)
    assert order.severity == upkeep.duty.severity
    it.clock.move(14 * DAY)
    await it.sweep()
    assert len(await it.orders()) == 2


async def test_after_a_standstill_there_is_one_order_and_the_next_is_to_come(
    it: RoutineWorld,
) -> None:
    upkeep = await it.upkeep()
    it.clock.move(100 * DAY)
    for _ in range(3):
        await it.sweep()
    assert len(await it.orders()) == 1
    after = await it.stores.upkeeps.get(upkeep.id)
    assert after.due_at is not None
    assert after.due_at > it.clock.now()


async def test_a_facility_that_is_gone_is_kept_up_no_more_nor_one_planned_meanwhile(
    it: RoutineWorld,
) -> None:
    upkeep = await it.upkeep()
    late = await it.routine.upkeeps.plan(COMMITTEE, upkeep.facility_id, duty())
    await it.routine.facilities.retire(Target(COMMITTEE, upkeep.facility_id), reason="replaced")
    await it.world.settle()
    for each in (upkeep, late):
        assert (await it.stores.upkeeps.get(each.id)).state is UpkeepState.ENDED
    it.clock.move(30 * DAY)
    await it.sweep()
    assert await it.orders() == []
    with pytest.raises(WrongState):
        await it.routine.upkeeps.plan(COMMITTEE, upkeep.facility_id, duty())


async def test_an_ended_schedule_makes_no_work_and_cannot_be_changed(it: RoutineWorld) -> None:
    upkeep = await it.upkeep()
    await it.routine.upkeeps.end(Target(COMMITTEE, upkeep.id), reason="sold")
    it.clock.move(30 * DAY)
    await it.sweep()
    assert await it.orders() == []
    with pytest.raises(WrongState):
        await it.routine.upkeeps.change(Target(COMMITTEE, upkeep.id), duty())


@pytest.mark.parametrize("who", STRANGERS)
async def test_a_stranger_sees_nothing_of_facilities(it: RoutineWorld, who: str) -> None:
    stranger = STRANGERS[who]
    upkeep = await it.upkeep()
    facilities, upkeeps = it.routine.facilities, it.routine.upkeeps
    with pytest.raises(NotFound):
        await facilities.take_out(Target(stranger, upkeep.facility_id), reason="rope")
    with pytest.raises(NotFound):
        await upkeeps.get(stranger, upkeep.id)
    with pytest.raises(Invalid):
        await upkeeps.plan(stranger, upkeep.facility_id, duty())
    where = {"estate_id": upkeep.estate_id}
    for page in (facilities.page, upkeeps.page):
        assert (await page(stranger, where, cursor=None, limit=10)).items == []
