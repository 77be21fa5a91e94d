"""Replicas of a service ``ear`` that tell of bells: what the tests of the relay share."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from shared.bus import Hearing, Publisher, topology
from shared.clock import new_id
from shared.envelope import Envelope, open_envelope
from shared.events import Event
from shared.mongo import Database, Documents
from shared.relay import Relay

QUEUE = "ear.all"


@dataclass(frozen=True, slots=True)
class Bell:
    id: str
    community: str = "hongmiao"
    version: int = 0


class BellTold(Event):
    type: ClassVar[str] = "test.bell.told.v1"
    bell_id: str


async def unheard(_: Envelope) -> None:
    """Never called: these tests read the queue themselves."""


WANTED = topology("ear", [Hearing.everything(unheard)])


@dataclass
class Rig:
    database: Database
    bells: Documents[Bell]
    publisher: Publisher
    relay: Relay
    url: str

    async def ring(self, times: int = 1, bell: Bell | None = None) -> Bell:
        """Save a bell with this many events, one write each."""
        bell = bell or Bell(new_id("bel"))
        for _ in range(times):
            bell = await self.bells.save(bell, [BellTold(bell_id=bell.id)])
        return bell

    async def heard(self, count: int) -> list[Envelope]:
        """The next messages in the queue, which must be exactly this many."""
        got: list[Envelope] = []
        done = asyncio.Event()

        async def take(message: AbstractIncomingMessage) -> None:
            got.append(open_envelope(message.body))
            await message.ack()
            if len(got) >= count:
                done.set()

        async with await aio_pika.connect(self.url) as connection:
            channel = await connection.channel()
            queue = await channel.declare_queue(QUEUE, passive=True)
            await queue.consume(take)
            async with asyncio.timeout(15):
                await done.wait()
        assert len(got) == count
        return got

    async def untold(self) -> int:
        return len(await self.database.untold("bells", limit=1000))


@asynccontextmanager
async def running(*relays: Relay) -> AsyncIterator[None]:
    stop = asyncio.Event()
    tasks = [asyncio.create_task(relay.run(stop)) for relay in relays]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)
