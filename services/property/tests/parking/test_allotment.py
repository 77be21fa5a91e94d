"""Giving spaces: by lot, so that anybody can check it, and by a waiting list."""

import asyncio
import hashlib
from dataclasses import replace

import pytest

from services.property.api.allotment_forms import AllotmentView, ProofView
from services.property.domain.allotment import Allotment, AllotmentState
from services.property.domain.permit import PermitState
from services.property.service.grounds import Looker
from services.property.service.viewer import Target
from services.property.tests.parking.harness import (
    ANNA,
    BERT,
    CARL,
    DAY,
    DWELLINGS,
    HERE,
    OTHER_PLATE,
    STAFF,
    STRANGERS,
    Yard,
)
from shared.errors import Conflict, Invalid, NotFound, Stale, WrongState
from shared.events.property_parking import AllotmentGiven
from shared.testing import heard


async def entered(yard: Yard, allotment: Allotment) -> dict[str, str]:
    """The three homes enter with a car each; their vehicles by their entrants."""
    vehicles = {}
    for n, (who, dwelling) in enumerate(zip((ANNA, BERT, CARL), DWELLINGS, strict=True)):
        car = await yard.vehicle(plate=f"京C0000{n}", dwelling_id=dwelling)
        now = await yard.parking.allotments.enter(who, allotment.id, vehicle_id=car.id)
        vehicles[now.entrant_ids[-1]] = car.id
    return vehicles


async def closed_lot(yard: Yard, spaces: int = 2) -> tuple[Allotment, dict[str, str]]:
    """A lot over so many spaces whose list is closed."""
    ids = [(await yard.space(f"A-{n}")).id for n in range(spaces)]
    lot = await yard.lot(*ids)
    vehicles = await entered(yard, lot)
    yard.clock.move(DAY)
    await yard.parking.ring()
    return await yard.parking.allotments.get(STAFF, lot.id), vehicles


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def test_a_draw_is_proved_by_what_was_public_before_and_after_it(yard: Yard) -> None:
    closed, vehicles = await closed_lot(yard)
    before = ProofView.of(closed)
    assert (before.seed, before.tickets) == (None, [])
    assert before.list_digest == sha("\n".join(sorted(vehicles)))

    drawn = await yard.parking.allotments.draw(
        Target(HERE, closed.id, closed.version), numbers=("42", "7")
    )
    proof = ProofView.of(drawn)
    assert proof.seed is not None
    assert (proof.commitment, proof.list_digest) == (before.commitment, before.list_digest)
    assert sha(proof.seed) == proof.commitment
    tickets = {
        each: sha(f"linli-draw-1|{proof.seed}|42,7|{proof.list_digest}|{each}")
        for each in proof.entrant_ids
    }
    order = sorted(tickets, key=lambda each: tickets[each])
    assert [ticket.entrant_id for ticket in proof.tickets] == order
    assert [ticket.space_id for ticket in proof.tickets] == [*proof.space_ids, None]


async def test_nothing_that_is_shown_or_told_before_the_draw_tells_the_seed(yard: Yard) -> None:
    closed, _ = await closed_lot(yard)
    assert closed.seed is not None
    told = [str(each) for each in await yard.parking.allotments.story(STAFF, closed.id)]
    shown = [AllotmentView.of(closed).model_dump_json(), ProofView.of(closed).model_dump_json()]
    assert not any(closed.seed in text for text in [*told, *shown])
    assert any(str(closed.commitment) in text for text in told)


async def test_who_wins_gets_a_permit_for_the_space_once_however_often_it_is_told(
    yard: Yard,
) -> None:
    closed, vehicles = await closed_lot(yard)
    await yard.parking.allotments.draw(Target(HERE, closed.id), numbers=())
    await yard.settle(times=3)
    drawn = await yard.parking.allotments.get(STAFF, closed.id)
    permits = await yard.stores.permits.find({"estate_id": yard.estate_id})
    won = {(vehicles[given.entrant_id], given.space_id) for given in drawn.given}
    assert {(each.vehicle_id, each.held_space) for each in permits} == won
    assert len(permits) == 2
    assert {each.valid_to - each.valid_from for each in permits} == {180 * DAY}


