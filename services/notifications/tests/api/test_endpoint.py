"""Endpoints over HTTP: made, shown, tried out, changed, let go."""

from typing import Any

import pytest
from standardwebhooks import Webhook

from services.notifications.domain.endpoint import FILTERS_MAX
from services.notifications.tests.api.world import BASE, ENDPOINT, URL, World, caller
from services.notifications.tests.receiver import receiving
from shared.auth import ROLE_SCOPES, Caller

pytestmark = pytest.mark.mongo


async def test_a_new_endpoint_shows_its_secret_once(world: World) -> None:
    made = await world.post("/endpoints", ENDPOINT)
    view = made.json()

    assert made.status == 201
    assert made.headers["location"] == f"{BASE}/endpoints/{view['id']}"
    assert made.headers["etag"] == '"1"'
    assert made.headers["cache-control"] == "no-store"
    assert view["secret"].startswith("whsec_")
    assert (view["state"], view["ordered"], view["event_types"]) == ("enabled", True, ["property."])
    again = await world.get(f"/endpoints/{view['id']}")
    listed = (await world.get("/endpoints")).json()["items"]
    assert view["id"] in {each["id"] for each in listed}
    for shown in (again.json(), *listed):
        assert "secret" not in shown
        assert "sealed" not in str(shown)


async def test_the_secret_is_not_in_the_store_in_the_clear(world: World) -> None:
    made = await world.post("/endpoints", ENDPOINT, idempotency_key="once-1")
    secret: str = made.json()["secret"]
    collection = world.rig.store._collection
    documents = [str(each) async for each in collection.find()]

    assert len(documents) == 2
    assert not [each for each in documents if secret.removeprefix("whsec_") in each]


async def test_sent_twice_under_one_key_makes_one_endpoint_and_shows_the_same_secret(
    world: World,
) -> None:
    first = await world.post("/endpoints", ENDPOINT, idempotency_key="once-1")
    again = await world.post("/endpoints", ENDPOINT, idempotency_key="once-1")
    other = await world.post("/endpoints", {**ENDPOINT, "ordered": False}, idempotency_key="once-1")

    assert (first.status, again.status) == (201, 201)
    assert again.json() == first.json()
    for name in ("location", "etag", "cache-control"):
        assert again.headers[name] == first.headers[name]
    assert (other.status, other.json()["code"]) == (422, "idempotency.reused")
    assert len((await world.get("/endpoints")).json()["items"]) == 2


async def test_a_rotation_sent_twice_under_one_key_makes_one_secret(world: World) -> None:
    path = f"/endpoints/{world.ids['endpoints']}/secret-rotation"
    first = await world.post(path, {}, idempotency_key="turn-1")
    again = await world.post(path, {}, idempotency_key="turn-1")
    later = await world.post(path, {"overlap_hours": 0})

    assert first.status == again.status == 200
    assert again.json() == first.json()
    assert len(first.json()["secrets"]) == 2
    assert later.json()["secret"] != first.json()["secret"]
    assert len(later.json()["secrets"]) == 1
    replaced = await world.post(path, {}, idempotency_key="turn-1")
    assert replaced.json()["secret"] is None


async def test_a_pause_sent_twice_under_one_key_happens_once(world: World) -> None:
    path = f"/endpoints/{world.ids['endpoints']}/resumption"
    first = await world.post(path, idempotency_key="go-1")
    again = await world.post(path, idempotency_key="go-1")
    without = await world.post(path)

    assert (first.status, again.status) == (200, 200)
    assert again.body == first.body
    assert (without.status, without.json()["code"]) == (409, "endpoint.wrong_state")


