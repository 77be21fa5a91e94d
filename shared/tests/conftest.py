"""Fixtures that several tests of what is shared need."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from shared.bus import Publisher
from shared.mongo import Database
from shared.relay import Relay
from shared.tests.relays import WANTED, Bell, Rig


@pytest.fixture
async def rigs(
    mongo_url: str, mongo_name: str, amqp_url: str
) -> AsyncIterator[Callable[[], Awaitable[Rig]]]:
    """Replicas of one service, as many as are asked for."""
    made: list[Rig] = []

    async def another() -> Rig:
        database = Database(mongo_url, mongo_name)
        bells = database.documents("bells", Bell, source="/linli/ear")
        await database.migrate()
        publisher = Publisher(amqp_url, "ear", WANTED)
        await publisher.ping()
        made.append(Rig(database, bells, publisher, Relay(database, publisher, "ear"), amqp_url))
        return made[-1]

    yield another
    for rig in made:
        await rig.publisher.close()
        await rig.database.close()
