"""Mergers on a real store and a real broker: requests hears of itself, and nobody is lost."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.requests.app import create_app
from services.requests.settings import Settings
from services.requests.tests.api.callers import BODY, REQUESTS, get, post
from shared.auth import SigningKey
from shared.bus import Publisher
from shared.testing import estate_registered, heard
from shared.testing_service import parcel, running, until
from shared.testing_web import WebClient, english, person

pytestmark = [pytest.mark.mongo, pytest.mark.rabbit]

SAME, WAIT_SECONDS_MAX = 8, 20


@pytest.fixture
async def client(told: dict[str, Any], key: SigningKey) -> AsyncIterator[WebClient]:
    """A client of the service as it runs."""
    async with running(create_app(Settings(**told)), key) as client:
        yield client


async def asked_by(client: WebClient, number: int) -> str:
    """The id of a request of a resident of that number, taken on."""
    resident = person("resident", id=f"per_{number}")
    answer = await client.call("POST", REQUESTS, resident, json=BODY, headers=english())
    assert answer.status == 201, answer.body
    request_id = str(answer.json()["id"])
    accepted = await post(client, f"{REQUESTS}/{request_id}/acceptance", "staff")
    assert accepted.status == 200, accepted.body
    return request_id


async def test_of_many_that_are_merged_at_once_one_goes_on_for_all(
    client: WebClient, others: Publisher
) -> None:
    async def admitted() -> bool:
        answer = await post(client, REQUESTS, "staff", BODY)
        return answer.status == 201

    async with asyncio.timeout(WAIT_SECONDS_MAX):
        await others.publish_events([parcel(heard(estate_registered("dwl_1"), "est_1"))])
        await until(admitted)
        kept = await asked_by(client, 0)
        same = [await asked_by(client, number) for number in range(1, SAME)]
        random.Random(7).shuffle(same)
        # Some into the one that stays, some into another that is merged itself.
        into = {request_id: kept for request_id in same[::2]}
        into |= dict(zip(same[1::2], same[::2], strict=False))
        merged = await asyncio.gather(
            *(
                post(client, f"{REQUESTS}/{request_id}/merger", "staff", {"duplicate_of": other})
                for request_id, other in sorted(into.items(), key=lambda pair: pair[1] == kept)
            )
        )
        assert {answer.status for answer in merged} <= {200, 409}

        async def followed_by(number: int) -> list[str]:
            resident = person("resident", id=f"per_{number}")
            path = "/api/requests/v1/supported-requests"
            answer = await client.call("GET", path, resident, headers=english())
            return [each["id"] for each in answer.json()["items"]]

        async def all_follow() -> bool:
            """Whoever's request was merged follows the one that goes on."""
            shown = [await get(client, f"{REQUESTS}/{each}", "staff") for each in same]
            gone = [reply.json()["state"] for reply in shown].count("merged")
            following = [await followed_by(number) for number in range(1, SAME)]
            return gone >= SAME // 2 and gone == sum(kept in each for each in following)

        await until(all_follow)
