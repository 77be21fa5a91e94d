"""Patrols, facilities and upkeep over HTTP: who may what, and what is said of what is wrong."""

from typing import Any

import pytest

from services.property.api.forms import PREFIX
from services.property.api.routine_routes import routers
from services.property.domain.machine import SCOPES
from services.property.store.routine_records import RoutineRecords
from services.property.tests.api.office import COMMITTEE, DISPATCHER, RESIDENT, STAFF, STRANGERS
from services.property.tests.patrol_samples import CLOSES, OPENS
from services.property.tests.routine_harness import (
    DAY,
    MINUTE,
    RoutineWorld,
    fake_routine,
    real_routine,
)
from services.property.tests.samples import COMMUNITY, COMPANY
from services.property.tests.teams import TEAM, joined_team
from shared.auth import Caller
from shared.mongo import Database
from shared.testing_web import Reply, WebClient, never_answered, person, web_client

ROUTE = {
    "title": "Night round",
    "ordered": True,
    "checkpoints": [
        {"code": "GATE", "title": "Main gate", "position": {"lat": 39.9, "long": 116.4}},
        {"code": "GARAGE", "title": "Garage", "entrance_id": "ent_11"},
    ],
}
ROUNDS = {
    "rhythm": "FREQ=DAILY",
    "starts_on": "2026-11-24",
    "times": ["22:00"],
    "window_minutes": 60,
}
LIFT = {"kind": "lift", "code": "L-1", "title": "Lift", "place": {"entrance_id": "ent_11"}}
UPKEEP = {
    "kind": "inspection",
    "title": "Fortnightly",
    "scope": "repair",
    "severity": 2,
    "rhythm": "FREQ=WEEKLY;INTERVAL=2",
    "starts_on": "2026-11-25",
    "times": ["09:00"],
}
NAMES = ("routes", "patrol_plans", "patrols", "facilities", "upkeeps")


