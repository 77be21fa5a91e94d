"""The worker over a real store, to a real receiver: what becomes of one delivery."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp import web
from standardwebhooks import Webhook

from services.notifications.domain import delivery as domain
from services.notifications.domain.attempt import Result, Trigger
from services.notifications.domain.delivery import Status
from services.notifications.domain.endpoint import EndpointState
from services.notifications.service.fanout import message_id
from services.notifications.tests.receiver import Receiver, receiving
from services.notifications.tests.rig import MINE, Options, Rig, event, rigged
from services.notifications.worker import Limits
from shared.envelope import CONTENT_TYPE
from shared.testing import FakeClock

pytestmark = pytest.mark.mongo


async def test_an_event_reaches_the_receiver_signed_and_is_then_delivered(
    mongo_url: str, mongo_name: str
) -> None:
    async with rigged(mongo_url, mongo_name) as rig, receiving() as receiver, rig.working():
        _, secret = await rig.endpoint(receiver.url)
        envelope = event()
        await rig.fan_out.hear(envelope)
        await receiver.wait_for(1)
        (delivery,) = await rig.until(Status.DELIVERED, 1)
        (attempt,) = await rig.attempts(delivery)
    (got,) = receiver.got
    assert got.body == envelope.to_bytes()
    assert got.headers["content-type"] == CONTENT_TYPE
    assert Webhook(secret).verify(got.body, got.headers)["id"] == envelope.id
    assert got.headers["webhook-id"] == message_id(envelope.id)
    assert (delivery.tried, delivery.charged, delivery.last_code) == (1, 1, 200)
    assert (attempt.n, attempt.trigger, attempt.exchange.code) == (1, Trigger.AUTO, 200)
    assert attempt.request_headers["webhook-signature"] == got.headers["webhook-signature"]


async def test_after_a_rotation_the_old_and_the_new_secret_verify(
    mongo_url: str, mongo_name: str
) -> None:
    async with rigged(mongo_url, mongo_name) as rig, receiving() as receiver, rig.working():
        endpoint, old = await rig.endpoint(receiver.url)
        _, new = await rig.endpoints.rotate(rig.target(endpoint), overlap_hours=24)
        await rig.fan_out.hear(event())
        await receiver.wait_for(1)
    for secret in (old, new):
        assert Webhook(secret).verify(receiver.got[0].body, receiver.got[0].headers)


async def test_what_no_bell_told_of_is_found(mongo_url: str, mongo_name: str) -> None:
    async with (
        rigged(mongo_url, mongo_name) as deaf,
        rigged(mongo_url, mongo_name) as rig,
        receiving() as receiver,
        rig.working(),
    ):
        await deaf.endpoint(receiver.url)
        await deaf.fan_out.hear(event())  # its bell is in another process
        await receiver.wait_for(1)


async def test_a_delivery_whose_worker_died_is_sent_when_its_lease_has_passed(
    mongo_url: str, mongo_name: str
) -> None:
    async with rigged(mongo_url, mongo_name) as rig, receiving() as receiver:
        await rig.endpoint(receiver.url)
        envelope = event()
        await rig.fan_out.hear(envelope)
        (found,) = await rig.deliveries()
        dead = domain.claim(found, at=rig.clock.now(), lease=timedelta(seconds=0.4))
        assert await rig.records.deliveries.change(found, dead)
        async with rig.working():
            await asyncio.sleep(0.2)
            assert receiver.got == []
            (done,) = await rig.until(Status.DELIVERED, 1)
    assert receiver.ids() == [message_id(envelope.id)]
    assert (done.tried, done.charged) == (2, 1)


async def test_a_worker_that_outlived_its_lease_changes_nothing(
    mongo_url: str, mongo_name: str
) -> None:
    async with rigged(mongo_url, mongo_name) as rig, receiving() as receiver:
        await rig.endpoint(receiver.url)
        await rig.fan_out.hear(event())
        (found,) = await rig.deliveries()
        at = rig.clock.now()
        slow = domain.claim(found, at=at, lease=timedelta(0))
        assert await rig.records.deliveries.change(found, slow)
        quick = domain.claim(slow, at=at)
        assert await rig.records.deliveries.change(slow, quick)
        assert not await rig.records.deliveries.change(slow, domain.give_back(slow, at=at))
        assert not await rig.records.deliveries.change(found, domain.claim(found, at=at))
        assert (await rig.deliveries()) == [quick]


async def test_what_is_in_hand_when_the_service_stops_is_given_back_uncharged(
    mongo_url: str, mongo_name: str
) -> None:
    async def hang(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    options = Options(worker=Limits(poll_seconds=0.05, wind_up_seconds=0.1))
    async with rigged(mongo_url, mongo_name, options) as rig, receiving(hang) as receiver:
        await rig.endpoint(receiver.url)
        async with rig.working():
            await rig.fan_out.hear(event())
            await receiver.wait_for(1)
        (delivery,) = await rig.deliveries()
    assert (delivery.status, delivery.charged, delivery.tried) == (Status.RETRY_WAIT, 0, 1)
    assert delivery.next_at is not None
    assert delivery.next_at <= rig.clock.now()


async def test_gone_ends_the_delivery_and_disables_the_endpoint(
    mongo_url: str, mongo_name: str
) -> None:
    async def gone(_: web.Request) -> web.Response:
        return web.Response(status=410)

    async with rigged(mongo_url, mongo_name) as rig, receiving(gone) as receiver, rig.working():
        endpoint, _ = await rig.endpoint(receiver.url, event_types=("property.",))
        await rig.fan_out.hear(await rig.told(endpoint.id))
        await rig.fan_out.hear(event("inc_1"))
        await rig.until(Status.EXHAUSTED, 1)
        async with asyncio.timeout(5):
            while (now := await rig.store.get(endpoint.id)).state is EndpointState.ENABLED:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert (now.state, now.state_reason) == (EndpointState.AUTO_DISABLED, "gone")
        await rig.fan_out.hear(event("inc_2"))
        await rig.until(Status.HELD, 1)
        assert len(receiver.got) == 1


async def test_a_paused_endpoint_gets_nothing_until_it_is_resumed(
    mongo_url: str, mongo_name: str
) -> None:
    async with rigged(mongo_url, mongo_name) as rig, receiving() as receiver, rig.working():
        endpoint, _ = await rig.endpoint(receiver.url, event_types=("property.",))
        await rig.fan_out.hear(await rig.told(endpoint.id))
        await rig.endpoints.pause(rig.target(endpoint))
        for n in range(5):
            await rig.fan_out.hear(event(f"inc_{n}"))
        await rig.until(Status.HELD, 5)
        assert receiver.got == []
        await rig.fan_out.hear(await rig.told(endpoint.id))
        await rig.endpoints.resume(rig.target(endpoint))
        await rig.fan_out.hear(await rig.told(endpoint.id))
        await rig.until(Status.DELIVERED, 5)
    assert len(receiver.got) == 5


async def test_after_a_failure_the_ladder_is_climbed_by_the_clock(
    mongo_url: str, mongo_name: str
) -> None:
    async def busy(_: web.Request) -> web.Response:
        return web.Response(status=503, headers={"retry-after": "9"})

    clock = FakeClock()
    async with (
        rigged(mongo_url, mongo_name, Options(clock=clock)) as rig,
        receiving(busy) as receiver,
        rig.working(),
    ):
        await rig.endpoint(receiver.url)
        await rig.fan_out.hear(event(clock=clock))
        (waiting,) = await rig.until(Status.RETRY_WAIT, 1)
        assert waiting.next_at == clock.now() + timedelta(seconds=9)
        clock.move(timedelta(seconds=9))
        await receiver.wait_for(2)
        for tries in range(2, 10):
            await rig.tried(tries)
            clock.move(timedelta(hours=30))
            await receiver.wait_for(tries + 1)
        (ended,) = await rig.until(Status.EXHAUSTED, 1)
        tried = await rig.attempts(ended, 10)
    assert [each.n for each in tried] == list(range(1, 11))
    assert len(set(receiver.ids())) == 1
    assert len({each.headers["webhook-signature"] for each in receiver.got}) == 10


async def test_a_secret_that_cannot_be_opened_is_our_fault_and_charges_nobody(
    mongo_url: str, mongo_name: str
) -> None:
    async with rigged(mongo_url, mongo_name) as rig, receiving() as receiver:
        await rig.endpoint(receiver.url)
        rig.vault._keys.clear()
        async with rig.working():
            await rig.fan_out.hear(event())
            (waiting,) = await rig.until(Status.RETRY_WAIT, 1)
            (attempt,) = await rig.attempts(waiting)
    assert (waiting.charged, waiting.last_result) == (0, Result.OWN_FAULT)
    assert attempt.request_headers == {}
    assert receiver.got == []


async def test_a_delivery_is_sent_again_on_request_under_its_old_id(
    mongo_url: str, mongo_name: str
) -> None:
    async with rigged(mongo_url, mongo_name) as rig, receiving() as receiver, rig.working():
        await rig.endpoint(receiver.url, ordered=True)
        await rig.fan_out.hear(event())
        (done,) = await rig.until(Status.DELIVERED, 1)
        await rig.log.redeliver(done.id, MINE)
        await receiver.wait_for(2)
        (again,) = await rig.until(Status.DELIVERED, 1)
        tried = await rig.attempts(again, 2)
    assert len(set(receiver.ids())) == 1
    assert (again.cycle, again.tried) == (2, 2)
    assert [each.trigger for each in tried] == [Trigger.AUTO, Trigger.MANUAL]


async def test_an_idle_service_passes_an_event_on_in_a_few_milliseconds(
    mongo_url: str, mongo_name: str
) -> None:
    options = Options(worker=Limits(poll_seconds=10))
    async with rigged(mongo_url, mongo_name, options) as rig, receiving() as receiver:
        await rig.endpoint(receiver.url, ordered=True)
        async with rig.working():
            took = [await _through(rig, receiver, n) for n in range(1, 21)]
    # Without the bell it would be the poll, ten seconds.
    assert sorted(took)[10] < 1


async def _through(rig: Rig, receiver: Receiver, count: int) -> float:
    loop = asyncio.get_running_loop()
    began = loop.time()
    await rig.fan_out.hear(event(f"inc_{count}"))
    await receiver.wait_for(count)
    return loop.time() - began
