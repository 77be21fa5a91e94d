"""Service types over HTTP."""

from typing import Any
from urllib.parse import quote

import pytest

from services.requests.domain.service_type_seed import SERVICE_TYPES
from services.requests.tests.api.callers import BODY, REQUESTS, caller, get, post
from shared.testing_web import Reply, WebClient, english

PATH = "/api/requests/v1/service-types"
NEW: dict[str, Any] = {
    "service_code": "repair.gate",
    "name": {"zh": "小区大门维修", "en": "Gate of the estate"},
    "group": "repair",
    "keywords": ["大门", "gate"],
    "attributes": [
        {
            "code": "fault",
            "datatype": "singlevaluelist",
            "description": {"zh": "什么问题", "en": "What is wrong"},
            "required": True,
            "values": [{"key": "stuck", "name": {"zh": "打不开", "en": "Stuck"}}],
        }
    ],
    "sla_class": "24h",
    "handler": "dispatcher",
    "visibility": "public",
    "open311": True,
}
CHANGED = {name: value for name, value in NEW.items() if name != "service_code"}


async def put(client: WebClient, path: str, who: str, body: Any, **headers: str) -> Reply:
    """PUT as this caller."""
    return await client.call("PUT", path, caller(who), json=body, headers=english(**headers))


async def test_all_service_types_are_shown_in_both_languages(client: WebClient) -> None:
    items = (await get(client, PATH, "resident")).json()["items"]

    assert [item["service_code"] for item in items] == list(SERVICE_TYPES)
    shopping = next(item for item in items if item["service_code"] == "care.shopping")
    assert shopping["name"] == {"zh": "代购代拎", "en": "Shopping carried along"}
    assert (shopping["group"], shopping["sla_class"], shopping["handler"]) == (
        "living",
        "7d",
        "care",
    )
    assert shopping["group_name"] == {"zh": "代购助餐", "en": "Shopping and meals"}
    assert (shopping["version"], shopping["own"], shopping["visibility"]) == (1, False, "staff")


async def test_a_group_shows_what_belongs_to_it(client: WebClient) -> None:
    items = (await get(client, f"{PATH}?group=lift", "resident")).json()["items"]

    assert {item["service_code"] for item in items} == {"repair.lift", "lift.unsteady"}
    assert (await get(client, f"{PATH}?group=elevator", "resident")).status == 422


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("漏水", {"repair.drain", "repair.water", "repair.heat"}),
        ("LIFT stuck", set()),
        ("Lift  TRAPPED", {"repair.lift"}),
        ("电梯 异响", {"lift.unsteady"}),
        ("%20", set(SERVICE_TYPES)),
    ],
)
async def test_words_find_the_types_that_may_be_meant(
    client: WebClient, words: str, codes: set[str]
) -> None:
    found = await get(client, f"{PATH}?q={quote(words, safe='%')}", "resident")

    assert {item["service_code"] for item in found.json()["items"]} == codes


async def test_service_types_are_for_those_who_are_known(client: WebClient) -> None:
    assert (await client.call("GET", PATH)).status == 401


async def test_a_service_type_shows_its_questions_under_its_version(client: WebClient) -> None:
    lift = await get(client, f"{PATH}/repair.lift", "resident")

    assert (lift.status, lift.headers["etag"]) == (200, '"1"')
    trapped, bell = lift.json()["attributes"]
    assert trapped["datatype"] == "singlevaluelist"
    assert [value["key"] for value in trapped["values"]] == ["yes", "no", "unknown"]
    assert bell["variable"] is False
    assert (await get(client, f"{PATH}/teleport", "resident")).json()["code"] == (
        "service_type.not_found"
    )


async def test_only_who_manages_service_types_changes_them(client: WebClient) -> None:
    assert (await post(client, PATH, "resident", NEW)).status == 403
    assert (await put(client, f"{PATH}/noise", "committee", CHANGED)).status == 403


async def test_a_type_of_ones_own_can_be_asked_for_with_answers(client: WebClient) -> None:
    added = await post(client, PATH, "staff", NEW)

    assert (added.status, added.headers["etag"]) == (201, '"1"')
    assert added.headers["location"] == f"{PATH}/repair.gate"
    body = {**BODY, "service_code": "repair.gate"}
    assert (await post(client, REQUESTS, "resident", body)).json()["errors"] == [
        {
            "pointer": "#/attributes/fault",
            "code": "attribute.required",
            "detail": "This question needs an answer.",
        }
    ]
    for sent in ("stuck", ["stuck"]):
        asked = await post(client, REQUESTS, "resident", {**body, "attributes": {"fault": sent}})
        assert asked.json()["attributes"] == {"fault": ["stuck"]}
        assert asked.json()["service_type_version"] == 1
    assert (await post(client, PATH, "staff", NEW)).json()["code"] == "service_type.taken"


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ("stuck", "#/attributes"),
        ({"fault": 3}, "#/attributes/fault"),
        ({"fault": ["x"] * 51}, "#/attributes/fault"),
        ({"fault": "x" * 2001}, "#/attributes/fault/0"),
        ({f"q{n}": "x" for n in range(21)}, "#/attributes"),
        ({"fault": "melted"}, "#/attributes/fault"),
        ({"colour": "red"}, "#/attributes"),
    ],
)
async def test_an_answer_that_does_not_fit_is_refused_by_its_question(
    client: WebClient, attributes: Any, pointer: str
) -> None:
    await post(client, PATH, "staff", NEW)

    body = {**BODY, "service_code": "repair.gate", "attributes": attributes}
    refused = await post(client, REQUESTS, "resident", body)

    assert refused.status == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


