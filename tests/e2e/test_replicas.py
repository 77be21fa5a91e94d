"""Two replicas of every service at once: told in order, and nothing twice in effect."""

import asyncio

import pytest
import pytest_asyncio

from deploy.local.options import SERVICES
from deploy.stories import Stage, company_to_committee, resident_to_helper
from tests.e2e.conftest import Deploy
from tests.e2e.deployment import Deployment
from tests.e2e.effects import effects_once

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def deployment(deploy: Deploy) -> Deployment:
    return await deploy(count=2)


async def test_stories_whose_every_call_meets_the_other_replica_end_right(
    deployment: Deployment, stage: Stage
) -> None:
    urls = deployment.demo["urls"]
    assert {urls["property"], urls["property"]} == {
        each.url for each in deployment.replicas if each.service == "property"
    }
    stories = [tell(stage) for tell in (company_to_committee, resident_to_helper) * 5]
    await asyncio.gather(*stories)
    await effects_once(stage, deployment)
    assert deployment.repeated() == []


async def test_one_replica_of_each_service_stopped_in_the_midst_of_stories_is_not_missed(
    deployment: Deployment, stage: Stage
) -> None:
    stories = [
        asyncio.create_task(tell(stage)) for tell in (company_to_committee, resident_to_helper) * 3
    ]
    stopped = [deployment.one(service) for service in SERVICES]
    await asyncio.gather(*(asyncio.to_thread(deployment.end, each) for each in stopped))
    for replica in stopped:
        deployment.restart(replica)
    await asyncio.gather(*stories)
    await asyncio.gather(*(deployment.ready(each) for each in stopped))
    await effects_once(stage, deployment)
    # Stopped in good order, a service finishes or gives back what it has in hand.
    assert deployment.repeated() == []
