"""The service's HTTP door over the real store."""

from collections.abc import AsyncIterator

import pytest

from services.notifications.tests.api.world import World, world_of
from services.notifications.tests.rig import rigged


@pytest.fixture
async def world(mongo_url: str, mongo_name: str) -> AsyncIterator[World]:
    """One endpoint, paused, and one delivery, held."""
    async with rigged(mongo_url, mongo_name) as rig:
        yield await world_of(rig)
