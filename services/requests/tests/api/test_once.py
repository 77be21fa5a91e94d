"""The whole service on the real store: what is sent twice happens once."""

import asyncio

import pytest

from services.requests.tests.api.callers import BODY, REQUESTS, get, post, submitted
from shared.testing_web import WebClient

pytestmark = pytest.mark.mongo


async def test_a_request_sent_twice_under_one_key_is_one_request(real_client: WebClient) -> None:
    body = {**BODY, "service_code": "care.shopping"}

    first = await post(real_client, REQUESTS, "resident", body, idempotency_key="k-1")
    again = await post(real_client, REQUESTS, "resident", body, idempotency_key="k-1")

    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["etag"] == first.headers["etag"] == '"3"'
    found = await get(real_client, REQUESTS, "resident")
    assert [item["id"] for item in found.json()["items"]] == [first.json()["id"]]


async def test_a_key_with_another_body_is_refused(real_client: WebClient) -> None:
    await post(real_client, REQUESTS, "resident", BODY, idempotency_key="k-2")

    body = {**BODY, "service_code": "parking"}
    other = await post(real_client, REQUESTS, "resident", body, idempotency_key="k-2")

    assert other.status == 422
    assert other.json()["code"] == "idempotency.reused"


async def test_the_same_key_of_another_caller_is_another_key(real_client: WebClient) -> None:
    first = await post(real_client, REQUESTS, "resident", BODY, idempotency_key="k-3")
    second = await post(real_client, REQUESTS, "neighbour", BODY, idempotency_key="k-3")

    assert first.json()["id"] != second.json()["id"]


async def test_an_action_sent_twice_under_one_key_happens_once(real_client: WebClient) -> None:
    path = await submitted(real_client, "resident")

    first = await post(real_client, f"{path}/acceptance", "staff", idempotency_key="k-4")
    again = await post(real_client, f"{path}/acceptance", "staff", idempotency_key="k-4")

    assert (first.status, again.status) == (200, 200)
    assert again.body == first.body
    assert again.json()["version"] == 2


async def test_of_two_who_decide_on_one_version_one_wins(real_client: WebClient) -> None:
    path = await submitted(real_client, "resident")

    accepted, withdrawn = await asyncio.gather(
        post(real_client, f"{path}/acceptance", "staff", if_match='"1"'),
        post(real_client, f"{path}/withdrawal", "resident", if_match='"1"'),
    )

    assert sorted([accepted.status, withdrawn.status]) == [200, 412]
    assert (await get(real_client, path, "resident")).json()["version"] == 2


async def test_of_many_who_say_no_version_one_wins_and_the_others_hear_of_the_state(
    real_client: WebClient,
) -> None:
    path = await submitted(real_client, "resident")

    answers = await asyncio.gather(
        *(post(real_client, f"{path}/withdrawal", "resident") for _ in range(10))
    )

    assert sorted(answer.status for answer in answers) == [200] + [409] * 9


async def test_a_burst_of_requests_is_all_there(real_client: WebClient) -> None:
    answers = await asyncio.gather(
        *(post(real_client, REQUESTS, "resident", BODY) for _ in range(60))
    )

    assert {answer.status for answer in answers} == {201}
    assert len({answer.json()["number"] for answer in answers}) == 60
    found = await get(real_client, f"{REQUESTS}?limit=100", "resident")
    assert len(found.json()["items"]) == 60


async def test_the_same_answers_come_over_the_real_store(real_client: WebClient) -> None:
    path = await submitted(real_client, "resident")
    await submitted(real_client, "neighbour", visibility="confidential")

    assert (await get(real_client, path, "neighbour")).status == 404
    assert (await get(real_client, path, "staff@elsewhere")).status == 404
    assert (await post(real_client, f"{path}/acceptance", "staff@elsewhere")).status == 404
    assert (await get(real_client, f"{path}/story", "staff@elsewhere")).status == 404
    seen = {
        who: len((await get(real_client, REQUESTS, who)).json()["items"])
        for who in ("resident", "neighbour", "staff", "committee", "staff@elsewhere")
    }
    assert seen == {"resident": 1, "neighbour": 1, "staff": 2, "committee": 1, "staff@elsewhere": 0}
