"""A process killed with -9 between any two steps: nothing is lost, and one repeat at most."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from services.notifications.domain.delivery import Status
from services.notifications.service.fanout import message_id
from services.notifications.tests.receiver import receiving
from services.notifications.tests.rig import event, rigged

pytestmark = [pytest.mark.mongo, pytest.mark.chaos]

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("point", "times_most"),
    [
        # The worker may have sent it before the fan-out was over, and is killed beside it.
        ("notifications.message_written", 2),
        ("notifications.claimed", 1),
        ("notifications.sent", 2),
    ],
)
async def test_after_a_kill_the_event_still_arrives_with_its_old_id(
    mongo_url: str, mongo_name: str, tmp_path: Path, point: str, times_most: int
) -> None:
    envelope = event()
    body = tmp_path / "envelope.json"
    body.write_bytes(envelope.to_bytes())
    async with rigged(mongo_url, mongo_name) as rig, receiving() as receiver:
        await rig.endpoint(receiver.url)
        victim = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.notifications.tests.victim",
            mongo_url,
            mongo_name,
            str(body),
            cwd=ROOT,
            env={
                **os.environ,
                "LINLI_FAULT_POINT": point,
                "LINLI_FAULT_MARK": str(tmp_path / "mark"),
            },
        )
        async with asyncio.timeout(60):
            assert await victim.wait() == -signal.SIGKILL
        async with rig.working():
            await rig.fan_out.hear(envelope)  # what was not acknowledged comes again
            (done,) = await rig.until(Status.DELIVERED, 1)
    assert set(receiver.ids()) == {message_id(envelope.id)}
    assert len(receiver.got) <= times_most
    assert done.charged == 1
