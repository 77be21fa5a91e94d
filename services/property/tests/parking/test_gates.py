"""What gates see, whom they let in, and how long it is kept."""

import asyncio
from typing import Any

import pytest

from services.property.domain.access import Direction, Right
from services.property.domain.incident import IncidentKind, IncidentState, Place
from services.property.domain.permit import PermitKind
from services.property.domain.visitor import LIVE_PER_DWELLING_MAX, VisitorPass, VisitorPassState
from services.property.service.access import Asked
from services.property.service.obstruction import ObstructionDraft
from services.property.service.on_record import PlatePurpose
from services.property.tests.parking.harness import (
    ANNA,
    BERT,
    DAY,
    DESK,
    GATE,
    HERE,
    HOUR,
    OTHER_PLATE,
    PLATE,
    STAFF,
    STRANGERS,
    Yard,
)
from shared.errors import Conflict, Invalid, NotFound, Stale, WrongState


async def test_a_gate_is_told_by_what_a_car_comes_in(yard: Yard) -> None:
    await yard.permit(await yard.vehicle())
    await yard.permit(plate=OTHER_PLATE, kind=PermitKind.EMERGENCY, valid_to=yard.now + DAY)
    await yard.visitor(plate="京V11111")
    sightings = [
        yard.seen("1"),
        yard.seen("2", plate="京 b-67890"),
        yard.seen("3", plate="京V11111"),
        yard.seen("4", plate="京X99999"),
    ]
    assert await yard.came(*sightings) == [
        Right.RESIDENT,
        Right.EMERGENCY,
        Right.VISITOR,
        Right.NONE,
    ]


async def test_what_a_gate_sends_again_is_kept_once_and_answered_as_before(yard: Yard) -> None:
    first = await yard.parking.access.record(GATE, yard.estate_id, [yard.seen(), yard.seen("2")])
    again = await yard.parking.access.record(GATE, yard.estate_id, [yard.seen("2"), yard.seen()])
    assert [each.known for each in (*first, *again)] == [False, False, True, True]
    assert {each.row and each.row.id for each in first} == {
        each.row and each.row.id for each in again
    }
    page = await yard.parking.access.page(DESK, Asked(yard.estate_id), cursor=None, limit=10)
    assert len(page.items) == 2


async def test_half_of_a_batch_that_is_wrong_hinders_no_other(yard: Yard) -> None:
    await yard.parking.access.record(GATE, yard.estate_id, [yard.seen("old")])
    told = [
        yard.seen("1"),
        yard.seen("2", plate="?"),
        yard.seen("3", at=yard.now + HOUR),
        yard.seen("4", at=yard.now - 8 * DAY),
        yard.seen("old", plate=OTHER_PLATE),
        yard.seen("1"),
        yard.seen("1", direction=Direction.OUT),
        yard.seen("5"),
    ]
    ends = await yard.parking.access.record(GATE, yard.estate_id, told)
    assert [each.ref for each in ends] == ["1", "2", "3", "4", "old", "1", "1", "5"]
    codes = [each.fault.code if each.fault else each.known for each in ends]
    assert codes == [
        False,
        "vehicle.plate",
        "access.in_the_future",
        "access.too_late",
        "access.ref_reused",
        True,
        "access.ref_reused",
        False,
    ]


@pytest.mark.mongo
async def test_fifty_gates_posts_of_one_number_at_once_make_one_row(real_one: Yard) -> None:
    ends = await asyncio.gather(
        *(
            real_one.parking.access.record(GATE, real_one.estate_id, [real_one.seen()])
            for _ in range(50)
        )
    )
    assert sum(not end.known for (end,) in ends) == 1
    asked = Asked(real_one.estate_id)
    page = await real_one.parking.access.page(DESK, asked, cursor=None, limit=10)
    assert len(page.items) == 1


@pytest.mark.mongo
async def test_no_plate_can_be_read_in_the_store(real_one: Yard) -> None:
    await real_one.permit(await real_one.vehicle())
    await real_one.visitor(plate=OTHER_PLATE)
    await real_one.came(real_one.seen())
    database = real_one.world.estate_store._collection.database  # type: ignore[attr-defined]
    for name in await database.list_collection_names():
        for document in await database[name].find().to_list(None):
            text = str(document)
            assert not any(secret in text for secret in (PLATE, OTHER_PLATE, "Zhang San")), name


