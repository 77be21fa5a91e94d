"""Coverage over HTTP: one call, who sees what, goals by version, a table of it."""

from dataclasses import dataclass
from typing import Any

import pytest

from services.pairing.api import coverage as api
from services.pairing.api import leading as leading_api
from services.pairing.service.leading import LeadingService
from services.pairing.solver.leading import assign_apart
from services.pairing.tests.api.world import BASE, caller
from services.pairing.tests.coverage_harness import CoverageHarness, coverage_over
from services.pairing.tests.harness import Harness
from shared.mongo import Database
from shared.testing_routes import MadeOnce
from shared.testing_web import Reply, WebClient, english, never_answered, web_client

HERE = f"{BASE}/coverage/hongmiao"
GOALS = {"household": 1, "entrance": 2, "building": 5}


@dataclass
class Desk:
    """A household that somebody helps, one that nobody does, behind a client."""

    client: WebClient
    coverage: CoverageHarness
    homes: list[str]

    async def call(
        self, method: str, path: str, who: str, body: Any = None, **headers: str
    ) -> Reply:
        return await self.client.call(
            method, path, caller(who), json=body, headers=english(**headers)
        )

    async def get(self, path: str, who: str = "branch", **headers: str) -> Reply:
        return await self.call("GET", path, who, **headers)


@pytest.fixture
async def desk(harness: Harness, either: Database | None) -> Desk:
    made = await coverage_over(harness, either)
    await harness.know_estate("dwl_1", "dwl_2", "dwl_3")
    homes = [await harness.household(f"dwl_{n}") for n in (1, 2)]
    await harness.paired([await harness.member()], homes[0])
    await made.hear_all()
    answered = getattr(made.goals, "answered", never_answered)
    leading = LeadingService(made.service, made.sources, harness.members, assign_apart)
    client = web_client(
        MadeOnce(api.router, made.service, answered), MadeOnce(leading_api.router, leading)
    )
    return Desk(client, made, [home.id for home in homes])


async def test_leads_are_proposed_and_taken_over_and_elsewhere_there_are_none(desk: Desk) -> None:
    await desk.coverage.harness.member(2)
    proposal = (await desk.get(f"{HERE}/leads")).json()
    (lead,) = proposal["leads"]
    body = {"leads": [{name: lead[name] for name in ("member_id", "place_id")}]}
    taken = await desk.call("POST", f"{HERE}/leads", "branch", body)
    assert taken.json()["outcomes"] == [
        {"member_id": lead["member_id"], "outcome": "taken", "errors": []}
    ]
    other = await desk.call("POST", f"{HERE}/leads", "branch2", body)
    assert other.json()["outcomes"][0]["outcome"] == "refused"
    for who, status in (("resident", 403), ("branch@elsewhere", 404)):
        assert (await desk.get(f"{HERE}/leads", who)).status == status
    empty = await desk.call("POST", f"{HERE}/leads", "branch", {"leads": []})
    assert (empty.status, empty.json()["errors"][0]["pointer"]) == (422, "#/leads")


async def test_one_call_tells_every_level_and_every_unit(desk: Desk) -> None:
    reply = await desk.get(HERE)

    shown = reply.json()
    assert (reply.status, shown["community"], shown["next_cursor"]) == (200, "hongmiao", None)
    assert shown["levels"] == [
        {"level": level, "units": n, "lacking": k, "target": t, "actual": a, "missing": m}
        for level, n, k, t, a, m in [
            ("community", 4, 3, 15, 3, 12),
            ("building", 1, 1, 10, 1, 9),
            ("entrance", 1, 1, 3, 1, 2),
            ("household", 2, 1, 2, 1, 1),
        ]
    ]
    by_id = {unit["id"]: unit for unit in shown["items"]}
    assert by_id[desk.homes[1]] == {
        "level": "household",
        "id": desk.homes[1],
        "code": None,
        "building_id": "bld_1",
        "entrance_id": "ent_1",
        "target": 1,
        "actual": 0,
        "missing": 1,
    }


