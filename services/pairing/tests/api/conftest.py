"""The service's HTTP door, over fakes or over the real store."""

import pytest

from services.pairing.tests.api.world import World, routers
from services.pairing.tests.harness import Harness, harness_over
from shared.testing_web import web_client


@pytest.fixture
async def world() -> World:
    """The routes over fakes, with one of each noun."""
    return await _filled(await harness_over(None))


@pytest.fixture
async def real_world(real: Harness) -> World:
    """The same over the real store."""
    return await _filled(real)


async def _filled(harness: Harness) -> World:
    made = World(web_client(*routers(harness)), harness)
    await made.fill()
    return made
