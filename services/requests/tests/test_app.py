"""The whole service on a real store and a real broker, told everything twice and in disorder."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from services.requests.app import create_app
from services.requests.settings import Settings
from services.requests.tests.api.callers import BODY, REQUESTS, caller, get, post
from services.requests.tests.samples import HELPER
from shared.auth import SigningKey
from shared.bus import Parcel, Publisher
from shared.events import Event
from shared.events.pairing import CareTaskAccepted, CareTaskCompleted
from shared.events.property import (
    WorkOrderAccepted,
    WorkOrderCompleted,
    WorkOrderStarted,
    WorkOrderWorkAccepted,
)
from shared.testing import estate_registered, heard
from shared.testing_service import parcel, running, until
from shared.testing_web import WebClient

pytestmark = [pytest.mark.mongo, pytest.mark.rabbit]

REQUESTS_AT_ONCE = 10
WAIT_SECONDS_MAX = 20
DISPUTE = {**BODY, "service_code": "neighbour.dispute"}
CASES = "/api/requests/v1/mediations"
PARTIES = [
    {"side": "applicant", "name": "王大妈", "person_id": "per_resident"},
    {"side": "respondent", "name": "李大爷"},
]


@pytest.fixture
async def client(told: dict[str, Any], key: SigningKey) -> AsyncIterator[WebClient]:
    """A client of the service as it runs."""
    async with running(create_app(Settings(**told)), key) as client:
        yield client


def _of_a_task(path: str) -> list[Parcel]:
    """What pairing tells of the task for a request."""
    request_id = path.rpartition("/")[2]
    task = {"care_task_id": f"cta_{request_id}", "request_id": request_id, "helper_id": HELPER}
    return [
        parcel(heard(event, task["care_task_id"]))
        for event in (
            CareTaskAccepted(**task),
            CareTaskCompleted(**task, household_id="hsh_1", service="care.shopping"),
        )
    ]


def _of_an_order(path: str) -> list[Parcel]:
    """What property tells of the work order for a request."""
    request_id = path.rpartition("/")[2]
    ids = {"work_order_id": f"wor_{request_id}", "incident_id": None, "request_id": request_id}
    facts = {**ids, "assignment": 1, "assignee_id": "per_li", "by": "per_wang"}
    kinds: list[tuple[type[Event], int]] = [
        (WorkOrderAccepted, 3),
        (WorkOrderStarted, 4),
        (WorkOrderCompleted, 5),
        (WorkOrderWorkAccepted, 6),
    ]
    return [
        parcel(heard(kind.model_validate(facts), f"wor_{request_id}", sequence=sequence))
        for kind, sequence in kinds
    ]


async def _told(client: WebClient, path: str) -> list[str]:
    story = (await get(client, f"{path}/story", "resident")).json()
    return [step["type"].split(".")[2] for step in story["items"]]


@pytest.mark.parametrize(
    ("service_code", "news_of"),
    [("care.shopping", _of_a_task), ("repair.lift", _of_an_order)],
    ids=["care", "repair"],
)
async def test_whatever_comes_twice_and_in_disorder_ends_right(
    client: WebClient,
    others: Publisher,
    service_code: str,
    news_of: Callable[[str], list[Parcel]],
) -> None:
    paths: list[str] = []

    async def admitted() -> bool:
        answer = await post(client, REQUESTS, "resident", {**BODY, "service_code": service_code})
        paths.extend([answer.headers["location"]] if answer.status == 201 else [])
        return answer.status == 201

    async def resolved() -> bool:
        query = f"{REQUESTS}?limit=200&state=resolved"
        found = await get(client, query, "staff")
        return len(found.json()["items"]) == len(paths)

    async with asyncio.timeout(WAIT_SECONDS_MAX):
        await others.publish_events([parcel(heard(estate_registered("dwl_1"), "est_1"))] * 2)
        await until(admitted)
        for _ in range(REQUESTS_AT_ONCE):
            assert await admitted()
        parcels = [each for path in paths for each in news_of(path)] * 2
        random.Random(7).shuffle(parcels)
        assert set(await others.publish_events(parcels)) == {None}
        await until(resolved)

    for path in paths:
        told = await _told(client, path)
        assert told == ["submitted", "accepted", "assigned", "started", "resolved"]


async def test_a_dispute_is_heard_from_the_request_to_the_case_and_back(
    client: WebClient, others: Publisher
) -> None:
    path = ""

    async def admitted() -> bool:
        nonlocal path
        answer = await post(client, REQUESTS, "resident", DISPUTE)
        path = answer.headers.get("location", "")
        return answer.status == 201

    async def cases() -> list[str]:
        found = (await get(client, CASES, "branch")).json()["items"]
        return [f"{CASES}/{each['id']}" for each in found]

    async def registered() -> bool:
        return len(await cases()) == 1

    def stands(at: str) -> Callable[[], Awaitable[bool]]:
        async def asked() -> bool:
            return bool((await get(client, path, "resident")).json()["state"] == at)

        return asked

    async def step(
        name: str, body: Any = None, *, who: str = "mediator", method: str = "POST"
    ) -> None:
        answer = await client.call(method, f"{case}/{name}", caller(who), json=body)
        assert answer.status == 200, answer.body

    async with asyncio.timeout(WAIT_SECONDS_MAX):
        await others.publish_events([parcel(heard(estate_registered("dwl_1"), "est_1"))])
        await until(admitted)
        await until(registered)
        (case,) = await cases()
        await step("mediators", {"mediator_ids": ["per_mediator"]}, who="branch", method="PUT")
        await step("parties", {"parties": PARTIES}, method="PUT")
        shown = (await get(client, f"{case}?purpose=handling", "mediator")).json()
        for party in shown["parties"]:
            await step("consents", {"party_id": party["id"], "method": "spoken"})
        await step("acceptance")
        await until(stands("in_progress"))
        await step("opening")
        await step("agreement", {"form": "oral", "text": "各退一步。"})
        await until(stands("resolved"))

    assert shown["subject"] == DISPUTE["description"]
    readings = (await get(client, f"{case}/readings", "branch")).json()["items"]
    assert [each["by"] for each in readings] == ["per_mediator"]
    assert "各退一步" not in (await get(client, f"{path}/story", "resident")).body.decode()
