"""What is shown of a request's clocks, and lists by what presses."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.requests.api import request
from services.requests.tests.api.callers import REQUESTS, RESOLVING, get, post, submitted
from services.requests.tests.harness import FakeCopies, Harness, fake_store
from shared.testing import FakeClock
from shared.testing_routes import MadeOnce
from shared.testing_web import WebClient, never_answered, web_client


async def walked(client: WebClient, steps: int, **changes: Any) -> str:
    """A request after so many steps towards its resolution."""
    path = await submitted(client, "resident", **changes)
    for action, body in RESOLVING[:steps]:
        assert (await post(client, f"{path}/{action}", "staff", body)).status == 200
    return path


async def clocks(client: WebClient, path: str) -> dict[str, Any]:
    shown: dict[str, Any] = (await get(client, path, "resident")).json()["clocks"]
    return shown


def seconds(later: str, sooner: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(sooner)).total_seconds()


async def test_before_it_is_accepted_that_is_what_is_due(client: WebClient) -> None:
    path = await submitted(client, "resident")
    asked = (await get(client, path, "resident")).json()
    shown = asked["clocks"]
    assert (shown["stage"], shown["paused"], shown["left_seconds"]) == ("on_time", False, None)
    assert seconds(shown["accept_due_at"], asked["submitted_at"]) == 7200
    assert shown["acknowledge_due_at"] is None


async def test_once_accepted_everybody_sees_how_long_it_may_take(client: WebClient) -> None:
    path = await walked(client, 1)
    asked = (await get(client, path, "resident")).json()
    shown = asked["clocks"]
    assert 604_790 <= shown["left_seconds"] <= 604_800
    assert seconds(asked["due_at"], shown["acknowledge_due_at"]) == 6 * 86_400
    assert seconds(asked["due_at"], shown["first_contact_due_at"]) == 6 * 86_400


async def test_what_is_left_is_told_by_the_clock_that_acts_on_it() -> None:
    clock = FakeClock()
    harness = Harness(fake_store(), FakeCopies(), clock)
    await harness.know_estate()
    client = web_client(MadeOnce(request.router, harness.service, never_answered, clock))
    path = await walked(client, 1)

    clock.move(timedelta(days=6, hours=23))
    assert (await clocks(client, path))["left_seconds"] == 3600
    clock.move(timedelta(hours=2))
    assert (await clocks(client, path))["left_seconds"] == -3600
    listed = (await get(client, REQUESTS, "staff")).json()["items"]
    assert [each["clocks"]["left_seconds"] for each in listed] == [-3600]


async def test_while_it_counts_as_resolved_its_clocks_stand_still(client: WebClient) -> None:
    shown = await clocks(client, await walked(client, 4))
    assert shown["paused"] is True
    assert 604_790 <= shown["left_seconds"] <= 604_800


async def test_the_answer_to_a_change_says_nothing_that_passes(client: WebClient) -> None:
    path = await submitted(client, "resident")
    answer = (await post(client, f"{path}/acceptance", "staff")).json()
    assert answer["clocks"]["left_seconds"] is None
    read = (await get(client, path, "staff")).json()
    assert {**read["clocks"], "left_seconds": None} == answer["clocks"]


async def test_once_it_is_over_no_clock_is_shown(client: WebClient) -> None:
    path = await submitted(client, "resident")
    await post(client, f"{path}/withdrawal", "resident")
    assert await clocks(client, path) is None


async def test_lists_by_due_time_show_only_what_is_under_way(client: WebClient) -> None:
    week = await walked(client, 3)
    await submitted(client, "resident")
    hours = await submitted(client, "resident", service_code="security")
    for sort in ("due", "risk"):
        items = (await get(client, f"{REQUESTS}?sort={sort}", "staff")).json()["items"]
        assert [item["id"] for item in items] == [path.rpartition("/")[2] for path in (hours, week)]
    assert (await get(client, f"{REQUESTS}?overdue=true", "staff")).json()["items"] == []


async def test_pages_by_risk_go_on_where_they_ended(client: WebClient) -> None:
    for _ in range(3):
        await walked(client, 1)
    first = (await get(client, f"{REQUESTS}?sort=risk&limit=2", "staff")).json()
    cursor = first["next_cursor"]
    rest = (await get(client, f"{REQUESTS}?sort=risk&limit=2&cursor={cursor}", "staff")).json()
    ids = [item["id"] for item in first["items"] + rest["items"]]
    assert len(set(ids)) == 3
    assert rest["next_cursor"] is None
    other = await get(client, f"{REQUESTS}?sort=due&cursor={cursor}", "staff")
    assert (other.status, other.json()["code"]) == (400, "cursor.malformed")


@pytest.mark.parametrize("query", ["sort=soon", "overdue=perhaps", "sort="])
async def test_a_list_that_nobody_knows_is_refused(client: WebClient, query: str) -> None:
    assert (await get(client, f"{REQUESTS}?{query}", "staff")).status == 422
