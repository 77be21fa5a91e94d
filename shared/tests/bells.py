"""A service ``ear`` that hears bells: what the tests of the bus share."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from shared.bus import Bus, DeadLetters, Hearing, Parcel, Publisher, topology
from shared.bus import consumer as consumer_module
from shared.bus.topology import RUNGS
from shared.envelope import Envelope
from shared.events import Event
from shared.testing import heard

QUEUE = "ear.test.bell.rung.v1"


class BellRung(Event):
    type: ClassVar[str] = "test.bell.rung.v1"
    bell_id: str


@dataclass
class Ear:
    """A use case that notes what it is handed and raises what it is told to."""

    seen: list[Envelope] = field(default_factory=list)
    faults: list[BaseException | type[BaseException]] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def hear(self, event: BellRung, envelope: Envelope) -> None:
        async with self.changed:
            self.seen.append(envelope)
            self.changed.notify_all()
        if self.faults:
            raise self.faults.pop(0)

    async def times(self, count: int) -> None:
        async with asyncio.timeout(15), self.changed:
            await self.changed.wait_for(lambda: len(self.seen) >= count)


async def store_is_there() -> None:
    """A store that always answers."""


@asynccontextmanager
async def hearing(
    url: str,
    handler: Callable[[BellRung, Envelope], Awaitable[None]],
    ping: Callable[[], Awaitable[None]] = store_is_there,
) -> AsyncIterator[Publisher]:
    """A service ``ear`` that hears bells for as long as the block runs."""
    hearings = [Hearing(BellRung, handler)]
    publisher = Publisher(url, "ear", topology("ear", hearings))
    bus = Bus(url, "ear", hearings, publisher=publisher, store_ping=ping)
    await bus.start()
    try:
        async with asyncio.timeout(15):
            await bus.ready()
        yield publisher
    finally:
        await bus.stop()
        await publisher.close()


def parcel(envelope: Envelope | None = None, body: bytes | None = None) -> Parcel:
    envelope = envelope or heard(BellRung(bell_id="b"), "b")
    return Parcel(envelope.id, BellRung.type, envelope.time, body or envelope.to_bytes())


async def dead(url: str, count: int, queue: str = QUEUE) -> list[str]:
    """The reasons of the dead, once there are this many."""
    letters = DeadLetters(url)
    async with asyncio.timeout(20):
        while await letters.count(queue) < count:  # noqa: ASYNC110  the broker rings no bell
            await asyncio.sleep(0.05)
    return [letter.reason for letter in await letters.oldest(queue)]


@pytest.fixture(autouse=True)
def quick_ladder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rungs of milliseconds: the order of things is the same."""
    for rung in RUNGS:
        monkeypatch.setitem(RUNGS, rung, 30)
    monkeypatch.setattr(consumer_module, "STORE_PROBE_SECONDS", 0.02)
