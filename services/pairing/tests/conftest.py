"""The service over fakes and over the real store."""

import pytest

from services.pairing.tests.harness import Harness, harness_over
from shared.mongo import Database


@pytest.fixture
async def harness(either: Database | None) -> Harness:
    """The use cases, with an estate known here and one elsewhere; over both kinds of store."""
    return await harness_over(either)


@pytest.fixture
async def real(database: Database) -> Harness:
    """The same, over the real store alone."""
    return await harness_over(database)
