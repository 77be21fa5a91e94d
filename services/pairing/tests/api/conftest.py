"""The service's HTTP door, over fakes or over the real store."""

from collections.abc import AsyncIterator

import pytest

from services.pairing.tests.api.world import World, routers
from services.pairing.tests.harness import Harness, fake_backing, real_backing
from shared.mongo import Database
from shared.testing_web import web_client


@pytest.fixture
async def world() -> World:
    """The routes over fakes, with one of each noun."""
    harness = Harness(fake_backing())
    await harness.know_estate("dwl_1", "dwl_2")
    await harness.know_estate("dwl_9", community="elsewhere")
    made = World(web_client(*routers(harness)), harness)
    await made.fill()
    return made


@pytest.fixture
async def real_world(mongo_url: str, mongo_name: str) -> AsyncIterator[World]:
    """The same over the real store."""
    database = Database(mongo_url, mongo_name)
    harness = Harness(real_backing(database))
    await database.migrate()
    await harness.know_estate("dwl_1", "dwl_2")
    made = World(web_client(*routers(harness)), harness)
    await made.fill()
    yield made
    await database.close()
