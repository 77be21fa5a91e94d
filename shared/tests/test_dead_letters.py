"""Publishing with confirms, the topology and the dead letters, on the real broker."""

import aio_pika
import pytest

from shared.bus import DeadLetters, Hearing, Publisher, Unroutable, topology
from shared.bus.topology import definitions, from_definitions
from shared.errors import (
    Invalid,
    NotFound,
    Unavailable,
)
from shared.tests.bells import QUEUE, BellRung, Ear, dead, hearing, parcel, quick_ladder

pytestmark = pytest.mark.rabbit

__all__ = ["quick_ladder"]


async def test_what_nobody_wants_is_told_to_the_teller(amqp_url: str) -> None:
    publisher = Publisher(amqp_url, "ear", topology("ear", []))
    [outcome] = await publisher.publish_events([parcel()])
    assert isinstance(outcome, Unroutable)
    assert outcome.facts == {"routing_key": BellRung.type}
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


async def test_one_that_is_dead_again_at_once_is_not_sent_back_again(amqp_url: str) -> None:
    count = 30  # enough for the first to be dead again before the last is sent back
    ear = Ear(faults=[*[Invalid("x.bad")] * 10 * count])
    letters = DeadLetters(amqp_url)
    async with hearing(amqp_url, ear.hear) as publisher:
        await publisher.publish_events([parcel() for _ in range(count)])
        await dead(amqp_url, count)
        assert len(await letters.replay(QUEUE, lambda _: True)) == count
        await dead(amqp_url, count)
    assert len(ear.seen) == 2 * count


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
