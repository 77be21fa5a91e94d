"""The service over fakes and over the real store."""

from collections.abc import AsyncIterator

import pytest

from services.pairing.tests.harness import Harness, fake_backing, real_backing
from shared.mongo import Database


@pytest.fixture(params=["fake", pytest.param("mongo", marks=pytest.mark.mongo)])
async def harness(request: pytest.FixtureRequest) -> AsyncIterator[Harness]:
    """The use cases, with an estate known here and one elsewhere; over both kinds of store."""
    if request.param == "fake":
        made = Harness(fake_backing())
        await _know_estates(made)
        yield made
        return
    url = request.getfixturevalue("mongo_url")
    database = Database(url, request.getfixturevalue("mongo_name"))
    made = Harness(real_backing(database))
    await database.migrate()
    await _know_estates(made)
    yield made
    await database.close()


async def _know_estates(harness: Harness) -> None:
    await harness.know_estate("dwl_1", "dwl_2", "dwl_3")
    await harness.know_estate("dwl_9", community="elsewhere")