async def test_the_log_is_paged_by_time_and_seen_by_the_desk_alone(yard: Yard) -> None:
    for n in range(5):
        await yard.came(yard.seen(str(n), gate="north" if n % 2 else "south"))
        yard.clock.move(HOUR)
    log = yard.parking.access
    asked = Asked(yard.estate_id)
    first = await log.page(DESK, asked, cursor=None, limit=3)
    rest = await log.page(DESK, asked, cursor=first.next_cursor, limit=3)
    assert [row.ref for row in (*first.items, *rest.items)] == ["4", "3", "2", "1", "0"]
    assert rest.next_cursor is None
    since = Asked(yard.estate_id, "north", since=yard.now - 3 * HOUR)
    assert [row.ref for row in (await log.page(DESK, since, cursor=None, limit=9)).items] == ["3"]
    for stranger in STRANGERS.values():
        with pytest.raises(Invalid, match=r"place\.estate_unknown"):
            await log.page(stranger, asked, cursor=None, limit=9)
        with pytest.raises(NotFound):
            await log.read(stranger, first.items[0].id, purpose=PlatePurpose.GATE)


async def test_a_search_by_plate_puts_each_row_on_record(yard: Yard) -> None:
    await yard.came(yard.seen("1"), yard.seen("2"), yard.seen("3", plate=OTHER_PLATE))
    found = await yard.parking.access.of_plate(
        DESK,
        estate_id=yard.estate_id,
        plate=PLATE,
        purpose=PlatePurpose.DAMAGE,
        cursor=None,
        limit=10,
    )
    assert {row.ref for row in found.items} == {"1", "2"}
    for row in found.items:
        (reading,) = (await yard.readings.page(row.id, cursor=None, limit=9)).items
        assert (reading.by, reading.purpose) == (DESK.id, "damage")


async def test_a_resident_sees_when_their_own_car_came_and_nobody_else_s(yard: Yard) -> None:
    await yard.came(yard.seen("before"))
    yard.clock.move(HOUR)
    car = await yard.vehicle()
    await yard.came(yard.seen("after"))
    own = await yard.parking.access.of_vehicle(ANNA, car.id, cursor=None, limit=9)
    assert [row.ref for row in own.items] == ["after"]
    with pytest.raises(NotFound):
        await yard.parking.access.of_vehicle(BERT, car.id, cursor=None, limit=9)


async def test_a_gate_asks_before_it_opens(yard: Yard) -> None:
    await yard.permit(await yard.vehicle(), valid_to=yard.now + HOUR)

    async def right() -> Right:
        return await yard.parking.access.right_of(GATE, estate_id=yard.estate_id, plate=PLATE)

    assert await right() is Right.RESIDENT
    yard.clock.move(HOUR)  # nobody has swept yet
    assert await right() is Right.NONE


async def test_the_log_is_kept_by_the_rule_that_holds_now(yard: Yard) -> None:
    await yard.came(yard.seen())
    yard.clock.move(10 * DAY)
    assert await yard.parking.rules.sweep() == 0
    rule = await yard.parking.rules.change("hongmiao", days=7, seen=None)
    with pytest.raises(Stale):
        await yard.parking.rules.change("hongmiao", days=8, seen=rule.version + 1)
    for days in (0, 366):
        with pytest.raises(Invalid, match=r"retention_rule\.days"):
            await yard.parking.rules.change("hongmiao", days=days, seen=None)
    await yard.parking.rules.change("elsewhere", days=300, seen=None)
    assert await yard.parking.rules.sweep() == 1
    assert await yard.parking.rules.sweep() == 0


async def test_a_code_lets_one_visitor_in_once(yard: Yard) -> None:
    made, code = await yard.visitor()
    visitors = yard.parking.visitors

    async def admit(told: str, estate_id: str = yard.estate_id) -> VisitorPass:
        return await visitors.admit(GATE, estate_id=estate_id, code=told, gate="north")

    with pytest.raises(NotFound, match=r"visitor_pass\.code_unknown"):
        await admit("00000000" if code != "00000000" else "11111111")
    used = await admit(code)
    assert (used.id, used.state, used.used_gate) == (made.id, VisitorPassState.USED, "north")
    with pytest.raises(NotFound, match=r"visitor_pass\.code_unknown"):
        await admit(code)


