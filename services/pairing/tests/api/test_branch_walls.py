"""Every route about somebody's home, walked by another branch's secretary: nothing is there."""

import pytest

from services.pairing.tests.api.world import ROUTES, World, caller
from shared.testing_web import Route

WALLED = ("households", "pairings", "care-tasks")
"""Of those that ``world`` has; those of visits, meals and stand-ins stand beside theirs."""


def walled(route: Route) -> bool:
    return route.path.split("/")[1] in WALLED and route.role in ("branch", "staff", "member")


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.item and walled(route)], ids=str
)
async def test_another_branch_opens_none_of_them(world: World, route: Route) -> None:
    before = await world.call(Route("GET", "/pairings/{id}", "staff"), caller("staff"))
    answer = await world.call(route, caller("branch2"))

    assert answer.status in (403, 404), answer.body
    after = await world.call(Route("GET", "/pairings/{id}", "staff"), caller("staff"))
    assert after.json()["version"] == before.json()["version"]


@pytest.mark.parametrize(
    "path", ["/households", "/households/records?purpose=review", "/pairings", "/care-tasks"]
)
async def test_another_branch_lists_none_and_the_own_does(world: World, path: str) -> None:
    theirs = await world.get(path, "branch2")
    ours = await world.get(path, "branch")
    nobodys = await world.get(path, "branch7")

    assert (theirs.status, ours.status, nobodys.status) == (200, 200, 200)
    assert theirs.json()["items"] == nobodys.json()["items"] == []
    assert ours.json()["items"]


async def test_a_branch_proposes_its_own_members_alone(world: World) -> None:
    (pairing,) = (await world.get("/pairings", "staff")).json()["items"]
    body = {
        "mode": "one_one",
        "helper_ids": pairing["helper_ids"],
        "household_ids": pairing["household_ids"],
    }
    refused = await world.post("/pairings", "branch2", body)
    assert refused.status == 422
    assert refused.json()["errors"][0]["code"] == "member.unknown"


async def test_a_branch_changes_no_others_household_by_a_table(world: World) -> None:
    (home,) = (await world.get("/households", "branch")).json()["items"]
    table = f"id,needs\n{home['id']},chat\n"
    for who, outcome in (("branch2", "refused"), ("branch", "changed")):
        answer = await world.send("/api/pairing/v1/households/imports", caller(who), table)
        assert answer.status == 200, answer.body
        assert answer.json()["rows"][0]["outcome"] == outcome
