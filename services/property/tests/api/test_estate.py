"""Estates over HTTP."""

from typing import Any

import pytest

from services.property.tests.api.office import (
    COMMITTEE,
    ESTATE,
    OPS,
    RESIDENT,
    STAFF,
    STRANGERS,
    Office,
)
from services.property.tests.samples import COMMUNITY, COMPANY
from shared.testing_web import person


async def test_an_estate_is_registered_with_ids_for_all_that_stands_on_it(office: Office) -> None:
    reply = await office.call("POST", "/estates", OPS, json=ESTATE)

    assert reply.status == 201
    view = reply.json()
    assert reply.headers["location"] == f"/api/property/v1/estates/{view['id']}"
    assert reply.headers["etag"] == '"1"'
    assert (view["community"], view["contractor_id"]) == (COMMUNITY, COMPANY)
    entrance = view["buildings"][0]["entrances"][0]
    assert entrance["id"].startswith("ent_")
    assert entrance["dwellings"][0] == {"id": "dwl_1", "code": "101"}
    assert entrance["dwellings"][1]["id"].startswith("dwl_")
    again = await office.call("GET", f"/estates/{view['id']}", RESIDENT)
    assert again.json() == view


async def test_a_building_is_shown_where_it_was_said_to_stand(office: Office) -> None:
    placed = {"code": "8", "position": {"lat": 39.917, "long": 116.483}}
    body = {**ESTATE, "code": "placed", "buildings": [placed, {"code": "9"}]}

    reply = await office.call("POST", "/estates", OPS, json=body)

    assert reply.status == 201, reply.body
    places = [each["position"] for each in reply.json()["buildings"]]
    assert places == [{"lat": 39.917, "long": 116.483}, None]


@pytest.mark.parametrize(
    "position", [{"lat": 91, "long": 0}, {"lat": 0}, {"lat": "x", "long": 0}, "39.9,116.4"]
)
async def test_a_place_that_is_none_is_refused(office: Office, position: Any) -> None:
    building = {"code": "9", "position": position}
    body = {**ESTATE, "code": "placed", "buildings": [building]}

    reply = await office.call("POST", "/estates", OPS, json=body)

    assert reply.status == 422
    (error,) = reply.json()["errors"]
    assert error["pointer"].startswith("#/buildings/0/position")


async def test_a_list_shows_estates_without_what_stands_on_them(office: Office) -> None:
    id = await office.estate()  # noqa: A001
    reply = await office.call("GET", "/estates", COMMITTEE)
    (item,) = reply.json()["items"]
    assert item["id"] == id
    assert "buildings" not in item


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_an_estate_is_not_there_for_strangers(office: Office, stranger: str) -> None:
    id = await office.estate()  # noqa: A001
    who = STRANGERS[stranger]
    assert (await office.call("GET", f"/estates/{id}", who)).status == 404
    assert (await office.call("GET", "/estates", who)).json()["items"] == []


async def test_nobody_registers_an_estate_in_another_s_community(office: Office) -> None:
    body = {**ESTATE, "community": "elsewhere"}
    assert (await office.call("POST", "/estates", STAFF, json=body)).status == 404
    both = person("staff", communities=(COMMUNITY, "elsewhere"))
    assert (await office.call("POST", "/estates", both, json=body)).status == 201
    assert (await office.call("POST", "/estates", both, json=ESTATE)).status == 403


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"management": "owned"}, "#/management"),
        ({"management": "none"}, "#/contractor_id"),
        ({"colour": "red"}, "#/colour"),
        ({"code": ""}, "#/code"),
        ({"id": "with a blank"}, "#/id"),
        ({"buildings": [{"code": "1", "floors": 0}]}, "#/buildings/0/floors"),
        ({"buildings": [{"code": "1"}, {"code": "1"}]}, "#/buildings/1/code"),
        ({"buildings": [{"code": str(n)} for n in range(201)]}, "#/buildings"),
    ],
)
async def test_a_bad_estate_is_refused_with_the_place_of_the_fault(
    office: Office, change: dict[str, Any], pointer: str
) -> None:
    reply = await office.call("POST", "/estates", STAFF, json={**ESTATE, **change})
    assert reply.status == 422
    assert [error["pointer"] for error in reply.json()["errors"]] == [pointer]


async def test_an_id_in_use_is_a_conflict_in_words(office: Office) -> None:
    await office.estate(id="est_own")
    reply = await office.call(
        "POST", "/estates", STAFF, json={**ESTATE, "id": "est_own", "code": "north"}
    )
    assert reply.status == 409
    assert reply.json()["code"] == "estate.taken"
    assert "est_own" in reply.json()["detail"]


@pytest.mark.mongo
async def test_an_estate_sent_again_with_its_key_is_answered_again_and_made_once(
    real_office: Office,
) -> None:
    headers = {"idempotency-key": '"load-1"'}
    first = await real_office.call("POST", "/estates", STAFF, json=ESTATE, headers=headers)
    again = await real_office.call("POST", "/estates", STAFF, json=ESTATE, headers=headers)
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert again.headers["location"] == first.headers["location"]
    listed = await real_office.call("GET", "/estates", STAFF)
    assert len(listed.json()["items"]) == 1
