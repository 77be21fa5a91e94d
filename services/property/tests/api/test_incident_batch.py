"""Batches of incidents: every item has its outcome, and none is made twice."""

import asyncio
import json
from typing import Any

import pytest

from services.property.api.forms import PREFIX
from services.property.tests.api.office import DISPATCHER, STAFF, Office, incident_body
from services.property.tests.world import CONTRACTOR
from shared.testing_web import Reply, english

BATCH = "/incidents:batch"


def items(estate_id: str, count: int, **changes: Any) -> list[dict[str, Any]]:
    """So many reports under numbers of their own."""
    return [
        incident_body(estate_id, external_ref=f"A-{n}", text=f"report {n}", **changes)
        for n in range(count)
    ]


async def send(office: Office, sent: list[Any], **who: Any) -> Reply:
    """A batch, by the company's dispatcher if nobody is told."""
    caller = [] if "key" in who else [DISPATCHER]
    return await office.call("POST", BATCH, *caller, json={"items": sent}, **who)


def outcomes(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.body
    return [item["outcome"] for item in reply.json()["items"]]


async def test_every_item_becomes_an_incident_with_number_and_place(office: Office) -> None:
    estate_id, key = await office.estate(), await office.key()

    reply = await send(office, items(estate_id, 3), key=key)

    assert outcomes(reply) == ["created"] * 3
    view = reply.json()
    assert (view["created"], view["duplicate"], view["rejected"]) == (3, 0, 0)
    for index, item in enumerate(view["items"]):
        assert (item["index"], item["external_ref"]) == (index, f"A-{index}")
        assert item["problem"] is None
        path = item["incident"]["location"].removeprefix(PREFIX)
        made = (await office.call("GET", path, key=key)).json()
        assert (made["number"], made["text"]) == (item["incident"]["number"], f"report {index}")


async def test_half_of_a_batch_wrong_is_said_of_that_half_and_undoes_nothing(
    office: Office,
) -> None:
    estate_id = await office.estate()
    photo = await office.world.photo(CONTRACTOR)
    good = items(estate_id, 3)
    good[2]["photo_ids"] = [photo]
    wrong = [
        {**good[0], "external_ref": "B-1", "occurred_at": "2025-11-24T15:30:00"},
        {**good[0], "external_ref": "B-2", "estate_id": "est_none"},
        {**good[0], "external_ref": "B-3", "photo_ids": ["pho_none"]},
        {**good[0], "external_ref": "B-4", "place": {"entrance_id": "ent_9"}},
        {key: value for key, value in good[0].items() if key != "external_ref"},
        {**good[0], "external_ref": "B-6", "reporter": "somebody"},
        {**good[0], "text": "another"},
        "no object at all",
    ]
    sent = [good[0], *wrong, *good[1:]]

    reply = await send(office, sent)

    assert outcomes(reply) == ["created", *["rejected"] * len(wrong), "created", "created"]
    problems = [item["problem"] for item in reply.json()["items"]][1 : 1 + len(wrong)]
    told = [(one["status"], one["errors"][0]["pointer"]) for one in problems]
    assert told == [
        (422, "#/occurred_at"),
        (422, "#/estate_id"),
        (422, "#/photo_ids/0"),
        (422, "#/place/entrance_id"),
        (422, "#/external_ref"),
        (422, "#/reporter"),
        (422, "#/external_ref"),
        (422, "#"),
    ]
    assert problems[6]["code"] == "bulk.repeated"
    listed = (await office.call("GET", "/incidents", DISPATCHER)).json()["items"]
    assert len(listed) == 3


async def test_a_batch_sent_again_makes_none(office: Office) -> None:
    estate_id = await office.estate()
    first = await send(office, items(estate_id, 5))

    again = await send(office, items(estate_id, 6))

    assert outcomes(again) == ["duplicate"] * 5 + ["created"]
    made = [item["incident"]["id"] for item in first.json()["items"]]
    assert [item["incident"]["id"] for item in again.json()["items"]][:5] == made


async def test_a_number_used_for_something_else_is_no_duplicate(office: Office) -> None:
    estate_id = await office.estate()
    await send(office, items(estate_id, 1))
    reply = await send(office, items(estate_id, 1, severity=1))
    (item,) = reply.json()["items"]
    assert (item["outcome"], item["incident"]) == ("rejected", None)
    assert (item["problem"]["status"], item["problem"]["code"]) == (409, "incident.ref_reused")


@pytest.mark.mongo
async def test_one_batch_sent_ten_times_at_once_makes_each_incident_once(
    real_office: Office,
) -> None:
    estate_id, key = await real_office.estate(), await real_office.key()
    sent = items(estate_id, 20)
    replies = await asyncio.gather(*(send(real_office, sent, key=key) for _ in range(10)))
    made = {
        (item["external_ref"], item["incident"]["id"])
        for reply in replies
        for item in reply.json()["items"]
    }
    assert len(made) == 20
    assert sum(outcome == "created" for reply in replies for outcome in outcomes(reply)) == 20
    listed = await real_office.call("GET", "/incidents?limit=200", key=key)
    assert len(listed.json()["items"]) == 20


@pytest.mark.mongo
async def test_an_estate_without_a_company_has_numbers_of_its_own(real_office: Office) -> None:
    ids = [
        await real_office.estate(code=code, management="none", contractor_id=None, buildings=[])
        for code in ("a", "b")
    ]
    sent = [incident_body(one, external_ref="A-1", place={}) for one in ids]
    for expected in ("created", "duplicate"):
        for body in sent:
            reply = await real_office.call("POST", BATCH, STAFF, json={"items": [body]})
            assert outcomes(reply) == [expected]


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"items": [{}] * 101}, 422, "#/items"),
        ({"items": []}, 422, "#/items"),
        ({}, 422, "#/items"),
        ({"items": [{}], "mode": "all"}, 422, "#/mode"),
        ([], 422, "#"),
    ],
)
async def test_what_is_no_batch_is_refused_as_a_whole(
    office: Office, body: Any, status: int, pointer: str
) -> None:
    reply = await office.call("POST", BATCH, DISPATCHER, json=body)
    assert (reply.status, reply.json()["errors"][0]["pointer"]) == (status, pointer)


async def test_a_batch_may_be_1_mb_large_and_no_more(office: Office) -> None:
    estate_id = await office.estate()
    sent = items(estate_id, 100)
    padding = " " * (900 * 1024)
    assert (await raw(office, json.dumps({"items": sent}) + padding)).status == 200
    assert (await raw(office, padding + padding)).status == 413
    assert (await raw(office, "{")).status == 400


async def raw(office: Office, text: str) -> Reply:
    """A batch in these very words."""
    body = text.encode()
    headers = english(
        authorization=f"Bearer {office.client.token(DISPATCHER)}",
        content_type="application/json",
        content_length=str(len(body)),
    )
    return await office.client.raw("POST", f"{PREFIX}{BATCH}", headers, [body])


@pytest.mark.mongo
async def test_a_time_told_to_the_microsecond_is_the_same_when_it_is_sent_again(
    real_office: Office,
) -> None:
    sent = items(await real_office.estate(), 1, occurred_at="2025-11-24T15:30:00.123456Z")

    first, again = [await send(real_office, sent) for _ in range(2)]

    assert (outcomes(first), outcomes(again)) == (["created"], ["duplicate"])
