"""The whole service on a real store and a real broker, told everything twice and in disorder."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from services.requests.app import create_app
from services.requests.settings import Settings
from services.requests.tests.api.callers import BODY, REQUESTS, get, post
from services.requests.tests.harness import estate_registered
from services.requests.tests.samples import HELPER
from shared.auth import generate_keys
from shared.auth.issuer import PUBLIC_FILE
from shared.bus import Parcel, Publisher, topology
from shared.events import Event
from shared.events.pairing import CareTaskAccepted, CareTaskCompleted
from shared.testing import heard
from shared.testing_web import WebClient

pytestmark = [pytest.mark.mongo, pytest.mark.rabbit]

REQUESTS_AT_ONCE = 10
WAIT_SECONDS_MAX = 20
CARE = {**BODY, "service_code": "care.shopping"}


@pytest.fixture
async def running(
    mongo_url: str, mongo_name: str, amqp_url: str, tmp_path: Path
) -> AsyncIterator[WebClient]:
    """The service as it runs, and a client of it."""
    key = generate_keys(tmp_path)
    settings = Settings(
        mongo_url=mongo_url,
        amqp_url=amqp_url,
        database=mongo_name,
        jwks_file=tmp_path / PUBLIC_FILE,
        access_log=False,
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield WebClient(app, key)


@pytest.fixture
async def others(amqp_url: str) -> AsyncIterator[Publisher]:
    """Tells what the other services would tell."""
    publisher = Publisher(amqp_url, "others", topology("others", []))
    yield publisher
    await publisher.close()


def _parcel(event: Event, subject: str) -> Parcel:
    envelope = heard(event, subject)
    return Parcel(envelope.id, envelope.type, envelope.time, envelope.to_bytes())


def _of_a_task(path: str) -> list[Parcel]:
    """What pairing tells of the task for a request."""
    request_id = path.rpartition("/")[2]
    task = {"care_task_id": f"cta_{request_id}", "request_id": request_id, "helper_id": HELPER}
    return [
        _parcel(CareTaskAccepted(**task), task["care_task_id"]),
        _parcel(
            CareTaskCompleted(**task, household_id="hsh_1", service="care.shopping"),
            task["care_task_id"],
        ),
    ]


async def _until(true: Callable[[], Awaitable[bool]]) -> None:
    while True:
        if await true():
            return
        await asyncio.sleep(0.02)


async def _told(client: WebClient, path: str) -> list[str]:
    story = (await get(client, f"{path}/story", "resident")).json()
    return [step["type"].split(".")[2] for step in story["items"]]


async def test_whatever_comes_twice_and_in_disorder_ends_right(
    running: WebClient, others: Publisher
) -> None:
    paths: list[str] = []

    async def ready() -> bool:
        return (await running.call("GET", "/health/ready")).status == 200

    async def admitted() -> bool:
        answer = await post(running, REQUESTS, "resident", CARE)
        paths.extend([answer.headers["location"]] if answer.status == 201 else [])
        return answer.status == 201

    async def resolved() -> bool:
        query = f"{REQUESTS}?limit=200&state=resolved"
        found = await get(running, query, "staff")
        return len(found.json()["items"]) == len(paths)

    async with asyncio.timeout(WAIT_SECONDS_MAX):
        await _until(ready)
        await others.publish_events([_parcel(estate_registered("dwl_1"), "est_1")] * 2)
        await _until(admitted)
        for _ in range(REQUESTS_AT_ONCE):
            assert await admitted()
        parcels = [parcel for path in paths for parcel in _of_a_task(path)] * 2
        random.Random(7).shuffle(parcels)
        assert set(await others.publish_events(parcels)) == {None}
        await _until(resolved)

    for path in paths:
        told = await _told(running, path)
        assert told == ["submitted", "accepted", "assigned", "started", "resolved"]
