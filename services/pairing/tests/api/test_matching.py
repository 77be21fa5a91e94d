"""Matchings over HTTP: who may ask, see and decide, in which words, and each thing once."""

from dataclasses import dataclass
from typing import Any

import pytest

from services.pairing.api import matching as api
from services.pairing.domain.matching import Matching
from services.pairing.tests.api.world import BASE, caller, everything
from services.pairing.tests.matching_harness import MatchingHarness, matching_harness
from shared.auth import Caller
from shared.mongo import Database
from shared.testing_web import Reply, Route, WebClient, never_answered, routes_of, web_client

CONDITIONS = ("高龄", "空巢", "残", "困难", "elderly", "disab", "hardship", "risk", "high", "needs")
ROUTES = (
    Route("POST", "/matchings", "branch", {}),
    Route("GET", "/matchings", "branch"),
    Route("GET", "/matchings/{id}", "branch"),
    Route("GET", "/matchings/{id}/story", "branch"),
    Route("GET", "/matchings/{id}/items", "branch"),
    Route("POST", "/matchings/{id}/acceptance", "branch", {}),
    Route("POST", "/matchings/{id}/decline", "staff", {}),
    Route("POST", "/matchings/{id}/withdrawal", "staff"),
    Route("GET", "/matches", "member"),
    Route("GET", "/stand-ins", "member"),
    Route("GET", "/stand-ins/{id}", "staff"),
    Route("GET", "/stand-ins/{id}/story", "staff"),
    Route("POST", "/stand-ins/{id}/end", "branch"),
)
ACTIONS = [route for route in ROUTES if route.method != "GET" and route.item]


@dataclass
class Desk:
    """A matching that waits to be decided, and somebody who stands in, behind a client."""

    client: WebClient
    world: MatchingHarness
    matching: Matching
    ids: dict[str, str]

    async def call(
        self, route: Route, who: Caller | None, body: Any = None, **headers: str
    ) -> Reply:
        sent = route.body if body is None else body
        path = route.at(BASE, self.ids)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.call(
            route.method, path, who, json=sent, headers={"accept-language": "en", **named}
        )

    async def get(self, path: str, who: str, lang: str = "en") -> Reply:
        return await self.client.call(
            "GET", BASE + path, caller(who), headers={"accept-language": lang}
        )


@pytest.fixture
async def desk(either: Database | None) -> Desk:
    world = await matching_harness(either)
    helper, _ = await world.helper(1, dwelling_id="dwl_1"), await world.helper(2)
    home = await world.household("dwl_1")
    await world.begin([await world.paired_up(helper, home)])
    await world.away(helper, until=None)
    await world.decided(await world.matched())
    await world.back(helper)
    await world.away(helper, until=None)
    await world.decided(await world.matched())
    (stand_in, *_) = await world.stores.stand_ins.find({"household_id": home.id}, limit=9)
    await world.household("dwl_2")
    matching = await world.matched()
    found = getattr(world.stores.matchings, "answered", never_answered)
    standing = getattr(world.stores.stand_ins, "answered", never_answered)
    client = web_client(
        api.router(world.matching.service, found),
        api.match_router(world.matching.service),
        api.stand_in_router(world.matching.stand_ins, world.sight, standing),
    )
    return Desk(client, world, matching, {"matchings": matching.id, "stand-ins": stand_in.id})


def test_the_table_of_these_tests_has_every_route(desk: Desk) -> None:
    service, stand_ins = desk.world.matching.service, desk.world.matching.stand_ins
    made = routes_of(
        BASE,
        [
            api.router(service, never_answered),
            api.match_router(service),
            api.stand_in_router(stand_ins, desk.world.sight, never_answered),
        ],
    )
    assert made == {str(route) for route in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=str)
async def test_a_route_wants_a_known_caller_with_its_scope(desk: Desk, route: Route) -> None:
    nobody = await desk.call(route, None)
    scopeless = await desk.call(route, Caller(id="per_x", communities=("hongmiao",)))
    let_in = await desk.call(route, caller(route.role))

    assert (nobody.status, scopeless.status) == (401, 403)
    assert let_in.status in (200, 202, 409), let_in.body


@pytest.mark.parametrize("route", ROUTES, ids=str)
async def test_another_communitys_things_are_not_there(desk: Desk, route: Route) -> None:
    answer = await desk.call(route, everything("elsewhere"))

    if route.item:
        assert (answer.status, answer.json()["code"]) == (404, "store.not_found")
    elif route.method == "GET":
        assert (answer.status, answer.json()["items"]) == (200, [])


