"""The whole service as it runs: every list that a reader may see is the same list as a table."""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from services.requests.app import create_app
from services.requests.settings import Settings
from services.requests.tests.api.callers import BODY, REQUESTS, RESOLVING, caller, get, post
from services.requests.tests.guests import upload
from shared.auth import SigningKey
from shared.bus import Publisher
from shared.clock import SystemClock
from shared.events.property_parking import OccupancyConfirmed
from shared.testing import estate_registered, heard
from shared.testing_photos import picture
from shared.testing_service import parcel, running, until
from shared.testing_web import COMMUNITY, WebClient

pytestmark = [pytest.mark.mongo, pytest.mark.rabbit]

WAIT_SECONDS_MAX = 40
PREFIX = "/api/requests/v1"
KEY = {"company": "cmp_1", "scopes": ["requests:request:submit"], "communities": [COMMUNITY]}
QUESTIONS = [
    {
        "code": "lift",
        "datatype": "singlevaluelist",
        "text": "是否同意加装电梯?",
        "options": [{"key": "yes", "text": "同意"}, {"key": "no", "text": "不同意"}],
    },
    {"code": "wish", "datatype": "text", "text": "还有什么建议?"},
]
NEXT_TO_NOTHING = frozenset({"duplicates"})
"""Lists that may well be empty: nothing is alike enough here."""
READERS = {
    "api-keys": "ops",
    "mediations": "branch",
    "mediations/{mediation_id}/story": "branch",
    "mediations/{mediation_id}/readings": "branch",
    "proposals/{proposal_id}/ballots": "resident",
    "supported-requests": "neighbour",
}
"""Who sees rows in them; in all others staff do."""
QUERIES = {
    "surveys/{survey_id}/texts": "?code=wish",
    "mediations/{mediation_id}/story": "?purpose=handling",
    "mediations/{mediation_id}/readings": "?purpose=handling",
}


@pytest.fixture
async def app(told: dict[str, Any]) -> FastAPI:
    return create_app(Settings(**told))


@pytest.fixture
async def client(app: FastAPI, key: SigningKey) -> AsyncIterator[WebClient]:
    """A client of the service as it runs."""
    async with running(app, key) as client:
        yield client


def lists(app: FastAPI) -> list[str]:
    """The lists of the service by their addresses: every answer that holds items is one."""
    found = []
    for route in app.routes:
        shown = getattr(route, "response_model", None)
        if isinstance(route, APIRoute) and "items" in getattr(shown, "model_fields", ()):
            found += [route.path] if "GET" in (route.methods or ()) else []
    return found


async def made(client: WebClient, path: str, who: str, body: Any = None) -> str:
    """The id of something new."""
    answer = await post(client, path, who, body)
    assert answer.status == 201, answer.body
    return str(answer.json()["id"])


async def done(client: WebClient, path: str, who: str, body: Any = None) -> None:
    answer = await post(client, path, who, body)
    assert answer.status == 200, answer.body


async def a_request(client: WebClient) -> str:
    """One that was read in confidence, written on, helped by another, and asked about."""
    request = await made(client, REQUESTS, "resident", {**BODY, "visibility": "confidential"})
    path = f"{REQUESTS}/{request}"
    await done(client, f"{path}/acceptance", "staff")
    token = f"Bearer {client.token(caller('resident'))}"
    assert (await upload(client, path, picture(), "image/jpeg", token)).status == 201
    await made(client, f"{path}/updates", "staff", {"text": "=1+1 明天上门"})
    for step, body in RESOLVING[1:]:
        await done(client, f"{path}/{step}", "staff", body)
    await done(client, f"{path}/follow-up", "resident", {"resolved": "yes", "satisfaction": 5})
    joined = await made(client, REQUESTS, "resident", {**BODY, "service_code": "parking"})
    await done(client, f"{REQUESTS}/{joined}/support", "neighbour")
    return request


