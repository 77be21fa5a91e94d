"""The service over the fake store and over the real one."""

import pytest

from services.requests.tests.chamber import Chamber, chamber_over
from services.requests.tests.harness import Harness, harness_over
from shared.mongo import Database


@pytest.fixture
async def harness(either: Database | None) -> Harness:
    """The use cases, with an estate known; every test runs over both stores."""
    return await harness_over(either)


@pytest.fixture
async def real(database: Database) -> Harness:
    """The same, over the real store alone."""
    return await harness_over(database)


@pytest.fixture
async def chamber(either: Database | None) -> Chamber:
    """The council, with an estate known; every test runs over both stores."""
    return await chamber_over(either)