async def test_a_winner_whose_car_is_gone_gets_nothing_and_the_space_stays_free(
    yard: Yard,
) -> None:
    closed, vehicles = await closed_lot(yard, spaces=3)
    drawn = await yard.parking.allotments.draw(Target(HERE, closed.id), numbers=())
    gone = drawn.given[0]
    await yard.parking.vehicles.retire(STAFF, vehicles[gone.entrant_id], seen=None)
    await yard.settle()
    permits = await yard.stores.permits.find({"estate_id": yard.estate_id})
    assert {each.space_id for each in permits} == {each.space_id for each in drawn.given[1:]}
    assert not (await yard.parking.spaces.seen(STAFF, gone.space_id)).taken


async def test_a_lot_is_not_drawn_before_its_list_is_closed_nor_twice(yard: Yard) -> None:
    lot = await yard.lot((await yard.space()).id)
    await entered(yard, lot)
    with pytest.raises(WrongState):
        await yard.parking.allotments.draw(Target(HERE, lot.id), numbers=())
    yard.clock.move(DAY)
    await yard.parking.ring()
    with pytest.raises(Stale):
        await yard.parking.allotments.draw(Target(HERE, lot.id, 1), numbers=())
    first = await yard.parking.allotments.draw(Target(HERE, lot.id), numbers=())
    with pytest.raises(WrongState):
        await yard.parking.allotments.draw(Target(HERE, lot.id), numbers=("1",))
    assert (await yard.parking.allotments.get(STAFF, lot.id)).given == first.given


async def test_one_enters_with_one_s_own_verified_car_once_for_each_home(yard: Yard) -> None:
    lot = await yard.lot((await yard.space()).id)
    car = await yard.vehicle()
    claimed = await yard.vehicle(ANNA, plate=OTHER_PLATE)
    for who, vehicle_id in [(BERT, car.id), (ANNA, claimed.id), (ANNA, "veh_9")]:
        with pytest.raises(Invalid, match=r"permit\.vehicle_unknown"):
            await yard.parking.allotments.enter(who, lot.id, vehicle_id=vehicle_id)
    mine = await yard.parking.allotments.enter(ANNA, lot.id, vehicle_id=car.id)
    assert await yard.parking.allotments.own(ANNA, [mine]) == set(mine.entrant_ids)
    assert await yard.parking.allotments.own(BERT, [mine]) == frozenset()
    again = await yard.parking.allotments.enter(ANNA, lot.id, vehicle_id=car.id)
    assert (again.version, again.entrant_ids) == (mine.version, mine.entrant_ids)
    second = await yard.parking.vehicles.verify(Target(HERE, claimed.id))
    with pytest.raises(Conflict, match=r"allotment\.dwelling_full"):
        await yard.parking.allotments.enter(ANNA, lot.id, vehicle_id=second.id)
    with pytest.raises(NotFound):
        await yard.parking.allotments.leave(BERT, lot.id, mine.entrant_ids[0])
    left = await yard.parking.allotments.leave(ANNA, lot.id, mine.entrant_ids[0])
    assert left.entrants == ()


async def test_a_view_tells_nobody_whose_an_entrant_is(yard: Yard) -> None:
    lot = await yard.lot((await yard.space()).id)
    vehicles = await entered(yard, lot)
    found = await yard.parking.allotments.get(STAFF, lot.id)
    shown = AllotmentView.of(found).model_dump_json() + ProofView.of(found).model_dump_json()
    for secret in [*vehicles.values(), *DWELLINGS, ANNA.id]:
        assert secret not in shown


