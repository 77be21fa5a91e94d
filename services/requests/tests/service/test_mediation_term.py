"""The clock over cases in any store: whoever mediates is told once, in however many replicas."""

import asyncio
from datetime import timedelta

import pytest

from services.requests.domain.mediation import ENDING_BEFORE, Mediation
from services.requests.service import mediation_steps as steps
from services.requests.service.mediation import MediationService
from services.requests.tests.mediation_harness import MediationHarness, mediation_harness_over
from services.requests.tests.mediation_samples import SUBJECT
from shared.alarms import BATCH
from shared.mongo import Database
from shared.readings import ReadingLog

REPLICAS = 3


@pytest.fixture
async def harness(either: Database | None) -> MediationHarness:
    return await mediation_harness_over(either)


async def told(harness: MediationHarness, case: Mediation) -> list[str]:
    story = await harness.cases.story(case.id)
    return [each.type.split(".")[2] for each in story if "term" in each.type]


async def running(harness: MediationHarness) -> Mediation:
    case = await harness.accepted((await harness.case()).id)
    assert case.term_ends_at is not None
    return case


async def test_the_end_of_a_term_is_told_before_it_and_at_it_each_once(
    harness: MediationHarness,
) -> None:
    case = await running(harness)
    await harness.case()  # one that nobody has accepted has no term
    assert await harness.service.ring() == 0
    assert case.term_ends_at is not None

    harness.clock.moment = case.term_ends_at - ENDING_BEFORE
    assert (await harness.service.ring(), await harness.service.ring()) == (1, 0)
    assert await told(harness, case) == ["term_ending"]
    harness.clock.moment = case.term_ends_at
    assert (await harness.service.ring(), await harness.service.ring()) == (1, 0)

    assert await told(harness, case) == ["term_ending", "term_over"]
    kept = await harness.cases.get(case.id)
    assert (kept.subject, kept.parties) == (SUBJECT, case.parties)


async def test_replicas_that_wake_together_after_a_standstill_tell_each_thing_once(
    harness: MediationHarness,
) -> None:
    cases = [await running(harness) for _ in range(4)]
    harness.clock.move(timedelta(days=100))
    replicas = [
        MediationService(harness.cases, ReadingLog(harness.kept, harness.clock), harness.clock)
        for _ in range(REPLICAS)
    ]

    done = await asyncio.gather(*(replica.ring() for replica in replicas))

    assert sum(done) == len(cases) < BATCH
    for case in cases:
        assert await told(harness, case) == ["term_ending", "term_over"]


async def test_after_an_extension_the_new_end_is_told(harness: MediationHarness) -> None:
    case = await running(harness)
    await harness.take(case.id, steps.beginning())
    harness.clock.move(timedelta(days=40))
    await harness.service.ring()
    longer = await harness.take(case.id, steps.extending(tuple(p.id for p in case.parties)))
    assert await harness.service.ring() == 0
    assert longer.term_ends_at is not None
    harness.clock.moment = longer.term_ends_at

    assert await harness.service.ring() == 1

    assert await told(harness, case) == ["term_ending", "term_over"] * 2
