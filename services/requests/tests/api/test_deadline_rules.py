"""Deadline rules over HTTP, and what they promise to who asks after."""

from copy import deepcopy
from typing import Any

import pytest

from services.requests.tests.api.callers import BODY, REQUESTS, caller, get, post
from shared.testing_web import Reply, WebClient, english

PATH = "/api/requests/v1/deadline-rules"


async def put(client: WebClient, who: str, body: Any, **headers: str) -> Reply:
    return await client.call("PUT", PATH, caller(who), json=body, headers=english(**headers))


async def as_sent(client: WebClient) -> dict[str, Any]:
    """The rules as they are, as one sends them back."""
    body: dict[str, Any] = (await get(client, PATH, "staff")).json()
    del body["version"]
    return body


async def test_the_default_is_shown_to_residents_too(client: WebClient) -> None:
    answer = await get(client, PATH, "resident")
    rules = answer.json()
    assert (answer.status, answer.headers["etag"]) == (200, '"1"')
    seconds = {name: rule["seconds"] for name, rule in rules["classes"].items()}
    assert seconds == {"2h": 7200, "24h": 86_400, "7d": 604_800, "15d": 1_296_000}
    assert rules["working_hours"] == {
        "opens": "09:00",
        "closes": "17:00",
        "weekdays": [1, 2, 3, 4, 5],
    }


@pytest.mark.mongo
async def test_a_change_is_promised_from_now_on_and_never_before(real_client: WebClient) -> None:
    before = (await post(real_client, REQUESTS, "resident", BODY)).json()
    rules = await as_sent(real_client)
    rules["classes"]["7d"] |= {"seconds": 3 * 86_400, "acknowledge_seconds": 7200}
    changed = await put(real_client, "staff", rules, if_match='"1"')
    assert (changed.status, changed.headers["etag"]) == (200, '"2"')
    after = (await post(real_client, REQUESTS, "resident", BODY)).json()
    left = {}
    for request in (before, after):
        path = f"{REQUESTS}/{request['id']}"
        accepted = await post(real_client, f"{path}/acceptance", "staff")
        assert accepted.json()["clocks"]["left_seconds"] is None
        read = (await get(real_client, path, "staff")).json()
        left[request["id"]] = read["clocks"]["left_seconds"]
    assert 604_790 <= left[before["id"]] <= 604_800
    assert 3 * 86_400 - 10 <= left[after["id"]] <= 3 * 86_400
    assert (await get(real_client, PATH, "resident")).json()["classes"]["7d"]["seconds"] == 259_200


async def test_holidays_and_hours_are_taken_as_they_are_told(client: WebClient) -> None:
    rules = await as_sent(client)
    rules["classes"]["15d"]["calendar"] = "working"
    rules["working_hours"] = {"opens": "08:30", "closes": "24:00", "weekdays": [1, 2, 3]}
    rules["years"] = [
        {"year": 2027, "holidays": ["2027-01-01"], "make_up_days": ["2027-01-02", "2027-01-03"]}
    ]
    answer = (await put(client, "staff", rules)).json()
    assert answer == {"version": 2, **rules}
    assert (await get(client, PATH, "staff")).json() == answer


async def test_a_span_of_working_time_is_as_long_as_a_hundred_days_at_most(
    client: WebClient,
) -> None:
    rules = await as_sent(client)
    rules["working_hours"] |= {"opens": "09:00", "closes": "10:00"}
    rules["classes"]["15d"] |= {"seconds": 360_000, "calendar": "working"}
    assert (await put(client, "staff", rules)).status == 200
    rules["classes"]["15d"]["seconds"] += 1
    refused = await put(client, "staff", rules)
    assert (refused.status, refused.json()["code"]) == (422, "deadline_rules.too_long")


async def test_who_says_the_same_again_changes_nothing(client: WebClient) -> None:
    rules = await as_sent(client)
    assert (await put(client, "staff", rules)).json()["version"] == 1


async def test_a_stale_change_is_refused(client: WebClient) -> None:
    rules = await as_sent(client)
    rules["classes"]["2h"]["seconds"] = 3600
    assert (await put(client, "staff", rules, if_match='"1"')).status == 200
    rules["classes"]["2h"]["seconds"] = 7000
    refused = await put(client, "staff", rules, if_match='"1"')
    assert (refused.status, refused.json()["code"]) == (412, "store.stale")


async def test_only_staff_change_them_and_in_their_own_community(client: WebClient) -> None:
    rules = await as_sent(client)
    assert (await put(client, "resident", rules)).status == 403
    rules["classes"]["2h"]["seconds"] = 3600
    assert (await put(client, "staff@elsewhere", rules)).status == 200
    assert (await get(client, PATH, "staff")).json()["version"] == 1


@pytest.mark.parametrize(
    ("where", "value", "pointer", "code"),
    [
        (("classes", "2h", "seconds"), 0, "/classes/2h/seconds", None),
        (("classes", "2h", "seconds"), 10**9, "/classes/2h/seconds", None),
        (("classes", "2h", "seconds"), "soon", "/classes/2h/seconds", None),
        (("classes", "2h", "calendar"), "lunar", "/classes/2h/calendar", None),
        (("classes", "3h"), {}, "/classes/3h/[key]", None),
        (("classes",), {}, "/classes/2h", "deadline_rules.class_missing"),
        (("classes", "2h", "seconds"), 60, "/classes/2h", "deadline_rules.after_the_end"),
        (
            ("classes", "2h", "again_seconds"),
            60,
            "/classes/2h/again_seconds",
            "deadline_rules.again_seconds",
        ),
        (("working_hours", "opens"), "9:00", "/working_hours/opens", None),
        (("working_hours", "opens"), "24:01", "/working_hours/opens", None),
        (("working_hours", "opens"), "17:00", "/working_hours/closes", "deadline_rules.hours"),
        (("working_hours", "weekdays"), [], "/working_hours/weekdays", "deadline_rules.weekdays"),
        (
            ("working_hours", "weekdays"),
            [1, 1],
            "/working_hours/weekdays",
            "deadline_rules.weekdays",
        ),
        (("working_hours", "weekdays"), [8], "/working_hours/weekdays/0", None),
        (("years",), [{"year": 2027, "holidays": ["2027-02-30"]}], "/years/0/holidays/0", None),
        (
            ("years",),
            [{"year": 2027, "holidays": ["2026-01-01"]}],
            "/years/0",
            "deadline_rules.day_of_year",
        ),
        (
            ("years",),
            [{"year": 2027, "holidays": ["2027-01-01"], "make_up_days": ["2027-01-01"]}],
            "/years/0",
            "deadline_rules.days_twice",
        ),
        (
            ("years",),
            [{"year": 2027, "holidays": []}, {"year": 2027, "holidays": []}],
            "/years",
            "deadline_rules.year_twice",
        ),
    ],
)
async def test_rules_that_are_not_sound_are_refused_and_the_field_is_named(
    client: WebClient, where: tuple[str, ...], value: Any, pointer: str, code: str | None
) -> None:
    rules = deepcopy(await as_sent(client))
    inner = rules
    for name in where[:-1]:
        inner = inner[name]
    inner[where[-1]] = value
    refused = await put(client, "staff", rules)
    problem = refused.json()
    assert refused.status == 422
    assert f"#{pointer}" in [error["pointer"] for error in problem["errors"]]
    assert code in (None, problem["code"])
    assert (await get(client, PATH, "staff")).json()["version"] == 1
