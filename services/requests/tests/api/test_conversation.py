"""Requesters and handlers write to one another on a request, each reading what is for it."""

from typing import Any

import pytest

from services.requests.tests.api.callers import get, post, submitted
from services.requests.tests.guests import ask, guest_client, holding
from services.requests.tests.harness import Harness
from shared.testing_photos import FakePhotoFiles
from shared.testing_web import WebClient

WRITTEN = {"public": "周三统一检修。", "requester": "请留人在家。", "internal": "先查三号楼。"}


@pytest.fixture
def client(harness: Harness) -> WebClient:
    return guest_client(harness, FakePhotoFiles())


async def texts(client: WebClient, path: str, who: str) -> list[str]:
    reply = await get(client, f"{path}/updates", who)
    assert reply.status == 200, reply.body
    return [item["text"] for item in reply.json()["items"]]


async def test_each_reads_what_is_for_it(client: WebClient) -> None:
    path = await submitted(client, "resident", visibility="staff")
    for audience, text in WRITTEN.items():
        body = {"text": text, "audience": audience}
        assert (await post(client, f"{path}/updates", "staff", body)).status == 201

    assert await texts(client, path, "staff") == list(WRITTEN.values())
    assert await texts(client, path, "resident") == [WRITTEN["public"], WRITTEN["requester"]]
    assert await texts(client, path, "committee") == [WRITTEN["public"]]
    assert (await get(client, f"{path}/updates", "neighbour")).status == 404


async def test_what_is_written_stands_in_no_event(client: WebClient, harness: Harness) -> None:
    path = await submitted(client, "resident")
    await post(client, f"{path}/updates", "resident", {"text": "王阿姨在家"})

    story = await harness.store.story(path.rpartition("/")[2])

    assert story[-1].type == "requests.request.updated.v1"
    assert "王阿姨" not in story[-1].model_dump_json()


async def test_the_holder_of_a_code_adds_to_its_own_request(client: WebClient) -> None:
    path, code = await ask(client)
    other, _ = await ask(client)

    assert (
        await holding(client, code, "POST", f"{path}/updates", {"text": "又亮了"})
    ).status == 201
    assert (
        await holding(client, code, "POST", f"{other}/updates", {"text": "又亮了"})
    ).status == 404
    read = await holding(client, code, "GET", f"{path}/updates")
    assert [item["text"] for item in read.json()["items"]] == ["又亮了"]


@pytest.mark.parametrize(
    ("who", "body", "status", "code"),
    [
        ("resident", {"text": "a", "audience": "internal"}, 403, "request.update_audience"),
        ("resident", {"text": "a", "audience": "public"}, 403, "request.update_audience"),
        ("neighbour", {"text": "a"}, 404, "store.not_found"),
        ("staff@elsewhere", {"text": "a"}, 404, "store.not_found"),
        ("resident", {"text": " "}, 422, "http.invalid"),
        ("resident", {"text": "好" * 1001}, 422, "http.invalid"),
        ("resident", {"text": "a", "audience": "all"}, 422, "http.invalid"),
        ("resident", {}, 422, "http.invalid"),
    ],
)
async def test_what_may_not_be_written_is_refused(
    client: WebClient, who: str, body: dict[str, Any], status: int, code: str
) -> None:
    path = await submitted(client, "resident")

    reply = await post(client, f"{path}/updates", who, body)

    assert (reply.status, reply.json()["code"]) == (status, code)
    assert await texts(client, path, "staff") == []


async def test_nothing_is_written_on_what_is_over(client: WebClient) -> None:
    path = await submitted(client, "resident")
    await post(client, f"{path}/withdrawal", "resident")

    refused = await post(client, f"{path}/updates", "resident", {"text": "a"})

    assert (refused.status, refused.json()["code"]) == (409, "request.wrong_state")


async def test_a_hundred_updates_are_enough(client: WebClient) -> None:
    path = await submitted(client, "resident")
    for _ in range(100):
        assert (await post(client, f"{path}/updates", "staff", {"text": "a"})).status == 201

    refused = await post(client, f"{path}/updates", "staff", {"text": "a"})

    assert (refused.status, refused.json()["code"]) == (409, "request.updates_full")
