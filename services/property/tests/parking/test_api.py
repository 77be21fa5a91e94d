"""Parking over HTTP: who may, in what words, and what is answered to what is wrong."""

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

import pytest

from services.property.api.forms import PREFIX
from services.property.api.parking_routes import routers
from services.property.api.visitor import wrong_codes
from services.property.store.parking_records import ParkingAnswers, ParkingRecords
from services.property.tests.parking.harness import PLATE, Yard, fake_yard, real_yard
from services.property.tests.samples import COMPANY
from shared.auth import Caller
from shared.clock import SystemClock
from shared.mongo import Database
from shared.sealing import DEVELOPMENT_KEYS, Sealer
from shared.testing_routes import MadeOnce
from shared.testing_web import Reply, WebClient, never_answered, person, web_client

ANNA, BERT = person("resident", id="per_anna"), person("resident", id="per_bert")
STAFF, COMMITTEE = person("staff"), person("committee")
DESK = person("contractor", company=COMPANY)
OTHER_COMPANY = person("contractor", company="cmp_other")
ELSEWHERE = person("staff", communities=("elsewhere",))


@dataclass
class Door:
    """Calls the routes over a yard."""

    yard: Yard
    client: WebClient

    async def call(
        self, method: str, path: str, who: Caller | None, json: Any = None, **headers: str
    ) -> Reply:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.call(method, f"{PREFIX}{path}", who, json=json, headers=sent)

    async def made(self, path: str, who: Caller, **body: Any) -> dict[str, Any]:
        """What came of a post that makes something."""
        body = {"estate_id": self.yard.estate_id, **body}
        reply = await self.call("POST", path, who, body)
        assert reply.status == 201, reply.body
        view: dict[str, Any] = reply.json()
        return view


def door(yard: Yard, answered: ParkingAnswers | None = None) -> Door:
    """The routes over it; its clock stands at the present."""
    yard.clock.moment = SystemClock().now()
    lookups = answered or ParkingAnswers(*[never_answered] * len(fields(ParkingAnswers)))
    return Door(yard, web_client(MadeOnce(routers, yard.parking, lookups, wrong_codes())))


@pytest.fixture
async def shut() -> Door:
    """Over the fakes."""
    return door(await fake_yard())


@pytest.mark.parametrize("who", [OTHER_COMPANY, ELSEWHERE])
async def test_strangers_find_an_estate_unknown_and_its_lists_empty(
    shut: Door, who: Caller
) -> None:
    estate = shut.yard.estate_id
    body = {"estate_id": estate, "dwelling_id": "dwl_1", "plate": PLATE}
    reply = await shut.call("POST", "/vehicles", who, body)
    assert (reply.status, reply.json()["errors"][0]["pointer"]) == (422, "#/estate_id")
    for path in ("/vehicles", "/spaces", "/permits", "/visitor-passes", "/occupancies"):
        listed = await shut.call("GET", f"{path}?estate_id={estate}", who)
        assert (listed.status, listed.json()["items"]) == (200, [])


async def test_a_plate_is_masked_in_lists_and_full_only_for_a_purpose(shut: Door) -> None:
    car = await shut.made("/vehicles", DESK, dwelling_id="dwl_1", plate=PLATE)
    listed = await shut.call("GET", f"/vehicles?estate_id={shut.yard.estate_id}", DESK)
    table = await shut.call(
        "GET", f"/vehicles?estate_id={shut.yard.estate_id}", DESK, accept="text/csv"
    )
    for shown in (listed, table):
        assert PLATE not in shown.body.decode()
        assert "京A***45" in shown.body.decode()
    path = f"/vehicles/{car['id']}/plate"
    assert (await shut.call("GET", path, DESK)).status == 422
    full = await shut.call("GET", f"{path}?purpose=gate", DESK)
    assert full.json() == {"id": car["id"], "plate": PLATE}
    log = await shut.call("GET", f"/vehicles/{car['id']}/readings", DESK)
    assert [each["purpose"] for each in log.json()["items"]] == ["gate"]
    assert (await shut.call("GET", f"{path}?purpose=gate", BERT)).status == 404


async def test_a_resident_cannot_do_what_is_the_desk_s(shut: Door) -> None:
    estate = shut.yard.estate_id
    for method, path in [
        ("POST", "/spaces"),
        ("POST", "/permits"),
        ("POST", "/vehicle-searches"),
        ("POST", "/accesses"),
        ("GET", f"/accesses?estate_id={estate}"),
        ("POST", "/visitor-passes/admissions"),
        ("POST", "/allotments"),
        ("PUT", "/retention-rule"),
    ]:
        reply = await shut.call(method, path, ANNA, {} if method != "GET" else None)
        assert reply.status == 403, path


