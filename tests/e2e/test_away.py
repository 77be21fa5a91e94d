"""Store or broker away or silent: nothing is lost, nothing half-written, all goes on by itself."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from deploy.client import until
from deploy.local.gate import Gate
from deploy.local.options import SERVICES
from deploy.stories import Stage, company_to_committee, resident_to_helper
from deploy.stories.company import incident_body
from deploy.stories.resident import request_body
from shared.clock import new_id
from tests.e2e.conftest import Deploy
from tests.e2e.deployment import Deployment
from tests.e2e.effects import effects_once

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.chaos,
    pytest.mark.asyncio(loop_scope="module"),
]

PATIENCE_SECONDS = 90.0
"""Reconnecting, the ladder's first rungs, and a web hook's second try together."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def deployment(deploy: Deploy) -> Deployment:
    return await deploy(gated=True)


@pytest.fixture
def stage(deployment: Deployment, session: aiohttp.ClientSession) -> Stage:
    return Stage(session, deployment.demo, print, seconds=PATIENCE_SECONDS)


async def shut(gate: Gate) -> None:
    await gate.shut()


async def frozen(gate: Gate) -> None:
    gate.freeze()


async def opened(gate: Gate) -> None:
    gate.thaw()
    await gate.open()


@pytest.mark.parametrize("gone", [shut, frozen])
async def test_without_the_broker_requests_are_accepted_and_told_when_it_is_back(
    deployment: Deployment, stage: Stage, gone: Callable[[Gate], Awaitable[None]]
) -> None:
    gate = deployment.gates["broker"]
    await gone(gate)
    try:
        stories = [
            asyncio.create_task(company_to_committee(stage)),
            asyncio.create_task(resident_to_helper(stage)),
        ]
        resident = stage.caller("resident")
        began = time.monotonic()
        asked = await resident.post("requests", "/requests", request_body(), key=new_id("try"))
        assert asked.status == 201
        assert time.monotonic() - began < 2
        # A flag will not do: readiness must have asked the broker.
        await until(_unready(deployment, "requests"), "requests to say that it is not ready")
    finally:
        await opened(gate)
    await asyncio.gather(*stories)
    await asyncio.gather(*(deployment.ready(each) for each in deployment.replicas))
    await effects_once(stage, deployment)


async def test_without_the_store_a_request_is_refused_whole_and_may_be_sent_again(
    deployment: Deployment, stage: Stage, session: aiohttp.ClientSession
) -> None:
    gate = deployment.gates["store"]
    url = f"{deployment.urls['property']}/api/property/v1/incidents"
    headers = {
        "authorization": f"Bearer {deployment.demo['keys']['contractor']}",
        "idempotency-key": '"while-the-store-is-away"',
    }
    body = incident_body() | {"external_ref": new_id("AJ")}
    await shut(gate)
    try:
        refused = await _post(session, url, headers, body)
    finally:
        await opened(gate)
    assert refused[0] == 503
    assert refused[1]["content-type"].startswith("application/problem+json")
    assert int(refused[1]["retry-after"]) >= 1

    async def accepted() -> bool:
        status, _ = await _post(session, url, headers, body)
        assert status in (201, 503)
        return status == 201

    await until(accepted, "the store to be back")
    await _post(session, url, headers, body)
    incidents = await stage.caller("committee").items("property", "/incidents", limit=100)
    same = [each for each in incidents if each["external_ref"] == body["external_ref"]]
    assert [each["state"] for each in same] == ["reported"]


async def test_stories_that_lose_the_store_midway_end_right_when_it_is_back(
    deployment: Deployment, stage: Stage, session: aiohttp.ClientSession
) -> None:
    gate = deployment.gates["store"]
    stories = [
        asyncio.create_task(tell(stage)) for tell in (company_to_committee, resident_to_helper) * 3
    ]
    await until(_any_request(stage), "the stories to be under way")
    await shut(gate)
    try:
        for service in SERVICES:
            await until(_unready(deployment, service), f"{service} to miss the store")
    finally:
        await opened(gate)
    await asyncio.gather(*stories)
    await effects_once(stage, deployment)


def _unready(deployment: Deployment, service: str) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        url = f"{deployment.one(service).url}/health/ready"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return answer.status == 503

    return ask


def _any_request(stage: Stage) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        found = await stage.caller("resident").get("requests", "/requests", state="assigned")
        return bool(found["items"])

    return ask


async def _post(
    session: aiohttp.ClientSession, url: str, headers: dict[str, str], body: dict[str, Any]
) -> tuple[int, dict[str, str]]:
    async with session.post(url, headers=headers, json=body) as answer:
        await answer.read()
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}
