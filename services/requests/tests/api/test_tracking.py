"""People without an account: they ask, and by their code get at their own request and no other."""

import asyncio
from typing import Any

import pytest

from services.requests.tests.api.callers import BODY, REQUESTS, caller, get, post, submitted
from services.requests.tests.guests import (
    ASKED,
    CODES,
    ENTERED,
    GUEST_REQUESTS,
    ask,
    guest_client,
    holding,
)
from services.requests.tests.harness import Harness
from shared.testing_photos import FakePhotoFiles
from shared.testing_web import WebClient, english


@pytest.fixture
def guests(harness: Harness) -> WebClient:
    return guest_client(harness, FakePhotoFiles())


async def test_who_is_not_signed_in_asks_and_is_told_number_and_code_once(
    guests: WebClient, harness: Harness
) -> None:
    reply = await guests.call("POST", GUEST_REQUESTS, json=ASKED, headers=english())

    assert reply.status == 201
    told = reply.json()
    path, code = reply.headers["location"], told["tracking_code"]
    assert told["request"]["number"].startswith("HM-")
    assert told["request"]["requester_id"] == f"trk_{told['request']['id']}"
    read = await holding(guests, code, "GET", path)
    assert read.status == 200
    secret = code.rpartition("_")[2]
    kept = await harness.store.get(told["request"]["id"])
    assert secret not in read.body.decode() + repr(kept)
    story = await harness.store.story(kept.id)
    assert all(secret not in each.model_dump_json() for each in story)
    assert all("王" not in each.model_dump_json() for each in story)
    assert story[0].actor == "anyone:intake"


async def test_a_holder_reads_withdraws_and_rates_its_own(guests: WebClient) -> None:
    path, code = await ask(guests)
    assert (await holding(guests, code, "GET", f"{path}/story")).status == 200
    withdrawn = await holding(guests, code, "POST", f"{path}/withdrawal")
    assert withdrawn.json()["state"] == "withdrawn"

    path, code = await ask(guests)
    for action, body in (
        ("acceptance", None),
        ("assignment", {"unit": "staff"}),
        ("start", None),
        ("resolution", None),
    ):
        done = await post(guests, f"{path}/{action}", "staff", body)
        assert done.status == 200, done.body
    said = {"resolved": "yes", "satisfaction": 5}
    rated = await holding(guests, code, "POST", f"{path}/follow-up", said)
    assert rated.json()["state"] == "closed"


async def test_a_code_opens_nothing_but_its_own_request(guests: WebClient) -> None:
    path, code = await ask(guests)
    other, _ = await ask(guests)
    residents = await submitted(guests, "resident")

    for method, target in (
        ("GET", other),
        ("GET", residents),
        ("GET", f"{residents}/story"),
        ("POST", f"{other}/withdrawal"),
        ("GET", REQUESTS),
        ("POST", REQUESTS),
        ("GET", f"{path}x"),
        ("POST", ENTERED),
    ):
        body = BODY if method == "POST" else None
        reply = await holding(guests, code, method, target, body)
        assert (reply.status, target) == (404, target)
    refused = await holding(guests, code, "POST", f"{path}/acceptance")
    assert (refused.status, refused.json()["code"]) == (403, "auth.scope_missing")


async def test_a_code_that_is_not_right_is_no_code_whether_or_not_the_request_exists(
    guests: WebClient,
) -> None:
    path, code = await ask(guests)
    nearly = code[:-1] + ("0" if code[-1] != "0" else "1")
    nobody = code.replace(code[8:34], "0" * 26)

    seen = [
        (reply.status, reply.json()["code"], reply.json()["detail"])
        for wrong in (nearly, nobody, "lnt_", "lnt_x", code + "0", code.replace("req_", "per_"))
        for reply in [await holding(guests, wrong, "GET", path)]
    ]

    assert {(status, problem) for status, problem, _ in seen} == {(401, "tracking.unknown")}
    assert len({detail for _, _, detail in seen}) == 1


