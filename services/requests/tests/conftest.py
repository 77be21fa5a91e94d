"""The service over the fake store and over the real one."""

import pytest

from services.requests.tests.chamber import Chamber, chamber_over
from services.requests.tests.harness import Harness, harness_over
from services.requests.tests.privacy_harness import PrivacyHarness, privacy_harness_over
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


@pytest.fixture
async def harness_of_fakes() -> Harness:
    """The same, over the fake store alone: for what never comes to a store."""
    return await harness_over(None)


@pytest.fixture
async def privacy(either: Database | None) -> PrivacyHarness:
    """What is kept of people, and for how long; every test runs over both stores."""
    return await privacy_harness_over(either)
