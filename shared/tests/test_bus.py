"""What becomes of a message, on the real broker."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import ClassVar

import aio_pika
import pytest

from shared.bus import Bus, DeadLetters, Hearing, Parcel, Publisher, Unroutable, topology
from shared.bus import consumer as consumer_module
from shared.bus.topology import RUNGS, definitions, from_definitions
from shared.envelope import CALL, Envelope
from shared.errors import (
    AlreadyHeard,
    Awaited,
    Invalid,
    LinliError,
    NotFound,
    Stale,
    Unavailable,
)
from shared.events import Event
from shared.testing import heard

pytestmark = pytest.mark.rabbit

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


async def test_an_event_is_handed_to_its_use_case_on_behalf_of_its_actor(amqp_url: str) -> None:
    ear = Ear()
    actors = []

    async def hear(event: BellRung, envelope: Envelope) -> None:
        actors.append(CALL.get().actor)
        await ear.hear(event, envelope)

    sent = heard(BellRung(bell_id="b"), "b", actor="per_ringer")
    async with hearing(amqp_url, hear) as publisher:
        assert await publisher.publish_events([parcel(sent)]) == [None]
        await ear.times(1)
    assert ear.seen == [sent]
    assert actors == ["per_ringer"]


async def test_what_was_heard_before_is_acknowledged(amqp_url: str) -> None:
    ear = Ear(faults=[AlreadyHeard("store.already_heard")])
    async with hearing(amqp_url, ear.hear) as publisher:
        await publisher.publish_events([parcel()])
        await ear.times(1)
    assert await DeadLetters(amqp_url).count(QUEUE) == 0
    assert len(ear.seen) == 1


async def test_a_stale_decision_is_made_again_at_once(amqp_url: str) -> None:
    ear = Ear(faults=[Stale("store.stale"), Stale("store.stale")])
    async with hearing(amqp_url, ear.hear) as publisher:
        await publisher.publish_events([parcel()])
        await ear.times(3)
    assert await DeadLetters(amqp_url).count(QUEUE) == 0


@pytest.mark.parametrize("fault", [Awaited("x.awaited"), Unavailable("x.away"), KeyError("bug")])
async def test_what_may_pass_later_is_tried_again_and_passes(
    amqp_url: str, fault: Exception
) -> None:
    ear = Ear(faults=[fault, fault])
    async with hearing(amqp_url, ear.hear) as publisher:
        await publisher.publish_events([parcel()])
        await ear.times(3)
    assert await DeadLetters(amqp_url).count(QUEUE) == 0


async def test_after_ten_tries_it_is_dead_with_its_reason(amqp_url: str) -> None:
    ear = Ear(faults=[RuntimeError("a secret that must not be told")] * 20)
    async with hearing(amqp_url, ear.hear) as publisher:
        await publisher.publish_events([parcel()])
        assert await dead(amqp_url, 1) == ["RuntimeError"]
    assert len(ear.seen) == 10
    [letter] = await DeadLetters(amqp_url).oldest(QUEUE)
    assert letter.attempts == 10
    assert letter.first_seen is not None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"not json", "envelope.malformed"),
        (b"[]", "envelope.malformed"),
        (b"\xff\xfe", "envelope.malformed"),
        (heard(BellRung(bell_id="b"), "b", type="test.bell.rung.v2").to_bytes(), "unknown_type"),
        (heard(BellRung(bell_id="b"), "b", data={"bell": 1}).to_bytes(), "data/bell_id"),
        (heard(BellRung(bell_id="b"), "b", specversion="1.0").to_bytes()[:-1], "malformed"),
    ],
)
async def test_what_cannot_be_read_is_dead_at_once_and_the_rest_flows_on(
    amqp_url: str, body: bytes, reason: str
) -> None:
    ear = Ear()
    async with hearing(amqp_url, ear.hear) as publisher:
        await publisher.publish_events([parcel(body=body), parcel()])
        await ear.times(1)
        [told] = await dead(amqp_url, 1)
    assert reason in told
    assert len(ear.seen) == 1


@pytest.mark.parametrize("fault", [Invalid("x.bad"), NotFound("x.gone")])
async def test_what_can_never_pass_is_dead_at_once(amqp_url: str, fault: LinliError) -> None:
    ear = Ear(faults=[fault])
    async with hearing(amqp_url, ear.hear) as publisher:
        await publisher.publish_events([parcel()])
        assert await dead(amqp_url, 1) == [fault.code]
    assert len(ear.seen) == 1


async def test_while_the_store_is_away_messages_wait_in_hand_and_burn_no_try(
    amqp_url: str,
) -> None:
    away = True
    asked = asyncio.Event()

    async def ping() -> None:
        asked.set()
        if away:
            raise Unavailable("store.unavailable")

    async def hear(event: BellRung, envelope: Envelope) -> None:
        if away:
            raise Unavailable("store.unavailable")
        await ear.hear(event, envelope)

    ear = Ear()
    async with hearing(amqp_url, hear, ping) as publisher:
        await publisher.publish_events([parcel() for _ in range(5)])
        async with asyncio.timeout(10):
            await asked.wait()
        away = False
        await ear.times(5)
    assert await DeadLetters(amqp_url).count(QUEUE) == 0


async def test_a_handler_in_hand_is_finished_before_the_bus_stops(amqp_url: str) -> None:
    begun, done = asyncio.Event(), []

    async def hear(event: BellRung, envelope: Envelope) -> None:
        begun.set()
        await asyncio.sleep(0.3)
        done.append(envelope.id)

    async with hearing(amqp_url, hear) as publisher:
        await publisher.publish_events([parcel()])
        async with asyncio.timeout(10):
            await begun.wait()
    assert len(done) == 1
    assert await waiting(amqp_url) == 0


async def test_events_of_one_story_are_handled_one_after_the_other(amqp_url: str) -> None:
    open_stories: set[str] = set()
    order: dict[str, list[int]] = {}
    ear = Ear()

    async def hear(event: BellRung, envelope: Envelope) -> None:
        assert envelope.correlationid not in open_stories
        open_stories.add(envelope.correlationid)
        await asyncio.sleep(0.005)
        open_stories.discard(envelope.correlationid)
        order.setdefault(envelope.correlationid, []).append(envelope.sequence)
        await ear.hear(event, envelope)

    sent = [
        heard(BellRung(bell_id="b"), "b", correlationid=f"story{n % 3}", sequence=n + 1)
        for n in range(30)
    ]
    async with hearing(amqp_url, hear) as publisher:
        await publisher.publish_events([parcel(one) for one in sent])
        await ear.times(30)
    assert all(sequences == sorted(sequences) for sequences in order.values())


async def test_what_nobody_wants_is_told_to_the_teller(amqp_url: str) -> None:
    publisher = Publisher(amqp_url, "ear", topology("ear", []))
    [outcome] = await publisher.publish_events([parcel()])
    assert isinstance(outcome, Unroutable)
    await publisher.close()


async def test_a_broker_that_is_away_is_unavailable() -> None:
    publisher = Publisher("amqp://127.0.0.1:9/", "ear", topology("ear", []))
    with pytest.raises(Unavailable):
        await publisher.publish_events([parcel()])
    with pytest.raises(Unavailable):
        await publisher.ping()
    await publisher.close()


async def test_other_arguments_on_the_broker_are_named(amqp_url: str) -> None:
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        await channel.declare_queue(QUEUE, durable=True)
    publisher = Publisher(amqp_url, "ear", topology("ear", [Hearing(BellRung, Ear().hear)]))
    with pytest.raises(Unavailable) as told:
        await publisher.ping()
    assert told.value.code == "broker.other_topology"


async def test_dead_letters_are_listed_replayed_and_dropped_one_or_many(amqp_url: str) -> None:
    faults: list[BaseException | type[BaseException]] = [Invalid("x.bad") for _ in range(4)]
    ear = Ear(faults=faults)
    sent = [parcel() for _ in range(4)]
    letters = DeadLetters(amqp_url)
    async with hearing(amqp_url, ear.hear) as publisher:
        await publisher.publish_events(sent)
        await dead(amqp_url, 4)
        listed = await letters.oldest(QUEUE)
        assert {letter.id for letter in listed} == {one.message_id for one in sent}
        chosen = listed[1].id
        assert [done.id for done in await letters.replay(QUEUE, lambda at: at.id == chosen)] == [
            chosen
        ]
        await ear.times(5)
        assert ear.seen[-1].id == chosen
        assert len(await letters.drop(QUEUE, lambda at: at.id == listed[0].id)) == 1
        assert len(await letters.replay(QUEUE, lambda at: True)) == 2
        await ear.times(7)
    assert await letters.count(QUEUE) == 0


async def test_a_queue_without_dead_letters_is_not_found(amqp_url: str) -> None:
    with pytest.raises(NotFound):
        await DeadLetters(amqp_url).count("no.such.queue")


async def test_looking_many_times_loses_no_dead_letter(amqp_url: str) -> None:
    ear = Ear(faults=[Invalid("x.bad")])
    letters = DeadLetters(amqp_url)
    async with hearing(amqp_url, ear.hear) as publisher:
        await publisher.publish_events([parcel()])
        await dead(amqp_url, 1)
    for _ in range(25):
        assert len(await letters.oldest(QUEUE)) == 1


def test_the_definitions_file_says_what_the_code_declares() -> None:
    wanted = topology("ear", [Hearing(BellRung, Ear().hear)])
    assert from_definitions(definitions(wanted)).exchanges == wanted.exchanges
    assert set(q.name for q in from_definitions(definitions(wanted)).queues) == set(
        q.name for q in wanted.queues
    )


async def waiting(url: str) -> int:
    """How many messages the queue still holds."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(QUEUE, passive=True)
        return queue.declaration_result.message_count or 0
