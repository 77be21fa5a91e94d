"""The same trouble asked for twice, over both stores: who is suggested what, and what merging
does."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest

from services.requests.domain.correction import reinstate
from services.requests.domain.joining import MERGED_MAX, merge
from services.requests.domain.progress import Correction
from services.requests.domain.reader import Reader
from services.requests.domain.request import RequestState, ServiceRequest
from services.requests.domain.service_type import Visibility
from services.requests.service.duplicate import Asked
from services.requests.tests.duplicate_harness import duplicates_of, hear_mergers
from services.requests.tests.harness import (
    COMMITTEE,
    DISPATCHER,
    HERE,
    NEIGHBOUR,
    OWNER,
    STRANGER,
    Harness,
)
from services.requests.tests.samples import STAFF, submission
from shared.errors import AlreadyHeard, Conflict, Invalid, NotAllowed, NotFound, Stale, WrongState
from shared.events import Event
from shared.events.requests import RequestContacted

LIFT = "三单元的电梯坏了 停在五楼 老人下不来"
ASKED = Asked("repair.lift", "est_1", "电梯又坏了 我妈在五楼下不了楼", dwelling_id="dwl_1")


def some_event(request: ServiceRequest) -> list[Event]:
    """To be saved with whatever else is changed in a test."""
    return [RequestContacted(request_id=request.id, by=STAFF)]


async def ask(harness: Harness, code: str = "repair.lift", **changes: object) -> ServiceRequest:
    facts = {"description": LIFT, **changes}
    return await harness.service.submit(submission(code, **facts), communities=HERE)


async def accepted(harness: Harness, **changes: object) -> ServiceRequest:
    """A request that a dispatcher has taken on, and that may be merged."""
    request = await ask(harness, "noise", **changes)
    return await harness.service.accept(request.id, DISPATCHER, seen=None)


async def before(harness: Harness, reader: Reader, asked: Asked = ASKED) -> list[str]:
    found = await duplicates_of(harness).before(asked, reader)
    return [likely.candidate.id for likely in found]


async def test_a_neighbour_is_shown_what_was_asked_for_already(harness: Harness) -> None:
    there = await ask(harness)
    await ask(harness, "sanitation", description="垃圾桶满了三天没人清")

    [found] = await duplicates_of(harness).before(ASKED, NEIGHBOUR)

    assert found.candidate.id == there.id
    assert (found.candidate.number, found.candidate.state) == (there.number, there.state)
    assert found.candidate.described.description == LIFT
    assert found.candidate.supporters == 0


async def test_another_type_of_the_same_group_is_the_same_trouble_too(harness: Harness) -> None:
    there = await ask(harness)

    assert await before(harness, NEIGHBOUR, replace(ASKED, service_code="lift.unsteady")) == [
        there.id
    ]
    assert await before(harness, NEIGHBOUR, replace(ASKED, service_code="sanitation")) == []


async def test_nobody_is_shown_what_is_not_his_to_know(harness: Harness) -> None:
    public = await ask(harness)
    staff_only = await ask(harness, visibility=Visibility.STAFF)
    await ask(harness, visibility=Visibility.CONFIDENTIAL)

    assert await before(harness, NEIGHBOUR) == [public.id]
    for reader in (COMMITTEE, DISPATCHER):
        assert set(await before(harness, reader)) == {public.id, staff_only.id}
    with pytest.raises(Invalid):
        await before(harness, STRANGER)


async def test_what_only_the_community_reads_is_not_shown_to_neighbours(harness: Harness) -> None:
    noise = await ask(harness, "noise", description="楼上半夜装修")
    assert noise.visibility is Visibility.PUBLIC
    asked = Asked("noise", "est_1", "楼上半夜还在装修")

    assert await before(harness, NEIGHBOUR, asked) == []
    assert await before(harness, COMMITTEE, asked) == [noise.id]


async def test_what_is_over_or_long_ago_is_not_suggested(harness: Harness) -> None:
    over = await ask(harness, "repair.lift")
    with_staff = await harness.store.get(over.id)
    await harness.store.save(
        replace(with_staff, submitted_at=with_staff.submitted_at - timedelta(days=31)),
        some_event(over),
    )
    gone = await ask(harness, "noise", description=LIFT)
    await harness.service.withdraw(gone.id, OWNER, seen=None)

    assert await before(harness, COMMITTEE) == []
    assert await before(harness, COMMITTEE, replace(ASKED, service_code="noise")) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"service_code": "teleport"}, "service_type.unknown"),
        ({"estate_id": "est_9"}, "estate.unknown"),
        ({"dwelling_id": "dwl_9"}, "dwelling.unknown"),
    ],
)
async def test_a_search_that_asks_for_what_there_is_not_is_refused(
    harness: Harness, changes: dict[str, str], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await before(harness, NEIGHBOUR, replace(ASKED, **changes))  # type: ignore[arg-type]
    assert refused.value.code == code


async def test_a_request_that_is_there_is_compared_with_all_others(harness: Harness) -> None:
    first, second = await ask(harness), await ask(harness, requester_id="per_neighbour")

    found = await duplicates_of(harness).of(second.id, DISPATCHER)

    assert [likely.candidate.id for likely in found] == [first.id]
    with pytest.raises(NotFound):
        await duplicates_of(harness).of(second.id, OWNER)


async def test_who_says_me_too_is_counted_once_and_follows_it(harness: Harness) -> None:
    request = await ask(harness)
    service = duplicates_of(harness)

    supported = await service.support(request.id, NEIGHBOUR)

    assert supported.supporters == ("per_neighbour",)
    with pytest.raises(Conflict):
        await service.support(request.id, NEIGHBOUR)
    with pytest.raises(NotAllowed):
        await service.support(request.id, OWNER)
    page = await service.supported(NEIGHBOUR, cursor=None, limit=10)
    assert [(row.id, knows) for row, knows in page.items] == [(request.id, True)]
    assert (await service.supported(OWNER, cursor=None, limit=10)).items == []
    assert (await harness.types(request.id))[-1] == "supported"


async def test_nobody_supports_what_is_not_his_to_know(harness: Harness) -> None:
    staff_only = await ask(harness, visibility=Visibility.STAFF)
    secret = await ask(harness, visibility=Visibility.CONFIDENTIAL)

    for request, reader in ((staff_only, NEIGHBOUR), (secret, DISPATCHER), (staff_only, STRANGER)):
        with pytest.raises(NotFound):
            await duplicates_of(harness).support(request.id, reader)
    with pytest.raises(NotFound):
        await duplicates_of(harness).support("req_none", NEIGHBOUR)


@pytest.mark.mongo
async def test_many_neighbours_at_once_are_all_counted(real: Harness) -> None:
    request = await ask(real)
    readers = [replace(NEIGHBOUR, id=f"per_{n}") for n in range(4)]

    await asyncio.gather(*(duplicates_of(real).support(request.id, each) for each in readers))

    kept = await real.store.get(request.id)
    assert sorted(kept.supporters) == [f"per_{n}" for n in range(4)]


async def test_a_merged_request_ends_and_the_other_goes_on_for_both(harness: Harness) -> None:
    kept = await accepted(harness)
    same = await accepted(harness, requester_id="per_neighbour")
    service = duplicates_of(harness)

    merged = await service.merge(same.id, DISPATCHER, seen=same.version, into=kept.id)
    await hear_mergers(harness, service, same.id)

    assert (merged.state, merged.duplicate_of) == (RequestState.MERGED, kept.id)
    goes_on = await harness.store.get(kept.id)
    assert (goes_on.state, goes_on.merged) == (RequestState.ACCEPTED, (same.id,))
    assert goes_on.supporters == ("per_neighbour",)
    assert (await harness.types(same.id))[-1] == "merged"
    assert (await harness.types(kept.id))[-1] == "absorbed"
    [(row, knows)] = (await service.supported(NEIGHBOUR, cursor=None, limit=10)).items
    assert (row.id, knows) == (kept.id, False)


async def test_a_merger_heard_twice_is_one(harness: Harness) -> None:
    kept = await accepted(harness)
    same = await accepted(harness, requester_id="per_neighbour")
    service = duplicates_of(harness)
    await service.merge(same.id, DISPATCHER, seen=None, into=kept.id)

    await hear_mergers(harness, service, same.id)
    with pytest.raises(AlreadyHeard):
        await hear_mergers(harness, service, same.id)

    assert (await harness.store.get(kept.id)).merged == (same.id,)


@pytest.mark.parametrize("seed", range(4))
async def test_a_chain_of_mergers_ends_in_one_whatever_is_heard_first(
    harness: Harness, seed: int
) -> None:
    requests = [await accepted(harness, requester_id=f"per_{n}") for n in range(4)]
    service = duplicates_of(harness)
    for request, into in pairwise(requests):
        await service.merge(request.id, DISPATCHER, seen=None, into=into.id)

    order = [request.id for request in requests[:-1]]
    Random(seed).shuffle(order)
    for request_id in order:
        await hear_mergers(harness, service, request_id)

    last = await harness.store.get(requests[-1].id)
    assert set(last.supporters) == {"per_0", "per_1", "per_2"}


async def test_a_request_taken_up_again_is_not_taken_in(harness: Harness) -> None:
    kept = await accepted(harness)
    same = await accepted(harness, requester_id="per_neighbour")
    service = duplicates_of(harness)
    merged = await service.merge(same.id, DISPATCHER, seen=None, into=kept.id)
    correction = Correction("ended_by_mistake", ("state",), STAFF, harness.clock.now())
    await harness.store.save(*reinstate(merged, correction=correction, at=harness.clock.now()))

    await hear_mergers(harness, service, same.id)

    assert (await harness.store.get(kept.id)).merged == ()


async def test_what_was_merged_into_something_over_is_taken_up_again(harness: Harness) -> None:
    kept = await accepted(harness)
    same = await accepted(harness, requester_id="per_neighbour")
    service = duplicates_of(harness)
    await service.merge(same.id, DISPATCHER, seen=None, into=kept.id)
    await harness.service.withdraw(kept.id, OWNER, seen=None)

    await hear_mergers(harness, service, same.id)
    await hear_mergers(harness, service, same.id)

    over, goes_on = await harness.store.get(kept.id), await harness.store.get(same.id)
    assert (over.state, over.merged) == (RequestState.WITHDRAWN, ())
    assert (goes_on.state, goes_on.duplicate_of) == (RequestState.ACCEPTED, None)
    assert (await harness.types(same.id))[-2:] == ["merged", "corrected"]


async def test_of_two_that_are_merged_into_each_other_one_goes_on_for_both(
    harness: Harness,
) -> None:
    one, other = await accepted(harness), await accepted(harness, requester_id="per_neighbour")
    service = duplicates_of(harness)
    for request, into in ((one, other), (other, one)):  # both were decided on what was there
        await harness.store.save(*merge(request, into=into, at=harness.clock.now()))

    for request in (one, other):
        await hear_mergers(harness, service, request.id)

    goes_on, merged = [await harness.store.get(each.id) for each in (one, other)]
    assert (goes_on.state, goes_on.merged) == (RequestState.ACCEPTED, (other.id,))
    assert (merged.state, merged.duplicate_of) == (RequestState.MERGED, one.id)
    assert goes_on.supporters == ("per_neighbour",)


async def test_a_merger_that_cannot_be_is_refused_and_changes_nothing(harness: Harness) -> None:
    kept, same = await accepted(harness), await accepted(harness)
    fresh = await ask(harness, "noise")
    over = await accepted(harness)
    await harness.service.withdraw(over.id, OWNER, seen=None)
    full = await accepted(harness)
    many = tuple(f"req_{n}" for n in range(MERGED_MAX))
    await harness.store.save(replace(full, merged=many), some_event(full))
    service = duplicates_of(harness)

    for request_id, into, error in (
        (same.id, same.id, Invalid),
        (same.id, "req_none", Invalid),
        (same.id, over.id, WrongState),
        (same.id, full.id, Conflict),
        (fresh.id, kept.id, WrongState),
        ("req_none", kept.id, NotFound),
    ):
        with pytest.raises(error):
            await service.merge(request_id, DISPATCHER, seen=None, into=into)
    with pytest.raises(Stale):
        await service.merge(same.id, DISPATCHER, seen=9, into=kept.id)
    with pytest.raises(NotFound):
        await service.merge(same.id, STRANGER, seen=None, into=kept.id)
    assert (await harness.store.get(same.id)).version == same.version
