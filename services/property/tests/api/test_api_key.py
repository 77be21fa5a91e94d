"""API keys over HTTP: handed out, used, refused."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.property.tests.api.office import KEY, OPS, Office, office
from services.property.tests.samples import COMMUNITY, COMPANY
from services.property.tests.world import fake_world
from shared.auth import mint_key, parse_key
from shared.testing_keys import FakeKeys
from shared.testing_web import person

STRANGER = person("ops", communities=("elsewhere",))


async def _refused(office: Office, key: str, code: str) -> None:
    reply = await office.call("GET", "/incidents", key=key)
    assert (reply.status, reply.json()["code"]) == (401, code)


async def test_a_key_is_shown_once_and_opens_what_it_was_given(office: Office) -> None:
    reply = await office.call("POST", "/api-keys", OPS, json=KEY)
    assert reply.status == 201
    view = reply.json()
    key = view.pop("key")
    assert reply.headers["location"] == f"/api/property/v1/api-keys/{view['public_id']}"
    assert "no-store" in reply.headers["cache-control"]

    assert (await office.call("GET", "/incidents", key=key)).status == 200
    listed = await office.call("GET", "/api-keys", OPS)
    (item,) = listed.json()["items"]
    assert item.pop("last_used_at") is not None
    view.pop("last_used_at")
    assert item == view
    assert key.split("_")[3][:43] not in listed.body.decode()


async def test_a_key_goes_by_header_of_its_own_too(office: Office) -> None:
    key = await office.key()
    reply = await office.call("GET", "/incidents", headers={"x-api-key": key})
    assert reply.status == 200


async def test_a_key_opens_only_the_scopes_it_was_given(office: Office) -> None:
    key = await office.key(scopes=["property:incident:report"])
    assert (await office.call("GET", "/incidents", key=key)).status == 403
    assert (await office.call("POST", "/incidents", key=key, json={})).status == 422


@pytest.mark.parametrize("place", [0, 8, 12, 30, -1])
async def test_a_typo_is_refused_by_its_checksum_without_a_look_up(place: int) -> None:
    over_fakes = office(fake_world())
    key = await over_fakes.key()
    keys = over_fakes.world.keys
    assert isinstance(keys, FakeKeys)
    typo = list(key)
    typo[place] = "x" if typo[place] != "x" else "y"

    reply = await over_fakes.call("GET", "/incidents", headers={"x-api-key": "".join(typo)})

    assert reply.status == 401
    assert keys.asked == []


async def test_a_key_that_nobody_was_given_is_refused(office: Office) -> None:
    await _refused(office, mint_key("dev").text, "auth.key_unknown")


async def test_a_key_with_another_s_secret_is_refused(office: Office) -> None:
    key = parse_key(await office.key())
    forged = replace(key, secret=mint_key("dev").secret)
    await _refused(office, forged.text, "auth.key_unknown")


async def test_a_key_of_another_environment_is_refused(office: Office) -> None:
    await _refused(office, mint_key("prod").text, "auth.key_unknown")


async def test_a_revoked_key_is_refused_at_once(office: Office) -> None:
    key = await office.key()
    public_id = key.split("_")[2]
    assert (await office.call("GET", "/incidents", key=key)).status == 200

    assert (await office.call("DELETE", f"/api-keys/{public_id}", OPS)).status == 204
    await _refused(office, key, "auth.key_revoked")
    assert (await office.call("DELETE", f"/api-keys/{public_id}", OPS)).status == 204


async def test_a_key_that_is_over_is_refused() -> None:
    world = fake_world()
    past = office(world)
    world.clock.move(timedelta(days=-2))
    end = world.clock.now() + timedelta(days=1)
    key = await past.key(expires_at=end.isoformat())
    await _refused(past, key, "auth.key_expired")


async def test_a_key_from_outside_its_networks_is_refused(office: Office) -> None:
    inside = await office.key(cidrs=["127.0.0.0/8"])
    outside = await office.key(cidrs=["192.0.2.0/24", "2001:db8::/32"])
    assert (await office.call("GET", "/incidents", key=inside)).status == 200
    await _refused(office, outside, "auth.key_elsewhere")


async def test_keys_of_others_are_not_there(office: Office) -> None:
    public_id = (await office.key()).split("_")[2]
    assert (await office.call("GET", "/api-keys", STRANGER)).json()["items"] == []
    assert (await office.call("DELETE", f"/api-keys/{public_id}", STRANGER)).status == 404
    assert (await office.call("DELETE", "/api-keys/000000000000", OPS)).status == 404
    reply = await office.call("POST", "/api-keys", STRANGER, json=KEY)
    assert reply.json()["errors"][0]["pointer"] == "#/communities/0"


async def test_a_third_live_key_is_a_conflict(office: Office) -> None:
    await office.key()
    await office.key()
    reply = await office.call("POST", "/api-keys", OPS, json=KEY)
    assert (reply.status, reply.json()["code"]) == (409, "api_key.too_many")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"scopes": []}, "#/scopes"),
        ({"scopes": ["property:incident:confirm"]}, "#/scopes/0"),
        ({"communities": []}, "#/communities"),
        ({"communities": [COMMUNITY, "elsewhere"]}, "#/communities/1"),
        ({"estates": []}, "#/estates"),
        ({"estates": ["est_none"]}, "#/estates/0"),
        ({"cidrs": ["anywhere"]}, "#/cidrs/0"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "#/expires_at"),
        ({"expires_at": "2026-12-24T00:00:00"}, "#/expires_at"),
        ({"company": ""}, "#/company"),
        ({"secret": "mine"}, "#/secret"),
    ],
)
async def test_a_bad_grant_is_refused_with_the_place_of_the_fault(
    office: Office, change: dict[str, Any], pointer: str
) -> None:
    reply = await office.call("POST", "/api-keys", OPS, json={**KEY, **change})
    assert reply.status == 422
    assert [error["pointer"] for error in reply.json()["errors"]] == [pointer]
    assert (await office.call("GET", "/api-keys", OPS)).json()["items"] == []


async def test_two_companies_keys_never_see_each_other_s_things(office: Office) -> None:
    estate_id = await office.estate()
    ours, theirs = await office.key(), await office.key(company="cmp_other")
    incident = await office.incident(estate_id)
    assert incident["contractor_id"] == COMPANY
    path = f"/incidents/{incident['id']}"
    assert (await office.call("GET", path, key=ours)).status == 200
    assert (await office.call("GET", path, key=theirs)).status == 404
    assert (await office.call("GET", f"/estates/{estate_id}", key=theirs)).status == 404
