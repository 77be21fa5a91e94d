"""The short memory in front of estates and keys."""

import asyncio
from datetime import timedelta

import pytest

from shared.errors import Unavailable
from shared.recent import Recent
from shared.testing import FakeClock


class Source:
    """Counts its reads; waits while ``open`` is not set."""

    def __init__(self) -> None:
        self.reads: list[str] = []
        self.values: dict[str, str] = {"a": "1", "b": "2", "c": "3"}
        self.began = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    async def read(self, key: str) -> str | None:
        self.reads.append(key)
        self.began.set()
        value = self.values.get(key)
        await self.open.wait()
        return value


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def recent(clock: FakeClock) -> Recent[str]:
    return Recent(clock, seconds=5, size=2)


async def test_a_value_is_read_once_until_it_is_old(
    recent: Recent[str], source: Source, clock: FakeClock
) -> None:
    assert await recent.get("a", source.read) == "1"
    source.values["a"] = "new"
    clock.move(timedelta(seconds=4.999))
    assert await recent.get("a", source.read) == "1"
    clock.move(timedelta(seconds=0.001))
    assert await recent.get("a", source.read) == "new"
    assert source.reads == ["a", "a"]


async def test_what_is_not_there_is_asked_for_every_time(
    recent: Recent[str], source: Source
) -> None:
    assert await recent.get("z", source.read) is None
    source.values["z"] = "26"
    assert await recent.get("z", source.read) == "26"


async def test_many_who_ask_at_once_share_one_read(recent: Recent[str], source: Source) -> None:
    assert await asyncio.gather(*(recent.get("a", source.read) for _ in range(20))) == ["1"] * 20
    assert source.reads == ["a"]


async def test_the_one_longest_unread_makes_room(recent: Recent[str], source: Source) -> None:
    for key in "abca":
        await recent.get(key, source.read)
    assert source.reads == ["a", "b", "c", "a"]


async def test_a_read_that_fails_fails_for_all_who_wait_and_is_tried_again(
    recent: Recent[str], source: Source
) -> None:
    async def away(key: str) -> str | None:
        raise Unavailable("store.unavailable")

    outcomes = await asyncio.gather(
        *(recent.get("a", away) for _ in range(3)), return_exceptions=True
    )
    assert all(isinstance(outcome, Unavailable) for outcome in outcomes)
    assert await recent.get("a", source.read) == "1"


async def test_one_who_gives_up_does_not_take_the_read_from_the_others(
    recent: Recent[str], source: Source
) -> None:
    source.open.clear()
    impatient = asyncio.create_task(recent.get("a", source.read))
    patient = asyncio.create_task(recent.get("a", source.read))
    await source.began.wait()
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    source.open.set()
    assert await patient == "1"
    assert source.reads == ["a"]


async def test_what_is_forgotten_during_a_read_is_not_remembered_from_it(
    recent: Recent[str], source: Source
) -> None:
    source.open.clear()
    early = asyncio.create_task(recent.get("a", source.read))
    await source.began.wait()
    recent.forget("a")
    source.values["a"] = "revoked"
    source.open.set()
    assert await early == "1"
    assert await recent.get("a", source.read) == "revoked"