async def test_a_change_is_the_next_version_and_the_older_one_can_still_be_read(
    client: WebClient,
) -> None:
    path = f"{PATH}/repair.gate"
    await post(client, PATH, "staff", NEW)

    second = await put(client, path, "staff", {**CHANGED, "sla_class": "2h"}, if_match='"1"')
    stale = await put(client, path, "staff", CHANGED, if_match='"1"')
    third = await put(client, path, "staff", {**CHANGED, "active": False}, if_match='"2"')

    assert [second.status, stale.status, third.status] == [200, 412, 200]
    assert [second.headers["etag"], third.headers["etag"]] == ['"2"', '"3"']
    seen = [(await get(client, f"{path}/versions/{n}", "resident")) for n in (1, 2, 3, 4)]
    assert [each.status for each in seen] == [200, 200, 200, 404]
    assert [each.json()["sla_class"] for each in seen[:3]] == ["24h", "2h", "24h"]
    listed = (await get(client, PATH, "resident")).json()["items"]
    assert "repair.gate" not in {item["service_code"] for item in listed}
    everything = (await get(client, f"{PATH}?inactive=true", "resident")).json()["items"]
    assert "repair.gate" in {item["service_code"] for item in everything}


async def test_the_same_said_again_is_no_new_version(client: WebClient) -> None:
    await post(client, PATH, "staff", NEW)

    again = await put(client, f"{PATH}/repair.gate", "staff", CHANGED)

    assert (again.status, again.headers["etag"]) == (200, '"1"')


async def test_what_one_community_changes_is_the_same_as_before_elsewhere(
    client: WebClient,
) -> None:
    quieter = {**CHANGED, "name": {"zh": "安静", "en": "Quiet"}, "attributes": []}
    await put(client, f"{PATH}/noise", "staff", quieter)

    here = (await get(client, f"{PATH}/noise", "resident")).json()
    there = (await get(client, f"{PATH}/noise", "resident@elsewhere")).json()

    assert (here["version"], here["name"]["en"], here["own"]) == (2, "Quiet", True)
    assert (there["version"], there["name"]["en"], there["own"]) == (1, "Noise", False)
    hidden = await get(client, f"{PATH}/noise?community=hongmiao", "resident@elsewhere")
    assert hidden.status == 404


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"service_code": "No Code"}, "#/service_code"),
        ({"service_code": "x" * 65}, "#/service_code"),
        ({"name": {"zh": "只有中文"}}, "#/name/en"),
        ({"group": "spaceships"}, "#/group"),
        ({"sla_class": "1s"}, "#/sla_class"),
        ({"handler": "refer"}, "#/refer_number"),
        ({"refer_number": "12345"}, "#/refer_number"),
        ({"handler": "mediation"}, "#/visibility"),
        ({"handler": "care", "visibility": "staff"}, "#/open311"),
        ({"visibility": "confidential"}, "#/open311"),
        ({"keywords": ["词"] * 21}, "#/keywords"),
        ({"keywords": ["x" * 41]}, "#/keywords/0"),
        ({"attributes": NEW["attributes"] * 2}, "#/attributes/1/code"),
        ({"attributes": NEW["attributes"] * 21}, "#/attributes"),
        ({"attributes": [{**NEW["attributes"][0], "values": []}]}, "#/attributes/0/values"),
        ({"attributes": [{**NEW["attributes"][0], "datatype": "text"}]}, "#/attributes/0/values"),
        ({"attributes": [{**NEW["attributes"][0], "variable": False}]}, "#/attributes/0/required"),
        (
            {
                "attributes": [
                    {**NEW["attributes"][0], "values": NEW["attributes"][0]["values"] * 2}
                ]
            },
            "#/attributes/0/values/1/key",
        ),
        ({"price": 3}, "#/price"),
    ],
)
async def test_a_type_that_cannot_be_is_refused_by_field(
    client: WebClient, changes: dict[str, Any], pointer: str
) -> None:
    refused = await post(client, PATH, "staff", {**NEW, **changes})

    assert refused.status == 422, refused.body
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


@pytest.mark.mongo
async def test_a_type_added_twice_under_one_key_is_added_once(real_client: WebClient) -> None:
    first = await post(real_client, PATH, "staff", NEW, idempotency_key="k-1")
    again = await post(real_client, PATH, "staff", NEW, idempotency_key="k-1")

    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert again.headers["location"] == first.headers["location"] == f"{PATH}/repair.gate"
