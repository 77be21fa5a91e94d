"""Rates over HTTP: who may ask, in what words, and the table."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.requests.api import rates
from services.requests.domain.follow_up import Answer
from services.requests.domain.request import RequestState
from services.requests.service.rates import RatesService
from services.requests.tests.api.callers import caller, get
from services.requests.tests.harness import harness_over
from services.requests.tests.rates_reference import ReferenceTallies
from services.requests.tests.samples import NOW, in_state, said
from shared.testing import FakeClock
from shared.testing_routes import MadeOnce
from shared.testing_web import WebClient, english, web_client

RATES = "/api/requests/v1/rates"
MAY = "first_on=2026-05-01&last_on=2026-05-31"
SAMPLES = (
    ("noise", Answer.YES, 5, "bld_1"),
    ("noise", Answer.NO, 1, "bld_1"),
    ("parking", Answer.YES, None, "bld_2"),
    ("parking", None, None, None),
)


@pytest.fixture
async def client() -> WebClient:
    closed = replace(
        in_state(RequestState.CLOSED),
        first_contact_at=NOW,
        due_at=NOW + timedelta(days=1),
        estate_id="est_1",
    )
    requests = [
        replace(closed, service_code=code, building_id=building, follow_up=said(answer, mark))  # type: ignore[arg-type]
        for code, answer, mark, building in SAMPLES
    ]
    harness = await harness_over(None)
    service = RatesService(ReferenceTallies(requests), harness.service_types)
    return web_client(MadeOnce(rates.router, service, FakeClock(NOW)))


def share(count: int, of: int) -> dict[str, Any]:
    return {"count": count, "of": of, "rate": count / of if of else None}


async def rows(client: WebClient, query: str, who: str = "branch") -> list[dict[str, Any]]:
    reply = await get(client, f"{RATES}?{query}", who)
    assert reply.status == 200, reply.body
    items: list[dict[str, Any]] = reply.json()["items"]
    return items


@pytest.mark.parametrize("who", ["branch", "committee", "staff"])
async def test_all_together_is_one_row_with_every_part_and_its_whole(
    client: WebClient, who: str
) -> None:
    [row] = await rows(client, MAY, who)

    assert (row["followed_up"], row["rated"]) == (4, 2)
    assert row["response"] == share(4, 4)
    assert row["resolution"] == share(2, 3)
    assert row["satisfaction"] == share(1, 3)
    assert {row[name] for name in ("period", "category", "unit", "community")} == {None}


async def test_told_apart_there_is_a_row_for_each_value_in_order(client: WebClient) -> None:
    found = await rows(client, f"{MAY}&by=category&by=month")

    assert [(row["category"], row["period"]) for row in found] == [
        ("noise", "2026-05"),
        ("parking", "2026-05"),
    ]
    assert [row["resolution"] for row in found] == [share(1, 2), share(1, 1)]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("service_code=noise", 2),
        ("building_id=bld_2", 1),
        ("unit=staff", 4),
        ("unit=care", 0),
        ("estate_id=est_1", 4),
        ("estate_id=nobody", 0),
        ("community=hongmiao", 4),
    ],
)
async def test_rates_of_a_part_are_of_that_part(client: WebClient, query: str, count: int) -> None:
    [row] = await rows(client, f"{MAY}&{query}")
    assert row["followed_up"] == count


async def test_without_days_it_is_this_month_until_today(client: WebClient) -> None:
    assert [row["followed_up"] for row in await rows(client, "")] == [4]
    assert [row["followed_up"] for row in await rows(client, "last_on=2026-05-03")] == [0]


async def test_rows_go_on_where_the_cursor_says(client: WebClient) -> None:
    first = await get(client, f"{RATES}?{MAY}&by=building&limit=2", "staff")
    cursor = first.json()["next_cursor"]
    second = await get(client, f"{RATES}?{MAY}&by=building&limit=2&cursor={cursor}", "staff")

    seen = [row["building_id"] for row in first.json()["items"] + second.json()["items"]]
    assert seen == [None, "bld_1", "bld_2"]
    assert second.json()["next_cursor"] is None


async def test_rates_come_as_a_table_for_who_asks_for_one(client: WebClient) -> None:
    headers = english(accept="text/csv")
    path = f"{RATES}?{MAY}&by=category"
    reply = await client.call("GET", path, caller("staff"), headers=headers)

    table = list(csv.DictReader(io.StringIO(reply.body.decode("utf-8-sig"))))
    assert [(row["category"], row["satisfaction.count"]) for row in table] == [
        ("noise", "1"),
        ("parking", "0"),
    ]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("first_on=2026-05-31&last_on=2026-05-01", 422),
        ("first_on=2020-01-01&last_on=2026-05-01", 422),
        ("first_on=0001-01-01", 422),
        ("last_on=9999-12-31", 422),
        ("first_on=yesterday", 422),
        ("first_on=1777600000", 422),
        ("first_on=2026-05-01T00:00:00Z", 422),
        ("first_on=2026-02-30", 422),
        ("by=planet", 422),
        ("by=day&by=week", 422),
        ("by=unit&by=day&by=category&by=building", 422),
        ("unit=nobody", 422),
        ("cursor=x", 400),
        ("cursor=LTE", 400),
        ("limit=0", 422),
        ("community=elsewhere", 404),
    ],
)
async def test_a_question_that_cannot_be_answered_says_why(
    client: WebClient, query: str, status: int
) -> None:
    reply = await get(client, f"{RATES}?{query}", "staff")
    assert reply.status == status
    assert reply.json()["code"]


@pytest.mark.parametrize("who", ["resident", "member", "mediator", "contractor"])
async def test_only_those_who_assess_may_ask(client: WebClient, who: str) -> None:
    assert (await get(client, RATES, who)).status == 403


async def test_another_communitys_rates_are_not_counted(client: WebClient) -> None:
    [row] = await rows(client, MAY, "branch@elsewhere")
    assert row["followed_up"] == 0
