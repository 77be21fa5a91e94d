"""The whole service on a real store and a real broker, told everything twice and in disorder."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.pairing.app import create_app
from services.pairing.settings import Settings
from services.pairing.tests.api.world import BASE, CONSENT, HOUSEHOLD, MEMBER, caller
from services.pairing.tests.api.world_members import NAMES
from services.pairing.tests.harness import assigned
from shared.auth import SigningKey
from shared.bus import Publisher
from shared.events.requests import RequestWithdrawn
from shared.testing import estate_registered, heard
from shared.testing_service import parcel, running, until
from shared.testing_web import Reply, WebClient

pytestmark = [pytest.mark.mongo, pytest.mark.rabbit]

REQUESTS_AT_ONCE = 10
WAIT_SECONDS_MAX = 20


@pytest.fixture
async def client(told: dict[str, Any], key: SigningKey) -> AsyncIterator[WebClient]:
    """A client of the service as it runs."""
    async with running(create_app(Settings(**told)), key) as client:
        yield client


async def _call(client: WebClient, method: str, path: str, who: str, body: object = None) -> Reply:
    return await client.call(method, BASE + path, caller(who), json=body)


async def _items(client: WebClient, path: str, who: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = (await _call(client, "GET", path, who)).json()["items"]
    return found


async def _estate_known(client: WebClient, others: Publisher) -> None:
    """An estate is told twice; returns when its dwellings are known."""

    async def admitted() -> bool:
        probe = {**HOUSEHOLD, "dwelling_id": "dwl_probe"}
        return (await _call(client, "POST", "/households", "staff", probe)).status == 201

    estate = parcel(heard(estate_registered("dwl_2", "dwl_probe"), "est_1"))
    assert await others.publish_events([estate] * 2) == [None, None]
    await until(admitted)


async def _paired(client: WebClient) -> str:
    """A consenting household with an active helper, all by HTTP; the household's id."""
    await _call(client, "POST", "/branches", "staff", {**NAMES, "id": "brn_1"})
    member = await _call(
        client, "POST", "/members", "staff", {**MEMBER, "person_id": "per_member1"}
    )
    home = await _call(client, "POST", "/households", "staff", HOUSEHOLD)
    home_id: str = home.json()["id"]
    await _call(client, "POST", f"/households/{home_id}/consent", "staff", CONSENT)
    sides = {"helper_ids": [member.json()["id"]], "household_ids": [home_id]}
    pairing = await _call(client, "POST", "/pairings", "staff", {"mode": "one_one", **sides})
    path = f"/pairings/{pairing.json()['id']}"
    await _call(client, "POST", f"{path}/consent", "staff")
    active = await _call(client, "POST", f"{path}/activation", "staff")
    assert active.json()["state"] == "active"
    return home_id


async def test_whatever_comes_twice_and_in_disorder_ends_right(
    client: WebClient, others: Publisher
) -> None:
    kept = [f"req_kept{number}" for number in range(REQUESTS_AT_ONCE)]
    dropped = [f"req_dropped{number}" for number in range(REQUESTS_AT_ONCE)]

    async def all_offered() -> bool:
        offered = await _items(client, "/care-tasks?state=offered&limit=200", "member")
        return {each["request_id"] for each in offered} == set(kept)

    async def all_drafted() -> bool:
        return len(await _items(client, "/contributions?limit=200", "member")) == len(kept)

    async with asyncio.timeout(WAIT_SECONDS_MAX):
        await _estate_known(client, others)
        await _paired(client)
        parcels = [
            parcel(heard(assigned(each, dwelling_id="dwl_2"), each, sequence=3))
            for each in [*kept, *dropped]
        ] + [parcel(heard(RequestWithdrawn(request_id=each), each, sequence=4)) for each in dropped]
        parcels *= 2
        random.Random(7).shuffle(parcels)
        assert set(await others.publish_events(parcels)) == {None}
        await until(all_offered)
        for task in await _items(client, "/care-tasks?state=offered&limit=200", "member"):
            path = f"/care-tasks/{task['id']}"
            await _call(client, "POST", f"{path}/acceptance", "member")
            done = await _call(client, "POST", f"{path}/completion", "member", {"minutes": 30})
            assert done.json()["state"] == "completed"
        await until(all_drafted)

    states = {each["state"] for each in await _items(client, "/care-tasks?limit=200", "staff")}
    assert states <= {"completed", "cancelled"}


async def test_a_withdrawn_consent_ends_the_pairing_by_its_own_event(
    client: WebClient, others: Publisher
) -> None:
    async def ended() -> bool:
        return len(await _items(client, "/pairings?state=ended", "staff")) == 1

    async with asyncio.timeout(WAIT_SECONDS_MAX):
        await _estate_known(client, others)
        home_id = await _paired(client)
        await _call(client, "DELETE", f"/households/{home_id}/consent", "staff")
        await until(ended)


async def test_a_matching_is_worked_out_and_what_is_accepted_becomes_a_pairing(
    client: WebClient, others: Publisher
) -> None:
    helper = {**MEMBER, "person_id": "per_member1"}

    async def proposed() -> bool:
        return bool(await _items(client, "/matchings?state=proposed", "staff"))

    async def paired() -> bool:
        return len(await _items(client, "/pairings?state=proposed", "staff")) == 1

    async with asyncio.timeout(WAIT_SECONDS_MAX):
        await _estate_known(client, others)
        await _call(client, "POST", "/branches", "staff", {**NAMES, "id": "brn_1"})
        await _call(client, "POST", "/members", "staff", helper)
        home = await _call(client, "POST", "/households", "staff", HOUSEHOLD)
        await _call(client, "POST", f"/households/{home.json()['id']}/consent", "staff", CONSENT)
        assert (await _call(client, "POST", "/matchings", "branch", {})).status == 202
        await until(proposed)
        (matching,) = await _items(client, "/matchings?state=proposed", "staff")
        path = f"/matchings/{matching['id']}"
        assert len(await _items(client, f"{path}/items?kind=pair", "branch")) == 1
        assert (await _call(client, "POST", f"{path}/acceptance", "branch", {})).status == 200
        await until(paired)
