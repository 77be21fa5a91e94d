"""What one can do with requests: over the fake store and the real one alike."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from services.requests.domain.assignment import Refusal, Unit
from services.requests.domain.follow_up import Answer
from services.requests.domain.reader import Reader
from services.requests.domain.request import RequestState, ServiceRequest
from services.requests.domain.service_type import Visibility
from services.requests.service.permission import Target
from services.requests.service.request import RequestFilter, RequestService, Said
from services.requests.service.urgency import Sort
from services.requests.tests.harness import (
    COMMITTEE,
    DISPATCHER,
    HERE,
    NEIGHBOUR,
    OWNER,
    STRANGER,
    THERE,
    FakeCopies,
    Harness,
    fake_store,
)
from services.requests.tests.samples import RESIDENT, STAFF, submission
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Stale, WrongState
from shared.testing import FakeClock, called

REFUSAL = Refusal("wrong_unit", None, Unit.STAFF)
Change = Callable[[RequestService, str, Reader, int | None], Awaitable[ServiceRequest]]
CHANGES: dict[str, Change] = {
    "accept": lambda s, i, r, v: s.accept(i, r, seen=v),
    "reject": lambda s, i, r, v: s.reject(i, r, seen=v, refusal=REFUSAL),
    "assign": lambda s, i, r, v: s.assign(i, r, seen=v, unit=Unit.STAFF),
    "return": lambda s, i, r, v: s.return_(i, r, seen=v, refusal=REFUSAL),
    "start": lambda s, i, r, v: s.start(i, r, seen=v),
    "resolve": lambda s, i, r, v: s.resolve(i, r, seen=v, note="好了"),
    "close": lambda s, i, r, v: s.close(i, r, seen=v),
    "withdraw": lambda s, i, r, v: s.withdraw(i, r, seen=v),
    "follow_up": lambda s, i, r, v: s.follow_up(i, r, seen=v, said=Said(Answer.YES, 5)),
}


async def _submit(harness: Harness, service_code: str = "noise", **changes: object) -> str:
    request = await harness.service.submit(submission(service_code, **changes), communities=HERE)
    return request.id


async def test_a_care_request_is_submitted_accepted_and_assigned_in_one_write(
    harness: Harness,
) -> None:
    with called(RESIDENT):
        request = await harness.service.submit(submission("care.shopping"), communities=HERE)

    assert request.version == 3
    assert request.state is RequestState.ASSIGNED
    assert await harness.service.get(request.id, OWNER) == request
    story = await harness.store.story(request.id)
    assert [e.type for e in story] == [
        "requests.request.submitted.v1",
        "requests.request.accepted.v1",
        "requests.request.assigned.v1",
    ]
    assert {e.correlationid for e in story} == {story[0].id}
    assert {e.actor for e in story} == {RESIDENT}


async def test_other_requests_wait_for_the_dispatcher_and_end_by_the_residents_word(
    harness: Harness,
) -> None:
    request_id = await _submit(harness)

    for step in ("accept", "assign", "start", "resolve"):
        await CHANGES[step](harness.service, request_id, DISPATCHER, None)
    closed = await CHANGES["follow_up"](harness.service, request_id, OWNER, None)

    assert closed.state is RequestState.CLOSED
    assert closed.handler_id == STAFF
    assert await harness.service.get(request_id, OWNER) == closed
    assert await harness.types(request_id) == [
        "submitted",
        "accepted",
        "assigned",
        "started",
        "resolved",
        "followed_up",
        "closed",
    ]


@pytest.mark.parametrize(
    ("changes", "communities", "code"),
    [
        ({"estate_id": "est_9"}, HERE, "estate.unknown"),
        ({}, THERE, "estate.unknown"),
        ({"dwelling_id": "dwl_9"}, HERE, "dwelling.unknown"),
    ],
)
async def test_a_request_from_an_unknown_place_is_refused(
    harness: Harness, changes: dict[str, object], communities: tuple[str, ...], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await harness.service.submit(submission(**changes), communities=communities)  # type: ignore[arg-type]

    assert refused.value.code == code


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("reader", [NEIGHBOUR, STRANGER], ids=["neighbour", "stranger"])
async def test_who_may_not_see_a_request_is_told_that_there_is_none(
    harness: Harness, reader: Reader, change: str
) -> None:
    request_id = await _submit(harness)

    with pytest.raises(NotFound):
        await CHANGES[change](harness.service, request_id, reader, 77)
    with pytest.raises(NotFound):
        await harness.service.get(request_id, reader)
    with pytest.raises(NotFound):
        await harness.service.story(request_id, reader)
    assert await harness.types(request_id) == ["submitted"]


@pytest.mark.parametrize("change", CHANGES)
async def test_a_stale_decision_is_refused_and_leaves_nothing_behind(
    harness: Harness, change: str
) -> None:
    request_id = await _submit(harness)

    with pytest.raises(Stale):
        await CHANGES[change](harness.service, request_id, OWNER, 9)
    assert await harness.types(request_id) == ["submitted"]


@pytest.mark.parametrize("change", ["withdraw", "follow_up"])
async def test_only_the_requester_withdraws_and_answers(harness: Harness, change: str) -> None:
    request_id = await _submit(harness)

    with pytest.raises(NotAllowed):
        await CHANGES[change](harness.service, request_id, DISPATCHER, None)


async def test_a_rejected_request_says_why_and_stays_rejected(harness: Harness) -> None:
    request_id = await _submit(harness)

    refusal = Refusal("outside_remit", "请拨打 12345")
    await harness.service.reject(request_id, DISPATCHER, seen=1, refusal=refusal)

    assert (await harness.service.get(request_id, OWNER)).refusal == refusal
    with pytest.raises(WrongState):
        await harness.service.accept(request_id, DISPATCHER, seen=None)


async def test_a_request_returned_by_its_unit_is_assigned_anew(harness: Harness) -> None:
    request_id = await _submit(harness)
    for step in ("accept", "assign", "return", "assign"):
        await CHANGES[step](harness.service, request_id, DISPATCHER, None)

    assert (await harness.service.get(request_id, OWNER)).state is RequestState.ASSIGNED


async def test_lists_show_residents_their_own_and_staff_their_communitys(
    harness: Harness,
) -> None:
    mine = await _submit(harness)
    neighbours = await _submit(harness, requester_id="per_neighbour")
    secret = await _submit(harness, visibility=Visibility.CONFIDENTIAL)

    async def ids(reader: Reader, **wanted: object) -> list[str]:
        page = await harness.service.page(
            reader,
            RequestFilter(**wanted),  # type: ignore[arg-type]
            cursor=None,
            limit=10,
        )
        return [request.id for request in page.items]

    assert await ids(OWNER) == [secret, mine]
    assert await ids(DISPATCHER) == [secret, neighbours, mine]
    assert await ids(COMMITTEE) == [neighbours, mine]
    assert await ids(COMMITTEE, mine=True) == []
    assert await ids(STRANGER) == []


async def test_lists_are_filtered_and_paged_newest_first(harness: Harness) -> None:
    care = await _submit(harness, "care.cleaning")
    noise = [await _submit(harness) for _ in range(3)]
    number = (await harness.service.get(care, OWNER)).number

    async def page(
        cursor: str | None, limit: int, **wanted: object
    ) -> tuple[list[str], str | None]:
        found = await harness.service.page(
            DISPATCHER,
            RequestFilter(**wanted),  # type: ignore[arg-type]
            cursor=cursor,
            limit=limit,
        )
        return [request.id for request in found.items], found.next_cursor

    assert await page(None, 9, state=RequestState.ASSIGNED) == ([care], None)
    assert await page(None, 9, service_code="care.cleaning") == ([care], None)
    assert await page(None, 9, number=number) == ([care], None)
    first, cursor = await page(None, 2, service_code="noise")
    assert first == [noise[2], noise[1]]
    assert await page(cursor, 2, service_code="noise") == ([noise[0]], None)


async def test_lists_are_filtered_by_who_leads_who_helps_and_by_building(harness: Harness) -> None:
    led = await _submit(harness)
    await harness.service.accept(led, DISPATCHER, seen=None)
    await harness.service.assign(led, DISPATCHER, seen=None, unit=Unit.STAFF)
    await harness.handling.assist(Target(led, DISPATCHER, None), unit=Unit.TEAM)
    other = (await harness.service.submit(submission(dwelling_id=None), communities=HERE)).id

    async def page(**wanted: object) -> list[str]:
        asked = RequestFilter(**wanted)  # type: ignore[arg-type]
        found = await harness.service.page(DISPATCHER, asked, cursor=None, limit=9)
        return [request.id for request in found.items]

    assert await page() == [other, led]
    assert await page(lead_unit=Unit.STAFF) == [led]
    assert await page(co_unit=Unit.TEAM) == [led]
    assert await page(building_id="bld_1") == [led]
    assert await page(lead_unit=Unit.TEAM) == await page(co_unit=Unit.STAFF) == []
    assert await page(lead_unit=Unit.STAFF, building_id="bld_2") == []
    assert await page(lead_unit=Unit.STAFF, sort=Sort.RISK) == [led]


async def test_the_branch_finds_what_was_reopened_twice(harness: Harness) -> None:
    request_id, _ = await _submit(harness), await _submit(harness)
    for step in ("accept", "assign", "start", "resolve"):
        await CHANGES[step](harness.service, request_id, DISPATCHER, None)
    said = Said(Answer.NO, 1)
    await harness.service.follow_up(request_id, OWNER, seen=None, said=said)
    for step in ("start", "resolve"):
        await CHANGES[step](harness.service, request_id, DISPATCHER, None)

    async def found() -> list[str]:
        wanted = RequestFilter(escalated=True)
        page = await harness.service.page(COMMITTEE, wanted, cursor=None, limit=9)
        return [request.id for request in page.items]

    assert await found() == []
    await harness.service.follow_up(request_id, OWNER, seen=None, said=said)
    assert await found() == [request_id]
    assert (await harness.types(request_id))[-2:] == ["reopened", "escalated"]


@pytest.mark.parametrize("reader", [OWNER, COMMITTEE], ids=["requester", "committee"])
@pytest.mark.parametrize("change", ["accept", "reject", "assign", "resolve", "close"])
async def test_who_may_read_it_may_not_handle_it(
    harness: Harness, reader: Reader, change: str
) -> None:
    request_id = await _submit(harness)

    with pytest.raises(NotAllowed):
        await CHANGES[change](harness.service, request_id, reader, None)
    assert await harness.types(request_id) == ["submitted"]


async def test_a_request_that_nobody_answers_for_is_closed_after_seven_days() -> None:
    clock = FakeClock()
    harness = Harness(fake_store(), FakeCopies(), clock)
    await harness.know_estate()
    request_id = await _submit(harness)
    for step in ("accept", "assign", "start", "resolve"):
        await CHANGES[step](harness.service, request_id, DISPATCHER, None)

    clock.move(timedelta(days=6, hours=23))
    with pytest.raises(WrongState):
        await harness.service.close(request_id, DISPATCHER, seen=None)
    clock.move(timedelta(hours=1))
    closed = await harness.service.close(request_id, DISPATCHER, seen=None)

    assert closed.state is RequestState.CLOSED


async def test_numbers_that_stay_taken_are_a_conflict() -> None:
    class AlwaysTaken:
        tries = 0

        async def save(self, *_: object, **__: object) -> ServiceRequest:
            self.tries += 1
            raise Conflict("store.taken", fields="number")

    taken, copies = AlwaysTaken(), FakeCopies()
    harness = Harness(taken, copies)  # type: ignore[arg-type]
    await harness.know_estate()

    with pytest.raises(Conflict):
        await _submit(harness)
    assert taken.tries == 5