async def test_units_are_filtered_by_level_and_by_what_is_missing(desk: Desk) -> None:
    lacking = await desk.get(f"{HERE}?level=household&missing_only=true")
    sums_alone = await desk.get(f"{HERE}?level=community")

    assert [unit["id"] for unit in lacking.json()["items"]] == [desk.homes[1]]
    assert (sums_alone.json()["items"], len(sums_alone.json()["levels"])) == ([], 4)


@pytest.mark.parametrize(
    "query", ["level=floor", "limit=0", "limit=2001", "cursor=x", "level=a&" * 9]
)
async def test_a_question_that_makes_no_sense_is_refused(desk: Desk, query: str) -> None:
    assert (await desk.get(f"{HERE}?{query}")).status in (400, 422)


async def test_who_may_not_look_into_the_register_sees_no_household(desk: Desk) -> None:
    shown = (await desk.get(HERE, "committee")).json()

    assert [unit["level"] for unit in shown["items"]] == ["building", "entrance"]
    assert shown["levels"][3]["missing"] == 1
    refused = await desk.get(f"{HERE}?level=household", "committee")
    assert (refused.status, refused.json()["code"]) == (403, "auth.scope_missing")


async def test_another_communitys_coverage_is_not_there(desk: Desk) -> None:
    for method, path in [("GET", ""), ("GET", "/goals"), ("PUT", "/goals"), ("POST", "/recount")]:
        reply = await desk.call(
            method, HERE + path, "staff@elsewhere", GOALS if method == "PUT" else None
        )
        assert (reply.status, reply.json()["code"]) == (404, "access.not_found")
    listed = await desk.get(f"{BASE}/coverage", "staff@elsewhere")
    assert [each["community"] for each in listed.json()["items"]] in ([], ["elsewhere"])


async def test_every_unit_comes_as_a_table(desk: Desk) -> None:
    reply = await desk.get(HERE, accept="text/csv")

    lines = reply.body.decode("utf-8-sig").splitlines()
    assert lines[0] == "level,id,code,building_id,entrance_id,target,actual,missing"
    assert lines[1] == "building,bld_1,1,bld_1,,10,1,9"
    assert len(lines) == 5


async def test_goals_change_by_version_and_the_figures_with_them(desk: Desk) -> None:
    before = await desk.get(f"{HERE}/goals")
    changed = await desk.call("PUT", f"{HERE}/goals", "staff", GOALS, if_match='"1"')
    stale = await desk.call("PUT", f"{HERE}/goals", "staff", GOALS, if_match='"1"')

    assert before.json() == {
        "version": 1,
        "household": 1,
        "entrance": 3,
        "building": 10,
        "volunteers": True,
    }
    assert (changed.status, changed.headers["etag"], stale.status) == (200, '"2"', 412)
    listed = (await desk.get(f"{BASE}/coverage")).json()["items"]
    assert [(each["community"], each["goals_version"]) for each in listed] == [("hongmiao", 2)]
    assert [each["target"] for each in listed[0]["levels"]] == [9, 5, 2, 2]


@pytest.mark.parametrize(
    "change", [{"entrance": 0}, {"entrance": 101}, {"entrance": "3"}, {"more": 1}]
)
async def test_goals_that_are_none_are_refused_by_field(
    desk: Desk, change: dict[str, object]
) -> None:
    reply = await desk.call("PUT", f"{HERE}/goals", "staff", {**GOALS, **change})

    assert reply.status == 422
    assert next(iter(change)) in reply.body.decode()


async def test_only_who_manages_changes_goals_or_counts_anew(desk: Desk) -> None:
    for method, path in [("PUT", "/goals"), ("POST", "/recount")]:
        assert (await desk.call(method, HERE + path, "branch", GOALS)).status == 403
    counted = await desk.call("POST", f"{HERE}/recount", "staff")
    assert counted.json()["levels"] == (await desk.get(HERE)).json()["levels"]
