"""Open311 on the whole service as it runs: from the operator's key to the finished report."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest

from services.requests.app import create_app
from services.requests.settings import Settings
from services.requests.tests.city import BY_FORM
from shared.auth import SigningKey
from shared.bus import Publisher
from shared.settings import BadSettings
from shared.testing import estate_registered, heard
from shared.testing_service import parcel, running, until
from shared.testing_web import COMMUNITY, Reply, WebClient, person

ENDPOINT, KEYS = "/open311/v2/", "/api/requests/v1/api-keys"
GRANT = {
    "company": "cmp_city",
    "scopes": ["requests:request:submit"],
    "communities": [COMMUNITY],
}
WAIT_SECONDS_MAX = 20


@pytest.fixture
async def client(told: dict[str, Any], key: SigningKey) -> AsyncIterator[WebClient]:
    """A client of the service as it runs, with one community published."""
    settings = Settings(**told, open311_jurisdictions=COMMUNITY, public_url="https://l.example")
    async with running(create_app(settings), key) as client:
        yield client


async def report(client: WebClient, api_key: str) -> Reply:
    body = urlencode(
        {"api_key": api_key, "service_code": "parking", "lat": "39.917", "long": "116.483"}
    ).encode()
    headers = {**BY_FORM, "content-length": str(len(body))}
    return await client.raw("POST", f"{ENDPOINT}requests.json", headers, [body])


@pytest.mark.mongo
@pytest.mark.rabbit
async def test_a_key_that_operations_gave_reports_until_it_is_taken_back(
    client: WebClient, others: Publisher
) -> None:
    given = await client.call("POST", KEYS, person("ops"), json=GRANT)
    assert given.status == 201, given.body
    api_key = given.json()["key"]

    async def taken() -> bool:
        return (await report(client, api_key)).status == 200

    async with asyncio.timeout(WAIT_SECONDS_MAX):
        await others.publish_events([parcel(heard(estate_registered("dwl_1"), "est_1"))])
        await until(taken)

    (shown,) = (await client.raw("GET", f"{ENDPOINT}requests.json", {}, [])).json()
    assert (shown["lat"], shown["long"], shown["status"]) == (39.917, 116.483, "open")
    discovery = (await client.raw("GET", f"{ENDPOINT}discovery.json", {}, [])).json()
    assert discovery["endpoints"][0]["url"] == "https://l.example/open311/v2"
    direct = {"x-api-key": api_key}
    assert (await client.raw("GET", "/api/requests/v1/requests", direct, [])).status == 403

    taken_back = await client.call("DELETE", given.headers["location"], person("ops"))
    assert taken_back.status == 204
    assert (await report(client, api_key)).status == 403


@pytest.mark.mongo
@pytest.mark.rabbit
async def test_no_machine_is_given_to_read_or_to_handle(client: WebClient) -> None:
    for scope in ("requests:request:read", "requests:request:handle"):
        reply = await client.call("POST", KEYS, person("ops"), json={**GRANT, "scopes": [scope]})
        assert (reply.status, reply.json()["code"]) == (422, "api_key.scope")


@pytest.mark.parametrize("changes", [{"open311_jurisdictions": "a,a"}, {"public_url": "l.example"}])
def test_what_cannot_be_published_is_refused_at_start(changes: dict[str, Any]) -> None:
    told: dict[str, Any] = {
        "mongo_url": "mongodb://127.0.0.1:1/",
        "amqp_url": "amqp://127.0.0.1:1/",
    }
    with pytest.raises(BadSettings):
        Settings(**{**told, **changes})
