"""Coverage over both kinds of store."""

import pytest

from services.pairing.tests.coverage_harness import CoverageHarness, coverage_over
from services.pairing.tests.harness import THERE, Harness
from shared.mongo import Database


@pytest.fixture
async def coverage(harness: Harness, either: Database | None) -> CoverageHarness:
    """Coverage over both kinds of store; two estates are heard of."""
    made = await coverage_over(harness, either)
    await harness.know_estate("dwl_1", "dwl_2", "dwl_3")
    await harness.know_estate("dwl_9", community=THERE[0])
    return made
