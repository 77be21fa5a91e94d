"""Requests and mediations hear of each other: twice, late, out of order, over both stores."""

import random

import pytest

from services.requests.domain.assignment import Refusal, Unit
from services.requests.domain.closure import withdraw
from services.requests.domain.handling import assign, hand_over, resolve, return_, start
from services.requests.domain.mediation import (
    DeclineReason,
    MediationState,
    Way,
    WithdrawalReason,
)
from services.requests.domain.request import RequestState
from services.requests.service import mediation_steps as steps
from services.requests.tests.mediation_harness import (
    AS_SECRETARY,
    MediationHarness,
    mediation_harness_over,
)
from services.requests.tests.mediation_samples import MEDIATOR
from services.requests.tests.samples import NOW, STAFF
from shared.mongo import Database
from shared.testing_service import deliver

M, R = MediationState, RequestState
SEEDS = range(4)


@pytest.fixture
async def harness(either: Database | None) -> MediationHarness:
    return await mediation_harness_over(either)


async def _with_a_case(harness: MediationHarness) -> tuple[str, str]:
    request = await harness.asked()
    await harness.hear(request.id)
    return request.id, (await harness.the_case(request.id)).id


async def test_a_request_for_mediation_becomes_a_case_that_only_the_secretary_sees(
    harness: MediationHarness,
) -> None:
    request = await harness.asked()
    await harness.hear(request.id)

    case = await harness.the_case(request.id)

    assert (case.state, case.subject) == (M.REGISTERED, request.description)
    assert (case.community, case.mediator_ids, case.parties) == (request.community, (), ())
    (first, *_) = await harness.cases.story(case.id)
    (asked, *_) = await harness.requests.story(request.id)
    assert (first.correlationid, first.causationid) == (asked.correlationid, asked.id)


async def test_a_request_for_somebody_else_becomes_no_case(harness: MediationHarness) -> None:
    request = await harness.asked(Unit.STAFF)
    await harness.hear(request.id)

    assert await harness.cases_of(request.id) == []


async def test_the_request_is_in_progress_at_acceptance_and_resolved_by_the_agreement(
    harness: MediationHarness,
) -> None:
    request_id, case_id = await _with_a_case(harness)

    await harness.accepted(case_id)
    await harness.hear(request_id)
    assert await harness.state(request_id) is R.IN_PROGRESS
    assert (await harness.requests.get(request_id)).handler_id == MEDIATOR
    await harness.agreed(case_id)
    await harness.hear(request_id)

    request = await harness.requests.get(request_id)
    assert (request.state, request.resolution) == (R.RESOLVED, None)
    assert await harness.types(request_id) == ["assigned", "started", "resolved"]


async def test_a_case_that_is_declined_gives_its_request_back(harness: MediationHarness) -> None:
    request_id, case_id = await _with_a_case(harness)

    await harness.take(case_id, steps.declining(DeclineReason.NO_CONSENT, None), AS_SECRETARY)
    await harness.hear(request_id)

    request = await harness.requests.get(request_id)
    assert request.state is R.ACCEPTED
    assert request.refusal is not None
    assert (request.refusal.reason, request.refusal.suggested_unit) == (
        "mediation_declined",
        Unit.STAFF,
    )


async def test_a_request_given_back_and_given_again_is_a_new_case(
    harness: MediationHarness,
) -> None:
    request_id, case_id = await _with_a_case(harness)
    await harness.take(case_id, steps.declining(DeclineReason.NO_CONSENT, None), AS_SECRETARY)
    await harness.hear(request_id)

    request = await harness.requests.get(request_id)
    await harness.requests.save(*assign(request, unit=Unit.MEDIATION, at=NOW))
    await harness.hear(request_id, disorder=random.Random(3))

    states = [case.state for case in await harness.cases_of(request_id)]
    assert sorted(states) == [M.DECLINED, M.REGISTERED]
    assert await harness.state(request_id) is R.ASSIGNED


