"""Doing again and again what may have become due."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

import pytest

from shared import alarms, due
from shared.alarms import Rounds
from shared.due import Due, Outcome, attempted
from shared.errors import Awaited, Conflict, Invalid, NotFound, Stale, Unavailable
from shared.events import Event
from shared.testing import FakeClock, FakeStore


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


async def raising(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Stale("store.stale"), Outcome.OVERTAKEN),
        (NotFound("store.not_found"), Outcome.OVERTAKEN),
        (Conflict("idempotency.running"), Outcome.FAILED),
        (Invalid("store.not_encodable"), Outcome.FAILED),
        (ZeroDivisionError(), Outcome.FAILED),
        (KeyError("a bug"), Outcome.FAILED),
    ],
)
async def test_one_that_goes_wrong_is_said_to_and_stops_nothing(
    error: Exception, outcome: Outcome
) -> None:
    assert await attempted(raising(error), "thi_1") is outcome


async def test_what_is_named_counts_as_overtaken_and_a_store_that_is_away_ends_the_round() -> None:
    named = (Awaited, Conflict)
    for error in (Awaited("store.away"), Conflict("idempotency.running")):
        outcome = await attempted(raising(error), "thi_1", overtaken_by=named)
        assert outcome is Outcome.OVERTAKEN
    for ending in (Unavailable("store.away"), asyncio.CancelledError()):
        with pytest.raises(type(ending)):
            await attempted(raising(ending), "thi_1")


class Rung(Event):
    type: ClassVar[str] = "test.bell.rung.v1"

    id: str


@dataclass(frozen=True, slots=True)
class Bell:
    id: str
    community: str
    version: int
    rings_at: datetime | None


class Belfry:
    """Bells that ring a second after each other, some of which cannot; the hand is moved by us."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.store: FakeStore[Bell] = FakeStore(Bell)
        self.broken: dict[str, Exception] = {}
        self.tried: list[str] = []
        self.alarms = Rounds(self.store, self.clock, field="rings_at", act=self.act)

    async def act(self, bell: Bell, at: datetime) -> bool:
        self.tried.append(bell.id)
        assert bell.rings_at is not None
        assert bell.rings_at <= at
        if bell.id in self.broken:
            raise self.broken[bell.id]
        if bell.id.endswith("_idle"):
            return False
        await self.store.save(replace(bell, rings_at=None), [Rung(id=bell.id)])
        return True

    async def hang(self, *ids: str) -> None:
        for id_ in ids:
            bell = Bell(id_, "here", 0, self.clock.now())
            await self.store.save(bell, [Rung(id=id_)])
            self.clock.move(timedelta(seconds=1))


@pytest.mark.parametrize(
    "error", [KeyError("a bug"), Invalid("store.not_encodable"), Stale("store.stale")]
)
async def test_bad_ones_never_stop_the_others_however_many_there_are(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarms, "BATCH", 2)
    belfry = Belfry()
    await belfry.hang("bel_1", "bel_2", "bel_3", "bel_4", "bel_5_idle", "bel_6", "bel_7")
    belfry.broken = dict.fromkeys(("bel_1", "bel_2", "bel_3"), error)

    assert await belfry.alarms.ring() == 3

    rung = {bell.id for bell in await belfry.store.find({"rings_at": None})}
    assert rung == {"bel_4", "bel_6", "bel_7"}
    first = await belfry.store.get("bel_1")
    assert await belfry.alarms.longest_due() == first.rings_at
    belfry.broken = {}
    assert await belfry.alarms.ring() == 3
    assert await belfry.alarms.ring() == 0


async def test_of_many_at_one_moment_each_is_looked_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(alarms, "BATCH", 2)
    belfry = Belfry()
    at = belfry.clock.now()
    for number in range(7):
        await belfry.store.save(Bell(f"bel_{number}", "here", 0, at), [Rung(id="bel")])
    belfry.broken = dict.fromkeys(("bel_0", "bel_1", "bel_2"), KeyError("a bug"))

    assert await belfry.alarms.ring() == 4
    assert belfry.tried == [f"bel_{number}" for number in range(7)]


async def test_what_is_not_due_yet_is_left_alone() -> None:
    belfry = Belfry()
    await belfry.hang("bel_1")
    belfry.clock.move(timedelta(days=-1))

    assert await belfry.alarms.ring() == 0
    assert (belfry.tried, await belfry.alarms.longest_due()) == ([], None)