@pytest.mark.mongo
async def test_all_who_enter_at_the_same_moment_are_in(real_one: Yard) -> None:
    lot = await real_one.lot((await real_one.space()).id, per_dwelling=5)
    cars = [
        await real_one.vehicle(plate=f"京D1{n:04}", dwelling_id=DWELLINGS[n // 5])
        for n in range(15)
    ]
    await asyncio.gather(
        *(real_one.parking.allotments.enter(STAFF, lot.id, vehicle_id=car.id) for car in cars)
    )
    found = await real_one.parking.allotments.get(STAFF, lot.id)
    assert {each.vehicle_id for each in found.entrants} == {car.id for car in cars}


@pytest.mark.mongo
async def test_a_seed_cannot_be_read_in_the_store(real_one: Yard) -> None:
    lot = await real_one.lot((await real_one.space()).id)
    kept = await real_one.world.estate_store._collection.database["allotments"].find_one(  # type: ignore[attr-defined]
        {"_id": lot.id}
    )
    assert str(lot.seed) not in str(kept)
    assert str(lot.commitment) in str(kept)


async def test_of_two_replicas_that_close_a_list_one_does(yard: Yard) -> None:
    lot = await yard.lot((await yard.space()).id)
    yard.clock.move(DAY)
    counts = await asyncio.gather(yard.parking.ring(), yard.parking.ring())
    assert sum(counts) == 1
    closed = await yard.parking.allotments.get(STAFF, lot.id)
    assert (closed.state, closed.entrants) == (AllotmentState.CLOSED, ())
    drawn = await yard.parking.allotments.draw(Target(HERE, lot.id), numbers=())
    assert ProofView.of(drawn).seed is not None


async def test_a_waiting_list_gives_to_who_has_waited_longest(yard: Yard) -> None:
    queue = await yard.queue()
    vehicles = await entered(yard, queue)
    first, second, third = vehicles
    free = [(await yard.space(f"B-{n}")).id for n in range(4)]
    with pytest.raises(Conflict, match=r"allotment\.fewer_waiting"):
        await yard.parking.allotments.give(Target(HERE, queue.id), space_ids=free)
    with pytest.raises(Invalid, match=r"allotment\.space_twice"):
        await yard.parking.allotments.give(Target(HERE, queue.id), space_ids=free[:1] * 2)
    after = await yard.parking.allotments.give(Target(HERE, queue.id), space_ids=free[:2])
    assert [(each.entrant_id, each.space_id) for each in after.given] == [
        (first, free[0]),
        (second, free[1]),
    ]
    assert after.entrant_ids == [third]
    await yard.settle(times=2)
    with pytest.raises(Conflict, match=r"space\.taken"):
        await yard.parking.allotments.give(Target(HERE, queue.id), space_ids=free[:1])
    permits = await yard.stores.permits.find({"estate_id": yard.estate_id})
    assert {each.vehicle_id for each in permits} == {vehicles[first], vehicles[second]}


async def test_a_queue_is_not_drawn_and_a_lot_not_given(yard: Yard) -> None:
    queue = await yard.queue()
    space = await yard.space()
    lot = await yard.lot(space.id)
    with pytest.raises(Conflict, match=r"allotment\.other_mode"):
        await yard.parking.allotments.draw(Target(HERE, queue.id), numbers=())
    with pytest.raises(Conflict, match=r"allotment\.other_mode"):
        await yard.parking.allotments.give(Target(HERE, lot.id), space_ids=[space.id])
    await yard.parking.allotments.cancel(Target(HERE, lot.id))
    yard.clock.move(DAY)
    assert await yard.parking.ring() == 0


async def test_a_space_that_cannot_be_given_is_not_promised(yard: Yard) -> None:
    held = await yard.space("H-1")
    await yard.permit(space_id=held.id)
    with pytest.raises(Conflict, match=r"space\.taken"):
        await yard.lot(held.id)
    with pytest.raises(Invalid, match=r"space\.unknown"):
        await yard.lot("spc_9")


async def test_a_space_held_by_another_meanwhile_gives_its_winner_nothing(yard: Yard) -> None:
    closed, _ = await closed_lot(yard, spaces=1)
    drawn = await yard.parking.allotments.draw(Target(HERE, closed.id), numbers=())
    taken = await yard.permit(space_id=drawn.given[0].space_id)
    told = AllotmentGiven(allotment_id=closed.id, estate_id=yard.estate_id, given=1)
    await yard.parking.allotments.on_given(told, heard(told, closed.id))
    (only,) = await yard.stores.permits.find({"held_space": drawn.given[0].space_id})
    assert (only.id, only.state) == (taken.id, PermitState.ISSUED)


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_strangers_see_no_allotment(yard: Yard, stranger: str) -> None:
    lot = await yard.lot((await yard.space()).id)
    who = STRANGERS[stranger]
    with pytest.raises(NotFound):
        await yard.parking.allotments.get(who, lot.id)
    with pytest.raises(NotFound):
        await yard.parking.allotments.cancel(Target(who.viewer, lot.id, 9))
    resident = replace(who, resident=True)
    assert isinstance(resident, Looker)
    with pytest.raises(NotFound):
        await yard.parking.allotments.enter(resident, lot.id, vehicle_id="veh_1")
