"""The service's HTTP door, over the fake store or the real one."""

import pytest

from services.requests.api import (
    bulk,
    council_routes,
    deadline_rules,
    handling,
    request,
    service_type,
    timeline,
)
from services.requests.service.bulk import BulkService
from services.requests.tests.chamber import Chamber, chamber_over
from services.requests.tests.city import City, keyed
from services.requests.tests.harness import Harness, harness_over
from shared.mongo import Documents
from shared.testing_routes import MadeOnce
from shared.testing_web import WebClient, never_answered, web_client


@pytest.fixture
async def client() -> WebClient:
    """The routes over the fake store: nothing else has to run."""
    harness = await harness_over(None)
    return web_client(
        MadeOnce(request.router, harness.service, never_answered, harness.clock),
        MadeOnce(handling.router, harness.handling, never_answered),
        MadeOnce(timeline.router, harness.service),
        MadeOnce(service_type.router, harness.service_types, never_answered),
        MadeOnce(deadline_rules.router, harness.deadline_rules, never_answered),
        MadeOnce(bulk.router, BulkService(harness.service, harness.store, harness.estates)),
    )


@pytest.fixture
async def real_client(real: Harness) -> WebClient:
    """The routes over the real store."""
    assert isinstance(real.store, Documents)
    assert isinstance(real.kinds, Documents)
    assert isinstance(real.rules, Documents)
    return web_client(
        request.router(real.service, real.store.answered, real.clock),
        handling.router(real.handling, real.store.answered),
        timeline.router(real.service),
        service_type.router(real.service_types, real.kinds.answered),
        deadline_rules.router(real.deadline_rules, real.rules.answered),
        bulk.router(BulkService(real.service, real.store, real.estates)),
    )


@pytest.fixture
async def chamber() -> Chamber:
    """The council over fakes: nothing else has to run."""
    return await chamber_over(None)


@pytest.fixture
def council(chamber: Chamber) -> WebClient:
    """The council's routes over fakes."""
    return web_client(
        MadeOnce(
            council_routes.routers,
            chamber.council,
            proposals=never_answered,
            meetings=never_answered,
        )
    )


@pytest.fixture
async def city(harness: Harness) -> City:
    """A client of Open311 with a key, over both stores."""
    return await keyed(harness)


@pytest.fixture
async def quick(harness_of_fakes: Harness) -> City:
    """The same over the fake store alone."""
    return await keyed(harness_of_fakes)
