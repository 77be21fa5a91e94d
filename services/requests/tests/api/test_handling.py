"""Handling over HTTP: what each route does, who may call it, and what it refuses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.requests.tests.api.callers import (
    BODY,
    REQUESTS,
    RESOLVING,
    caller,
    get,
    post,
    submitted,
)
from shared.testing_web import WebClient

SOON = (datetime.now(UTC) + timedelta(days=2)).isoformat()  # noqa: TID251  the routes ask the clock
WHY = {"reason": "entered_wrongly", "note": "电话里听错了"}
ROUTES: dict[str, dict[str, Any] | None] = {
    "hold": {"reason": "parts", "until": SOON, "note": "配件周四到"},
    "resumption": None,
    "referral": {"to": "12345", "number": "BJ-7"},
    "lead": {"unit": "property"},
    "assistance": {"unit": "team"},
    "first-contact": None,
    "correction": {**WHY, "visibility": "staff"},
    "reinstatement": {"reason": "ended_by_mistake"},
}


async def _at_work(client: WebClient) -> str:
    path = await submitted(client, "resident")
    for step, body in RESOLVING[:3]:
        assert (await post(client, f"{path}/{step}", "staff", body)).status == 200
    return path


async def test_what_waits_shows_why_and_until_when_and_goes_on(client: WebClient) -> None:
    path = await _at_work(client)

    held = await post(client, f"{path}/hold", "staff", ROUTES["hold"])
    on = await post(client, f"{path}/resumption", "staff")

    assert held.status == 200, held.body
    assert held.json()["state"] == "on_hold"
    assert held.json()["hold"]["reason"] == "parts"
    assert held.json()["hold"]["note"] == "配件周四到"
    assert (on.json()["state"], on.json()["hold"]) == ("in_progress", None)


async def test_what_is_handed_over_is_signed_for_by_its_new_unit(client: WebClient) -> None:
    path = await _at_work(client)

    given = await post(client, f"{path}/lead", "staff", {"unit": "team"})
    signed = await post(client, f"{path}/start", "staff")

    assert given.json()["assignment"]["number"] == 2
    assert (given.json()["lead_unit"], given.json()["handler_id"]) == ("team", None)
    assert signed.json()["handler_id"] == "per_staff"


async def test_what_is_referred_shows_where_it_went(client: WebClient) -> None:
    path = await _at_work(client)

    referred = (await post(client, f"{path}/referral", "staff", ROUTES["referral"])).json()

    assert referred["state"] == "referred"
    assert referred["referral"] == {"to": "12345", "number": "BJ-7", "note": None}
    assert referred["closed_at"] is not None


async def test_help_and_the_first_word_are_kept(client: WebClient) -> None:
    path = await _at_work(client)

    helped = await post(client, f"{path}/assistance", "staff", {"unit": "team"})
    again = await post(client, f"{path}/assistance", "staff", {"unit": "team"})
    spoken = await post(client, f"{path}/first-contact", "staff")

    assert helped.json()["co_units"] == ["team"]
    assert (again.status, again.json()["code"]) == (409, "request.unit_at_it")
    assert spoken.json()["first_contact_at"] is not None


async def test_what_ended_by_mistake_is_taken_up_again(client: WebClient) -> None:
    path = await submitted(client, "resident")
    await post(client, f"{path}/rejection", "staff", {"reason": "outside_remit"})

    again = await post(client, f"{path}/reinstatement", "staff", ROUTES["reinstatement"])

    assert (again.status, again.json()["state"]) == (200, "accepted")


async def test_a_correction_moves_a_request_to_the_building_of_its_dwelling(
    client: WebClient,
) -> None:
    path = await submitted(client, "resident")

    right = await post(client, f"{path}/correction", "staff", {**WHY, "dwelling_id": "dwl_2"})

    assert (right.json()["dwelling_id"], right.json()["building_id"]) == ("dwl_2", "bld_1")


@pytest.mark.parametrize(
    ("action", "body", "code", "pointer"),
    [
        ("hold", {"reason": "no reason"}, "http.invalid", "/reason"),
        (
            "hold",
            {"reason": "parts", "until": "2020-01-01T00:00:00Z"},
            "request.hold_over",
            "/until",
        ),
        ("hold", {"reason": "parts", "until": "2030-01-01"}, "http.invalid", "/until"),
        ("referral", {"to": ""}, "http.invalid", "/to"),
        ("referral", {"to": "1" * 65}, "http.invalid", "/to"),
        ("lead", {"unit": "army"}, "http.invalid", "/unit"),
        ("correction", WHY, "correction.nothing", None),
        ("correction", {**WHY, "dwelling_id": "dwl_9"}, "dwelling.unknown", "/dwelling_id"),
        ("correction", {**WHY, "description": "x" * 4001}, "http.invalid", "/description"),
    ],
)
async def test_what_cannot_be_is_refused_by_field_and_leaves_nothing_behind(
    client: WebClient, action: str, body: dict[str, Any], code: str, pointer: str | None
) -> None:
    path = await _at_work(client)

    answer = await post(client, f"{path}/{action}", "staff", body)

    assert answer.status == 422, answer.body
    problem = answer.json()
    assert problem["code"] == code
    if pointer is not None:
        assert pointer in {fault["pointer"].lstrip("#") for fault in problem["errors"]}
    assert (await get(client, path, "resident")).json()["version"] == 4


@pytest.mark.parametrize("action", ROUTES)
async def test_none_of_it_is_for_residents_and_strangers_find_nothing(
    client: WebClient, action: str
) -> None:
    path = await _at_work(client)

    own = await post(client, f"{path}/{action}", "resident", ROUTES[action])
    strange = await post(client, f"{path}/{action}", "staff@elsewhere", ROUTES[action])

    assert own.status == 403
    assert strange.status == 404


@pytest.mark.parametrize("action", ROUTES)
async def test_a_decision_on_an_older_version_is_refused(client: WebClient, action: str) -> None:
    path = await _at_work(client)

    stale = await post(client, f"{path}/{action}", "staff", ROUTES[action], if_match='"1"')

    assert stale.status == 412


async def test_the_timeline_says_who_did_what_in_the_language_of_the_reader(
    client: WebClient,
) -> None:
    path = await _at_work(client)
    await post(client, f"{path}/hold", "staff", {"reason": "parts"})

    english_ = await get(client, f"{path}/timeline", "resident")
    chinese = await client.call("GET", f"{path}/timeline", caller("resident"))

    assert [step["code"] for step in english_.json()["items"]] == [
        "submitted",
        "accepted",
        "assigned",
        "started",
        "held",
    ]
    assert english_.json()["items"][0]["text"] == "The requester submitted the request (web)."
    assert english_.json()["items"][-1]["text"] == (
        "A handler put it on hold: waiting for parts, until -."
    )
    assert english_.headers["content-language"] == "en"
    assert chinese.headers["content-language"] == "zh"
    assert chinese.json()["items"][0]["text"].startswith("诉求人提交了诉求")


async def test_the_timeline_of_anothers_request_is_not_there(client: WebClient) -> None:
    path = await submitted(client, "resident")

    assert (await get(client, f"{path}/timeline", "neighbour")).status == 404


@pytest.mark.mongo
async def test_the_same_holds_over_the_real_store(real_client: WebClient) -> None:
    path = await _at_work(real_client)

    held = await post(real_client, f"{path}/hold", "staff", ROUTES["hold"], idempotency_key="k-001")
    twice = await post(
        real_client, f"{path}/hold", "staff", ROUTES["hold"], idempotency_key="k-001"
    )

    assert held.status == 200, held.body
    assert twice.json() == held.json()
    assert (await get(real_client, path, "resident")).json()["hold"]["reason"] == "parts"
    assert (await get(real_client, f"{path}/timeline", "resident")).status == 200


@pytest.mark.parametrize("action", ["acceptance", "first-contact"])
async def test_the_answer_to_a_change_bears_nothing_that_was_said_in_confidence(
    client: WebClient, action: str
) -> None:
    secret = {**BODY, "visibility": "confidential", "description": "只有你们知道"}
    made = await post(client, REQUESTS, "resident", secret)
    path = made.headers["location"]

    changed = await post(client, f"{path}/{action}", "staff")
    assert changed.status == 200, changed.body
    assert changed.json()["visibility"] == "confidential"
    assert "只有你们知道" not in changed.body.decode()
    assert (await get(client, path, "staff")).json()["description"] == "只有你们知道"
    assert (await get(client, path, "resident")).json()["description"] == "只有你们知道"
