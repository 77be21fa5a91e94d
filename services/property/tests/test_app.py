"""The service put together."""

from pathlib import Path

import pytest

from services.property.api.forms import PREFIX
from services.property.app import create_app
from services.property.settings import Settings
from services.property.tests.api.office import ESTATE, KEY, OPS, STAFF, incident_body
from shared.auth import SigningKey
from shared.mongo import Database
from shared.settings import BadSettings
from shared.testing_service import deployed
from shared.testing_web import PEPPER, WebClient


def settings(folder: Path, **changes: object) -> Settings:
    nowhere = deployed(folder, "mongodb://127.0.0.1:1/", "", "amqp://127.0.0.1:1/")
    return Settings(**{**nowhere, "api_key_pepper": PEPPER, **changes})


async def test_it_is_put_together_without_store_or_broker(tmp_path: Path, key: SigningKey) -> None:
    client = WebClient(create_app(settings(tmp_path)), key)
    assert (await client.call("GET", "/health/live")).status == 200
    assert (await client.call("GET", f"{PREFIX}/incidents")).status == 401


@pytest.mark.usefixtures("key")
def test_without_a_pepper_no_api_key_could_be_trusted(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="PEPPER"):
        create_app(settings(tmp_path, api_key_pepper=""))


@pytest.mark.mongo
async def test_a_company_with_contacts_is_registered_and_changed_once_under_a_key(
    tmp_path: Path, key: SigningKey, mongo_url: str, mongo_name: str
) -> None:
    app = create_app(settings(tmp_path, mongo_url=mongo_url, database=mongo_name))
    client = WebClient(app, key)
    body = {
        "name": "Anju",
        "contract_from": "2026-01-01",
        "scopes": ["repair"],
        "contacts": [{"name": "Li Wei", "phone": "13800001234"}],
    }
    path = f"{PREFIX}/contractors"

    made = [
        await client.call("POST", path, STAFF, json=body, headers={"idempotency-key": "0001"})
        for _ in range(2)
    ]
    path = f"{path}/{made[0].json()['id']}"
    changed = [
        await client.call(
            "PATCH", path, STAFF, json={"name": "An"}, headers={"idempotency-key": "0002"}
        )
        for _ in range(2)
    ]

    assert [reply.status for reply in (*made, *changed)] == [201, 201, 200, 200]
    assert made[0].body == made[1].body
    assert all(reply.json()["contacts"] is None for reply in (*made, *changed))
    (contact,) = (await client.call("GET", path, STAFF)).json()["contacts"]
    assert contact["phone"] != "13800001234"


@pytest.mark.mongo
async def test_a_key_handed_out_by_the_whole_service_reports_an_incident(
    tmp_path: Path, key: SigningKey, mongo_url: str, mongo_name: str
) -> None:
    app = create_app(settings(tmp_path, mongo_url=mongo_url, database=mongo_name))
    client = WebClient(app, key)
    database = Database(mongo_url, mongo_name)

    made = await client.call("POST", f"{PREFIX}/estates", STAFF, json=ESTATE)
    issued = await client.call("POST", f"{PREFIX}/api-keys", OPS, json=KEY)
    reply = await client.call(
        "POST",
        f"{PREFIX}/incidents",
        json=incident_body(made.json()["id"]),
        headers={"x-api-key": issued.json()["key"], "idempotency-key": "0001"},
    )

    assert reply.status == 201
    kept = await database.records("incidents").get(reply.json()["id"])
    await database.close()
    assert kept is not None
    assert kept["community"] == "hongmiao"
    assert len(kept["untold"]) == 1
