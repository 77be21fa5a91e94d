"""Asking afterwards, over both stores: by link, by call, and who may."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from services.requests.domain.follow_up import Answer, Method
from services.requests.domain.reader import Reader
from services.requests.domain.request import RequestState, ServiceRequest
from services.requests.domain.service_type import Visibility
from services.requests.service.follow_up import Call, FollowUpService
from services.requests.service.request import Said
from services.requests.tests.harness import (
    COMMITTEE,
    DISPATCHER,
    HERE,
    NEIGHBOUR,
    OWNER,
    STRANGER,
    FakeCopies,
    Harness,
    fake_store,
)
from services.requests.tests.samples import RESIDENT, in_state
from shared.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from shared.events.requests import RequestSubmitted
from shared.testing import FakeClock

KEYS = [b"k" * 32, b"o" * 32]
SECRETARY = Reader("per_secretary", HERE, reads_all=True, handles=False)
NO_ANSWER = Call(Method.PHONE, contacted=False)
SOLVED = Call(Method.PHONE, contacted=True, resolved=Answer.YES, satisfaction=5)


def asking(harness: Harness, keys: list[bytes] = KEYS) -> FollowUpService:
    return FollowUpService(harness.store, keys, harness.clock)


async def resolved(harness: Harness, **changes: object) -> ServiceRequest:
    """A request that waits for an answer, kept."""
    now = harness.clock.now()
    request = replace(
        in_state(RequestState.RESOLVED),
        version=0,
        resolved_at=now,
        follow_up_due_at=now + timedelta(days=7),
        **changes,  # type: ignore[arg-type]
    )
    event = RequestSubmitted(
        request_id=request.id,
        number=request.number,
        channel="web",
        service_code=request.service_code,
        requester_id=request.requester_id,
        estate_id=request.estate_id,
        dwelling_id=None,
        visibility="public",
    )
    return await harness.store.save(request, [event])


async def test_a_link_takes_one_answer_for_its_requester(harness: Harness) -> None:
    request = await resolved(harness)
    service = asking(harness)
    link, expires_at = await service.link(request.id, SECRETARY)
    assert expires_at == request.follow_up_due_at

    assert (await service.of(link.token)).id == request.id
    done = await service.answer(link.token, Said(Answer.YES, 4, "好"))

    assert done.state is RequestState.CLOSED
    assert done.follow_up is not None
    assert (done.follow_up.method, done.follow_up.by) == (Method.LINK, RESIDENT)
    assert (done.follow_up.satisfaction, done.follow_up.text) == (4, "好")
    with pytest.raises(WrongState):
        await service.answer(link.token, Said(Answer.NO))
    assert (await service.of(link.token)).state is RequestState.CLOSED
    assert await harness.types(request.id) == ["submitted", "followed_up", "closed"]


async def test_a_link_signed_with_an_older_key_still_counts(harness: Harness) -> None:
    request = await resolved(harness)
    link, _ = await asking(harness, KEYS[1:]).link(request.id, SECRETARY)

    assert (await asking(harness).of(link.token)).id == request.id
    with pytest.raises(NotFound):
        await asking(harness, KEYS[:1]).of(link.token)


@pytest.mark.parametrize(
    "token", ["", "lnf_", "x", "lnf_01JTCZ4Y6B8Q2M5N7P9R3S4T5V_" + "0" * 32, "lnf_" + "é" * 59]
)
async def test_what_is_no_link_of_a_resolution_opens_nothing(harness: Harness, token: str) -> None:
    await resolved(harness)

    with pytest.raises(NotFound) as nothing:
        await asking(harness).of(token)
    with pytest.raises(NotFound) as none:
        await asking(harness).answer(token, Said(Answer.YES))
    assert nothing.value.code == none.value.code == "follow_up.no_link"
    assert nothing.value.facts == none.value.facts == {}


async def test_a_link_opens_no_more_when_its_time_is_over() -> None:
    clock = FakeClock()
    harness = Harness(fake_store(), FakeCopies(), clock)
    request = await resolved(harness)
    link, _ = await asking(harness).link(request.id, SECRETARY)

    clock.move(timedelta(days=7))
    with pytest.raises(WrongState):
        await asking(harness).answer(link.token, Said(Answer.YES))
    assert (await harness.store.get(request.id)).state is RequestState.RESOLVED


async def test_who_may_not_see_a_request_gets_no_link_and_calls_nobody_back(
    harness: Harness,
) -> None:
    request = await resolved(harness)

    for reader in (NEIGHBOUR, STRANGER):
        with pytest.raises(NotFound):
            await asking(harness).link(request.id, reader)
        with pytest.raises(NotFound):
            await asking(harness).call_back(request.id, reader, seen=None, call=SOLVED)
    with pytest.raises(NotFound):
        await asking(harness).link("req_none", SECRETARY)


async def test_a_confidential_request_is_followed_up_by_those_who_handle(harness: Harness) -> None:
    request = await resolved(harness, visibility=Visibility.CONFIDENTIAL, handler_id="per_other")

    with pytest.raises(NotFound):
        await asking(harness).call_back(request.id, COMMITTEE, seen=None, call=SOLVED)
    done = await asking(harness).call_back(request.id, DISPATCHER, seen=None, call=SOLVED)

    assert done.state is RequestState.CLOSED


async def test_nobody_reached_and_then_somebody_is(harness: Harness) -> None:
    request = await resolved(harness)
    service = asking(harness)

    waiting = await service.call_back(request.id, SECRETARY, seen=request.version, call=NO_ANSWER)
    assert waiting.state is RequestState.RESOLVED
    closed = await service.call_back(request.id, SECRETARY, seen=waiting.version, call=SOLVED)

    assert closed.state is RequestState.CLOSED
    kept = await harness.service.get(request.id, OWNER)
    assert [each.contacted for each in kept.follow_ups] == [False, True]
    assert await harness.types(request.id) == ["submitted", "called_back", "followed_up", "closed"]


async def test_a_call_is_refused_to_who_handled_it_and_on_an_old_version(harness: Harness) -> None:
    request = await resolved(harness)

    with pytest.raises(NotAllowed):
        await asking(harness).call_back(request.id, DISPATCHER, seen=None, call=SOLVED)
    with pytest.raises(Stale):
        await asking(harness).call_back(request.id, SECRETARY, seen=9, call=SOLVED)
    impossible = replace(SOLVED, contacted=False)
    with pytest.raises(Invalid):
        await asking(harness).call_back(request.id, SECRETARY, seen=None, call=impossible)
    assert await harness.types(request.id) == ["submitted"]


@pytest.mark.mongo
async def test_two_answers_by_one_link_at_once_are_one(real: Harness) -> None:
    request = await resolved(real)
    link, _ = await asking(real).link(request.id, SECRETARY)

    both = await asyncio.gather(
        *(asking(real).answer(link.token, Said(Answer.NO)) for _ in range(5)),
        return_exceptions=True,
    )

    assert sum(isinstance(each, ServiceRequest) for each in both) == 1
    assert sum(isinstance(each, WrongState) for each in both) == 4
    assert (await real.store.get(request.id)).reopened_times == 1
