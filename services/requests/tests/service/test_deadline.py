"""The clock over any store: who is told, when, and how often."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from services.requests.domain.assignment import Hold, HoldReason, Unit
from services.requests.domain.handling import hold
from services.requests.domain.request import RequestState, ServiceRequest
from services.requests.service.deadline import DeadlineService
from services.requests.service.request import RequestFilter
from services.requests.service.urgency import Sort
from services.requests.tests.harness import (
    COMMITTEE,
    DISPATCHER,
    HERE,
    NEIGHBOUR,
    OWNER,
    STRANGER,
    Harness,
)
from services.requests.tests.samples import submission
from shared import alarms
from shared.clock import Clock
from shared.errors import Unavailable
from shared.testing import FakeClock

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def database_clock(clock: FakeClock) -> Clock:
    return clock


@pytest.fixture
async def estate(harness: Harness, clock: FakeClock) -> Harness:
    """The harness with this test's clock, over either store."""
    made = Harness(harness.store, harness.copies, clock, harness.kinds, harness.versions)
    await made.know_estate()
    return made


async def asked(estate: Harness, code: str = "noise") -> ServiceRequest:
    return await estate.service.submit(submission(code), communities=HERE)


async def at_work(estate: Harness, code: str = "noise") -> ServiceRequest:
    """Given out, by its category or by the dispatcher, and signed for at once."""
    request = await asked(estate, code)
    if request.state is RequestState.SUBMITTED:
        await estate.service.accept(request.id, DISPATCHER, seen=None)
        await estate.service.assign(request.id, DISPATCHER, seen=None, unit=Unit.STAFF)
    return await estate.service.start(request.id, DISPATCHER, seen=None)


async def test_what_nobody_accepts_is_told_once(estate: Harness, clock: FakeClock) -> None:
    request = await asked(estate)
    assert await estate.deadlines.ring() == 0
    clock.move(2 * HOUR)
    assert await estate.deadlines.ring() == 1
    assert await estate.deadlines.ring() == 0
    assert await estate.types(request.id) == ["submitted", "kept_waiting"]


async def test_a_week_late_after_a_week_of_silence_everything_is_told_at_once(
    estate: Harness, clock: FakeClock
) -> None:
    request = await at_work(estate)
    clock.move(timedelta(days=14))
    assert await estate.deadlines.ring() == 1
    told = (await estate.types(request.id))[4:]
    assert told == ["kept_waiting", "warned", "warned", "delayed", "delayed", "escalated"]
    story = await estate.store.story(request.id)
    assert story[-1].actor == "system"


async def test_a_hold_ends_by_itself_and_silence_closes(estate: Harness, clock: FakeClock) -> None:
    request = await at_work(estate)
    held, events = hold(request, hold=Hold(HoldReason.PARTS, clock.now(), clock.now() + 24 * HOUR))
    await estate.store.save(held, events)
    clock.move(30 * HOUR)
    await estate.deadlines.ring()
    going_on = await estate.store.get(request.id)
    assert going_on.state is RequestState.IN_PROGRESS
    assert request.due_at is not None
    assert going_on.due_at == request.due_at + 24 * HOUR
    await estate.service.resolve(request.id, DISPATCHER, seen=None, note=None)
    clock.move(timedelta(days=7))
    await estate.deadlines.ring()
    assert (await estate.store.get(request.id)).state is RequestState.CLOSED


async def test_two_replicas_tell_everything_once_between_them(
    estate: Harness, clock: FakeClock
) -> None:
    made = [await at_work(estate) for _ in range(20)]
    other = DeadlineService(estate.store, clock)
    clock.move(timedelta(days=4))
    await asyncio.gather(estate.deadlines.ring(), other.ring(), estate.deadlines.ring())
    for request in made:
        told = Counter((await estate.types(request.id))[4:])
        assert told == {"kept_waiting": 1, "warned": 1}


