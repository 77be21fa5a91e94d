"""The whole service on a real store and a real broker: a suggestion goes to a vote."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.requests.app import create_app
from services.requests.settings import Settings
from services.requests.tests.api.callers import BODY, REQUESTS, caller, get, post
from shared.auth import SigningKey
from shared.bus import Publisher
from shared.clock import SystemClock
from shared.testing import estate_registered, heard
from shared.testing_service import parcel, running, until
from shared.testing_web import WebClient

pytestmark = [pytest.mark.mongo, pytest.mark.rabbit]

WAIT_SECONDS_MAX = 40
PROPOSALS, MEETINGS = "/api/requests/v1/proposals", "/api/requests/v1/meetings"
SUGGESTION = {**BODY, "service_code": "suggestion", "description": "小花园加一张长椅"}
TASK = {"service_code": "noise", "estate_id": "est_1", "description": "加一张长椅"}


@pytest.fixture
async def client(told: dict[str, Any], key: SigningKey) -> AsyncIterator[WebClient]:
    """A client of the service as it runs."""
    async with running(create_app(Settings(**told)), key) as client:
        yield client


async def _done(client: WebClient, path: str, who: str, body: Any = None) -> Any:
    answer = await post(client, path, who, body, idempotency_key=f"{who}:{path}")
    assert answer.status in {200, 201}, answer.body
    again = await post(client, path, who, body, idempotency_key=f"{who}:{path}")
    assert again.body == answer.body
    return answer.json()


async def _state(client: WebClient, path: str) -> str:
    return str((await get(client, path, "staff")).json()["state"])


async def test_a_suggestion_leads_to_a_vote_and_each_step_sent_twice_happens_once(
    client: WebClient, others: Publisher
) -> None:
    found: dict[str, Any] = {}

    async def suggested() -> bool:
        answer = await post(client, REQUESTS, "resident", SUGGESTION)
        found["request"] = answer.headers.get("location")
        return answer.status == 201

    async def proposed() -> bool:
        items = (await get(client, PROPOSALS, "neighbour")).json()["items"]
        found["proposal"] = f"{PROPOSALS}/{items[0]['id']}" if items else None
        return bool(items)

    async def in_progress() -> bool:
        return await _state(client, found["request"]) == "in_progress"

    async def taken_up() -> bool:
        answer = await post(client, f"{found['proposal']}/deliberation", "staff")
        return answer.status == 200

    soon = SystemClock().now() + timedelta(days=1)
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        await others.publish_events([parcel(heard(estate_registered("dwl_1"), "est_1"))])
        await until(suggested)
        if await _state(client, found["request"]) == "submitted":
            await post(client, f"{found['request']}/acceptance", "staff")
            await post(client, f"{found['request']}/assignment", "staff", {"unit": "council"})
        await until(proposed)
        meeting = await _done(
            client, MEETINGS, "branch", _meeting(SystemClock().now() + timedelta(seconds=1))
        )
        path = found["proposal"]
        await _done(client, f"{path}/listing", "staff", {"meeting_id": meeting["id"]})
        await until(in_progress)
        await until(taken_up)  # once the time of the meeting has come
        await _done(client, f"{path}/minutes", "staff", {"text": "同意。"})
        await _done(client, f"{path}/vote", "staff", _vote(soon))
        ballot = f"{path}/ballots/per_resident"
        cast = await client.call("PUT", ballot, caller("resident"), json={"choice": "for"})
        assert cast.status == 200, cast.body
        assert (await _done(client, f"{path}/count", "staff"))["state"] == "adopted"
        await _done(client, f"{path}/publication", "staff", {"days": 1})
        early = await post(client, f"{path}/implementation", "staff", {"tasks": [TASK]})

    assert (early.status, early.json()["code"]) == (409, "proposal.on_show")


def _meeting(at: datetime) -> dict[str, Any]:
    return {
        "at": at.isoformat(),
        "place": "居民活动室",
        "chair_id": "per_staff",
        "convening": {"by": "branch"},
    }


def _vote(at: datetime) -> dict[str, Any]:
    entry = {"id": "per_resident", "voter_id": "per_resident"}
    return {"resolution": "加一张长椅。", "closes_at": at.isoformat(), "entries": [entry]}