async def test_who_guesses_is_made_to_wait_and_who_knows_is_not(guests: WebClient) -> None:
    path, code = await ask(guests)
    for _ in range(60):
        assert (await holding(guests, code, "GET", path)).status == 200

    statuses = [(await holding(guests, f"{code[:-1]}!", "GET", path)).status for _ in range(25)]

    assert set(statuses) == {401, 429}
    assert statuses[:20] == [401] * 20


async def test_an_address_that_asks_too_often_is_made_to_wait(harness: Harness) -> None:
    client = guest_client(harness, FakePhotoFiles(), open_rate_per_second=0.001, open_rate_burst=20)

    statuses = [(await client.call("POST", GUEST_REQUESTS, json=ASKED)).status for _ in range(3)]

    assert statuses == [201, 201, 429]


async def test_only_the_requester_and_handlers_see_how_to_reach_it(guests: WebClient) -> None:
    path, code = await ask(guests, visibility="staff")
    told = {"name": "王阿姨", "phone": "13800138000", "email": None}

    assert (await holding(guests, code, "GET", f"{path}/contact")).json() == told
    assert (await get(guests, f"{path}/contact", "staff")).json() == told
    refused = await get(guests, f"{path}/contact", "committee")
    assert (refused.status, refused.json()["code"]) == (403, "contact.not_yours")
    assert (await get(guests, f"{path}/contact", "neighbour")).status == 404
    assert (await get(guests, f"{path}/contact", "staff@elsewhere")).status == 404
    for who in ("staff", "committee"):
        assert "13800138000" not in (await get(guests, path, who)).body.decode()
    none = await submitted(guests, "resident")
    missing = await get(guests, f"{none}/contact", "resident")
    assert (missing.status, missing.json()["code"]) == (404, "contact.none")


async def test_staff_enter_for_a_caller_without_account_and_pass_the_code_on(
    guests: WebClient,
) -> None:
    reply = await post(guests, ENTERED, "staff", {**ASKED, "channel": "phone"})

    assert reply.status == 201
    shown = reply.json()["request"]
    assert (shown["channel"], shown["entered_by"]) == ("phone", caller("staff").id)
    path = reply.headers["location"]
    code = reply.json()["tracking_code"]
    assert (await holding(guests, code, "GET", path)).status == 200


async def test_staff_enter_for_a_visitor_with_an_account_whose_own_it_is(
    guests: WebClient,
) -> None:
    body = {**ASKED, "channel": "station", "requester_id": caller("resident").id}
    reply = await post(guests, ENTERED, "staff", body)

    assert (reply.status, reply.json()["tracking_code"]) == (201, None)
    assert (await get(guests, reply.headers["location"], "resident")).status == 200


@pytest.mark.parametrize(
    ("who", "body", "status", "pointer"),
    [
        ("resident", {"channel": "phone"}, 403, None),
        ("staff", {}, 422, "#/channel"),
        ("staff", {"channel": "web"}, 422, "#/channel"),
        ("staff", {"channel": "bulk"}, 422, "#/channel"),
        ("staff@elsewhere", {"channel": "phone"}, 422, "#/estate_id"),
    ],
)
async def test_who_may_not_enter_or_says_not_how_it_came_is_refused(
    guests: WebClient, who: str, body: dict[str, str], status: int, pointer: str | None
) -> None:
    reply = await post(guests, ENTERED, who, {**ASKED, **body})

    assert reply.status == status
    assert [each["pointer"] for each in reply.json().get("errors", [])] == (
        [pointer] if pointer else []
    )


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"service_code": "nothing"}, "#/service_code"),
        ({"estate_id": "est_nowhere"}, "#/estate_id"),
        ({"dwelling_id": "dwl_nowhere"}, "#/dwelling_id"),
        ({"description": " "}, "#/description"),
        ({"description": "好" * 4001}, "#/description"),
        ({"position": {"lat": 116.4, "long": 39.9}}, "#/position/lat"),
        ({"position": {"lat": 0, "long": 0}}, "#/position"),
        ({"position": {"lat": 31.2, "long": 121.5}}, "#/position"),
        ({"building_id": "bld_nowhere"}, "#/building_id"),
        ({"position": {"lat": "NaN", "long": 116}}, "#/position/lat"),
        ({"contact": {"name": "王"}}, "#/contact"),
        ({"contact": {"phone": "12"}}, "#/contact/phone"),
        ({"contact": {"phone": "1" * 50}}, "#/contact/phone"),
        ({"address_note": "楼" * 201}, "#/address_note"),
        ({"requester_id": "per_resident"}, "#/requester_id"),
        ({"channel": "phone"}, "#/channel"),
        ({"tracking": "0" * 64}, "#/tracking"),
    ],
    ids=lambda told: next(iter(told)) if isinstance(told, dict) else told,
)
async def test_a_wrong_field_is_named_and_nothing_is_kept(
    guests: WebClient, harness: Harness, changes: dict[str, Any], pointer: str
) -> None:
    reply = await guests.call("POST", GUEST_REQUESTS, json={**ASKED, **changes})

    assert (reply.status, reply.json()["errors"][0]["pointer"]) == (422, pointer)
    assert await harness.store.find({"community": "hongmiao"}) == []


