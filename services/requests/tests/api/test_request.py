"""Requests over HTTP: who may ask, in what words, and what is answered."""

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

ACTIONS: dict[str, tuple[dict[str, Any] | None, str]] = {
    "acceptance": (None, "staff"),
    "rejection": ({"reason": "outside_remit", "note": "12345"}, "staff"),
    "assignment": ({"unit": "property"}, "staff"),
    "return": ({"reason": "wrong_unit", "suggested_unit": "staff"}, "staff"),
    "start": (None, "staff"),
    "resolution": ({"note": "done"}, "staff"),
    "closure": (None, "staff"),
    "withdrawal": (None, "resident"),
    "follow-up": ({"resolved": "yes", "satisfaction": 5}, "resident"),
}
AFTER_SUBMISSION = {"acceptance": 200, "rejection": 200, "withdrawal": 200}
"""What works on a request just submitted; everything else is against its state."""


async def test_a_residents_request_is_created_and_shown(client: WebClient) -> None:
    answer = await post(client, REQUESTS, "resident", BODY)

    assert answer.status == 201
    request = answer.json()
    assert answer.headers["location"] == f"{REQUESTS}/{request['id']}"
    assert answer.headers["etag"] == '"1"'
    assert request["state"] == "submitted"
    assert request["number"].startswith("HM-20")
    assert request["requester_id"] == "per_resident"
    assert request["visibility"] == "public"
    shown = await get(client, answer.headers["location"], "resident")
    assert (shown.json(), shown.headers["etag"]) == (request, '"1"')


async def test_a_care_request_is_assigned_when_it_is_answered(client: WebClient) -> None:
    body = {**BODY, "service_code": "care.shopping"}

    request = (await post(client, REQUESTS, "resident", body)).json()

    assert request["state"] == "assigned"
    assert request["assignment"]["unit"] == "care"
    assert request["due_at"] > request["submitted_at"]


async def test_a_request_goes_to_its_end_by_its_routes(client: WebClient) -> None:
    path = await submitted(client, "resident")

    for version, (action, body) in enumerate(RESOLVING, start=1):
        seen = f'"{version}"'
        answer = await post(client, f"{path}/{action}", "staff", body, if_match=seen)
        assert answer.status == 200, answer.body
        assert answer.headers["etag"] == f'"{version + 1}"'
    assert answer.json()["follow_up_due_at"] > answer.json()["resolved_at"]

    said = {"resolved": "yes", "satisfaction": 5, "text": "谢谢"}
    closed = await post(client, f"{path}/follow-up", "resident", said)

    assert closed.json()["state"] == "closed"
    assert closed.json()["follow_up"]["satisfaction"] == 5
    story = (await get(client, f"{path}/story", "resident")).json()
    assert [step["type"].split(".")[2] for step in story["items"]] == [
        "submitted",
        "accepted",
        "assigned",
        "started",
        "resolved",
        "followed_up",
        "closed",
    ]
    assert [step["actor"] for step in story["items"]][:2] == ["per_resident", "per_staff"]
    assert "谢谢" not in str(story)


async def test_a_request_that_is_not_solved_is_open_again(client: WebClient) -> None:
    path = await submitted(client, "resident")
    for action, body in RESOLVING:
        await post(client, f"{path}/{action}", "staff", body)

    answer = await post(client, f"{path}/follow-up", "resident", {"resolved": "partly"})

    assert (answer.json()["state"], answer.json()["reopened_times"]) == ("reopened", 1)


async def test_a_resolution_needs_no_words(client: WebClient) -> None:
    path = await submitted(client, "resident")
    for action, body in RESOLVING[:-1]:
        await post(client, f"{path}/{action}", "staff", body)

    assert (await post(client, f"{path}/resolution", "staff")).json()["state"] == "resolved"


@pytest.mark.parametrize("action", ACTIONS)
async def test_every_action_answers_a_new_request_by_its_state(
    client: WebClient, action: str
) -> None:
    body, who = ACTIONS[action]
    path = await submitted(client, "resident")

    answer = await post(client, f"{path}/{action}", who, body)

    assert answer.status == AFTER_SUBMISSION.get(action, 409), answer.body
    if answer.status == 409:
        assert answer.json()["code"] == "request.wrong_state"


@pytest.mark.parametrize("action", ACTIONS)
async def test_an_action_decided_on_an_old_version_is_refused(
    client: WebClient, action: str
) -> None:
    body, who = ACTIONS[action]
    path = await submitted(client, "resident")

    answer = await post(client, f"{path}/{action}", who, body, if_match='"7"')

    assert answer.status == 412
    assert (await get(client, path, who)).json()["version"] == 1


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("who", ["neighbour", "committee", "branch", "member", "ops"])
async def test_nobody_else_acts_on_a_request(client: WebClient, action: str, who: str) -> None:
    path = await submitted(client, "resident")

    answer = await post(client, f"{path}/{action}", who, ACTIONS[action][0])

    assert answer.status in {403, 404}
    assert (await get(client, path, "resident")).json()["version"] == 1


