"""The whole service on a real store and a real broker, told everything twice and in disorder."""

import asyncio
import base64
import contextlib
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import pytest
from standardwebhooks import Webhook

from services.notifications.app import create_app
from services.notifications.service.fanout import message_id
from services.notifications.settings import Settings
from services.notifications.tests.api.world import BASE, caller
from services.notifications.tests.receiver import Receiver, receiving
from services.notifications.tests.rig import event, story
from shared.auth import SigningKey
from shared.bus import Publisher
from shared.envelope import Envelope
from shared.testing_service import parcel, running, until
from shared.testing_web import WebClient

pytestmark = [pytest.mark.mongo, pytest.mark.rabbit]

WAIT_SECONDS_MAX = 90


@pytest.fixture
def settings(told: dict[str, Any]) -> Settings:
    """One deployment; several replicas may run in it."""
    return Settings(
        **told,
        secret_key=base64.b64encode(b"k" * 32).decode(),
        allow_http=True,
        allow_private_cidrs="127.0.0.0/8",
    )


@pytest.fixture(params=[2])
async def client(
    settings: Settings, key: SigningKey, request: pytest.FixtureRequest
) -> AsyncIterator[WebClient]:
    """Two replicas, or as many as are asked for, and a client of the first."""
    async with contextlib.AsyncExitStack() as stack:
        replicas = [running(create_app(settings), key) for _ in range(request.param)]
        clients = [await stack.enter_async_context(each) for each in replicas]
        yield clients[0]


async def _endpoint(client: WebClient, receiver: Receiver) -> dict[str, str]:
    body = {"url": receiver.url, "event_types": ["property."], "ordered": True}
    made = await client.call("POST", f"{BASE}/endpoints", caller("committee"), json=body)
    view: dict[str, str] = made.json()
    return view


async def _came(receiver: Receiver, events: list[Envelope]) -> None:
    wanted = {message_id(each.id) for each in events}
    while not wanted <= set(receiver.ids()):
        with contextlib.suppress(TimeoutError):
            await receiver.wait_for(len(receiver.got) + 1, seconds=0.2)


async def test_whatever_comes_twice_and_in_disorder_arrives_once_and_in_order(
    client: WebClient, others: Publisher
) -> None:
    stories = [story(f"inc_{n}", 4) for n in range(4)]
    for each in stories:
        each.append(event(f"wor_{each[0].id}", cause=each[1]))
    events = [envelope for each in stories for envelope in each]
    parcels = [parcel(envelope) for envelope in events] * 2
    random.Random(7).shuffle(parcels)
    async with receiving() as receiver, asyncio.timeout(WAIT_SECONDS_MAX):
        made = await _endpoint(client, receiver)
        assert set(await others.publish_events(parcels)) == {None}
        await _came(receiver, events)
    assert len(receiver.got) == len(events)
    place = {message_id(each.id): n for n, each in enumerate(events)}
    by_story: dict[str, list[int]] = defaultdict(list)
    for got in receiver.got:
        sent = Webhook(made["secret"]).verify(got.body, got.headers)
        by_story[sent["correlationid"]].append(place[got.headers["webhook-id"]])
    for came, each in zip(sorted(by_story.values(), key=min), stories, strict=True):
        numbers = [events[n].sequence for n in came if events[n].subject == each[0].subject]
        assert numbers == [1, 2, 3, 4]
        cause, caused = place[message_id(each[1].id)], place[message_id(each[4].id)]
        assert came.index(cause) < came.index(caused)


# With two, the other one may not have seen the pause yet: KEPT_FOR in service/book.py.
@pytest.mark.parametrize("client", [1], indirect=True)
async def test_a_pause_and_a_resumption_reach_what_waits_by_the_services_own_events(
    client: WebClient, others: Publisher
) -> None:
    committee = caller("committee")

    async def all_are(status: str) -> bool:
        shown = await client.call("GET", f"{BASE}/deliveries", committee)
        return [each["status"] for each in shown.json()["items"]] == [status]

    async with receiving() as receiver, asyncio.timeout(WAIT_SECONDS_MAX):
        path = f"{BASE}/endpoints/{(await _endpoint(client, receiver))['id']}"
        await client.call("POST", f"{path}/pause", committee)
        waiting = event("inc_1")
        await others.publish_events([parcel(waiting)])
        await until(lambda: all_are("held"))
        assert receiver.got == []
        await client.call("POST", f"{path}/resumption", committee)
        await _came(receiver, [waiting])
        await until(lambda: all_are("delivered"))
