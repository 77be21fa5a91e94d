"""The whole service on a real store and a real broker, told everything twice and in disorder."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from services.pairing.app import create_app
from services.pairing.settings import Settings
from services.pairing.tests.api.world import BASE, CONSENT, HOUSEHOLD, MEMBER, caller
from services.pairing.tests.harness import assigned, estate_registered
from shared.auth import generate_keys
from shared.auth.issuer import PUBLIC_FILE
from shared.bus import Hearing, Parcel, Publisher, topology
from shared.envelope import Envelope
from shared.events import Event
from shared.events.requests import RequestWithdrawn
from shared.testing import heard
from shared.testing_web import Reply, WebClient

pytestmark = [pytest.mark.mongo, pytest.mark.rabbit]

REQUESTS_AT_ONCE = 10
WAIT_SECONDS_MAX = 20


@pytest.fixture
async def running(
    mongo_url: str, mongo_name: str, amqp_url: str, tmp_path: Path
) -> AsyncIterator[WebClient]:
    """The service as it runs, and a client of it."""
    key = generate_keys(tmp_path)
    settings = Settings(
        mongo_url=mongo_url,
        amqp_url=amqp_url,
        database=mongo_name,
        jwks_file=tmp_path / PUBLIC_FILE,
        access_log=False,
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield WebClient(app, key)


@pytest.fixture
async def others(amqp_url: str) -> AsyncIterator[Publisher]:
    """Tells what the other services would tell; its queue hears everything, as notifications'."""

    async def keep(_: Envelope) -> None: ...

    publisher = Publisher(amqp_url, "others", topology("others", [Hearing.everything(keep)]))
    yield publisher
    await publisher.close()


def _parcel(event: Event, subject: str, sequence: int = 1) -> Parcel:
    envelope = heard(event, subject, sequence=sequence)
    return Parcel(envelope.id, envelope.type, envelope.time, envelope.to_bytes())


async def _call(client: WebClient, method: str, path: str, who: str, body: object = None) -> Reply:
    return await client.call(method, BASE + path, caller(who), json=body)


async def _until(true: Callable[[], Awaitable[bool]]) -> None:
    while True:
        if await true():
            return
        await asyncio.sleep(0.02)


async def _items(client: WebClient, path: str, who: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = (await _call(client, "GET", path, who)).json()["items"]
    return found


async def _estate_known(client: WebClient, others: Publisher) -> None:
    """Once the service is ready, an estate is told twice; returns when its dwellings are known."""

    async def ready() -> bool:
        return (await client.call("GET", "/health/ready")).status == 200

    async def admitted() -> bool:
        probe = {**HOUSEHOLD, "dwelling_id": "dwl_probe"}
        return (await _call(client, "POST", "/households", "staff", probe)).status == 201

    await _until(ready)
    estate = _parcel(estate_registered("dwl_2", "dwl_probe"), "est_1")
    assert await others.publish_events([estate] * 2) == [None, None]
    await _until(admitted)


async def _paired(client: WebClient) -> str:
    """A consenting household with an active helper, all by HTTP; the household's id."""
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
    running: WebClient, others: Publisher
) -> None:
    kept = [f"req_kept{number}" for number in range(REQUESTS_AT_ONCE)]
    dropped = [f"req_dropped{number}" for number in range(REQUESTS_AT_ONCE)]

    async def all_offered() -> bool:
        offered = await _items(running, "/care-tasks?state=offered&limit=200", "member")
        return {each["request_id"] for each in offered} == set(kept)

    async def all_drafted() -> bool:
        return len(await _items(running, "/contributions?limit=200", "member")) == len(kept)

    async with asyncio.timeout(WAIT_SECONDS_MAX):
        await _estate_known(running, others)
        await _paired(running)
        parcels = [
            _parcel(assigned(each, dwelling_id="dwl_2"), each, 3) for each in [*kept, *dropped]
        ]
        parcels += [_parcel(RequestWithdrawn(request_id=each), each, 4) for each in dropped]
        parcels *= 2
        random.Random(7).shuffle(parcels)
        assert set(await others.publish_events(parcels)) == {None}
        await _until(all_offered)
        for task in await _items(running, "/care-tasks?state=offered&limit=200", "member"):
            path = f"/care-tasks/{task['id']}"
            await _call(running, "POST", f"{path}/acceptance", "member")
            done = await _call(running, "POST", f"{path}/completion", "member", {"minutes": 30})
            assert done.json()["state"] == "completed"
        await _until(all_drafted)

    states = {each["state"] for each in await _items(running, "/care-tasks?limit=200", "staff")}
    assert states <= {"completed", "cancelled"}


async def test_a_withdrawn_consent_ends_the_pairing_by_its_own_event(
    running: WebClient, others: Publisher
) -> None:
    async def ended() -> bool:
        return len(await _items(running, "/pairings?state=ended", "staff")) == 1

    async with asyncio.timeout(WAIT_SECONDS_MAX):
        await _estate_known(running, others)
        home_id = await _paired(running)
        await _call(running, "DELETE", f"/households/{home_id}/consent", "staff")
        await _until(ended)