async def test_the_committee_runs_draws_and_sees_no_car_and_no_log(shut: Door) -> None:
    lot = await shut.made(
        "/allotments", COMMITTEE, mode="waiting_list", title="North", term_days=30
    )
    assert lot["state"] == "open"
    for mode, count in (("waiting_list", 1), ("draw", 0)):
        listed = await shut.call("GET", f"/allotments?mode={mode}&state=open", COMMITTEE)
        assert len(listed.json()["items"]) == count
    for path in ("/vehicles", "/permits", f"/accesses?estate_id={shut.yard.estate_id}"):
        assert (await shut.call("GET", path, COMMITTEE)).status == 403


async def test_a_gate_s_batch_says_what_became_of_each(shut: Door) -> None:
    now = shut.yard.now.isoformat()
    good = {"ref": "1", "direction": "in", "plate": PLATE, "at": now}
    items = [
        good,
        {**good, "ref": "2", "at": now[:19]},
        {**good, "ref": "3", "colour": "red"},
        {"ref": "4"},
        {**good, "ref": ["5"]},
        {**good, "ref": "6", "plate": "?"},
        good,
    ]
    body = {"estate_id": shut.yard.estate_id, "gate": "north", "items": items}
    reply = await shut.call("POST", "/accesses:batch", DESK, body, accept_language="en")
    assert reply.status == 200
    told = reply.json()
    assert [item["outcome"] for item in told["items"]] == [
        "recorded",
        "rejected",
        "rejected",
        "rejected",
        "rejected",
        "rejected",
        "duplicate",
    ]
    assert (told["recorded"], told["duplicate"], told["rejected"]) == (1, 1, 5)
    assert [item["ref"] for item in told["items"]] == ["1", "2", "3", "4", None, "6", "1"]
    pointers = [[each["pointer"] for each in item["errors"]] for item in told["items"]]
    assert pointers[1] == ["#/at"]
    assert pointers[2] == ["#/colour"]
    assert pointers[5] == ["#/plate"]
    assert all(item["errors"] for item in told["items"] if item["outcome"] == "rejected")
    again = await shut.call("POST", "/accesses:batch", DESK, body)
    assert (again.json()["recorded"], again.json()["duplicate"]) == (0, 2)


@pytest.mark.parametrize("count", [0, 101])
async def test_a_batch_of_none_or_of_101_is_refused_whole(shut: Door, count: int) -> None:
    item = {"ref": "1", "direction": "in", "plate": PLATE, "at": shut.yard.now.isoformat()}
    body = {"estate_id": shut.yard.estate_id, "gate": "n", "items": [item] * count}
    reply = await shut.call("POST", "/accesses:batch", DESK, body)
    assert (reply.status, reply.json()["errors"][0]["pointer"]) == (422, "#/items")


@pytest.mark.mongo
async def test_a_sighting_told_to_the_microsecond_is_known_when_it_is_sent_again(
    database: Database,
) -> None:
    opened = door(await real_yard(database))
    body = {
        "estate_id": opened.yard.estate_id,
        "gate": "north",
        "ref": "1",
        "direction": "in",
        "plate": PLATE,
        "at": opened.yard.now.replace(microsecond=123_456).isoformat(),
    }
    replies = [await opened.call("POST", "/accesses", DESK, body) for _ in range(2)]
    assert [reply.status for reply in replies] == [201, 200]


async def test_one_sighting_is_201_then_200_then_a_conflict(shut: Door) -> None:
    body = {
        "estate_id": shut.yard.estate_id,
        "gate": "north",
        "ref": "1",
        "direction": "in",
        "plate": PLATE,
        "at": shut.yard.now.isoformat(),
    }
    statuses = [(await shut.call("POST", "/accesses", DESK, body)).status for _ in range(2)]
    other = await shut.call("POST", "/accesses", DESK, {**body, "direction": "out"})
    assert [*statuses, other.status] == [201, 200, 409]
    assert other.json()["code"] == "access.ref_reused"
    asked = {"estate_id": shut.yard.estate_id, "plate": PLATE}
    check = await shut.call("POST", "/access-checks", DESK, asked)
    assert check.json() == {"right": "none"}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422),
        ("estate_id={estate}&since=2026-11-24", 422),
        ("estate_id={estate}&since=2026-11-24T08:00:00", 422),
        ("estate_id={estate}&since=2026-11-24T08:00:00Z&until=2027-11-24T08:00:00%2B08:00", 200),
        ("estate_id={estate}&cursor=x", 400),
        ("estate_id={estate}&since=7", 422),
    ],
)
async def test_what_is_asked_of_the_log_is_checked(shut: Door, query: str, status: int) -> None:
    path = f"/accesses?{query.format(estate=shut.yard.estate_id)}"
    assert (await shut.call("GET", path, DESK)).status == status


async def test_wrong_codes_are_counted_and_right_ones_are_not(shut: Door) -> None:
    estate = shut.yard.estate_id
    for _ in range(3):
        made = await _expected(shut)
        body = {"estate_id": estate, "code": made["code"], "gate": "north"}
        admitted = await shut.call("POST", "/visitor-passes/admissions", DESK, body)
        assert (admitted.status, admitted.json()["dwelling_id"]) == (200, "dwl_1")
    wrong = {"estate_id": estate, "code": "00000000", "gate": "north"}
    statuses = [
        (await shut.call("POST", "/visitor-passes/admissions", DESK, wrong)).status
        for _ in range(22)
    ]
    assert statuses[:20] == [404] * 20
    assert statuses[20:] == [429, 429]