@pytest.mark.parametrize("moved", [-HOUR, 2 * HOUR])
async def test_a_code_opens_nothing_before_and_after_its_time(yard: Yard, moved: object) -> None:
    _, code = await yard.visitor()
    yard.clock.move(moved)  # type: ignore[arg-type]
    with pytest.raises(NotFound, match=r"visitor_pass\.code_unknown"):
        await yard.parking.visitors.admit(GATE, estate_id=yard.estate_id, code=code, gate="north")


@pytest.mark.mongo
async def test_of_fifty_who_show_one_code_at_once_one_comes_in(real_one: Yard) -> None:
    _, code = await real_one.visitor()
    ends = await asyncio.gather(
        *(
            real_one.parking.visitors.admit(
                GATE, estate_id=real_one.estate_id, code=code, gate=f"gate-{n}"
            )
            for n in range(50)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(end, VisitorPass) for end in ends) == 1
    assert sum(isinstance(end, NotFound) for end in ends) == 49


async def test_a_visitor_s_car_uses_the_pass_when_it_comes_in_and_only_once(yard: Yard) -> None:
    made, code = await yard.visitor(plate=OTHER_PLATE)
    out = yard.seen("0", plate=OTHER_PLATE, direction=Direction.OUT)
    assert await yard.came(out) == [Right.VISITOR]
    assert await yard.came(yard.seen("1", plate=OTHER_PLATE)) == [Right.VISITOR]
    assert (await yard.parking.visitors.get(ANNA, made.id)).state is VisitorPassState.USED
    assert await yard.came(yard.seen("2", plate=OTHER_PLATE)) == [Right.NONE]
    with pytest.raises(NotFound):
        await yard.parking.visitors.admit(GATE, estate_id=yard.estate_id, code=code, gate="north")


async def test_a_pass_is_the_host_s_home_s_and_bounded(yard: Yard) -> None:
    made, _ = await yard.visitor()
    with pytest.raises(Invalid, match=r"dwelling\.not_yours"):
        await yard.visitor(BERT)
    for look in (yard.parking.visitors.get, yard.parking.visitors.story):
        with pytest.raises(NotFound):
            await look(BERT, made.id)
    with pytest.raises(NotFound):
        await yard.parking.visitors.revoke(BERT, made.id, seen=None)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"valid_to": yard.now}, "visitor_pass.ends_first"),
        ({"valid_to": yard.now + 8 * DAY}, "visitor_pass.too_long"),
        (
            {"valid_from": yard.now + 31 * DAY, "valid_to": yard.now + 32 * DAY},
            "visitor_pass.too_far_ahead",
        ),
        ({"plate": "?"}, "vehicle.plate"),
    ]
    for told, code in cases:
        with pytest.raises(Invalid) as refused:
            await yard.visitor(**told)
        assert refused.value.code == code
    for _ in range(LIVE_PER_DWELLING_MAX - 1):
        await yard.visitor()
    with pytest.raises(Conflict, match=r"visitor_pass\.too_many"):
        await yard.visitor()
    await yard.parking.visitors.revoke(ANNA, made.id, seen=made.version)
    await yard.visitor()


async def test_who_was_expected_is_read_on_record_and_forgotten_in_time(yard: Yard) -> None:
    made, _ = await yard.visitor()
    read = await yard.parking.visitors.read(STAFF, made.id, purpose=PlatePurpose.GATE)
    assert read.visitor == "Zhang San"
    log = await yard.parking.visitors.readings(ANNA, made.id, cursor=None, limit=9)
    assert [each.by for each in log.items] == [STAFF.id]
    await yard.parking.rules.change("hongmiao", days=3, seen=None)
    yard.clock.move(2 * HOUR)
    assert await yard.parking.ring() == 1
    assert (await yard.parking.visitors.get(ANNA, made.id)).state is VisitorPassState.EXPIRED
    yard.clock.move(3 * DAY)
    assert await yard.parking.ring() == 1
    bare = await yard.parking.visitors.get(ANNA, made.id)
    assert (bare.visitor, bare.host_id) == (None, None)
    with pytest.raises(WrongState):
        await yard.parking.visitors.revoke(ANNA, made.id, seen=None)