async def test_more_than_a_batch_is_done_in_one_call(
    estate: Harness, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarms, "BATCH", 3)
    made = [await asked(estate) for _ in range(8)]
    clock.move(2 * HOUR)
    assert await estate.deadlines.ring() == len(made)
    assert await estate.deadlines.longest_due() is None


async def test_one_that_cannot_be_saved_keeps_no_other_waiting(
    estate: Harness, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarms, "BATCH", 2)
    made = []
    for _ in range(6):
        made.append(await asked(estate))
        clock.move(timedelta(seconds=1))
    broken = {request.id for request in made[:3]}
    save = estate.store.save

    async def saving(request: ServiceRequest, events: object, **facts: object) -> ServiceRequest:
        if request.id in broken:
            raise RuntimeError("a bug")
        return await save(request, events, **facts)  # type: ignore[arg-type]

    monkeypatch.setattr(estate.store, "save", saving)
    clock.move(2 * HOUR)
    assert await estate.deadlines.ring() == 3
    assert await estate.deadlines.longest_due() == made[0].alarm_at
    broken.clear()
    assert await estate.deadlines.ring() == 3


async def test_a_store_that_is_away_is_said_to_be(
    estate: Harness, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asked(estate)
    clock.move(2 * HOUR)

    async def away(*_: object, **__: object) -> ServiceRequest:
        raise Unavailable("store.away")

    with monkeypatch.context() as patched:
        patched.setattr(estate.store, "save", away)
        with pytest.raises(Unavailable):
            await estate.deadlines.ring()
    assert await estate.deadlines.ring() == 1


async def listed(estate: Harness, reader: object = DISPATCHER, **wanted: object) -> list[str]:
    """The ids of a whole list, two at a time."""
    ids: list[str] = []
    cursor = None
    while True:
        page = await estate.service.page(
            reader,  # type: ignore[arg-type]
            RequestFilter(**wanted),  # type: ignore[arg-type]
            cursor=cursor,
            limit=2,
        )
        ids += [request.id for request in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return ids


async def test_lists_go_by_due_time_and_by_risk_and_show_what_is_overdue(
    estate: Harness, clock: FakeClock
) -> None:
    week = await at_work(estate)
    fortnight = await at_work(estate, "suggestion")
    clock.move(timedelta(days=4))  # more than half of the week, less of the fortnight
    day = await at_work(estate, "repair.water")
    clock.move(26 * HOUR)  # the day is over
    emergency = await at_work(estate, "security")
    clock.move(HOUR)  # half of the two hours
    unaccepted = await asked(estate)
    resolved = await at_work(estate, "security")
    await estate.service.resolve(resolved.id, DISPATCHER, seen=None, note=None)
    await estate.deadlines.ring()

    by_due = [day.id, emergency.id, week.id, fortnight.id]
    assert await listed(estate, sort=Sort.DUE) == by_due
    # Late, then told half: of these the one due first, though the other was asked before.
    assert await listed(estate, sort=Sort.RISK) == [day.id, emergency.id, week.id, fortnight.id]
    clock.move(timedelta(days=1))
    await estate.deadlines.ring()
    assert await listed(estate, overdue=True, sort=Sort.DUE) == [day.id, emergency.id]
    assert await listed(estate, overdue=True) == [emergency.id, day.id]
    assert await listed(estate, sort=Sort.DUE, state=RequestState.RESOLVED) == []
    assert set(await listed(estate, sort=Sort.DUE, state=RequestState.IN_PROGRESS)) == set(by_due)
    assert unaccepted.id in await listed(estate)


async def test_lists_of_what_presses_show_nobody_more_than_others(
    estate: Harness, clock: FakeClock
) -> None:
    request = await at_work(estate)
    clock.move(timedelta(days=8))
    for sort in Sort:
        wanted = {"overdue": True, "sort": sort}
        assert await listed(estate, OWNER, **wanted) == [request.id]
        assert await listed(estate, COMMITTEE, **wanted) == [request.id]
        assert await listed(estate, NEIGHBOUR, **wanted) == []
        assert await listed(estate, STRANGER, **wanted) == []
