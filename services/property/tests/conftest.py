"""The service over the fake stores and over the real one."""

from collections.abc import AsyncIterator

import pytest

from services.property.tests.world import World, fake_world, real_world
from shared.mongo import Database
from shared.testing import FakeClock


@pytest.fixture
async def database(mongo_url: str, mongo_name: str) -> AsyncIterator[Database]:
    """A real database of the test's own; its clock stands still."""
    database = Database(mongo_url, mongo_name, FakeClock())
    yield database
    await database.close()


@pytest.fixture
async def real(database: Database) -> World:
    """The use cases over the real store."""
    return await real_world(database)


@pytest.fixture(params=["fake", pytest.param("mongo", marks=pytest.mark.mongo)])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """The use cases; every test runs over both stores."""
    if request.param == "fake":
        yield fake_world()
        return
    url, name = request.getfixturevalue("mongo_url"), request.getfixturevalue("mongo_name")
    database = Database(url, name, FakeClock())
    yield await real_world(database)
    await database.close()
