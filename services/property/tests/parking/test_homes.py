"""Who lives where, and whose vehicles are whose."""

from typing import Any

import pytest

from services.property.domain.occupancy import OccupancyState
from services.property.domain.permit import PermitEnd, PermitState
from services.property.domain.vehicle import PER_DWELLING_MAX, VehicleState
from services.property.service.on_record import PlatePurpose
from services.property.service.viewer import Target
from services.property.tests.parking.harness import (
    ANNA,
    BERT,
    CARL,
    DAY,
    DESK,
    HERE,
    OTHER_PLATE,
    PLATE,
    STAFF,
    STRANGERS,
    Yard,
)
from shared.errors import Conflict, Invalid, NotFound, Stale, WrongState
from shared.events.pairing_register import PersonErased, PersonLeft
from shared.testing import heard
from shared.testing_service import deliver


async def test_a_resident_claims_a_home_and_may_act_for_it_once_the_desk_agrees(
    yard: Yard,
) -> None:
    homes = yard.parking.occupancies
    claim = await homes.register(
        ANNA, estate_id=yard.estate_id, dwelling_id="dwl_2", person_id=ANNA.id
    )
    assert claim.state is OccupancyState.CLAIMED
    with pytest.raises(Invalid, match=r"dwelling\.not_yours"):
        await yard.vehicle(ANNA, dwelling_id="dwl_2")
    await homes.confirm(Target(DESK.viewer, claim.id, claim.version))
    assert (await yard.vehicle(ANNA, dwelling_id="dwl_2")).state is VehicleState.CLAIMED


async def test_a_home_is_claimed_of_oneself_alone_and_only_where_there_is_one(yard: Yard) -> None:
    homes = yard.parking.occupancies
    with pytest.raises(Invalid, match=r"occupancy\.of_oneself"):
        await homes.register(ANNA, estate_id=yard.estate_id, dwelling_id="dwl_1", person_id=BERT.id)
    with pytest.raises(Invalid, match=r"dwelling\.unknown"):
        await homes.register(ANNA, estate_id=yard.estate_id, dwelling_id="dwl_9", person_id=ANNA.id)
    with pytest.raises(Invalid, match=r"place\.estate_unknown"):
        await homes.register(ANNA, estate_id="est_9", dwelling_id="dwl_1", person_id=ANNA.id)


async def test_residents_see_their_own_homes_and_the_desk_all(yard: Yard) -> None:
    homes = yard.parking.occupancies
    own = await homes.page(ANNA, {}, cursor=None, limit=10)
    assert [each.person_id for each in own.items] == [ANNA.id]
    every = await homes.page(DESK, {"estate_id": yard.estate_id}, cursor=None, limit=10)
    assert len(every.items) == 3
    with pytest.raises(NotFound):
        await homes.get(BERT, own.items[0].id)
    with pytest.raises(Invalid, match=r"place\.which_estate"):
        await homes.page(DESK, {}, cursor=None, limit=10)


async def test_a_resident_s_vehicle_is_theirs_and_nobody_else_s(yard: Yard) -> None:
    vehicle = await yard.vehicle(ANNA)
    assert (await yard.parking.vehicles.get(ANNA, vehicle.id)).plate == PLATE
    with pytest.raises(NotFound):
        await yard.parking.vehicles.get(BERT, vehicle.id)
    with pytest.raises(NotFound):
        await yard.parking.vehicles.retire(BERT, vehicle.id, seen=None)
    page = await yard.parking.vehicles.page(BERT, {}, cursor=None, limit=10)
    assert page.items == []
    asked = {"dwelling_id": "dwl_1"}
    page = await yard.parking.vehicles.page(BERT, asked, cursor=None, limit=10)
    assert page.items == []


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_for_strangers_there_is_nothing(yard: Yard, stranger: str) -> None:
    who = STRANGERS[stranger]
    vehicle, space = await yard.vehicle(), await yard.space()
    permit = await yard.permit(vehicle)
    made, _ = await yard.visitor()
    looks: list[tuple[Any, str]] = [
        (yard.parking.vehicles.get, vehicle.id),
        (yard.parking.spaces.get, space.id),
        (yard.parking.permits.get, permit.id),
        (yard.parking.visitors.get, made.id),
        (yard.parking.permits.story, permit.id),
    ]
    for look, id_ in looks:
        with pytest.raises(NotFound):
            await look(who, id_)
    target = Target(who.viewer, permit.id, 99)
    with pytest.raises(NotFound):
        await yard.parking.permits.revoke(target, end=PermitEnd.MISUSED)
    found = await yard.parking.vehicles.page(
        who, {"estate_id": yard.estate_id}, cursor=None, limit=10
    )
    assert found.items == []


