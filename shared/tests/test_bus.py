"""What becomes of a message, on the real broker."""

import asyncio
from collections.abc import Awaitable, Callable

import aio_pika
import pytest
from faststream.rabbit import RabbitBroker

from deploy.local.gate import Gate
from shared.bus import DeadLetters, Publisher, topology
from shared.bus import bus as bus_module
from shared.bus.consumer import CONSUMED, STORE_REFUSALS_MAX
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
from shared.testing import heard
from shared.tests.bells import QUEUE, BellRung, Ear, dead, hearing, parcel, quick_ladder

pytestmark = pytest.mark.rabbit

__all__ = ["quick_ladder"]


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


async def test_a_message_that_a_store_refuses_though_it_answers_waits_in_the_end(
    amqp_url: str,
) -> None:
    refused = Unavailable("store.unavailable")
    ear = Ear(faults=[refused] * (STORE_REFUSALS_MAX + 1))
    retried = CONSUMED.labels(QUEUE, "retried")._value.get()
    async with hearing(amqp_url, ear.hear) as publisher:
        await publisher.publish_events([parcel()])
        await ear.times(STORE_REFUSALS_MAX + 2)
    assert CONSUMED.labels(QUEUE, "retried")._value.get() == retried + 1
    assert await DeadLetters(amqp_url).count(QUEUE) == 0


async def test_while_the_store_is_away_a_message_keeps_its_place_in_its_story(
    amqp_url: str,
) -> None:
    handled: list[int] = []
    probed = asyncio.Event()

    async def ping() -> None:
        await asyncio.sleep(0.05)  # time enough for the next one to push in
        probed.set()

    async def hear(event: BellRung, envelope: Envelope) -> None:
        if envelope.sequence == 1 and not probed.is_set():
            raise Unavailable("store.unavailable")
        handled.append(envelope.sequence)
        await ear.hear(event, envelope)

    ear = Ear()
    sent = [heard(BellRung(bell_id="b"), "b", correlationid="s", sequence=n) for n in (1, 2, 3)]
    async with hearing(amqp_url, hear, ping) as publisher:
        await publisher.publish_events([parcel(one) for one in sent])
        await ear.times(3)
    assert handled == [1, 2, 3]


async def test_whatever_goes_wrong_at_the_start_the_bus_hears_in_the_end(
    amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = RabbitBroker.start
    faults = [RuntimeError("closed meanwhile"), KeyError("a bug")]

    async def start(broker: RabbitBroker) -> None:
        if faults:
            raise faults.pop()
        await really(broker)

    monkeypatch.setattr(bus_module, "RECONNECT_SECONDS", 0.01)
    monkeypatch.setattr(RabbitBroker, "start", start)
    ear = Ear()
    async with hearing(amqp_url, ear.hear) as publisher:
        await publisher.publish_events([parcel()])
        await ear.times(1)
    assert not faults


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


async def waiting(url: str) -> int:
    """How many messages the queue still holds."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(QUEUE, passive=True)
        return queue.declaration_result.message_count or 0


@pytest.mark.parametrize("fault", ["shut", "freeze"])
async def test_the_bus_stops_though_the_broker_is_away(
    amqp_url: str, gate: Callable[[str], Awaitable[Gate]], fault: str
) -> None:
    between = await gate(amqp_url)
    ear = Ear()
    async with asyncio.timeout(30):
        async with hearing(between.url, ear.hear) as publisher:
            await publisher.publish_events([parcel()])
            await ear.times(1)
            if fault == "shut":
                await between.shut()
            else:
                between.freeze()


async def test_after_the_broker_was_away_the_bus_hears_again(
    amqp_url: str, gate: Callable[[str], Awaitable[Gate]]
) -> None:
    between = await gate(amqp_url)
    ear = Ear()
    direct = Publisher(amqp_url, "teller", topology("teller", []))
    async with hearing(between.url, ear.hear):
        await between.shut()
        await direct.publish_events([parcel()])
        await between.open()
        await ear.times(1)
    await direct.close()
