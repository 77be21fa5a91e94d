"""Parking over the fake stores and over the real one."""

import pytest

from services.property.tests.parking.harness import Yard, fake_yard, real_yard
from shared.mongo import Database


@pytest.fixture
async def yard(either: Database | None) -> Yard:
    """The use cases; every test runs over both stores."""
    return await real_yard(either) if either else await fake_yard()


@pytest.fixture
async def real_one(database: Database) -> Yard:
    """The use cases over the real store."""
    return await real_yard(database)
