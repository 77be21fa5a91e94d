"""Coverage and visits over both kinds of store."""

import pytest

from services.pairing.tests.coverage_harness import CoverageHarness, coverage_over
from services.pairing.tests.harness import THERE, Harness
from services.pairing.tests.visit_harness import VisitHarness, visit_harness_over
from shared.mongo import Database


@pytest.fixture
async def coverage(harness: Harness, either: Database | None) -> CoverageHarness:
    """Coverage over both kinds of store; two estates are heard of."""
    made = await coverage_over(harness, either)
    await harness.know_estate("dwl_1", "dwl_2", "dwl_3")
    await harness.know_estate("dwl_9", community=THERE[0])
    return made


@pytest.fixture
async def visiting(either: Database | None) -> VisitHarness:
    """The use cases of visits, over both kinds of store."""
    return await visit_harness_over(either)


@pytest.fixture
async def really_visiting(database: Database) -> VisitHarness:
    """The same, over the real store alone."""
    return await visit_harness_over(database)
