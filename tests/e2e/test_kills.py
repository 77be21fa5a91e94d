"""A service killed with SIGKILL between any two steps: after its restart the story ends right.

Each point of the code named here (``shared/faults.py``) is one at which a service kills itself,
once, in the midst of a story; it is started again, as Docker would, to be killed at the next point
while the stories before still go on. Nothing is lost, nothing acts twice.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from deploy.local.options import SERVICES
from deploy.stories import Stage, company_to_committee, resident_to_helper
from tests.e2e.conftest import Deploy
from tests.e2e.deployment import Deployment
from tests.e2e.effects import effects_once

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.chaos,
    pytest.mark.asyncio(loop_scope="module"),
]

Tell = Callable[[Stage], Awaitable[object]]

POINTS = ("save.before", "save.after", "relay.published", "bus.received", "bus.committed")
POINTS_OF_NOTIFICATIONS = (
    "bus.received",
    "notifications.message_written",
    "bus.committed",
    "notifications.claimed",
    "notifications.sent",
)
PATIENCE_SECONDS = 60.0
LEASE = {"NOTIFICATIONS_ATTEMPT_SECONDS": "3", "NOTIFICATIONS_LEASE_SECONDS": "4"}
"""A delivery whose worker died waits for the end of its lease, in production 45 s."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def deployment(deploy: Deploy) -> Deployment:
    return await deploy(**LEASE)


@pytest.fixture
def stage(deployment: Deployment, session: aiohttp.ClientSession) -> Stage:
    return Stage(session, deployment.demo, print, seconds=PATIENCE_SECONDS)


@pytest.mark.parametrize(
    ("service", "tell"),
    [
        ("requests", resident_to_helper),
        ("pairing", resident_to_helper),
        ("property", company_to_committee),
    ],
)
async def test_a_service_killed_at_each_step_ends_every_story_right(
    deployment: Deployment, stage: Stage, tmp_path: Path, service: str, tell: Tell
) -> None:
    repeated = deployment.repeated()
    await _killed_at_each(deployment, service, POINTS, lambda: tell(stage), tmp_path)
    await effects_once(stage, deployment)
    assert deployment.repeated() == repeated


async def test_notifications_killed_at_each_step_tells_everything_once_and_in_order(
    deployment: Deployment, stage: Stage, tmp_path: Path
) -> None:
    before = len(deployment.repeated())

    def tell() -> Awaitable[object]:
        return company_to_committee(stage)

    await _killed_at_each(deployment, "notifications", POINTS_OF_NOTIFICATIONS, tell, tmp_path)
    await effects_once(stage, deployment)
    # Killed after the post and before it is recorded, a web hook goes out once more with its id.
    assert 1 <= len(deployment.repeated()) - before <= len(POINTS_OF_NOTIFICATIONS)


async def test_services_killed_at_random_in_the_midst_of_many_stories_lose_nothing(
    deployment: Deployment, stage: Stage
) -> None:
    stories = {
        f"{tell.__name__} {turn}": asyncio.create_task(tell(stage))
        for turn in range(4)
        for tell in (company_to_committee, resident_to_helper)
    }
    for service in SERVICES:
        replica = deployment.one(service)
        deployment.kill(replica)
        await deployment.dead(replica)
        deployment.restart(replica)
        await deployment.ready(replica)
    await _ended(stories)
    await effects_once(stage, deployment)


async def _killed_at_each(
    deployment: Deployment,
    service: str,
    points: tuple[str, ...],
    tell: Callable[[], Awaitable[object]],
    folder: Path,
) -> None:
    """Kill the service at one point after the other, each time in a story that began for it."""
    replica = deployment.one(service)
    await asyncio.to_thread(deployment.end, replica)
    stories: dict[str, asyncio.Task[object]] = {}
    for point in points:
        mark = folder / point
        replica.environment = {"LINLI_FAULT_POINT": point, "LINLI_FAULT_MARK": str(mark)}
        deployment.restart(replica)
        # Not waited for until it is ready: what the stories before repeat may kill it first.
        stories[point] = asyncio.ensure_future(tell())
        await deployment.dead(replica)
        assert mark.read_text("utf-8") == point
    deployment.restart(replica)
    await deployment.ready(replica)
    await _ended(stories)


async def _ended(stories: dict[str, asyncio.Task[object]]) -> None:
    await asyncio.gather(*stories.values(), return_exceptions=True)
    assert {name: task.exception() for name, task in stories.items() if task.exception()} == {}
