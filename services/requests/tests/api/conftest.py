"""The service's HTTP door, over the fake store or the real one."""

from collections.abc import AsyncIterator

import pytest

from services.requests import store
from services.requests.api import request, service_type
from services.requests.tests.harness import FakeCopies, Harness, fake_store
from shared.mongo import Database
from shared.testing_web import WebClient, web_client


@pytest.fixture
async def client() -> WebClient:
    """The routes over the fake store: nothing else has to run."""
    harness = Harness(fake_store(), FakeCopies())
    await harness.know_estate()
    return web_client(request.router(harness.service, _never_answered), service_type.router())


@pytest.fixture
async def real_client(mongo_url: str, mongo_name: str) -> AsyncIterator[WebClient]:
    """The routes over the real store."""
    database = Database(mongo_url, mongo_name)
    documents = store.requests(database)
    harness = Harness(documents, store.estates(database))
    await database.migrate()
    await harness.know_estate()
    yield web_client(request.router(harness.service, documents.answered), service_type.router())
    await database.close()


async def _never_answered(_: str) -> None:
    return None
