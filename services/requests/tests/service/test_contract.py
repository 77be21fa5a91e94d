"""The copy of a company's contract, and what it makes of a request; over both stores."""

from datetime import date
from itertools import permutations

import pytest

from services.requests.domain.contract import Contract
from services.requests.tests.harness import HERE, Harness
from services.requests.tests.samples import submission
from shared.events.property_estate import (
    ContractorChanged,
    ContractorEnded,
    ContractorFacts,
    ContractorRegistered,
    ContractorRenewed,
)
from shared.events.requests import RequestAssigned
from shared.testing import heard

FIRST_ON = date(2020, 1, 1)


def _told(
    kind: type[ContractorFacts], *scopes: str, contract_to: date | None = None
) -> ContractorFacts:
    return kind(
        contractor_id="con_1", scopes=scopes, contract_from=FIRST_ON, contract_to=contract_to
    )


async def _hear(harness: Harness, event: ContractorFacts, sequence: int) -> None:
    await harness.estates.contracted(event, heard(event, "ctr_1", sequence=sequence))


async def _unit(harness: Harness, code: str) -> str:
    request = await harness.service.submit(submission(code), communities=HERE)
    story = await harness.store.story(request.id)
    (assigned,) = [each for each in story if each.type == RequestAssigned.type]
    return str(assigned.data["unit"])


async def test_a_company_that_nobody_registered_does_everything(harness: Harness) -> None:
    assert await harness.copies.contract("hongmiao", "con_1") is None
    assert await _unit(harness, "repair.lift") == "property"


@pytest.mark.parametrize(
    ("event", "unit"),
    [
        (_told(ContractorRegistered, "repair"), "property"),
        (_told(ContractorChanged, "cleaning"), "team"),
        (_told(ContractorRenewed, "repair", contract_to=FIRST_ON), "team"),
        (_told(ContractorEnded, "repair"), "team"),
    ],
)
async def test_a_request_goes_where_the_contract_sends_it(
    harness: Harness, event: ContractorFacts, unit: str
) -> None:
    await _hear(harness, event, 1)

    assert await _unit(harness, "repair.lift") == unit


async def test_the_same_company_elsewhere_counts_for_nothing_here(harness: Harness) -> None:
    event = _told(ContractorEnded, "repair")
    there = heard(event, "ctr_2", community="elsewhere")
    await harness.estates.contracted(event, there)

    assert await _unit(harness, "repair.lift") == "property"


async def test_news_of_a_contract_twice_or_out_of_order_leaves_the_newest(
    harness: Harness,
) -> None:
    news = {
        3: _told(ContractorRegistered, "repair"),
        4: _told(ContractorEnded, "repair"),
        5: _told(ContractorRenewed, "repair", "cleaning", contract_to=date(2030, 1, 1)),
    }
    for order in permutations((3, 4, 5, 5)):
        for sequence in order:
            await _hear(harness, news[sequence], sequence)

    scopes = frozenset({"repair", "cleaning"})
    kept = await harness.copies.contract("hongmiao", "con_1")
    assert kept == Contract("hongmiao", "con_1", 5, scopes, FIRST_ON, date(2030, 1, 1))