async def test_a_blocked_fire_lane_is_an_incident_once_and_its_plate_stands_apart(
    yard: Yard,
) -> None:
    car = await yard.vehicle()
    photo = await yard.world.photo()
    place = Place(building_id="bld_1")
    draft = ObstructionDraft(yard.estate_id, place, "A van", PLATE, (photo,))
    made = await yard.parking.obstructions.report(ANNA, draft)
    await yard.settle(times=2)
    incident = await yard.world.incidents.get(HERE, made.incident_id)
    assert (incident.kind, incident.severity) == (IncidentKind.VEHICLE, 2)
    assert (incident.state, incident.text) == (IncidentState.REPORTED, "A van")
    assert incident.place.building_id == "bld_1"
    assert PLATE not in str(incident)
    assert incident.photo_ids == (photo,)
    assert made.vehicle_id == car.id
    read = await yard.parking.obstructions.read(DESK, made.id, purpose=PlatePurpose.BLOCKED_WAY)
    assert read.plate == PLATE
    yard.clock.move(30 * DAY)
    await yard.parking.ring()
    bare = await yard.parking.obstructions.get(DESK, made.id)
    assert (bare.plate, bare.text, bare.vehicle_id) == (None, None, None)
    assert (await yard.world.incidents.get(HERE, made.incident_id)).text == "A van"
    assert yard.types().count("incident.reported") == 1


async def test_a_lane_that_is_nowhere_is_refused_to_who_can_mend_it(yard: Yard) -> None:
    for draft, pointer in [
        (ObstructionDraft(yard.estate_id, Place("bld_9"), "A van"), "/place/building_id"),
        (ObstructionDraft("est_9", Place(), "A van"), "/estate_id"),
        (ObstructionDraft(yard.estate_id, Place(), "A van", "?"), "/plate"),
        (ObstructionDraft(yard.estate_id, Place(), "A van", None, ("pho_9",)), "/photo_ids/0"),
    ]:
        with pytest.raises(Invalid) as refused:
            await yard.parking.obstructions.report(ANNA, draft)
        assert refused.value.facts["pointer"] == pointer


@pytest.mark.mongo
async def test_every_question_to_the_log_goes_along_an_index(real_one: Yard) -> None:
    await real_one.came(*(real_one.seen(str(n), plate=f"京A{n:05}") for n in range(60)))
    rows = real_one.world.estate_store._collection.database["accesses"]  # type: ignore[attr-defined]
    one = await rows.find_one({})
    of_estate = {"estate_id": real_one.estate_id, "at": {"$ne": None}}
    asked: list[tuple[dict[str, Any], list[tuple[str, int]], int]] = [
        (of_estate, [("at", -1), ("_id", -1)], 10),
        ({**of_estate, "gate": "north"}, [("at", -1), ("_id", -1)], 10),
        ({**of_estate, "plate_digest": one["plate_digest"]}, [("at", -1), ("_id", -1)], 10),
        ({"_id": {"$in": [one["_id"]]}}, [("_id", 1)], 10),
        ({"community": "hongmiao", "at": {"$lt": real_one.now}}, [("at", 1)], 1),
        ({"community": {"$nin": ["x"]}, "at": {"$lt": real_one.now}}, [("at", 1)], 1),
    ]
    for where, sort, limit in asked:
        plan = await rows.find(where).sort(sort).limit(limit).explain()
        stages = str(plan["queryPlanner"]["winningPlan"])
        assert "IXSCAN" in stages or "EXPRESS" in stages, (where, stages)
        assert "COLLSCAN" not in stages
        assert "'SORT'" not in stages, (where, stages)
        assert plan["executionStats"]["totalDocsExamined"] <= limit, where
    indexes = await rows.index_information()
    assert indexes["year"]["expireAfterSeconds"] == 366 * 86_400


@pytest.mark.mongo
async def test_a_gate_s_question_for_a_right_goes_along_an_index(real_one: Yard) -> None:
    for n in range(30):
        await real_one.permit(plate=f"京A{n:05}")
    permits = real_one.world.estate_store._collection.database["permits"]  # type: ignore[attr-defined]
    one = await permits.find_one({})
    where = {"estate_id": real_one.estate_id, "plate_digest": {"$in": [one["plate_digest"]]}}
    plan = await permits.find({**where, "state": "issued"}).sort([("_id", 1)]).explain()
    assert plan["executionStats"]["totalDocsExamined"] == 1
