"""A deployment for each file of tests: virtual host and databases of its own, gone afterwards."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
import pytest_asyncio
from pymongo import MongoClient

from deploy.local import rabbit
from deploy.local.gate import Gate
from deploy.local.options import SERVICES
from deploy.local.parts import Parts
from deploy.stories import Stage
from shared.clock import new_id
from tests.e2e.deployment import Deployment

Deploy = Callable[..., Awaitable[Deployment]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def deploy(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deploy]:
    """Starts a deployment, its services told this; ``gated``: store and broker can go away."""
    async with AsyncExitStack() as ends:

        async def start(*, count: int = 1, gated: bool = False, **told: str) -> Deployment:
            name = new_id("e2e").lower()
            mongo_url, amqp_url = parts.mongo_url, f"{parts.amqp_url}{quote(name)}"
            _vhost(parts, name, ends)
            gates: dict[str, Gate] = {}
            if gated:
                gates = {
                    "store": await Gate.before(mongo_url),
                    "broker": await Gate.before(amqp_url),
                }
                mongo_url, amqp_url = gates["store"].url, gates["broker"].url
            home: Path = tmp_path_factory.mktemp("deployment")
            deployment = Deployment(home, mongo_url, amqp_url, name, gates=gates, told=told)
            ends.callback(_drop, parts.mongo_url, name)
            for gate in gates.values():
                ends.push_async_callback(gate.shut)
            ends.callback(deployment.stop)
            await deployment.start(count)
            return deployment

        yield start


@pytest_asyncio.fixture(loop_scope="module")
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """The HTTP client of whoever stands outside."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def stage(deployment: Deployment, session: aiohttp.ClientSession) -> Stage:
    """Where the stories are told; ``deployment`` is the test file's own fixture."""
    return Stage(session, deployment.demo, print)


def _vhost(parts: Parts, name: str, ends: AsyncExitStack) -> None:
    path = f"/api/vhosts/{quote(name)}"
    rabbit.admin(parts.admin_url, "PUT", path)
    ends.callback(rabbit.admin, parts.admin_url, "DELETE", path)


def _drop(mongo_url: str, name: str) -> None:
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_url)
    with client:
        for service in SERVICES:
            client.drop_database(f"{name}_{service}")
