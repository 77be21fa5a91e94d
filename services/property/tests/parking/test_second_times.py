"""What slips through between two good steps: a second click, a second time, somebody who left."""

import pytest

from services.property.domain.access import Right
from services.property.domain.visitor import VisitorPassState
from services.property.service.viewer import Target
from services.property.tests.parking.harness import (
    ANNA,
    BERT,
    DAY,
    DESK,
    GATE,
    HERE,
    HOUR,
    OTHER_PLATE,
    STAFF,
    Yard,
)
from shared.errors import Conflict, NotFound, Unavailable


async def test_who_waits_a_second_time_gets_a_permit_a_second_time(yard: Yard) -> None:
    queue, car, space = await yard.queue(), await yard.vehicle(), await yard.space()
    for _ in range(2):
        await yard.parking.allotments.enter(ANNA, queue.id, vehicle_id=car.id)
        await yard.parking.allotments.give(Target(HERE, queue.id), space_ids=[space.id])
        await yard.settle(times=2)
        assert (await yard.parking.spaces.seen(ANNA, space.id)).taken
        yard.clock.move(181 * DAY)
        await yard.parking.ring()
    permits = await yard.stores.permits.find({"vehicle_id": car.id})
    assert len(permits) == 2


async def test_a_space_is_not_given_again_before_its_permit_is_there(yard: Yard) -> None:
    queue, space = await yard.queue(), await yard.space()
    for who, plate, dwelling in [(ANNA, "京C00001", "dwl_1"), (BERT, "京C00002", "dwl_2")]:
        car = await yard.vehicle(plate=plate, dwelling_id=dwelling)
        await yard.parking.allotments.enter(who, queue.id, vehicle_id=car.id)
    first = await yard.parking.allotments.give(Target(HERE, queue.id), space_ids=[space.id])
    other = await yard.queue()
    await yard.parking.allotments.enter(BERT, other.id, vehicle_id=car.id)
    for one in (queue, other):
        with pytest.raises(Conflict, match=r"space\.taken"):
            await yard.parking.allotments.give(Target(HERE, one.id), space_ids=[space.id])
    after = await yard.parking.allotments.get(STAFF, queue.id)
    assert after.entrant_ids == first.entrant_ids


async def test_who_moves_out_lets_nobody_in_any_more(yard: Yard) -> None:
    made, code = await yard.visitor(valid_to=yard.now + 7 * DAY)
    bert, _ = await yard.visitor(BERT, dwelling_id="dwl_2")
    (home,) = (await yard.parking.occupancies.page(ANNA, {}, cursor=None, limit=9)).items
    await yard.parking.occupancies.end(ANNA, home.id, seen=None)
    await yard.settle(times=2)
    states = [(await yard.parking.visitors.get(DESK, one.id)).state for one in (made, bert)]
    assert states == [VisitorPassState.REVOKED, VisitorPassState.ISSUED]
    with pytest.raises(NotFound, match=r"visitor_pass\.code_unknown"):
        await yard.parking.visitors.admit(GATE, estate_id=yard.estate_id, code=code, gate="north")


async def test_who_sold_a_car_does_not_see_where_it_goes_from_then_on(yard: Yard) -> None:
    car = await yard.vehicle()
    await yard.came(yard.seen("mine"))
    yard.clock.move(HOUR)
    await yard.parking.vehicles.retire(ANNA, car.id, seen=None)
    await yard.vehicle(dwelling_id="dwl_2")
    await yard.came(yard.seen("theirs"))
    rows = await yard.parking.access.of_vehicle(ANNA, car.id, cursor=None, limit=9)
    assert "theirs" not in [row.ref for row in rows.items]


async def test_a_pass_is_used_up_although_the_gate_s_first_try_stopped_half_way(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = await yard.visitor(plate=OTHER_PLATE)
    seen = yard.seen(plate=OTHER_PLATE)

    async def away(*_: object, **__: object) -> None:
        raise Unavailable("store.unavailable")

    with monkeypatch.context() as patch:
        patch.setattr(yard.parking.visitors, "came", away)
        with pytest.raises(Unavailable):
            await yard.came(seen)
    assert await yard.came(seen) == [Right.VISITOR]
    assert (await yard.parking.visitors.get(ANNA, made.id)).state is VisitorPassState.USED
    later, _ = await yard.visitor(plate=OTHER_PLATE, valid_from=yard.now - HOUR)
    assert await yard.came(seen) == [Right.VISITOR]
    assert (await yard.parking.visitors.get(ANNA, later.id)).state is VisitorPassState.ISSUED