async def test_where_it_is_comes_back_as_it_was_told(guests: WebClient) -> None:
    where = {
        "dwelling_id": "dwl_1",
        "building_id": "bld_1",
        "position": {"lat": 39.915, "long": 116.49},
        "address_note": "三单元门口",
    }
    path, code = await ask(guests, **where)

    shown = (await holding(guests, code, "GET", path)).json()

    assert {name: shown[name] for name in where} == where


async def new_code(client: WebClient) -> str:
    reply = await client.call("POST", CODES)
    assert reply.status == 201
    return str(reply.json()["tracking_code"])


async def test_what_is_sent_again_with_its_code_is_one_request(
    guests: WebClient, harness: Harness
) -> None:
    code = await new_code(guests)
    body = {**ASKED, "tracking_code": code}

    first, again = await asyncio.gather(
        guests.call("POST", GUEST_REQUESTS, json=body),
        guests.call("POST", GUEST_REQUESTS, json=body),
    )

    assert (first.status, again.status) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["tracking_code"] == code
    assert len(await harness.store.find({"community": "hongmiao"})) == 1
    assert (await holding(guests, code, "GET", first.headers["location"])).status == 200


async def test_nobody_takes_over_a_request_with_a_code_of_its_id(guests: WebClient) -> None:
    code = await new_code(guests)
    await guests.call("POST", GUEST_REQUESTS, json={**ASKED, "tracking_code": code})
    mine = code[:-1] + ("0" if code[-1] != "0" else "1")

    refused = await guests.call("POST", GUEST_REQUESTS, json={**ASKED, "tracking_code": mine})

    assert (refused.status, refused.json()["code"]) == (422, "tracking.unknown")
    assert refused.json()["errors"][0]["pointer"] == "#/tracking_code"
    assert "tracking_code" not in refused.json()


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("01JTCZ4Y6B", "tracking.expired"),
        ("7ZZZZZZZZZ", "tracking.expired"),
        ("0000000000", "tracking.expired"),
        ("x", "tracking.unknown"),
    ],
)
async def test_a_code_of_another_day_makes_no_request(
    guests: WebClient, start: str, code: str
) -> None:
    given = await new_code(guests)
    body = {**ASKED, "tracking_code": given[:8] + start + given[18:]}

    refused = await guests.call("POST", GUEST_REQUESTS, json=body)

    assert (refused.status, refused.json()["code"]) == (422, code)
    assert refused.json()["errors"][0]["pointer"] == "#/tracking_code"


async def test_staff_enter_again_with_one_code_and_it_is_one_request(guests: WebClient) -> None:
    body = {**ASKED, "channel": "phone", "tracking_code": await new_code(guests)}

    first = await post(guests, ENTERED, "staff", body)
    again = await post(guests, ENTERED, "staff", body)

    assert (first.status, first.json()) == (201, again.json())
