"""The same trouble asked for twice, over HTTP."""

from typing import Any

import pytest

from services.requests.api import duplicate, request
from services.requests.tests.api.callers import REQUESTS, get, post, submitted
from services.requests.tests.duplicate_harness import duplicates_of, hear_mergers
from services.requests.tests.harness import Harness, harness_over
from services.requests.tests.samples import needed
from shared.mongo import Documents
from shared.testing_routes import MadeOnce
from shared.testing_web import WebClient, never_answered, web_client

BASE = "/api/requests/v1"
SEARCHES, SUPPORTED = f"{BASE}/duplicate-searches", f"{BASE}/supported-requests"
LIFT = "三单元的电梯坏了 停在五楼"
SEARCH: dict[str, Any] = {
    "service_code": "repair.lift",
    "estate_id": "est_1",
    "dwelling_id": "dwl_1",
    "description": "电梯又坏了 停在五楼不动",
}


@pytest.fixture
async def harness() -> Harness:
    return await harness_over(None)


def client_of(harness: Harness) -> WebClient:
    store = harness.store
    answered = store.answered if isinstance(store, Documents) else never_answered
    return web_client(
        MadeOnce(request.router, harness.service, answered, harness.clock),
        MadeOnce(duplicate.router, duplicates_of(harness), answered),
    )


@pytest.fixture
def client(harness: Harness) -> WebClient:
    return client_of(harness)


async def lift(client: WebClient, who: str = "resident") -> str:
    attributes = {code: list(said) for code, said in needed("repair.lift").items()}
    return await submitted(
        client, who, service_code="repair.lift", description=LIFT, attributes=attributes
    )


async def accepted(client: WebClient, who: str = "resident") -> str:
    path = await submitted(client, who)
    assert (await post(client, f"{path}/acceptance", "staff")).status == 200
    return path


def id_of(path: str) -> str:
    return path.rpartition("/")[2]


async def test_a_neighbour_finds_it_says_me_too_and_follows_it(client: WebClient) -> None:
    path = await lift(client)

    [found] = (await post(client, SEARCHES, "neighbour", SEARCH)).json()["items"]
    assert (found["id"], found["description"]) == (id_of(path), LIFT)
    assert 0 < found["likeness"] <= 1
    assert "requester_id" not in found
    joined = await post(client, f"{REQUESTS}/{found['id']}/support", "neighbour")

    assert (joined.status, joined.json()["supporter_count"]) == (200, 1)
    again = await post(client, f"{REQUESTS}/{found['id']}/support", "neighbour")
    assert (again.status, again.json()["code"]) == (409, "request.supported_already")
    [mine] = (await get(client, SUPPORTED, "neighbour")).json()["items"]
    assert (mine["id"], mine["description"]) == (found["id"], LIFT)
    assert "requester_id" not in mine
    assert (await get(client, path, "neighbour")).status == 404


async def test_staff_find_the_same_trouble_later(client: WebClient) -> None:
    one, other = await lift(client), await lift(client, "neighbour")

    found = (await get(client, f"{other}/duplicates", "staff")).json()["items"]

    assert [each["id"] for each in found] == [id_of(one)]
    assert (await get(client, f"{other}/duplicates", "resident")).status == 404
    assert (await get(client, f"{other}/duplicates", "staff@elsewhere")).status == 404


async def test_merging_shows_the_one_that_goes_on(client: WebClient, harness: Harness) -> None:
    kept, same = await accepted(client), await accepted(client, "neighbour")

    body = {"duplicate_of": id_of(kept)}
    merged = await post(client, f"{same}/merger", "staff", body, if_match='"2"')
    await hear_mergers(harness, duplicates_of(harness), id_of(same))

    assert (merged.status, merged.json()["state"]) == (200, "merged")
    assert merged.json()["duplicate_of"] == id_of(kept)
    [followed] = (await get(client, SUPPORTED, "neighbour")).json()["items"]
    assert (followed["id"], followed["description"]) == (id_of(kept), None)
    story = (await get(client, f"{kept}/story", "staff")).json()["items"]
    assert story[-1]["type"] == "requests.request.absorbed.v1"


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"service_code": "teleport"}, "#/service_code"),
        ({"estate_id": "est_9"}, "#/estate_id"),
        ({"dwelling_id": "dwl_9"}, "#/dwelling_id"),
        ({"building_id": "b" * 65}, "#/building_id"),
        ({"position": {"lat": 0, "long": 0}}, "#/position"),
        ({"position": {"lat": 91, "long": 0}}, "#/position/lat"),
        ({"description": ""}, "#/description"),
        ({"description": "x" * 4001}, "#/description"),
        ({"contact": {"phone": "12345"}}, "#/contact"),
    ],
)
async def test_a_search_for_what_cannot_be_names_the_field(
    client: WebClient, changes: dict[str, Any], place: str
) -> None:
    reply = await post(client, SEARCHES, "resident", {**SEARCH, **changes})

    assert reply.status == 422
    assert [error["pointer"] for error in reply.json()["errors"]] == [place]


@pytest.mark.parametrize("into", ["req_none", "itself"])
async def test_a_merger_into_nothing_names_the_field(client: WebClient, into: str) -> None:
    path = await accepted(client)

    body = {"duplicate_of": id_of(path) if into == "itself" else into}
    reply = await post(client, f"{path}/merger", "staff", body)

    assert reply.status == 422
    assert [error["pointer"] for error in reply.json()["errors"]] == ["#/duplicate_of"]
    assert (await get(client, path, "staff")).json()["state"] == "accepted"


async def test_each_door_is_for_those_who_have_its_scope(client: WebClient) -> None:
    path = await accepted(client)
    merger = {"duplicate_of": "req_1"}

    for who in ("resident", "committee", "branch"):
        assert (await post(client, f"{path}/merger", who, merger)).status == 403
    for who in ("committee", "branch", "member", "contractor"):
        assert (await post(client, SEARCHES, who, SEARCH)).status == 403
        assert (await post(client, f"{path}/support", who)).status == 403
    assert (await post(client, f"{path}/merger", "staff@elsewhere", merger)).status == 404
    stale = await post(client, f"{path}/merger", "staff", merger, if_match='"9"')
    assert stale.status in (412, 422)
    assert (await post(client, f"{path}/support", "neighbour")).status == 404


@pytest.mark.mongo
async def test_me_too_sent_twice_with_a_key_is_answered_alike(real: Harness) -> None:
    client = client_of(real)
    path = await lift(client)

    first = await post(client, f"{path}/support", "neighbour", idempotency_key="k-1")
    again = await post(client, f"{path}/support", "neighbour", idempotency_key="k-1")

    assert (first.status, again.status) == (200, 200)
    assert first.body == again.body
