"""The service over the fake stores and over the real one."""

import pytest

from services.property.tests.supervision_world import (
    SupervisionWorld,
    fake_supervision,
    real_supervision,
)
from services.property.tests.world import World, fake_world, real_world
from shared.clock import Clock
from shared.mongo import Database
from shared.testing import FakeClock


@pytest.fixture
def database_clock() -> Clock:
    """One that stands still."""
    return FakeClock()


@pytest.fixture
async def real(database: Database) -> World:
    """The use cases over the real store."""
    return await real_world(database)


@pytest.fixture
async def world(either: Database | None) -> World:
    """The use cases; every test runs over both stores."""
    return await real_world(either) if either else fake_world()


@pytest.fixture
async def supervised(either: Database | None) -> SupervisionWorld:
    """The use cases of supervision; every test runs over both stores."""
    return await real_supervision(either) if either else fake_supervision()