async def test_two_may_claim_a_plate_and_one_of_them_is_verified(yard: Yard) -> None:
    first = await yard.vehicle(ANNA)
    second = await yard.vehicle(BERT, dwelling_id="dwl_2")
    with pytest.raises(Stale):
        await yard.parking.vehicles.verify(Target(DESK.viewer, second.id, 9))
    await yard.parking.vehicles.verify(Target(DESK.viewer, second.id, second.version))
    with pytest.raises(Conflict, match=r"vehicle\.taken"):
        await yard.parking.vehicles.verify(Target(DESK.viewer, first.id))
    with pytest.raises(Conflict, match=r"vehicle\.taken"):
        await yard.vehicle(CARL, dwelling_id="dwl_3")
    declined = await yard.parking.vehicles.decline(Target(DESK.viewer, first.id))
    assert declined.alarm_at == yard.now + 30 * DAY


async def test_a_home_has_so_many_vehicles_and_no_more(yard: Yard) -> None:
    for number in range(PER_DWELLING_MAX):
        await yard.vehicle(ANNA, plate=f"京A1000{number}")
    with pytest.raises(Conflict, match=r"vehicle\.too_many"):
        await yard.vehicle(ANNA, plate=OTHER_PLATE)


async def test_who_sees_a_plate_or_asks_whose_it_is_is_on_record_first(yard: Yard) -> None:
    vehicle = await yard.vehicle()
    await yard.parking.vehicles.read(DESK, vehicle.id, purpose=PlatePurpose.GATE)
    found = await yard.parking.vehicles.find(
        DESK, estate_id=yard.estate_id, plate="京a 12345", purpose=PlatePurpose.BLOCKED_WAY
    )
    assert [each.id for each in found] == [vehicle.id]
    log = await yard.parking.vehicles.readings(DESK, vehicle.id, cursor=None, limit=10)
    assert [(each.by, each.purpose) for each in log.items] == [
        (DESK.id, "blocked_way"),
        (DESK.id, "gate"),
    ]


async def test_who_moves_out_takes_vehicles_and_permits_along_however_often_it_is_told(
    yard: Yard,
) -> None:
    vehicle = await yard.vehicle(ANNA)
    vehicle = await yard.parking.vehicles.verify(Target(HERE, vehicle.id))
    space = await yard.space()
    permit = await yard.permit(vehicle, space_id=space.id)
    (home,) = (await yard.parking.occupancies.page(ANNA, {}, cursor=None, limit=9)).items
    await yard.parking.occupancies.end(ANNA, home.id, seen=home.version)
    await yard.settle(times=2)

    gone = await yard.parking.vehicles.get(DESK, vehicle.id)
    assert gone.state is VehicleState.RETIRED
    ended = await yard.parking.permits.get(DESK, permit.id)
    assert (ended.state, ended.end) == (PermitState.REVOKED, PermitEnd.VEHICLE_GONE)
    assert not (await yard.parking.spaces.seen(DESK, space.id)).taken
    assert yard.types().count("permit.revoked") == 1
    with pytest.raises(NotFound):
        await yard.parking.vehicles.get(ANNA, vehicle.id)


async def test_late_news_of_moving_out_hits_nobody_who_is_back(yard: Yard) -> None:
    (home,) = (await yard.parking.occupancies.page(ANNA, {}, cursor=None, limit=9)).items
    await yard.settle()
    await yard.parking.occupancies.end(ANNA, home.id, seen=None)
    await yard.home(ANNA, "dwl_1")
    vehicle = await yard.vehicle(ANNA)
    await yard.settle()
    assert (await yard.parking.vehicles.get(ANNA, vehicle.id)).state is VehicleState.CLAIMED


@pytest.mark.parametrize("told", [PersonLeft, PersonErased])
async def test_who_leaves_the_register_lives_in_no_home_here_any_more(
    yard: Yard, told: type[PersonLeft]
) -> None:
    await yard.home(ANNA, "dwl_2")
    elsewhere = heard(told(person_id=ANNA.id), ANNA.id, community="elsewhere")
    await deliver(yard.hearings, elsewhere)
    assert await yard.parking.occupancies.homes_of(ANNA.id) == {"dwl_1", "dwl_2"}
    news = heard(told(person_id=ANNA.id), ANNA.id)
    for _ in range(2):
        await deliver(yard.hearings, news)
    assert await yard.parking.occupancies.homes_of(ANNA.id) == frozenset()
    assert await yard.parking.occupancies.homes_of(BERT.id) == {"dwl_2"}


async def test_what_is_over_cannot_be_done_again(yard: Yard) -> None:
    vehicle = await yard.vehicle()
    await yard.parking.vehicles.retire(STAFF, vehicle.id, seen=None)
    with pytest.raises(WrongState):
        await yard.parking.vehicles.retire(STAFF, vehicle.id, seen=None)


async def test_the_plate_of_a_vehicle_that_is_gone_is_forgotten_in_time(yard: Yard) -> None:
    vehicle = await yard.vehicle(ANNA)
    await yard.parking.vehicles.retire(ANNA, vehicle.id, seen=None)
    yard.clock.move(29 * DAY)
    assert await yard.parking.ring() == 0
    yard.clock.move(DAY)
    assert await yard.parking.ring() == 1
    bare = await yard.parking.vehicles.get(DESK, vehicle.id)
    assert (bare.plate, bare.plate_digest, bare.owner_id) == (None, None, None)
    assert await yard.parking.ring() == 0
