"""Many deliveries at once: never twice, in order where that is asked for, none delays another."""

import asyncio
import itertools
from collections import defaultdict
from dataclasses import replace

import pytest
from aiohttp import web

from services.notifications.domain import delivery as domain
from services.notifications.domain.delivery import LEASE, Delivery, Status
from services.notifications.service.fanout import message_id
from services.notifications.tests.receiver import receiving
from services.notifications.tests.rig import Options, event, rigged, story
from services.notifications.worker import BATCH, Limits

pytestmark = pytest.mark.mongo


@pytest.fixture
def quick_ladder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten rungs of a few milliseconds."""
    monkeypatch.setattr(domain, "LADDER_SECONDS", (0, *([0.05] * 9)))
    monkeypatch.setattr(domain, "WAIT_SECONDS_LEAST", 0.05)


async def test_several_workers_never_send_the_same_twice(mongo_url: str, mongo_name: str) -> None:
    async with (
        rigged(mongo_url, mongo_name) as rig,
        rigged(mongo_url, mongo_name) as other,
        receiving() as receiver,
    ):
        await rig.endpoint(receiver.url)
        await rig.endpoint(receiver.url)
        for n in range(60):
            await rig.fan_out.hear(event(f"inc_{n}"))
        async with rig.working(), other.working():
            done = await rig.until(Status.DELIVERED, 120)
    assert len(receiver.got) == 120
    assert {each.tried for each in done} == {1}


@pytest.mark.usefixtures("quick_ladder")
async def test_order_is_kept_when_the_first_attempt_fails(mongo_url: str, mongo_name: str) -> None:
    failing = iter([500, 503])

    async def at_first_no(_: web.Request) -> web.Response:
        return web.Response(status=next(failing, 200))

    async with rigged(mongo_url, mongo_name) as rig, receiving(at_first_no) as receiver:
        await rig.endpoint(receiver.url, ordered=True)
        events = story("inc_1", 4)
        async with rig.working():
            for each in events:
                await rig.fan_out.hear(each)
            await rig.until(Status.DELIVERED, 4)
    ids = [message_id(each.id) for each in events]
    assert receiver.ids() == [ids[0], ids[0], *ids]


@pytest.mark.usefixtures("quick_ladder")
async def test_order_is_kept_by_several_workers_and_a_receiver_that_often_fails(
    mongo_url: str, mongo_name: str
) -> None:
    turn = itertools.count()

    async def often_no(_: web.Request) -> web.Response:
        return web.Response(status=500 if next(turn) % 3 == 0 else 200)

    stories = [story(f"inc_{n}", 5) for n in range(8)]
    async with (
        rigged(mongo_url, mongo_name) as rig,
        rigged(mongo_url, mongo_name) as other,
        receiving(often_no) as receiver,
    ):
        await rig.endpoint(receiver.url, ordered=True)
        async with rig.working(), other.working():
            for step in range(5):
                for place, events in enumerate(stories):
                    replica = (rig, other)[(place + step) % 2]
                    await replica.fan_out.hear(events[step])
            await rig.until(Status.DELIVERED, 40, seconds=40)
    came: dict[str, list[int]] = defaultdict(list)
    sequence = {message_id(e.id): (e.subject, e.sequence) for events in stories for e in events}
    for each in receiver.ids():
        subject, number = sequence[each]
        came[subject].append(number)
    for numbers in came.values():
        assert numbers == sorted(numbers)
        assert set(numbers) == {1, 2, 3, 4, 5}


async def test_a_story_that_is_stuck_stops_no_other_of_the_same_ordered_endpoint(
    mongo_url: str, mongo_name: str
) -> None:
    stuck, free = story("inc_stuck", 3), story("inc_free", 3)

    async def no_to_one(request: web.Request) -> web.Response:
        bad = request.headers["webhook-id"] == message_id(stuck[0].id)
        return web.Response(status=500 if bad else 200)

    async with rigged(mongo_url, mongo_name) as rig, receiving(no_to_one) as receiver:
        await rig.endpoint(receiver.url, ordered=True)
        async with rig.working():
            for pair in zip(stuck, free, strict=True):
                for each in pair:
                    await rig.fan_out.hear(each)
            await rig.until(Status.DELIVERED, 3)
            by_id = {each.message_id: each for each in await rig.deliveries()}
    assert [by_id[message_id(each.id)].tried for each in stuck] == [1, 0, 0]


async def test_one_behind_another_that_is_held_is_not_lost(mongo_url: str, mongo_name: str) -> None:
    async with rigged(mongo_url, mongo_name) as rig, receiving() as receiver:
        endpoint, _ = await rig.endpoint(receiver.url, ordered=True)
        for each in story("inc_1", 2):
            await rig.fan_out.hear(each)
        first, second = sorted(await rig.deliveries(), key=lambda each: each.depth)
        await rig.records.deliveries.change(first, domain.hold(first))
        assert await rig.dispatch.serve(second) is None
        async with rig.working():
            await rig.settlement.settle(endpoint.id)
            await rig.until(Status.DELIVERED, 2)
    assert receiver.ids() == [first.message_id, second.message_id]


async def test_one_that_another_replica_puts_behind_while_its_turn_comes_goes_at_once(
    mongo_url: str, mongo_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rigged(mongo_url, mongo_name) as rig, receiving() as receiver:
        await rig.endpoint(receiver.url, ordered=True)
        for each in story("inc_1", 2):
            await rig.fan_out.hear(each)
        first, second = sorted(await rig.deliveries(), key=lambda each: each.depth)
        deliveries = rig.records.deliveries
        change, late = deliveries.change, [replace(first, next_at=first.created_at + LEASE)]

        async def changed(seen: Delivery, new: Delivery) -> bool:
            if seen.id == second.id and late:  # it saw the first in flight, a moment ago
                assert await change(second, domain.put_behind(second, late.pop()))
            return await change(seen, new)

        assert await rig.dispatch.serve(first) is not None
        monkeypatch.setattr(deliveries, "change", changed)
        assert await rig.dispatch.serve(first) is not None
    assert receiver.ids() == [first.message_id, second.message_id]


async def test_with_room_for_one_the_next_begins_as_soon_as_it_is_free(
    mongo_url: str, mongo_name: str
) -> None:
    options = Options(worker=Limits(poll_seconds=5, in_flight=1))
    async with rigged(mongo_url, mongo_name, options) as rig, receiving() as receiver:
        await rig.endpoint(receiver.url)
        await rig.endpoint(receiver.url)
        async with rig.working():
            for n in range(5):
                await rig.fan_out.hear(event(f"inc_{n}"))
            await receiver.wait_for(10, seconds=4)


async def test_a_receiver_that_hangs_delays_no_other(mongo_url: str, mongo_name: str) -> None:
    async def hang(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    options = Options(worker=Limits(poll_seconds=0.05, in_flight=4, wind_up_seconds=0.1))
    async with (
        rigged(mongo_url, mongo_name, options) as rig,
        receiving(hang) as hung,
        receiving() as healthy,
    ):
        await rig.endpoint(hung.url)
        await rig.endpoint(healthy.url)
        async with rig.working():
            for n in range(20):
                await rig.fan_out.hear(event(f"inc_{n}"))
            await healthy.wait_for(20, seconds=5)
            assert len(hung.got) == 2


async def test_a_backlog_of_one_endpoint_hides_no_other_and_is_worked_off(
    mongo_url: str, mongo_name: str
) -> None:
    options = Options(worker=Limits(poll_seconds=3))
    count = BATCH * 2 + 20
    async with rigged(mongo_url, mongo_name) as deaf, receiving() as behind, receiving() as other:
        for receiver, name in ((behind, "property."), (other, "property.incident.closed.v1")):
            await deaf.endpoint(receiver.url, event_types=(name,))
        backlog = [event(f"inc_{n}") for n in range(count)]
        for each in backlog:
            await deaf.fan_out.hear(each)
        async with rigged(mongo_url, mongo_name, options) as rig, rig.working():
            began = asyncio.get_running_loop().time()
            await asyncio.gather(behind.wait_for(1, 3), other.wait_for(1, 3))
            await asyncio.gather(behind.wait_for(count, 20), other.wait_for(count, 20))
            # Not by a poll every three seconds, one batch at a time.
            assert asyncio.get_running_loop().time() - began < 9
    assert len(set(behind.ids())) == len(behind.ids()) == count
