"""Publishing, on the real broker: large bursts, slow and silent brokers, lost topology."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from urllib.parse import unquote, urlsplit

import aio_pika
import pytest

from deploy.local import rabbit
from deploy.local.gate import Gate
from deploy.local.parts import Parts
from shared.bus import Hearing, Publisher, burst, topology
from shared.bus import publisher as publisher_module
from shared.bus.topology import EVENTS_EXCHANGE
from shared.errors import Unavailable
from shared.tests.bells import BellRung, Ear, hearing, parcel, quick_ladder

pytestmark = pytest.mark.rabbit

__all__ = ["quick_ladder"]

WANTED = topology("ear", [Hearing(BellRung, Ear().hear)])


async def test_thousands_are_told_at_once_though_the_writer_queues_few_writes(
    amqp_url: str,
) -> None:
    publisher = Publisher(amqp_url, "ear", WANTED)
    outcomes = await publisher.publish_events([parcel() for _ in range(2_500)])
    assert outcomes == [None] * 2_500
    await publisher.close()


async def test_what_is_confirmed_in_time_counts_whatever_becomes_of_the_rest(
    amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, bursts = burst.send, 0

    async def slow(*sent: object) -> list[burst.Confirmation]:
        nonlocal bursts
        bursts += 1
        if bursts == 1:
            return await really(*sent)  # type: ignore[arg-type]
        return [asyncio.get_running_loop().create_future() for _ in range(100)]

    publisher = Publisher(amqp_url, "ear", WANTED)
    await publisher.ping()
    monkeypatch.setattr(publisher_module, "CONFIRM_TIMEOUT_SECONDS", 1.0)
    monkeypatch.setattr(burst, "send", slow)
    outcomes = await publisher.publish_events([parcel() for _ in range(200)])
    assert outcomes[:100] == [None] * 100
    assert all(isinstance(outcome, Unavailable) for outcome in outcomes[100:])
    await publisher.close()


async def test_a_caller_that_gives_up_while_connecting_leaves_no_connection_behind(
    amqp_url: str, gate: Callable[[str], Awaitable[Gate]]
) -> None:
    between = await gate(amqp_url)
    between.freeze()
    publisher = Publisher(between.url, "ear", WANTED)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await publisher.ping()
    between.thaw()
    await publisher.close()
    async with asyncio.timeout(10):
        while between._passing:  # noqa: ASYNC110  a gate rings no bell
            await asyncio.sleep(0.05)


async def test_closing_waits_for_no_broker_that_has_stopped_reading(
    amqp_url: str, gate: Callable[[str], Awaitable[Gate]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher_module, "CONFIRM_TIMEOUT_SECONDS", 0.2)
    between = await gate(amqp_url)
    publisher = Publisher(between.url, "ear", WANTED)
    await publisher.ping()
    between.freeze()
    many = [parcel(body=b"x" * 10_000) for _ in range(900)]
    for _ in range(3):
        outcomes = await publisher.publish_events(many)
        assert all(isinstance(outcome, Unavailable) for outcome in outcomes)
    async with asyncio.timeout(10):
        await publisher.close()
    between.thaw()


async def test_a_part_of_the_topology_that_is_gone_is_declared_anew(amqp_url: str) -> None:
    publisher = Publisher(amqp_url, "ear", WANTED)
    await publisher.ping()
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        await channel.exchange_delete(EVENTS_EXCHANGE)
        await channel.queue_delete(WANTED.queues[0].name)
    [outcome] = await publisher.publish_events([parcel()])
    assert isinstance(outcome, Unavailable)
    async with asyncio.timeout(10):
        while await publisher.publish_events([parcel()]) != [None]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await publisher.close()


async def test_a_broker_that_has_lost_everything_is_told_and_heard_again(
    amqp_url: str, parts: Parts
) -> None:
    path = f"/api/vhosts/{urlsplit(amqp_url).path[1:]}"
    assert unquote(path) == path
    ear = Ear()
    async with hearing(amqp_url, ear.hear) as publisher:
        await asyncio.to_thread(rabbit.admin, parts.admin_url, "DELETE", path)
        await asyncio.to_thread(rabbit.admin, parts.admin_url, "PUT", path)
        async with asyncio.timeout(30):
            while not ear.seen:
                with contextlib.suppress(Unavailable):
                    await publisher.publish_events([parcel()])
                await asyncio.sleep(0.2)
