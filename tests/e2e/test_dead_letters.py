"""What no service can read is put among the dead with its reason, and the rest flows on."""

import asyncio
import json
import sys
from typing import Any

import aio_pika
import pytest
import pytest_asyncio

from deploy.client import until
from deploy.local.fetch import ROOT
from deploy.stories import Stage, company_to_committee
from tests.e2e.conftest import Deploy
from tests.e2e.deployment import Deployment

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

QUEUE = "property.property.incident.confirmed.v1"
EVERYTHING = "notifications.all"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def deployment(deploy: Deploy) -> Deployment:
    return await deploy()


def envelope(**changes: Any) -> bytes:
    told = {
        "specversion": "1.0",
        "id": "evt_01JDE3N4T6R8E2W0Q9Y7V5C3X1",
        "source": "/linli/property",
        "type": "property.incident.confirmed.v1",
        "subject": "inc_01JDE3KZ0C7N5W2R4Y8G1H3F6B",
        "time": "2026-11-24T02:30:00Z",
        "community": "hongmiao",
        "actor": "nobody",
        "correlationid": "evt_01JDE3KZ0C2B4D6F8H0K2M4P6R",
        "sequence": 2,
        "data": {
            "incident_id": "inc_01JDE3KZ0C7N5W2R4Y8G1H3F6B",
            "estate_id": "est_nowhere",
            "kind": "vehicle",
            "severity": 2,
        },
    }
    return json.dumps(told | changes).encode()


BAD = {
    "no-json": b"\x00\xff not json",
    "no-envelope": b'{"hello": "world"}',
    "unknown-type": envelope(type="property.incident.painted.v1"),
    "newer-version": envelope(type="property.incident.confirmed.v2"),
    "no-such-data": envelope(data={"incident_id": 7}),
    "no-such-estate": envelope(),
}


async def test_bad_messages_are_kept_with_their_reason_and_the_story_goes_on(
    deployment: Deployment, stage: Stage
) -> None:
    async with await aio_pika.connect(deployment.amqp_url) as connection:
        channel = await connection.channel()
        for name, body in BAD.items():
            message = aio_pika.Message(body, message_id=name)
            await channel.default_exchange.publish(message, QUEUE)
        await channel.default_exchange.publish(
            aio_pika.Message(BAD["no-json"], message_id="no-json"), EVERYTHING
        )
    await company_to_committee(stage)

    async def dead() -> dict[str, list[str]]:
        listed = await linli(deployment, "dead-letters", "list", "--queue", QUEUE)
        letters = {line[1]: line for line in listed if len(line) > 1}
        return letters if set(letters) == set(BAD) else {}

    letters = await until(dead, "all bad messages among the dead")
    assert {name: line[0] for name, line in letters.items()} == dict.fromkeys(BAD, QUEUE)
    assert all(line[3] for line in letters.values())
    everything = await linli(deployment, "dead-letters", "list", "--queue", EVERYTHING)
    assert [line[1] for line in everything if len(line) > 1] == ["no-json"]


async def test_a_dead_letter_is_shown_sent_back_and_dropped(deployment: Deployment) -> None:
    chosen = ("--queue", QUEUE, "--id", "no-such-estate")
    shown = await linli(deployment, "dead-letters", "show", *chosen)
    assert any("est_nowhere" in "\t".join(line) for line in shown)

    replayed = await linli(deployment, "dead-letters", "replay", *chosen)
    assert [line[:2] for line in replayed if len(line) > 1] == [[QUEUE, "no-such-estate"]]

    async def dead_again() -> bool:
        listed = await linli(deployment, "dead-letters", "list", *chosen)
        return any(line[1:2] == ["no-such-estate"] for line in listed)

    await until(dead_again, "the service to refuse it again")
    dropped = await linli(deployment, "dead-letters", "drop", *chosen)
    assert [line[1] for line in dropped if len(line) > 1] == ["no-such-estate"]
    assert not await dead_again()


async def linli(deployment: Deployment, *arguments: str) -> list[list[str]]:
    """What ``linli`` printed, line by line, each split at its tabs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "shared.cli",
        *arguments,
        env=deployment.environment(),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await process.communicate()
    assert process.returncode == 0, error.decode()
    return [line.split("\t") for line in out.decode().splitlines()]