@pytest.mark.parametrize("route", ACTIONS, ids=str)
async def test_an_action_on_a_version_that_moved_on_is_refused(desk: Desk, route: Route) -> None:
    assert (await desk.call(route, caller(route.role), if_match='"99"')).status == 412
    assert (await desk.call(route, caller(route.role), if_match="W/99")).status == 400


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.path.startswith("/stand-ins")], ids=str
)
async def test_another_branch_sees_no_stand_in(desk: Desk, route: Route) -> None:
    theirs = await desk.call(route, caller("branch2"))
    ours = await desk.call(route, caller("branch"))
    if route.item:
        assert (theirs.status, theirs.json()["code"]) == (404, "store.not_found")
    else:
        assert theirs.json()["items"] == []
        assert ours.json()["items"]
    assert ours.status in (200, 409)  # it may be over already


async def test_a_branch_without_a_name_sees_no_matching(desk: Desk) -> None:
    nameless = Caller(
        id="per_x",
        roles=("branch",),
        communities=("hongmiao",),
        scopes=frozenset({"pairing:matching:read", "pairing:matching:manage"}),
    )
    for route in ROUTES[1:8]:
        answer = await desk.call(route, nameless)
        assert answer.status == 404 or answer.json()["items"] == []


@pytest.mark.parametrize(("lang", "word"), [("en", "how far away"), ("zh", "距离不明")])
async def test_items_tell_reasons_in_the_readers_words_and_no_condition(
    desk: Desk, lang: str, word: str
) -> None:
    reply = await desk.get(f"/matchings/{desk.matching.id}/items?kind=pair", "branch", lang)

    (item, *_) = reply.json()["items"]
    assert any(word in told for told in item["reasons_text"])
    assert not [each for each in CONDITIONS if each in reply.body.decode()]


async def test_a_helper_is_told_for_whom_and_why_and_nothing_that_speaks_against(
    desk: Desk,
) -> None:
    reply = await desk.get("/matches", "member2")

    items = reply.json()["items"]
    assert items
    for item in items:
        assert "place_unknown" not in item["reasons"]
        assert item["kind"] in ("pair", "stand_in")
    told = reply.body.decode()
    assert not [each for each in (*CONDITIONS, "skill", "refused", "points") if each in told]


async def test_a_member_sees_and_ends_their_own_stand_in_and_nobody_elses(desk: Desk) -> None:
    path = f"/stand-ins/{desk.ids['stand-ins']}"

    own, other = await desk.get(path, "member2"), await desk.get(path, "member3")

    assert (own.status, other.status) == (200, 404)
    assert [e["id"] for e in (await desk.get("/stand-ins", "member3")).json()["items"]] == []


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"items": []}, 422, "/items"),
        ({"items": [1, 1]}, 422, "/items"),
        ({"items": [0]}, 422, "/items/0"),
        ({"items": [999]}, 422, "/items/0"),
        ({"items": "all"}, 422, "/items"),
        ({"more": 1}, 422, "/more"),
    ],
)
async def test_a_decision_that_makes_no_sense_names_what_is_wrong(
    desk: Desk, body: Any, status: int, pointer: str
) -> None:
    answer = await desk.call(ROUTES[5], caller("staff"), body)

    assert answer.status == status
    assert pointer in answer.body.decode()


@pytest.mark.parametrize("modes", [[], ["one_one", "one_one"], ["two_two"]])
async def test_a_matching_in_modes_that_make_no_sense_is_refused(
    desk: Desk, modes: list[str]
) -> None:
    answer = await desk.call(ROUTES[0], caller("staff"), {"modes": modes})

    assert (answer.status, "modes" in answer.body.decode()) == (422, True)


async def test_items_come_as_a_table_too(desk: Desk) -> None:
    reply = await desk.client.call(
        "GET",
        f"{BASE}/matchings/{desk.matching.id}/items",
        caller("staff"),
        headers={"accept": "text/csv", "accept-language": "zh"},
    )

    assert (reply.status, reply.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert len(reply.body.decode("utf-8-sig").strip().splitlines()) > 1


@pytest.mark.mongo
async def test_what_is_sent_twice_under_one_key_happens_once(database: Database) -> None:
    world = await matching_harness(database)
    await world.helper(1)
    await world.household("dwl_1")
    service = world.matching.service
    client = web_client(api.router(service, getattr(world.stores.matchings, "answered")))  # noqa: B009

    async def post(path: str, key: str) -> Reply:
        headers = {"idempotency-key": key}
        return await client.call(
            "POST", f"{BASE}/matchings{path}", caller("staff"), json={}, headers=headers
        )

    first, again = await post("", "k-1"), await post("", "k-1")
    await world.matching.runs.ring()
    path = f"/{first.json()['id']}/acceptance"
    accepted, once_more = await post(path, "k-2"), await post(path, "k-2")
    await world.matching.carrying.ring()

    assert (first.status, again.status, again.body) == (202, 202, first.body)
    assert first.headers["location"].endswith(first.json()["id"])
    assert (accepted.status, once_more.status, once_more.body) == (200, 200, accepted.body)
    assert len(await world.backing.pairings.find({}, limit=9)) == 1
