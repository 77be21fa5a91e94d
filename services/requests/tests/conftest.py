"""The service over the fake store and over the real one."""

from collections.abc import AsyncIterator

import pytest

from services.requests import store
from services.requests.tests.harness import FakeCopies, Harness, fake_store
from shared.mongo import Database


@pytest.fixture(params=["fake", pytest.param("mongo", marks=pytest.mark.mongo)])
async def harness(request: pytest.FixtureRequest) -> AsyncIterator[Harness]:
    """The use cases, with an estate known; every test runs over both stores."""
    if request.param == "fake":
        made = Harness(fake_store(), FakeCopies())
        await made.know_estate()
        yield made
        return
    url = request.getfixturevalue("mongo_url")
    database = Database(url, request.getfixturevalue("mongo_name"))
    made = Harness(store.requests(database), store.estates(database), database.clock)
    await database.migrate()
    await made.know_estate()
    yield made
    await database.close()