async def test_without_an_agreement_the_request_goes_the_way_the_parties_were_told_of(
    harness: MediationHarness,
) -> None:
    request_id, case_id = await _with_a_case(harness)
    await harness.accepted(case_id)
    await harness.take(case_id, steps.beginning())
    await harness.take(case_id, steps.failing(None))
    await harness.take(case_id, steps.referring(Way.COURT, None))
    await harness.hear(request_id)

    request = await harness.requests.get(request_id)
    assert request.state is R.REFERRED
    assert request.referral is not None
    assert request.referral.to == "court"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("ending", "expected", "told"),
    [
        ("agreed", R.RESOLVED, ["assigned", "started", "resolved"]),
        ("withdrawn", R.RESOLVED, ["assigned", "started", "resolved"]),
        ("referred", R.REFERRED, ["assigned", "started", "referred"]),
    ],
)
async def test_in_any_order_and_twice_a_cases_events_end_alike(
    harness: MediationHarness, ending: str, expected: RequestState, told: list[str], seed: int
) -> None:
    request_id, case_id = await _with_a_case(harness)
    await harness.accepted(case_id)
    if ending == "agreed":
        await harness.agreed(case_id)
        await harness.take(case_id, steps.performing())
        await harness.take(case_id, steps.fulfilling(None))
    elif ending == "withdrawn":
        await harness.take(case_id, steps.withdrawing(None))
    else:
        await harness.take(case_id, steps.beginning())
        await harness.take(case_id, steps.failing(None))
        await harness.take(case_id, steps.referring(Way.ARBITRATION, None))

    await harness.hear(request_id, disorder=random.Random(seed))

    assert await harness.state(request_id) is expected
    assert await harness.types(request_id) == told


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_request_that_was_taken_back_before_it_was_heard_of_leaves_no_open_case(
    harness: MediationHarness, seed: int
) -> None:
    request = await harness.asked()
    refusal = Refusal("wrong_unit", None, Unit.STAFF)
    request = await harness.requests.save(*return_(request, refusal=refusal))
    await harness.requests.save(*withdraw(request, at=NOW))

    await harness.hear(request.id, disorder=random.Random(seed))

    assert await harness.cases_of(request.id) == []
    assert await harness.state(request.id) is R.WITHDRAWN


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("accepted", [False, True])
async def test_a_case_ends_with_the_request_that_brought_it_in_and_does_not_end_it_again(
    harness: MediationHarness, accepted: bool, seed: int
) -> None:
    request_id, case_id = await _with_a_case(harness)
    if accepted:
        await harness.accepted(case_id)
        await harness.hear(request_id)
        request = await harness.requests.get(request_id)
        await harness.requests.save(*withdraw(request, at=NOW))
    else:
        request = await harness.requests.get(request_id)
        refusal = Refusal("wrong_unit", None, Unit.STAFF)
        await harness.requests.save(*return_(request, refusal=refusal))

    await harness.hear(request_id, disorder=random.Random(seed))

    case = await harness.the_case(request_id)
    if accepted:
        assert case.withdrawal_reason is WithdrawalReason.REQUEST_ENDED
        assert await harness.state(request_id) is R.WITHDRAWN
    else:
        assert case.decline_reason is DeclineReason.REQUEST_ENDED
        assert await harness.state(request_id) is R.ACCEPTED


async def test_a_request_handed_to_another_unit_takes_its_case_along(
    harness: MediationHarness,
) -> None:
    request_id, case_id = await _with_a_case(harness)
    await harness.accepted(case_id)
    await harness.hear(request_id)

    request = await harness.requests.get(request_id)
    await harness.requests.save(*hand_over(request, unit=Unit.STAFF, at=NOW))
    await harness.hear(request_id, disorder=random.Random(5))

    assert (await harness.the_case(request_id)).state is M.WITHDRAWN
    assert await harness.state(request_id) is R.IN_PROGRESS


async def test_an_agreement_heard_of_when_staff_settled_the_request_changes_nothing(
    harness: MediationHarness,
) -> None:
    request_id, case_id = await _with_a_case(harness)
    await harness.accepted(case_id)
    request = await harness.requests.get(request_id)
    request = await harness.requests.save(*start(request, handler_id=STAFF, at=NOW))
    resolved = await harness.requests.save(*resolve(request, at=NOW, handler_id=STAFF))
    await harness.agreed(case_id)

    await harness.hear(request_id, disorder=random.Random(1))

    assert await harness.requests.get(request_id) == resolved
    assert (await harness.the_case(request_id)).state is M.AGREED


async def test_a_case_that_no_request_brought_in_concerns_none(
    harness: MediationHarness,
) -> None:
    case = await harness.case()
    await harness.accepted(case.id)
    await harness.agreed(case.id)
    request = await harness.asked()

    heard = [
        await deliver(harness.hearings, envelope) for envelope in await harness.cases.story(case.id)
    ]

    assert sum(heard) == 2
    assert await harness.state(request.id) is R.ASSIGNED