class Desk:
    """Calls the routes."""

    def __init__(self, it: RoutineWorld, client: WebClient) -> None:
        self.it = it
        self._client = client

    async def call(
        self, method: str, path: str, who: Caller | None = None, json: Any = None, **headers: str
    ) -> Reply:
        """One request below the prefix of the service."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._client.call(method, f"{PREFIX}{path}", who, json=json, headers=sent)

    async def made(self, path: str, body: dict[str, Any], who: Caller = COMMITTEE) -> str:
        """The id of what this makes."""
        reply = await self.call("POST", path, who, body)
        assert reply.status == 201, reply.body
        id_ = str(reply.json()["id"])
        assert reply.headers["location"] == f"{PREFIX}{path}/{id_}"
        return id_

    async def route(self) -> str:
        """A route through a new estate."""
        return await self.made("/routes", {**ROUTE, "estate_id": (await self.it.estate()).id})

    async def patrol(self) -> str:
        """The first round of a plan to walk a new route."""
        plan = await self.made("/patrol-plans", {**ROUNDS, "route_id": await self.route()})
        await self.it.world.settle()
        reply = await self.call("GET", f"/patrols?patrol_plan_id={plan}&on=2026-11-24", DISPATCHER)
        (first,) = reply.json()["items"]
        return str(first["id"])

    async def lift(self) -> str:
        """A lift of a new estate."""
        return await self.made("/facilities", {**LIFT, "estate_id": (await self.it.estate()).id})


@pytest.fixture
def desk() -> Desk:
    """The routes over the fakes."""
    it = fake_routine()
    return Desk(it, web_client(*routers(it.routine, dict.fromkeys(NAMES, never_answered))))


def record(code: str, minutes: int, **more: Any) -> dict[str, Any]:
    """A checkpoint as a phone sends it."""
    at = (OPENS + minutes * MINUTE).isoformat()
    return {"id": f"r-{code}-{minutes}", "code": code, "taken_at": at, **more}


GATE = record("GATE", 5, position={"lat": 39.9, "long": 116.4})
GARAGE = record("GARAGE", 15)
LAMP = {
    "id": "f-1",
    "scope": "repair",
    "severity": 3,
    "text": "The lamp is broken",
    "found_at": GARAGE["taken_at"],
    "code": "GARAGE",
}


async def test_a_round_is_walked_by_the_company_and_watched_by_the_committee(desk: Desk) -> None:
    patrol = await desk.patrol()
    desk.it.clock.moment = OPENS + 30 * MINUTE
    reply = await desk.call(
        "POST",
        f"/patrols/{patrol}/records",
        DISPATCHER,
        {"records": [GATE, GARAGE], "findings": [LAMP]},
    )
    assert reply.status == 200, reply.body
    told = reply.json()
    assert [each["outcome"] for each in (*told["records"], *told["findings"])] == ["kept"] * 3
    assert told["patrol"]["state"] == "done"
    seen = (await desk.call("GET", f"/patrols/{patrol}", COMMITTEE)).json()
    assert seen == told["patrol"]
    assert [each["verdict"] for each in seen["records"]] == ["good", "good"]
    line = (await desk.call("GET", "/patrols?state=done", COMMITTEE)).json()["items"][0]
    assert (line["passed_count"], line["checkpoint_count"], line["finding_count"]) == (2, 2, 1)
    story = (await desk.call("GET", f"/patrols/{patrol}/story", COMMITTEE)).body
    assert b"lamp" not in story
    assert b"39.9" not in story


async def test_half_of_what_a_phone_sends_may_be_wrong_and_each_is_told(desk: Desk) -> None:
    patrol = await desk.patrol()
    desk.it.clock.moment = OPENS + 30 * MINUTE
    body = {
        "records": [GATE, record("SHED", 6), record("GARAGE", -5), GATE],
        "findings": [{**LAMP, "photo_ids": ["pho_none"]}],
    }
    reply = await desk.call(
        "POST", f"/patrols/{patrol}/records", DISPATCHER, body, accept_language="en"
    )
    told = reply.json()
    assert [each["outcome"] for each in told["records"]] == ["kept", "refused", "refused", "known"]
    faults = [each["errors"] for each in (*told["records"], *told["findings"])]
    assert [each[0]["pointer"] for each in faults if each] == [
        "#/records/1/code",
        "#/records/2/taken_at",
        "#/findings/0/photo_ids/0",
    ]
    assert all(fault["detail"] for each in faults for fault in each)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"records": [{**GATE, "taken_at": "2026-11-24T22:05:00"}]}, "/records/0/taken_at"),
        ({"records": [{**GATE, "taken_at": 1700000000}]}, "/records/0/taken_at"),
        ({"records": [{**GATE, "id": "a b"}]}, "/records/0/id"),
        ({"records": [{**GATE, "walker": "Li"}]}, "/records/0/walker"),
        ({"records": [{**GATE, "position": {"lat": 91, "long": 0}}]}, "/records/0/position/lat"),
        ({"records": [GATE] * 101}, "/records"),
        ({"findings": [LAMP] * 21}, "/findings"),
        ({"findings": [{**LAMP, "severity": 5}]}, "/findings/0/severity"),
        ({"findings": [{**LAMP, "photo_ids": ["p"] * 6}]}, "/findings/0/photo_ids"),
        ({"findings": [{**LAMP, "scope": "gossip"}]}, "/findings/0/scope"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_its_place(
    desk: Desk, wrong: dict[str, Any], pointer: str
) -> None:
    patrol = await desk.patrol()
    reply = await desk.call("POST", f"/patrols/{patrol}/records", DISPATCHER, wrong)
    assert reply.status == 422
    assert reply.json()["errors"][0]["pointer"] == f"#{pointer}"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"rhythm": "FREQ=SECONDLY"}, "/rhythm"),
        ({"rhythm": "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"}, "/rhythm"),
        ({"rhythm": "every day"}, "/rhythm"),
        ({"times": ["25:00"]}, "/times/0"),
        ({"times": []}, "/times"),
        ({"window_minutes": 0}, "/window_minutes"),
        ({"window_minutes": 10**9}, "/window_minutes"),
        ({"window_minutes": True}, "/window_minutes"),
        ({"starts_on": "9999-12-31"}, "/starts_on"),
        ({"starts_on": 20261124}, "/starts_on"),
        ({"route_id": "rou_none"}, "/route_id"),
        ({"team_id": "a b"}, "/team_id"),
    ],
)
async def test_a_plan_that_is_none_is_refused_at_its_field(
    desk: Desk, change: dict[str, Any], pointer: str
) -> None:
    body = {**ROUNDS, "route_id": await desk.route(), **change}
    reply = await desk.call("POST", "/patrol-plans", COMMITTEE, body)
    assert reply.status == 422
    assert reply.json()["errors"][0]["pointer"] == f"#{pointer}"


async def test_a_list_of_a_day_that_is_none_is_refused_and_of_the_last_day_empty(
    desk: Desk,
) -> None:
    assert (await desk.call("GET", "/patrols?on=2026-02-30", COMMITTEE)).status == 422
    for day in ("9999-12-31", "0001-01-01"):
        reply = await desk.call("GET", f"/patrols?on={day}", COMMITTEE)
        assert reply.status == 200, reply.body
        assert reply.json()["items"] == []


async def test_the_company_can_neither_plan_nor_call_off_what_it_is_to_walk(desk: Desk) -> None:
    patrol = await desk.patrol()
    plan = (await desk.call("GET", "/patrol-plans", COMMITTEE)).json()["items"][0]
    for method, path, body in (
        ("POST", f"/patrols/{patrol}/cancellation", {"reason": "weather"}),
        ("POST", f"/patrol-plans/{plan['id']}/end", {"reason": "tired"}),
        ("PUT", f"/patrol-plans/{plan['id']}/rounds", ROUNDS),
        ("PUT", f"/routes/{plan['route_id']}", ROUTE),
        ("POST", f"/routes/{plan['route_id']}/retirement", None),
    ):
        assert (await desk.call(method, path, DISPATCHER, body)).status == 403
    assert {"property:patrol:plan", "property:upkeep:plan"}.isdisjoint(SCOPES)


async def test_the_committee_does_not_record_and_a_resident_sees_no_patrols(desk: Desk) -> None:
    patrol = await desk.patrol()
    walking = {"records": [GATE]}
    assert (await desk.call("POST", f"/patrols/{patrol}/records", COMMITTEE, walking)).status == 403
    assert (await desk.call("GET", "/patrols", RESIDENT)).status == 403
    assert (await desk.call("GET", "/routes", RESIDENT)).status == 403
    assert (await desk.call("GET", "/facilities", RESIDENT)).status == 200


@pytest.mark.parametrize("who", STRANGERS)
async def test_strangers_find_nothing(desk: Desk, who: str) -> None:
    patrol, lift = await desk.patrol(), await desk.lift()
    stranger = STRANGERS[who]
    for path in (f"/patrols/{patrol}", f"/facilities/{lift}", f"/patrols/{patrol}/story"):
        assert (await desk.call("GET", path, stranger)).status == 404
    estate = (await desk.call("GET", f"/facilities/{lift}", COMMITTEE)).json()["estate_id"]
    for path in ("/patrols", "/routes", "/patrol-plans", "/facilities", "/upkeep-schedules"):
        reply = await desk.call("GET", f"{path}?estate_id={estate}", stranger)
        assert reply.status == 200
        assert reply.json()["items"] == []


async def test_a_plan_is_changed_and_ended_by_who_has_seen_it(desk: Desk) -> None:
    await desk.patrol()
    plan = (await desk.call("GET", "/patrol-plans", STAFF)).json()["items"][0]
    path = f"/patrol-plans/{plan['id']}"
    later = {**ROUNDS, "times": ["23:00"]}
    changed = await desk.call("PUT", f"{path}/rounds", STAFF, later, if_match='"1"')
    assert changed.status == 200
    assert [each["times"] for each in changed.json()["rounds"]] == [["22:00"], ["23:00"]]
    stale = await desk.call("POST", f"{path}/end", STAFF, {"reason": "moved"}, if_match='"1"')
    assert stale.status == 412
    ended = await desk.call("POST", f"{path}/end", STAFF, {"reason": "moved"}, if_match='"2"')
    assert (ended.status, ended.json()["state"]) == (200, "ended")
    again = await desk.call("POST", f"{path}/end", STAFF, {"reason": "moved"})
    assert again.status == 409


async def test_a_round_that_was_missed_is_not_called_off_after_the_fact(desk: Desk) -> None:
    patrol = await desk.patrol()
    desk.it.clock.moment = CLOSES
    await desk.it.sweep()
    path = f"/patrols/{patrol}/cancellation"
    assert (await desk.call("POST", path, COMMITTEE, {"reason": "weather"})).status == 409
    assert (await desk.call("POST", path, COMMITTEE, {"reason": "whim"})).status == 422


async def test_a_lift_is_taken_out_by_the_company_and_retired_by_the_committee_alone(
    desk: Desk,
) -> None:
    lift = await desk.lift()
    out = await desk.call("POST", f"/facilities/{lift}/outage", DISPATCHER, {"reason": "rope"})
    assert (out.status, out.json()["state"]) == (200, "out_of_service")
    assert (await desk.call("POST", f"/facilities/{lift}/return", DISPATCHER)).status == 200
    gone = {"reason": "replaced"}
    assert (
        await desk.call("POST", f"/facilities/{lift}/retirement", DISPATCHER, gone)
    ).status == 403
    assert (
        await desk.call("POST", f"/facilities/{lift}/retirement", COMMITTEE, gone)
    ).status == 200
    assert (await desk.call("POST", f"/facilities/{lift}/return", DISPATCHER)).status == 409


async def test_upkeep_makes_a_work_order_that_the_company_sees(desk: Desk) -> None:
    upkeep = await desk.made("/upkeep-schedules", {**UPKEEP, "facility_id": await desk.lift()})
    desk.it.clock.move(DAY)
    await desk.it.sweep()
    (order,) = await desk.it.orders()
    assert (order.contractor_id, order.source.id) == (COMPANY, upkeep)
    seen = (await desk.call("GET", f"/upkeep-schedules/{upkeep}", DISPATCHER)).json()
    assert seen["last_due_at"] == "2026-11-25T01:00:00Z"
    assert seen["due_at"] == "2026-12-09T01:00:00Z"


async def test_a_volunteer_walks_with_their_team_and_sees_neither_routes_nor_others_rounds(
    desk: Desk,
) -> None:
    li, wu = person("member", id="per_li"), person("member", id="per_wu")
    for envelope in joined_team("per_li"):
        await desk.it.world.hear(envelope)
    await desk.patrol()
    route = (await desk.call("GET", "/routes", COMMITTEE)).json()["items"][0]["id"]
    await desk.made("/patrol-plans", {**ROUNDS, "route_id": route, "team_id": TEAM})
    await desk.it.world.settle()
    (ours,) = (await desk.call("GET", "/patrols?on=2026-11-24", li)).json()["items"]
    assert ours["team_id"] == TEAM
    whole = (await desk.call("GET", f"/patrols/{ours['id']}", li)).json()
    assert [each["code"] for each in whole["checkpoints"]] == ["GATE", "GARAGE"]
    assert (await desk.call("GET", "/patrols", wu)).json()["items"] == []
    desk.it.clock.moment = OPENS + 30 * MINUTE
    path, body = f"/patrols/{ours['id']}/records", {"records": [GATE, GARAGE]}
    assert (await desk.call("POST", path, wu, body)).status == 404
    assert (await desk.call("POST", path, DISPATCHER, body)).status == 404
    assert (await desk.call("POST", path, li, body)).json()["patrol"]["state"] == "done"
    for hidden in ("/routes", "/patrol-plans", "/upkeep-schedules"):
        assert (await desk.call("GET", hidden, li)).status == 403


async def test_lists_come_as_tables(desk: Desk) -> None:
    await desk.patrol()
    reply = await desk.call("GET", "/patrols", COMMITTEE, accept="text/csv")
    assert reply.status == 200
    assert len(reply.body.decode().strip().splitlines()) == 15


@pytest.mark.mongo
async def test_a_plan_sent_again_under_its_key_is_made_once(database: Database) -> None:
    it = await real_routine(database)
    records = RoutineRecords(database)
    desk = Desk(it, web_client(*routers(it.routine, records.answered)))
    body = {**ROUNDS, "route_id": await desk.route()}
    first, again = [
        await desk.call("POST", "/patrol-plans", COMMITTEE, body, idempotency_key="k-1")
        for _ in range(2)
    ]
    assert (first.status, again.status) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert len(await it.stores.patrol_plans.find({"community": COMMUNITY})) == 1
