"""The routes of visits: who may call them, from which community, on which version."""

from typing import Any

import pytest
from fastapi import APIRouter

from services.pairing.api import visit
from services.pairing.domain.visit import Visit, VisitState
from services.pairing.tests.api.world import BASE, caller, everything
from services.pairing.tests.visit_harness import VisitHarness, visit_harness_over
from shared.auth import Caller
from shared.mongo import Database
from shared.testing_routes import MadeOnce
from shared.testing_web import (
    Reply,
    Route,
    WebClient,
    english,
    never_answered,
    routes_of,
    web_client,
)

CHECK_IN: dict[str, Any] = {"check_in_id": "chk_phone1"}
ROUTES = (
    Route("GET", "/visits", "member"),
    Route("POST", "/visits", "branch", {"hours": 24}),
    Route("GET", "/visits/{id}", "member"),
    Route("GET", "/visits/{id}/report", "member", query="?purpose=visit"),
    Route("GET", "/visits/{id}/contact", "branch", query="?purpose=help"),
    Route("GET", "/visits/{id}/readings", "branch"),
    Route("GET", "/visits/{id}/story", "member"),
    Route("POST", "/visits/{id}/check-in", "member", CHECK_IN),
    Route("POST", "/visits/{id}/verification", "branch"),
    Route("POST", "/visits/{id}/welfare-check", "branch", {"outcome": "well"}),
    Route("POST", "/visits/{id}/cancellation", "branch"),
)
ACTIONS = [route for route in ROUTES if route.method != "GET" and route.item]
SENSITIVE = ("冰箱", "no_food", "牛奶", "fall", "danger_signs", "note", "wishes")


class World:
    """One visit that is due, behind a client."""

    def __init__(self, harness: VisitHarness, visit: Visit) -> None:
        self.harness = harness
        self.client: WebClient = web_client(router(harness))
        self.visit_id = visit.id
        self.pairing_id = visit.pairing_id

    async def call(self, route: Route, who: Caller | None, **headers: str) -> Reply:
        """Call a route as somebody."""
        path = route.at(BASE, {"visits": self.visit_id})
        body = route.body
        if body is not None and not route.item:
            body = {**body, "pairing_id": self.pairing_id}
        return await self.client.call(
            route.method, path, who, json=body, headers=english(**headers)
        )

    async def check_in(self, who: str = "member", **facts: Any) -> Reply:
        """Report the visit."""
        path = f"{BASE}/visits/{self.visit_id}/check-in"
        body = {**CHECK_IN, **facts}
        return await self.client.call("POST", path, caller(who), json=body, headers=english())

    async def get(self, path: str, who: str) -> Reply:
        """GET as this caller."""
        return await self.client.call("GET", f"{BASE}{path}", caller(who), headers=english())


def router(harness: VisitHarness) -> APIRouter:
    """The routes; a fake store never remembers an answer."""
    answered = getattr(harness.kept, "answered", never_answered)
    return MadeOnce(visit.router, harness.visits, harness.asking, answered)


@pytest.fixture
async def world(either: Database | None) -> World:
    """The routes over both kinds of store, with a visit of the first member's that is due."""
    harness = await visit_harness_over(either)
    await harness.paired([1], await harness.base.household())
    return World(harness, await harness.due(await harness.one()))


async def test_the_table_of_these_tests_has_every_route() -> None:
    harness = await visit_harness_over(None)
    assert routes_of(BASE, [router(harness)]) == {str(route) for route in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=str)
async def test_a_route_wants_a_known_caller_with_its_scope(world: World, route: Route) -> None:
    nobody = await world.call(route, None)
    scopeless = await world.call(route, Caller(id="per_x", communities=("hongmiao",)))
    assert (nobody.status, scopeless.status) == (401, 403)


@pytest.mark.parametrize("route", ROUTES, ids=str)
async def test_a_route_lets_its_role_in(world: World, route: Route) -> None:
    answer = await world.call(route, caller(route.role))
    assert answer.status in (200, 201, 409), answer.body
    if answer.status == 409:
        assert answer.json()["code"] == "visit.wrong_state"


@pytest.mark.parametrize("route", ROUTES, ids=str)
async def test_another_communitys_visits_are_not_there(world: World, route: Route) -> None:
    answer = await world.call(route, everything("elsewhere"))
    if route.item:
        assert (answer.status, answer.json()["code"]) == (404, "store.not_found")
    elif route.method == "POST":
        assert (answer.status, answer.json()["errors"][0]["code"]) == (422, "pairing.unknown")
    else:
        assert (answer.status, answer.json()["items"]) == (200, [])


@pytest.mark.parametrize("who", ["member2", "resident"])
@pytest.mark.parametrize("route", [r for r in ROUTES if r.role == "member" and r.item], ids=str)
async def test_somebody_elses_visit_is_not_there(world: World, route: Route, who: str) -> None:
    answer = await world.call(route, caller(who))
    assert answer.status in (403, 404), answer.body
    assert answer.status == 404 or who == "resident"


@pytest.mark.parametrize("route", [r for r in ROUTES if r.role == "branch"], ids=str)
async def test_another_branchs_visit_is_not_there(world: World, route: Route) -> None:
    assert (await world.call(route, caller("branch2"))).status == (404 if route.item else 422)


@pytest.mark.parametrize("route", ACTIONS, ids=str)
async def test_an_action_on_a_version_that_moved_on_is_refused(world: World, route: Route) -> None:
    stale = await world.call(route, caller(route.role), if_match='"99"')
    malformed = await world.call(route, caller(route.role), if_match="W/99")
    assert (stale.status, malformed.status) == (412, 400)


