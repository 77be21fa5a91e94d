"""The clock of the service as it runs: several at once, and when the store is away."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY

from services.requests.domain.request import ServiceRequest
from services.requests.service.deadline import DeadlineService
from services.requests.tests.harness import HERE, Harness
from services.requests.tests.samples import submission
from services.requests.worker import Worker
from shared.clock import Clock
from shared.errors import Unavailable
from shared.testing import FakeClock

pytestmark = pytest.mark.mongo


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def database_clock(clock: FakeClock) -> Clock:
    return clock


@asynccontextmanager
async def working(*services: DeadlineService, clock: Clock) -> AsyncIterator[None]:
    """Workers of so many replicas."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for service in services:
            group.create_task(Worker(service, clock, every_seconds=0.02).run(stop))
        try:
            yield
        finally:
            stop.set()


async def heeded(harness: Harness, requests: list[ServiceRequest]) -> None:
    """Wait until time has done something to each of these."""
    async with asyncio.timeout(10):
        for request in requests:
            while (await harness.store.get(request.id)).version == request.version:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


async def submitted(harness: Harness, count: int) -> list[ServiceRequest]:
    return [await harness.service.submit(submission(), communities=HERE) for _ in range(count)]


async def test_replicas_tell_each_thing_once(real: Harness, clock: FakeClock) -> None:
    made = await submitted(real, 10)
    others = [DeadlineService(real.store, clock) for _ in range(2)]
    clock.move(timedelta(hours=2))
    async with working(real.deadlines, *others, clock=clock):
        await heeded(real, made)
    told = Counter([word for request in made for word in await real.types(request.id)])
    assert told == {"submitted": 10, "kept_waiting": 10}


async def test_what_came_due_while_the_store_was_away_is_told_once_it_is_back(
    real: Harness, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await submitted(real, 2)
    clock.move(timedelta(hours=2))
    find, asked = real.store.find, asyncio.Event()

    async def away(*_: Any, **__: Any) -> list[ServiceRequest]:
        asked.set()
        raise Unavailable("store.away")

    monkeypatch.setattr(real.store, "find", away)
    async with working(real.deadlines, clock=clock):
        await asked.wait()
        monkeypatch.setattr(real.store, "find", find)
        await heeded(real, made)
    assert await real.types(made[0].id) == ["submitted", "kept_waiting"]


async def test_how_late_the_clock_is_can_be_watched(real: Harness, clock: FakeClock) -> None:
    [request] = await submitted(real, 1)
    assert request.alarm_at is not None
    clock.moment = request.alarm_at + timedelta(seconds=90)
    before = REGISTRY.get_sample_value("linli_requests_alarms_total") or 0.0
    worker = Worker(real.deadlines, clock)
    await worker._sweep()
    assert REGISTRY.get_sample_value("linli_requests_alarm_late_seconds") == 90.0
    await worker._sweep()
    assert REGISTRY.get_sample_value("linli_requests_alarm_late_seconds") == 0.0
    assert REGISTRY.get_sample_value("linli_requests_alarms_total") == before + 1