@pytest.mark.parametrize("part", ["", "/story"])
async def test_a_request_cannot_be_read_from_another_community(
    client: WebClient, part: str
) -> None:
    path = await submitted(client, "resident")

    for who in ("staff@elsewhere", "committee@elsewhere", "resident@elsewhere"):
        answer = await get(client, path + part, who)
        nothing = await get(client, f"{REQUESTS}/req_none{part}", who)

        assert (answer.status, nothing.status) == (404, 404)
        assert answer.json()["code"] == nothing.json()["code"]


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_request_cannot_be_changed_from_another_community(
    client: WebClient, action: str
) -> None:
    body, who = ACTIONS[action]
    path = await submitted(client, "resident")

    stranger = f"{who}@elsewhere"
    answer = await post(client, f"{path}/{action}", stranger, body, if_match='"1"')
    nothing = await post(client, f"{REQUESTS}/req_none/{action}", stranger, body)

    assert (answer.status, nothing.status) == (404, 404)
    assert answer.json()["code"] == nothing.json()["code"]
    assert (await get(client, path, "resident")).json()["version"] == 1


async def test_lists_show_each_caller_what_it_may_see(client: WebClient) -> None:
    await submitted(client, "resident")
    await submitted(client, "resident", visibility="confidential")
    await submitted(client, "neighbour", service_code="parking")

    async def seen(who: str, query: str = "") -> int:
        answer = await get(client, f"{REQUESTS}?{query}", who)
        assert answer.status == 200, answer.body
        return len(answer.json()["items"])

    assert await seen("resident") == 2
    assert await seen("neighbour") == 1
    assert await seen("staff") == 3
    assert await seen("committee") == 2
    assert await seen("staff", "service_code=parking") == 1
    assert await seen("staff", "state=submitted") == 2
    assert await seen("staff", "state=submitted&mine=true") == 0
    assert await seen("staff@elsewhere") == 0
    assert await seen("resident@elsewhere") == 0


async def test_a_list_goes_on_where_its_cursor_says(client: WebClient) -> None:
    paths = [await submitted(client, "resident") for _ in range(3)]

    first = (await get(client, f"{REQUESTS}?limit=2", "staff")).json()
    query = f"limit=2&cursor={first['next_cursor']}"
    second = (await get(client, f"{REQUESTS}?{query}", "staff")).json()

    ids = [item["id"] for item in first["items"] + second["items"]]
    assert [f"{REQUESTS}/{request_id}" for request_id in ids] == paths[::-1]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    "query", ["state=lost", "limit=0", "limit=201", "mine=perhaps", "lead_unit=nobody"]
)
async def test_a_wrong_filter_is_refused(client: WebClient, query: str) -> None:
    assert (await get(client, f"{REQUESTS}?{query}", "staff")).status == 422


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"service_code": "teleport"}, "#/service_code"),
        ({"estate_id": "est_9"}, "#/estate_id"),
        ({"dwelling_id": "dwl_9"}, "#/dwelling_id"),
        ({"description": "   "}, "#/description"),
        ({"description": "雨" * 4001}, "#/description"),
        ({"description": None}, "#/description"),
        ({"visibility": "secret"}, "#/visibility"),
        ({"phone": "12345678"}, "#/phone"),
    ],
)
async def test_a_wrong_field_is_named(
    client: WebClient, changes: dict[str, Any], place: str
) -> None:
    answer = await post(client, REQUESTS, "resident", {**BODY, **changes})

    assert answer.status == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [place]
    assert (await get(client, REQUESTS, "staff")).json()["items"] == []


async def test_a_follow_up_outside_one_to_five_is_refused(client: WebClient) -> None:
    path = await submitted(client, "resident")

    said = {"resolved": "yes", "satisfaction": 6}
    answer = await post(client, f"{path}/follow-up", "resident", said)

    assert answer.status == 422
    assert answer.json()["errors"][0]["pointer"] == "#/satisfaction"


@pytest.mark.parametrize(
    "changes", [{"requester_id": "per_neighbour"}, {"channel": "phone"}, {"channel": "station"}]
)
async def test_only_staff_enter_a_request_for_somebody_else(
    client: WebClient, changes: dict[str, str]
) -> None:
    body = {**BODY, **changes}

    refused = await post(client, REQUESTS, "resident", body)
    entered = await post(client, REQUESTS, "staff", body)

    assert (refused.status, entered.status) == (403, 201)
    assert entered.json()["requester_id"] == changes.get("requester_id", "per_staff")
    story = await get(client, f"{entered.headers['location']}/story", "staff")
    assert story.json()["items"][0]["actor"] == "per_staff"


@pytest.mark.parametrize("path", ["", "/req_1", "/req_1/story"])
async def test_who_does_not_say_who_he_is_reads_nothing(client: WebClient, path: str) -> None:
    assert (await client.call("GET", REQUESTS + path)).status == 401


@pytest.mark.parametrize("path", ["", *(f"/req_1/{action}" for action in ACTIONS)])
async def test_who_does_not_say_who_he_is_does_nothing(client: WebClient, path: str) -> None:
    assert (await client.call("POST", REQUESTS + path, json=BODY)).status == 401


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("诉求", "“已提交”", "“签收”")),
        ("en", ("The request is submitted", "the action start")),
    ],
)
async def test_a_refusal_reads_in_the_callers_language(
    client: WebClient, language: str, words: tuple[str, ...]
) -> None:
    path = await submitted(client, "resident")

    headers = {"accept-language": language}
    answer = await client.call("POST", f"{path}/start", caller("staff"), headers=headers)

    assert answer.headers["content-type"] == "application/problem+json"
    assert all(word in answer.json()["detail"] for word in words)