async def _expected(shut: Door) -> dict[str, Any]:
    now = shut.yard.now
    return await shut.made(
        "/visitor-passes",
        ANNA,
        dwelling_id="dwl_1",
        valid_from=now.isoformat(),
        valid_to=(now + timedelta(hours=2)).isoformat(),
        visitor="Zhang San",
    )


async def test_a_code_is_shown_once_and_a_visitor_on_record_alone(shut: Door) -> None:
    made = await _expected(shut)
    for path in (f"/visitor-passes/{made['id']}", "/visitor-passes"):
        shown = (await shut.call("GET", path, ANNA)).body.decode()
        assert made["code"] not in shown
        assert "Zhang San" not in shown
    read = await shut.call("GET", f"/visitor-passes/{made['id']}/visitor?purpose=own", ANNA)
    assert read.json()["visitor"] == "Zhang San"


async def test_a_version_that_moved_on_is_refused(shut: Door) -> None:
    car = await shut.made("/vehicles", ANNA, dwelling_id="dwl_1", plate=PLATE)
    path = f"/vehicles/{car['id']}/verification"
    assert (await shut.call("POST", path, DESK, if_match='"9"')).status == 412
    assert (await shut.call("POST", path, DESK, if_match='"1"')).status == 200
    assert (await shut.call("POST", path, DESK)).status == 409


async def test_the_rule_is_the_common_one_until_somebody_says_another(shut: Door) -> None:
    before = await shut.call("GET", "/retention-rule", STAFF)
    assert before.json() == {"community": "hongmiao", "version": 0, "days": 30}
    after = await shut.call("PUT", "/retention-rule", STAFF, {"days": 7})
    assert (after.status, after.json()["days"]) == (200, 7)
    assert (await shut.call("PUT", "/retention-rule", STAFF, {"days": 0})).status == 422
    assert (await shut.call("GET", "/retention-rule?community=x", STAFF)).status == 404


@pytest.mark.mongo
async def test_what_is_sent_twice_under_a_key_happens_once(database: Database) -> None:
    yard = await real_yard(database)
    answered = ParkingRecords(database, Sealer(DEVELOPMENT_KEYS)).answered
    open_door = door(yard, answered)
    body = {
        "estate_id": yard.estate_id,
        "text": "A van stands there",
        "plate": PLATE,
        "place": {"building_id": "bld_1"},
    }
    replies = [
        await open_door.call("POST", "/obstructions", ANNA, body, idempotency_key="k1")
        for _ in range(2)
    ]
    assert [reply.status for reply in replies] == [201, 201]
    assert replies[0].json() == replies[1].json()
    assert replies[0].json()["incident_number"].startswith("HM-")
    await yard.settle()
    found = await yard.world.incident_store.find({})
    assert [each.id for each in found] == [replies[0].json()["incident_id"]]
    assert found[0].number == replies[0].json()["incident_number"]
    reused = await open_door.call(
        "POST", "/obstructions", ANNA, {**body, "text": "x"}, idempotency_key="k1"
    )
    assert reused.status == 422


@pytest.mark.mongo
async def test_the_answer_that_is_given_again_is_the_first_one(database: Database) -> None:
    yard = await real_yard(database)
    office = door(yard, ParkingRecords(database, Sealer(DEVELOPMENT_KEYS)).answered)
    car = await office.made("/vehicles", DESK, dwelling_id="dwl_2", plate="京Z00001")
    space = await office.made("/spaces", DESK, code="Z-1")
    expected = await _expected(office)
    soon = (yard.now + timedelta(days=5)).isoformat()
    of_estate = {"estate_id": yard.estate_id}
    lot = {"mode": "draw", "title": "t", "term_days": 9, "space_ids": [space["id"]]}
    calls: list[tuple[str, Caller, dict[str, Any] | None]] = [
        ("/occupancies", ANNA, {**of_estate, "dwelling_id": "dwl_2"}),
        ("/vehicles", ANNA, {**of_estate, "dwelling_id": "dwl_1", "plate": PLATE}),
        ("/spaces", DESK, {**of_estate, "code": "A-1"}),
        ("/permits", DESK, {**of_estate, "kind": "temporary", "plate": PLATE, "valid_to": soon}),
        ("/allotments", STAFF, {**of_estate, **lot, "closes_at": soon}),
        (f"/vehicles/{car['id']}/retirement", DESK, None),
        (f"/spaces/{space['id']}/closure", DESK, None),
        (f"/visitor-passes/{expected['id']}/revocation", ANNA, None),
    ]
    for path, who, body in calls:
        first, again = [
            await office.call("POST", path, who, body, idempotency_key="k1") for _ in range(2)
        ]
        assert first.status in (200, 201), (path, first.body)
        assert (again.status, again.json()) == (first.status, first.json()), path
