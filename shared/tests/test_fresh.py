"""What a process remembers of its own commits, on the real store and the real broker."""

from collections.abc import Awaitable, Callable

import pytest

from shared.errors import Unavailable
from shared.mongo import Untold
from shared.mongo.fresh import Fresh
from shared.tests.relays import Rig, running


def untold(*ids: str) -> Untold:
    return Untold("bel_1", [{"id": each} for each in ids])


def test_what_was_committed_is_taken_in_order_and_once() -> None:
    fresh = Fresh()
    fresh.begin()
    for each in ("evt_1", "evt_2", "evt_3"):
        fresh.add("bells", untold(each))

    assert [u.events[0]["id"] for u in fresh.take("bells", 2)] == ["evt_1", "evt_2"]
    assert [u.events[0]["id"] for u in fresh.take("bells", 2)] == ["evt_3"]
    assert fresh.take("bells", 2) == []
    assert fresh.take("others", 2) == []
    assert fresh.whole


def test_what_grows_beyond_its_bound_is_left_to_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.mongo.fresh.FRESH_MAX", 2)
    fresh = Fresh()
    fresh.begin()
    for each in ("evt_1", "evt_2", "evt_3", "evt_4"):
        fresh.add("bells", untold(each))

    assert not fresh.whole
    assert fresh.take("bells", 9) == []
    fresh.begin()
    fresh.add("bells", untold("evt_5"))
    assert [u.events[0]["id"] for u in fresh.take("bells", 9)] == ["evt_5"]


@pytest.fixture
def never_by_the_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told in these tests is told at once, or they run into their deadline."""
    monkeypatch.setattr("shared.relay.POLL_SECONDS", 60.0)


pytest_relay = [pytest.mark.mongo, pytest.mark.rabbit, pytest.mark.usefixtures("never_by_the_poll")]


class TestRelay:
    pytestmark = pytest_relay

    async def test_what_was_just_committed_is_told_without_reading_it(
        self, rigs: Callable[[], Awaitable[Rig]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rig = await rigs()
        async with running(rig.relay):
            await rig.ring()
            await rig.heard(1)  # the first time it had to look

            async def read(*_: object, **__: object) -> list[Untold]:
                raise AssertionError("the store was asked for what is known")

            with monkeypatch.context() as patched:
                patched.setattr(rig.database, "untold", read)
                bell = await rig.ring(3)
                assert [e.sequence for e in await rig.heard(3)] == [1, 2, 3]
        assert await rig.untold() == 0
        assert len(await rig.bells.story(bell.id)) == 3

    async def test_what_another_process_wrote_comes_before_what_this_one_adds(
        self, rigs: Callable[[], Awaitable[Rig]]
    ) -> None:
        here, elsewhere = await rigs(), await rigs()
        async with running(here.relay):
            await here.ring()
            await here.heard(1)
            bell = await elsewhere.ring(2)
            await here.ring(1, await here.bells.get(bell.id))
            assert [e.sequence for e in await here.heard(3)] == [1, 2, 3]

    async def test_a_write_whose_outcome_is_unknown_is_looked_for(
        self, rigs: Callable[[], Awaitable[Rig]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rig = await rigs()
        write = rig.bells._door.write

        async def unknown(*given: object) -> None:
            await write(*given)  # type: ignore[arg-type]
            raise Unavailable("store.unavailable")

        async with running(rig.relay):
            await rig.ring()
            await rig.heard(1)
            with monkeypatch.context() as patched:
                patched.setattr(rig.bells._door, "write", unknown)
                with pytest.raises(Unavailable):
                    await rig.ring()
            [told] = await rig.heard(1)
            assert told.sequence == 1

    async def test_what_could_not_be_struck_off_is_told_again(
        self, rigs: Callable[[], Awaitable[Rig]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rig = await rigs()
        clear, failures = rig.database.clear_told, [Unavailable("store.unavailable")]

        async def away_once(*given: object) -> None:
            if failures:
                raise failures.pop()
            await clear(*given)  # type: ignore[arg-type]

        async with running(rig.relay):
            await rig.ring()
            await rig.heard(1)
            monkeypatch.setattr("shared.relay.POLL_SECONDS", 0.05)
            monkeypatch.setattr(rig.database, "clear_told", away_once)
            await rig.ring()
            first, second = await rig.heard(2)
            assert first == second
        assert await rig.untold() == 0
