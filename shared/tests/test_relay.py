"""What is committed is told: on the real store and the real broker."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import ClassVar

import aio_pika
import pytest

from shared.bus import Hearing, Publisher, topology
from shared.clock import new_id
from shared.errors import Unavailable
from shared.events import Event
from shared.mongo import Database
from shared.relay import Relay
from shared.tests.relays import QUEUE, WANTED, Bell, BellTold, Rig, running, unheard

pytestmark = [pytest.mark.mongo, pytest.mark.rabbit]


async def test_what_is_committed_is_told_once_and_struck_off(
    rigs: Callable[[], Awaitable[Rig]],
) -> None:
    rig = await rigs()
    bell = await rig.ring(3)
    assert await rig.relay.drain() == 3
    assert await rig.relay.drain() == 0
    assert [e.sequence for e in await rig.heard(3)] == [1, 2, 3]
    assert await rig.bells.story(bell.id) is not None
    assert await rig.untold() == 0


async def test_more_than_a_batch_is_told_in_order_within_each_aggregate(
    rigs: Callable[[], Awaitable[Rig]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.relay.BATCH_DOCUMENTS", 7)
    rig = await rigs()
    bells = await asyncio.gather(*(rig.ring(3) for _ in range(30)))
    async with running(rig.relay):
        more = await asyncio.gather(*(rig.ring(2, bell) for bell in bells))
        got = await rig.heard(150)
    for bell in more:
        assert [e.sequence for e in got if e.subject == bell.id] == [1, 2, 3, 4, 5]


async def test_of_two_replicas_one_tells_what_both_write(
    rigs: Callable[[], Awaitable[Rig]],
) -> None:
    one, two = await rigs(), await rigs()
    async with running(one.relay, two.relay):
        bell = await one.ring(2)
        await two.ring(2, bell)
        other = await two.ring(2)
        got = await one.heard(6)
    assert [e.sequence for e in got if e.subject == bell.id] == [1, 2, 3, 4]
    assert [e.sequence for e in got if e.subject == other.id] == [1, 2]


async def test_what_another_replica_writes_is_told_at_once_and_not_by_the_poll(
    rigs: Callable[[], Awaitable[Rig]], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = await rigs(), await rigs()
    async with running(one.relay, two.relay):
        async with asyncio.timeout(10):
            while not (one.relay.listening or two.relay.listening):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        monkeypatch.setattr("shared.relay.POLL_SECONDS", 60.0)
        for writer in (one, two, one, two):
            await writer.ring()
            await writer.heard(1)


async def test_when_the_holder_goes_the_other_takes_over(
    rigs: Callable[[], Awaitable[Rig]],
) -> None:
    one, two = await rigs(), await rigs()
    async with running(two.relay):
        async with running(one.relay):
            await one.ring()
            await one.heard(1)
        await one.ring()
        await one.heard(1)


async def test_what_was_told_and_not_struck_off_is_told_again(
    rigs: Callable[[], Awaitable[Rig]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = await rigs()
    bell = await rig.ring()
    clear = rig.database.clear_told

    async def away(*_: object) -> None:
        raise Unavailable("store.unavailable")

    monkeypatch.setattr(rig.database, "clear_told", away)
    with pytest.raises(Unavailable):
        await rig.relay.drain()
    monkeypatch.setattr(rig.database, "clear_told", clear)
    assert await rig.relay.drain() == 1
    first, second = await rig.heard(2)
    assert first == second
    assert first.subject == bell.id


async def test_while_the_broker_is_away_events_wait_and_are_told_when_it_is_back(
    rigs: Callable[[], Awaitable[Rig]],
) -> None:
    rig = await rigs()
    away = Relay(rig.database, Publisher("amqp://127.0.0.1:9/", "ear", WANTED), "ear")
    bell = await rig.ring(2)
    with pytest.raises(Unavailable):
        await away.drain()
    assert await rig.untold() == 1
    await away.give_up()
    assert await rig.relay.drain() == 2
    assert {e.subject for e in await rig.heard(2)} == {bell.id}


async def test_what_nobody_wants_yet_stays_untold(
    rigs: Callable[[], Awaitable[Rig]], amqp_url: str
) -> None:
    rig = await rigs()
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        await channel.queue_delete(QUEUE)
        await rig.ring()
        assert await rig.relay.drain() == 0
        assert await rig.untold() == 1
    late = replace_publisher(rig, amqp_url)
    assert await late.drain() == 1
    assert len(await rig.heard(1)) == 1


async def test_what_nobody_wants_keeps_nothing_else_waiting(
    mongo_url: str, mongo_name: str, amqp_url: str
) -> None:
    class BellLost(Event):
        type: ClassVar[str] = "test.bell.lost.v1"

    database = Database(mongo_url, mongo_name)
    first, second = (
        database.documents(name, Bell, source="/linli/ear") for name in ("first", "second")
    )
    await database.migrate()
    one_type = Hearing(BellTold, Hearing.everything(unheard).handler)
    publisher = Publisher(amqp_url, "ear", topology("ear", [one_type]))
    relay = Relay(database, publisher, "ear")
    for store in (first, second):
        await store.save(bell := Bell(new_id("bel")), [BellTold(bell_id=bell.id)])
    for _ in range(3):
        await first.save(bell := Bell(new_id("bel")), [BellLost(), BellTold(bell_id=bell.id)])

    assert await relay.drain() == 2
    assert len(await database.untold("first", limit=10)) == 3
    assert await database.untold("second", limit=10) == []
    await publisher.close()
    await database.close()


async def test_many_events_of_many_documents_are_told_in_one_batch(
    rigs: Callable[[], Awaitable[Rig]],
) -> None:
    rig = await rigs()
    bells = [Bell(new_id("bel")) for _ in range(200)]
    await asyncio.gather(*(rig.bells.save(b, [BellTold(bell_id=b.id)] * 11) for b in bells))
    assert await rig.relay.drain() == 2_200
    got = await rig.heard(2_200)
    for bell in bells:
        assert [e.sequence for e in got if e.subject == bell.id] == list(range(1, 12))


async def test_a_lease_that_another_holds_is_asked_for_once_a_second(
    rigs: Callable[[], Awaitable[Rig]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = await rigs()
    asked = 0

    async def taken() -> bool:
        nonlocal asked
        asked += 1
        return False

    monkeypatch.setattr(rig.relay._lease, "take", taken)
    async with running(rig.relay):
        await rig.ring(20)
    assert asked <= 2


def replace_publisher(rig: Rig, url: str) -> Relay:
    """The same replica with a fresh connection, which declares what it needs."""
    rig.publisher = Publisher(url, "ear", WANTED)
    relay = Relay(rig.database, rig.publisher, "ear")
    relay._lease = rig.relay._lease
    return relay