@pytest.mark.parametrize("route", [r for r in ROUTES if r.body is not None], ids=str)
async def test_a_body_with_a_field_too_many_or_none_is_refused(world: World, route: Route) -> None:
    path = route.at(BASE, {"visits": world.visit_id})
    who = caller(route.role)
    extra = await world.client.call("POST", path, who, json={**(route.body or {}), "more": 1})
    empty = await world.client.call("POST", path, who, json={})
    assert (extra.status, empty.status) == (422, 422)


async def test_one_tap_is_enough_and_five_are_one(world: World) -> None:
    answers = [await world.check_in() for _ in range(5)]
    assert [each.status for each in answers] == [200] * 5
    assert {each.json()["version"] for each in answers} == {answers[0].json()["version"]}
    visit = answers[0].json()
    assert visit["state"] == "completed"
    assert visit["participants"][0] == {
        "member_id": visit["participants"][0]["member_id"],
        "stands_in": False,
        "outcome": "done",
        "minutes": 30,
    }
    story = await world.get(f"/visits/{world.visit_id}/story", "member")
    told = [step["type"].split(".")[2] for step in story.json()["items"]]
    assert told == ["scheduled", "due", "completed"]


async def test_an_id_of_another_report_is_refused_by_name(world: World) -> None:
    await world.check_in()
    other = await world.check_in(minutes=45)
    assert (other.status, other.json()["code"]) == (422, "visit.check_in_reused")
    assert other.json()["errors"][0]["pointer"] == "#/check_in_id"


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({"minutes": 1441}, "/minutes"),
        ({"minutes": -1}, "/minutes"),
        ({"minutes": "30"}, "/minutes"),
        ({"outcome": "missed"}, "/outcome"),
        ({"services": ["singing"]}, "/services/0"),
        ({"danger_signs": ["nothing"]}, "/danger_signs/0"),
        ({"note": "x" * 1001}, "/note"),
        ({"at": "2026-11-24"}, "/at"),
        ({"at": 1}, "/at"),
        ({"check_in_id": "我的"}, "/check_in_id"),
        ({"help_service": "noise"}, "/help_service"),
    ],
)
async def test_what_a_phone_may_not_say_is_refused_by_field(
    world: World, facts: dict[str, Any], pointer: str
) -> None:
    refused = await world.check_in(**facts)
    assert refused.status == 422, refused.body
    assert refused.json()["errors"][0]["pointer"] == f"#{pointer}"
    unchanged = await world.harness.store.get(world.visit_id)
    assert unchanged.state is VisitState.DUE


async def test_what_was_seen_is_in_no_list_and_read_on_record(world: World) -> None:
    seen: dict[str, Any] = {
        "note": "冰箱空了",
        "danger_signs": ["no_food", "fall"],
        "next_wishes": "牛奶",
    }
    answer = await world.check_in(**seen)
    page = await world.get("/visits", "branch")
    story = await world.get(f"/visits/{world.visit_id}/story", "branch")
    for shown in (answer, page, story):
        assert not [word for word in SENSITIVE if word in shown.body.decode()]

    without = await world.get(f"/visits/{world.visit_id}/report", "branch")
    assert without.status == 422
    report = await world.get(f"/visits/{world.visit_id}/report?purpose=visit", "branch")
    [said] = report.json()["check_ins"]
    assert (said["note"], said["danger_signs"]) == ("冰箱空了", ["no_food", "fall"])
    readings = await world.get(f"/visits/{world.visit_id}/readings", "branch")
    [read] = readings.json()["items"]
    assert (read["by"], read["purpose"]) == ("per_branch", "visit")


async def test_the_phones_list_is_todays_and_the_open_ones(world: World) -> None:
    today = await world.get("/visits?mine=today", "member")
    open_ones = await world.get("/visits?mine=open", "member")
    nobodys = await world.get("/visits?mine=today", "member2")
    assert [each["id"] for each in today.json()["items"]] == [world.visit_id]
    assert world.visit_id in [each["id"] for each in open_ones.json()["items"]]
    assert nobodys.json()["items"] == []


async def test_a_household_sees_and_verifies_its_own(world: World) -> None:
    await world.check_in()
    elder = Caller(
        id="per_of_dwl_1",
        roles=("resident",),
        communities=("hongmiao",),
        scopes=frozenset({"pairing:visit:read", "pairing:visit:verify"}),
    )
    listed = await world.client.call("GET", f"{BASE}/visits", elder, headers=english())
    assert world.visit_id in [each["id"] for each in listed.json()["items"]]
    path = f"{BASE}/visits/{world.visit_id}/verification"
    verified = await world.client.call("POST", path, elder, headers=english())
    again = await world.client.call("POST", path, elder, headers=english())
    assert (verified.status, again.status) == (200, 200)
    assert verified.json()["verified_at"] is not None
    assert again.json()["version"] == verified.json()["version"]


async def test_an_escalation_is_ended_by_a_person_who_says_what_they_found(world: World) -> None:
    nobody = await world.check_in(outcome="no_answer")
    assert nobody.json()["state"] == "escalated"
    path = f"{BASE}/visits/{world.visit_id}/welfare-check"
    body = {"outcome": "in_hospital", "minutes": 20, "note": "儿子说住院了"}
    ended = await world.client.call("POST", path, caller("branch"), json=body, headers=english())
    assert (ended.status, ended.json()["state"]) == (200, "completed")
    assert "hospital" not in ended.body.decode()
    report = await world.get(f"/visits/{world.visit_id}/report?purpose=review", "staff")
    assert report.json()["welfare_check"]["outcome"] == "in_hospital"
