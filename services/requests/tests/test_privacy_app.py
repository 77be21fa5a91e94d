"""The whole service on a real store and a real broker: asked, taken back, forgotten, told."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.requests.app import create_app
from services.requests.settings import Settings
from services.requests.tests.api.callers import BODY, caller, get, post, submitted
from shared.auth import SigningKey
from shared.bus import Publisher
from shared.testing import estate_registered, heard
from shared.testing_service import parcel, running, until
from shared.testing_web import WebClient, english

pytestmark = [pytest.mark.mongo, pytest.mark.rabbit]

EXPORT = "/api/requests/v1/me/export"


@pytest.fixture
async def client(told: dict[str, Any], key: SigningKey) -> AsyncIterator[WebClient]:
    """A client of the service as it runs."""
    async with running(create_app(Settings(**told)), key) as client:
        yield client


async def test_what_somebody_asked_for_is_theirs_to_copy_and_to_have_forgotten(
    client: WebClient, others: Publisher
) -> None:
    event = estate_registered("dwl_1", "dwl_2")
    await others.publish_events([parcel(heard(event, event.estate_id))])

    async def known() -> bool:
        return (await post(client, "/api/requests/v1/requests", "neighbour", BODY)).status == 201

    async with asyncio.timeout(20):
        await until(known)
    path = await submitted(client, "resident")
    assert (await post(client, f"{path}/withdrawal", "resident")).status == 200
    copied = (await get(client, EXPORT, "resident")).json()
    assert [each["request"]["description"] for each in copied["requests"]] == [BODY["description"]]

    async def forgotten() -> bool:
        """As soon as the broker was told that it was withdrawn."""
        answer = await post(client, f"{path}/anonymisation", "staff", {"reason": "asked_for"})
        assert answer.status in (200, 503), answer.body
        return answer.status == 200

    async with asyncio.timeout(20):
        await until(forgotten)
    shown = (await get(client, path, "staff")).json()
    assert (shown["description"], shown["dwelling_id"]) == ("", None)
    assert shown["anonymised_at"] is not None
    steps = await client.call("GET", f"{path}/timeline", caller("staff"), headers=english())
    assert [step["code"] for step in steps.json()["items"]] == [
        "submitted",
        "withdrawn",
        "anonymised",
    ]
    assert "the requester asked for it" in steps.json()["items"][-1]["text"]
    assert (await get(client, path, "resident")).status == 404
    assert (await get(client, EXPORT, "resident")).json()["requests"] == []