async def test_a_refusal_is_told_in_the_callers_language(world: World) -> None:
    path = f"/endpoints/{world.ids['endpoints']}/pause"
    english = await world.post(path)
    chinese = await world.post(path, accept_language="zh-CN")

    assert "The endpoint is paused: the action pause" in english.json()["detail"]
    assert "已暂停" in chinese.json()["detail"]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://user:word@committee.example/", "endpoint.url_userinfo"),
        ("https://169.254.169.254/latest", "endpoint.url_address"),
        ("https://10.0.0.1/", "endpoint.url_address"),
        ("https://2130706433/", "endpoint.url_host"),
        ("ftp://committee.example/", "endpoint.url_scheme"),
        ("https://committee.example/#top", "endpoint.url_fragment"),
    ],
)
async def test_a_url_that_may_not_be_is_refused_at_its_place(
    world: World, url: str, code: str
) -> None:
    refused = await world.post("/endpoints", {**ENDPOINT, "url": url})
    problem = refused.json()

    assert (refused.status, problem["code"]) == (422, code)
    assert "/url" in str(problem["errors"])
    assert problem["detail"]
    assert code not in problem["detail"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": ""},
        {"url": 7},
        {"url": "https://a.example/" + "x" * 3000},
        {"event_types": ["property"] * (FILTERS_MAX + 1)},
        {"event_types": ["Property."]},
        {"event_types": "property."},
        {"description": "x" * 201},
        {"ordered": "perhaps"},
        {"community": "no such form!"},
    ],
)
async def test_a_bad_field_is_refused(world: World, wrong: dict[str, Any]) -> None:
    assert (await world.post("/endpoints", {**ENDPOINT, **wrong})).status == 422


async def test_an_endpoint_is_made_only_in_ones_own_community(world: World) -> None:
    elsewhere = await world.post("/endpoints", {**ENDPOINT, "community": "elsewhere"})
    scopes = ROLE_SCOPES["ops"]
    both = Caller(id="per_ops", communities=("hongmiao", "elsewhere"), scopes=scopes)
    which = await world.client.call("POST", f"{BASE}/endpoints", both, json=ENDPOINT)
    named = {**ENDPOINT, "community": "elsewhere"}
    there = await world.client.call("POST", f"{BASE}/endpoints", both, json=named)

    assert elsewhere.status == 404
    assert (which.status, which.json()["code"]) == (403, "access.which_community")
    assert (there.status, there.json()["community"]) == (201, "elsewhere")


async def test_a_test_is_posted_signed_and_its_attempt_is_shown(world: World) -> None:
    async with receiving() as receiver:
        made = (await world.post("/endpoints", {**ENDPOINT, "url": receiver.url})).json()
        shown = (await world.post(f"/endpoints/{made['id']}/test")).json()
    (got,) = receiver.got
    sent: Any = Webhook(made["secret"]).verify(got.body, got.headers)

    assert sent["type"] == "notifications.endpoint.tested.v1"
    assert sent["subject"] == made["id"]
    assert (shown["trigger"], shown["result"], shown["code"]) == ("test", "delivered", 200)
    assert (shown["message_id"], shown["response_body"]) == (got.headers["webhook-id"], "ok")
    assert 0 < shown["first_byte_ms"] <= shown["total_ms"]
    assert len(await world.rig.deliveries()) == 1


async def test_a_test_that_fails_is_an_answer_too(world: World) -> None:
    shown = await world.post(f"/endpoints/{world.ids['endpoints']}/test")

    assert (shown.status, shown.json()["result"]) == (200, "unreachable")


async def test_a_deleted_endpoint_is_out_of_the_list_but_its_story_stays(world: World) -> None:
    endpoint_id = world.ids["endpoints"]

    assert (await world.delete(f"/endpoints/{endpoint_id}")).status == 204
    assert (await world.get("/endpoints")).json()["items"] == []
    listed = (await world.get("/endpoints?state=deleted")).json()["items"]
    assert [(each["id"], each["state"]) for each in listed] == [(endpoint_id, "deleted")]
    story = (await world.get(f"/endpoints/{endpoint_id}/story")).json()["items"]
    assert [each["type"].split(".")[2] for each in story] == ["registered", "paused", "deleted"]
    assert (await world.delete(f"/endpoints/{endpoint_id}")).status == 409
    assert (await world.post(f"/endpoints/{endpoint_id}/test")).status == 409


async def test_the_list_comes_in_pages_newest_first(world: World) -> None:
    made = [(await world.post("/endpoints", ENDPOINT)).json()["id"] for _ in range(3)]
    wanted = sorted([*made, world.ids["endpoints"]], reverse=True)

    first = (await world.get("/endpoints?limit=3")).json()
    rest = (await world.get(f"/endpoints?limit=3&cursor={first['next_cursor']}")).json()

    assert [each["id"] for each in first["items"] + rest["items"]] == wanted
    assert rest["next_cursor"] is None
    assert (await world.get("/endpoints?cursor=nonsense!")).status == 400


async def test_an_unknown_state_is_no_filter(world: World) -> None:
    answer = await world.get("/endpoints?state=asleep", caller("ops"))

    assert answer.status == 422
    assert URL not in answer.body.decode()