async def a_vote(client: WebClient) -> tuple[str, str]:
    """A proposal with an open vote, and its meeting."""
    proposal = await made(
        client, f"{PREFIX}/proposals", "resident", {"title": "椅", "text": "长椅"}
    )
    path, now = f"{PREFIX}/proposals/{proposal}", SystemClock().now()
    await done(client, f"{path}/submission", "resident")
    for who in ("neighbour", "member"):
        await done(client, f"{path}/seconding", who)
    plan = {"at": (now + timedelta(seconds=1)).isoformat(), "place": "室", "chair_id": "per_staff"}
    meeting = await made(
        client, f"{PREFIX}/meetings", "staff", {**plan, "convening": {"by": "branch"}}
    )
    await done(client, f"{path}/listing", "staff", {"meeting_id": meeting})

    async def taken_up() -> bool:
        return (await post(client, f"{path}/deliberation", "staff")).status == 200

    await until(taken_up)
    await done(client, f"{path}/minutes", "staff", {"text": "同意。"})
    entries = [{"id": "per_resident", "voter_id": "per_resident"}]
    closes_at = (now + timedelta(days=1)).isoformat()
    vote = {"resolution": "加椅。", "closes_at": closes_at, "officers": ["per_staff"]}
    await done(client, f"{path}/vote", "staff", {**vote, "entries": entries})
    return proposal, meeting


async def a_survey(client: WebClient) -> str:
    now = SystemClock().now()
    plan = {"title": "需求调查", "one_per": "person", "estate_id": "est_1", "questions": QUESTIONS}
    times = {"opens_at": now.isoformat(), "closes_at": (now + timedelta(days=1)).isoformat()}
    survey = await made(client, f"{PREFIX}/surveys", "staff", {**plan, **times})
    path = f"{PREFIX}/surveys/{survey}"
    await done(client, f"{path}/publication", "staff")
    said = {"answers": {"lift": ["yes"], "wish": ["多种树"]}, "dwelling_id": "dwl_1"}

    async def answered() -> bool:  # once it is heard who lives there
        return (await post(client, f"{path}/responses", "resident", said)).status == 201

    await until(answered)
    return survey


async def a_case(client: WebClient) -> str:
    case = await made(client, f"{PREFIX}/mediations", "staff", {"subject": "楼道堆物。"})
    read = await get(client, f"{PREFIX}/mediations/{case}?purpose=handling", "branch")
    assert read.status == 200, read.body
    return case


async def ids(client: WebClient, others: Publisher) -> dict[str, str]:
    """By the names in addresses, something of which every list has rows."""

    async def known() -> bool:
        return (await post(client, REQUESTS, "resident", BODY)).status == 201

    home = OccupancyConfirmed(
        occupancy_id="occ_1", estate_id="est_1", person_id="per_resident", dwelling_id="dwl_1"
    )
    news = [heard(estate_registered("dwl_1"), "est_1"), heard(home, "occ_1")]
    await others.publish_events([parcel(each) for each in news])
    await until(known)
    request = await a_request(client)
    proposal, meeting = await a_vote(client)
    assert (await client.call("POST", f"{PREFIX}/api-keys", caller("ops"), json=KEY)).status == 201
    return {
        "request_id": request,
        "proposal_id": proposal,
        "meeting_id": meeting,
        "survey_id": await a_survey(client),
        "mediation_id": await a_case(client),
    }


async def test_every_list_is_the_same_as_a_table(
    app: FastAPI, client: WebClient, others: Publisher
) -> None:
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        known = await ids(client, others)
        for path in lists(app):
            name = path.removeprefix(f"{PREFIX}/")
            asked = re.sub(r"{(\w+)}", lambda each: known[each[1]], path) + QUERIES.get(name, "")
            who = caller(READERS.get(name, "staff"))
            plain = await client.call("GET", asked, who)
            table = await client.call("GET", asked, who, headers={"accept": "text/csv"})

            assert plain.status == 200, (path, plain.body)
            assert table.headers["content-type"] == "text/csv; charset=utf-8", path
            rows = list(csv.DictReader(io.StringIO(table.body.decode("utf-8-sig"), newline="")))
            items = plain.json()["items"]
            assert len(rows) == len(items), path
            assert items or name.rpartition("/")[2] in NEXT_TO_NOTHING, path
            for row, item in zip(rows, items, strict=True):
                for column in {"id", "sequence", "code", "key"} & set(row) & set(item):
                    assert row[column] == str(item[column]), (path, column)


async def test_a_story_as_a_table_is_in_the_readers_language_and_runs_nothing(
    client: WebClient, others: Publisher
) -> None:
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        path = f"{REQUESTS}/{(await ids(client, others))['request_id']}"
        headers = {"accept": "text/csv", "accept-language": "en"}
        told = await client.call("GET", f"{path}/timeline", caller("resident"), headers=headers)
        updates = await client.call("GET", f"{path}/updates", caller("staff"), headers=headers)

    assert told.headers["content-language"] == "en"
    assert told.headers["content-disposition"] == 'attachment; filename="timeline.csv"'
    assert "submitted" in told.body.decode()
    assert "'=1+1" in updates.body.decode()
