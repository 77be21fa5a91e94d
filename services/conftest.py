"""What the tests of all four services use to run one as a whole."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.auth import SigningKey, generate_keys
from shared.bus import Publisher
from shared.testing_service import deployed, telling


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    """The issuer's key; its public half is in ``tmp_path``, where the service reads it."""
    return generate_keys(tmp_path)


@pytest.fixture
def told(
    key: SigningKey, tmp_path: Path, mongo_url: str, mongo_name: str, amqp_url: str
) -> dict[str, Any]:
    """The settings of a service on a store and a broker of this test's own."""
    return deployed(tmp_path, mongo_url, mongo_name, amqp_url)


@pytest.fixture
async def others(amqp_url: str) -> AsyncIterator[Publisher]:
    """Tells what the other services would tell."""
    async with telling(amqp_url) as publisher:
        yield publisher
