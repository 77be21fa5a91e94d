"""What only the real store can show of mediations: nothing of what is confided lies open in it."""

from datetime import timedelta
from typing import Any

import pytest

from services.requests.domain.mediation import MediationState
from services.requests.service import mediation_steps as steps
from services.requests.service.mediation_steps import Talk
from services.requests.store.mediation import COLLECTION, Seals, mediations
from services.requests.tests.mediation_harness import (
    KEYS,
    TERMS,
    MediationHarness,
    mediation_harness_over,
)
from services.requests.tests.mediation_samples import SUBJECT, in_state
from shared.errors import Unavailable
from shared.mongo import Database
from shared.sealing import Sealer

CONFIDED = (
    SUBJECT,
    "王大妈",
    "per_wang",
    "13800000001",
    "李大爷",
    "各退一步",
    TERMS.text,
    "还没付",
)


@pytest.fixture
async def harness(database: Database) -> MediationHarness:
    return await mediation_harness_over(database)


@pytest.mark.mongo
async def test_nothing_confided_lies_open_in_the_store(
    harness: MediationHarness, database: Database
) -> None:
    case = await harness.case()
    accepted = await harness.accepted(case.id)
    present = tuple(party.id for party in accepted.parties)
    await harness.take(case.id, steps.beginning())
    held_at = harness.clock.now() - timedelta(hours=1)
    await harness.take(case.id, steps.meeting(Talk(held_at, present, "各退一步")))
    await harness.take(case.id, steps.agreeing(TERMS))
    await harness.take(case.id, steps.performing())
    breached = await harness.take(case.id, steps.breaching("还没付"))

    document: Any = await database.records(COLLECTION).get(case.id)

    assert [text for text in CONFIDED if text in str(document)] == []
    assert [text for text in CONFIDED if text in str(breached)] == list(CONFIDED)
    assert await harness.cases.get(case.id) == breached


@pytest.mark.mongo
async def test_without_its_key_a_case_cannot_be_read(
    harness: MediationHarness, database: Database
) -> None:
    case = await harness.case()
    others = mediations(database, Sealer({"k2": b"2" * 32}))

    with pytest.raises(Unavailable):
        await others.get(case.id)
    rotated = mediations(database, Sealer({"k2": b"2" * 32, **KEYS}))
    assert await rotated.get(case.id) == case


@pytest.mark.parametrize("state", MediationState)
def test_a_sealed_case_opens_as_it_was(state: MediationState) -> None:
    case, seals = in_state(state), Seals(Sealer(KEYS))

    assert seals.opened(seals.seal(case)) == case
    assert seals.seal(case).state is case.state
