"""The whole service on a real store and a real broker, told everything twice and in disorder."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.requests.app import create_app
from services.requests.settings import Settings
from services.requests.tests.api.callers import BODY, REQUESTS, get, post
from services.requests.tests.samples import HELPER
from shared.auth import SigningKey
from shared.bus import Parcel, Publisher
from shared.events.pairing import CareTaskAccepted, CareTaskCompleted
from shared.testing import estate_registered, heard
from shared.testing_service import parcel, running, until
from shared.testing_web import WebClient

pytestmark = [pytest.mark.mongo, pytest.mark.rabbit]

REQUESTS_AT_ONCE = 10
WAIT_SECONDS_MAX = 20
CARE = {**BODY, "service_code": "care.shopping"}


@pytest.fixture
async def client(told: dict[str, Any], key: SigningKey) -> AsyncIterator[WebClient]:
    """A client of the service as it runs."""
    async with running(create_app(Settings(**told)), key) as client:
        yield client


def _of_a_task(path: str) -> list[Parcel]:
    """What pairing tells of the task for a request."""
    request_id = path.rpartition("/")[2]
    task = {"care_task_id": f"cta_{request_id}", "request_id": request_id, "helper_id": HELPER}
    return [
        parcel(heard(event, task["care_task_id"]))
        for event in (
            CareTaskAccepted(**task),
            CareTaskCompleted(**task, household_id="hsh_1", service="care.shopping"),
        )
    ]


async def _told(client: WebClient, path: str) -> list[str]:
    story = (await get(client, f"{path}/story", "resident")).json()
    return [step["type"].split(".")[2] for step in story["items"]]


async def test_whatever_comes_twice_and_in_disorder_ends_right(
    client: WebClient, others: Publisher
) -> None:
    paths: list[str] = []

    async def admitted() -> bool:
        answer = await post(client, REQUESTS, "resident", CARE)
        paths.extend([answer.headers["location"]] if answer.status == 201 else [])
        return answer.status == 201

    async def resolved() -> bool:
        query = f"{REQUESTS}?limit=200&state=resolved"
        found = await get(client, query, "staff")
        return len(found.json()["items"]) == len(paths)

    async with asyncio.timeout(WAIT_SECONDS_MAX):
        await others.publish_events([parcel(heard(estate_registered("dwl_1"), "est_1"))] * 2)
        await until(admitted)
        for _ in range(REQUESTS_AT_ONCE):
            assert await admitted()
        parcels = [each for path in paths for each in _of_a_task(path)] * 2
        random.Random(7).shuffle(parcels)
        assert set(await others.publish_events(parcels)) == {None}
        await until(resolved)

    for path in paths:
        told = await _told(client, path)
        assert told == ["submitted", "accepted", "assigned", "started", "resolved"]
