"""Doing again and again what may have become due."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from shared import due
from shared.due import Due
from shared.errors import Unavailable


class Sweeps:
    """Counts calls; the first of them meet a store that is away."""

    def __init__(self, away: int = 0) -> None:
        self.calls = 0
        self.away = away
        self.reached = asyncio.Event()

    async def __call__(self) -> None:
        self.calls += 1
        if self.calls <= self.away:
            raise Unavailable("store.away")
        if self.calls >= self.away + 3:
            self.reached.set()


async def ran(sweep: Callable[[], Awaitable[object]], until: asyncio.Event, **facts: float) -> None:
    """Run until the event, then stop; a second is too long for either."""
    stop = asyncio.Event()
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(Due(sweep, **facts).run(stop))
        await until.wait()
        stop.set()


async def test_it_sweeps_again_and_again_and_stops_at_once() -> None:
    sweeps = Sweeps()
    await ran(sweeps, sweeps.reached, every_seconds=0.01)
    assert sweeps.calls == 3


async def test_it_waits_for_a_store_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "BACKOFF_SECONDS_MAX", 0.02)
    sweeps = Sweeps(away=4)
    await ran(sweeps, sweeps.reached, every_seconds=0.01)
    assert sweeps.calls == 7


async def test_a_long_pause_does_not_delay_the_end() -> None:
    begun = asyncio.Event()

    async def sweep() -> None:
        begun.set()

    await ran(sweep, begun, every_seconds=3600)


async def test_a_bug_is_for_the_supervisor_to_see() -> None:
    async def sweep() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Due(sweep).run(asyncio.Event())
