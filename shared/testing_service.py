"""A service in this process as the bus and its callers meet it, for tests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from shared.auth import SigningKey
from shared.auth.issuer import PUBLIC_FILE
from shared.bus import Hearing, Parcel, Publisher, topology
from shared.envelope import Envelope
from shared.errors import AlreadyHeard
from shared.events import event_class
from shared.store import Store
from shared.testing_web import PEPPER, WebClient

POLL_SECONDS, READY_SECONDS_MAX = 0.02, 30


async def news_of(stores: Iterable[Store[Any]], told: list[Envelope]) -> list[Envelope]:
    """What these tell that was not among what was ``told``, to which it is added; in order within
    each aggregate."""
    stories: list[Envelope] = []
    for store in stores:
        for aggregate in await store.find({}, limit=1_000):
            stories += await store.story(aggregate.id)
    known = {envelope.id for envelope in told}
    fresh = [envelope for envelope in stories if envelope.id not in known]
    told += fresh
    return fresh


async def deliver(hearings: Iterable[Hearing], envelope: Envelope) -> bool:
    """As the bus would: through the hearing of its type; heard before, it is acknowledged.

    False if nobody wants events of this type.
    """
    kind = event_class(envelope.type)
    assert kind is not None
    wanting = [each for each in hearings if each.binding == envelope.type]
    for hearing in wanting:
        with suppress(AlreadyHeard):
            await hearing.handler(kind.model_validate(envelope.data), envelope)
    return bool(wanting)


def deployed(folder: Path, mongo_url: str, mongo_name: str, amqp_url: str) -> dict[str, Any]:
    """What every service is told; the issuer's keys are in the folder."""
    return {
        "mongo_url": mongo_url,
        "database": mongo_name,
        "amqp_url": amqp_url,
        "jwks_file": folder / PUBLIC_FILE,
        "api_key_pepper": PEPPER,
        "access_log": False,
    }


@asynccontextmanager
async def running(app: FastAPI, key: SigningKey) -> AsyncIterator[WebClient]:
    """The service at work, store and broker and all, once it is ready, and a client of it."""
    async with app.router.lifespan_context(app):
        client = WebClient(app, key)

        async def ready() -> bool:
            return (await client.call("GET", "/health/ready")).status == 200

        async with asyncio.timeout(READY_SECONDS_MAX):
            await until(ready)
        yield client


@asynccontextmanager
async def telling(amqp_url: str) -> AsyncIterator[Publisher]:
    """Tells what the other services would tell; its queue takes everything, as notifications'."""

    async def keep(_: Envelope) -> None: ...

    publisher = Publisher(amqp_url, "others", topology("others", [Hearing.everything(keep)]))
    yield publisher
    await publisher.close()


def parcel(envelope: Envelope) -> Parcel:
    """An event as it is handed to the broker."""
    return Parcel(envelope.id, envelope.type, envelope.time, envelope.to_bytes())


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Ask again and again until it is true; bound it by ``asyncio.timeout``."""
    while not await true():  # noqa: ASYNC110
        await asyncio.sleep(POLL_SECONDS)
