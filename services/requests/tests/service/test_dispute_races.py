"""A dispute that is given again while it is heard of: one open case of it, over both stores."""

import asyncio
import random
from typing import Any

import pytest

from services.requests.domain.assignment import Refusal, Unit
from services.requests.domain.handling import assign, return_
from services.requests.domain.mediation import DeclineReason, Mediation, MediationState
from services.requests.domain.request import RequestState
from services.requests.service import mediation_steps as steps
from services.requests.tests.mediation_harness import (
    AS_SECRETARY,
    MediationHarness,
    mediation_harness_over,
)
from services.requests.tests.samples import NOW
from shared.envelope import Envelope
from shared.errors import Stale
from shared.events.requests import RequestAssigned
from shared.mongo import Database
from shared.testing_service import deliver

M, R = MediationState, RequestState


@pytest.fixture
async def harness(either: Database | None) -> MediationHarness:
    return await mediation_harness_over(either)


def _given_twice(story: list[Envelope]) -> tuple[Envelope, Envelope]:
    first, second = (each for each in story if each.type == RequestAssigned.type)
    return first, second


async def _given_again(harness: MediationHarness, request_id: str) -> None:
    """The unit gives it back, and the dispatcher gives it to the unit once more."""
    request = await harness.requests.get(request_id)
    refusal = Refusal("wrong_unit", None, Unit.MEDIATION)
    request = await harness.requests.save(*return_(request, refusal=refusal))
    await harness.requests.save(*assign(request, unit=Unit.MEDIATION, at=NOW))


async def test_two_givings_that_are_heard_at_one_instant_are_one_case(
    harness: MediationHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await harness.asked()
    await _given_again(harness, request.id)
    given = _given_twice(await harness.requests.story(request.id))
    find = harness.cases.find

    async def found_by_both(*asked: Any, **how: Any) -> list[Mediation]:
        cases = await find(*asked, **how)
        await asyncio.sleep(0)
        return cases

    with monkeypatch.context() as both:
        both.setattr(harness.cases, "find", found_by_both)
        outcomes = await asyncio.gather(
            *(deliver(harness.hearings, each) for each in given), return_exceptions=True
        )
    assert {type(each) for each in outcomes} <= {bool, Stale}
    await harness.hear(request.id, disorder=random.Random(2))  # the bus brings it again

    case = await harness.the_case(request.id)
    await harness.take(case.id, steps.declining(DeclineReason.NO_CONSENT, None), AS_SECRETARY)
    await harness.hear(request.id)
    assert await harness.state(request.id) is R.ACCEPTED


async def test_a_case_made_while_its_request_was_given_again_leaves_one_open(
    harness: MediationHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await harness.asked()
    (first,) = await harness.requests.story(request.id)
    find = harness.cases.find

    async def overtaken(*asked: Any, **how: Any) -> list[Mediation]:
        cases = await find(*asked, **how)
        monkeypatch.setattr(harness.cases, "find", find)
        await _given_again(harness, request.id)
        _, second = _given_twice(await harness.requests.story(request.id))
        await deliver(harness.hearings, second)
        return cases

    monkeypatch.setattr(harness.cases, "find", overtaken)
    await deliver(harness.hearings, first)
    await harness.hear(request.id)

    states = [case.state for case in await harness.cases_of(request.id)]
    assert sorted(states) == [M.DECLINED, M.REGISTERED]
    assert await harness.state(request.id) is R.ASSIGNED
