"""Pairings by HTTP: people answer from their phones, what is sent wrongly is answered plainly."""

from typing import Any

import pytest

from services.pairing.tests.api.world import BASE, World, caller
from services.pairing.tests.harness import HERE
from shared.auth import Caller
from shared.testing_web import COMMUNITY, Reply, english, person

CHAT: dict[str, Any] = {
    "service": "chat",
    "rhythm": "FREQ=WEEKLY;BYDAY=TU",
    "starts_on": "2026-12-01",
    "time": "10:00",
    "window_hours": 3,
}
BIRTHDAY: dict[str, Any] = {
    **{name: value for name, value in CHAT.items() if name != "rhythm"},
    "lunar_day": {"month": 8, "day": 30},
}


async def _put(world: World, path: str, who: Caller, body: Any) -> Reply:
    return await world.client.call("PUT", BASE + path, who, json=body, headers=english())


async def _plan(world: World, *entries: dict[str, Any]) -> Reply:
    path = f"/pairings/{world.ids['pairings']}/plan"
    return await _put(world, path, caller("branch"), {"plan": list(entries)})


def _resident(person_id: str) -> Caller:
    return person("resident", id=person_id, communities=(COMMUNITY,))


async def _propose(world: World, **more: Any) -> Reply:
    helper = await world.harness.member(7)
    home = await world.harness.household("dwl_3")
    sides = {"helper_ids": [helper.id], "household_ids": [home.id]}
    return await world.post("/pairings", "branch", {"mode": "one_one", **sides, **more})


async def _answer(world: World, pairing_id: str, who: Caller, agreed: bool) -> Reply:
    path = f"{BASE}/pairings/{pairing_id}/answer"
    return await world.client.call("POST", path, who, json={"agreed": agreed}, headers=english())


async def test_helper_and_household_agree_each_for_themselves(world: World) -> None:
    proposed = (await _propose(world)).json()
    helper, elder = caller("member7"), _resident("per_of_dwl_3")
    assert [each["service"] for each in proposed["plan"]] == ["holiday_visit"] * 4

    stranger = await _answer(world, proposed["id"], _resident("per_stranger"), True)
    first = await _answer(world, proposed["id"], helper, True)
    second = await _answer(world, proposed["id"], elder, True)

    assert (stranger.status, stranger.json()["code"]) == (404, "store.not_found")
    assert (first.json()["state"], second.json()["state"]) == ("proposed", "consented")
    assert second.json()["household_answers"][0]["by"] == "per_of_dwl_3"


async def test_who_declines_ends_the_proposal_and_sees_that(world: World) -> None:
    proposed = (await _propose(world)).json()
    declined = await _answer(world, proposed["id"], _resident("per_of_dwl_3"), False)
    assert declined.json()["state"] == "declined"
    again = await _answer(world, proposed["id"], _resident("per_of_dwl_3"), True)
    assert (again.status, again.json()["code"]) == (409, "pairing.wrong_state")


async def test_people_see_their_own_pairings_only(world: World) -> None:
    other = (await _propose(world)).json()["id"]
    own = world.ids["pairings"]

    async def ids(who: Caller, query: str = "") -> list[str]:
        reply = await world.client.call("GET", f"{BASE}/pairings{query}", who, headers=english())
        return sorted(each["id"] for each in reply.json()["items"])

    assert await ids(caller("branch")) == sorted([own, other])
    assert await ids(caller("member")) == [own]
    assert await ids(_resident("per_of_dwl_3")) == [other]
    assert await ids(caller("branch"), "?household_id=hsh_none") == []
    hidden = await world.get(f"/pairings/{other}", "member")
    assert hidden.status == 404


async def test_what_is_planned_is_shown_and_falls_in_the_calendar(world: World) -> None:
    planned = await _plan(world, CHAT, BIRTHDAY)
    assert planned.status == 200, planned.body
    assert [each["rhythm"] for each in planned.json()["plan"]] == [CHAT["rhythm"], None]
    assert planned.json()["plan"][1]["lunar_day"] == {
        "month": 8,
        "day": 30,
        "year": None,
        "leap": False,
    }
    path = f"/pairings/{world.ids['pairings']}/calendar?from_on=2026-12-01&to_on=2026-12-08"
    days = (await world.get(path, "member")).json()["items"]
    assert [(day["on"], day["opens"], day["closes"]) for day in days] == [
        ("2026-12-01", "10:00", "13:00"),
        ("2026-12-08", "10:00", "13:00"),
    ]


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"rhythm": "FREQ=SECONDLY"}, "plan.rhythm_part", "/plan/0/rhythm"),
        ({"rhythm": "FREQ=WEEKLY;COUNT=1000000000"}, "plan.rhythm_part", "/plan/0/rhythm"),
        ({"rhythm": "FREQ=WEEKLY;UNTIL=90000101"}, "plan.rhythm_until", "/plan/0/rhythm"),
        (
            {"rhythm": "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"},
            "plan.rhythm_never",
            "/plan/0/rhythm",
        ),
        ({"rhythm": "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9"}, "plan.rhythm_part", "/plan/0/rhythm"),
        ({"rhythm": "FREQ=MONTHLY"}, "plan.too_seldom", "/plan"),
        ({"rhythm": None}, "plan.one_way", "/plan/0"),
        ({"festival": "laba"}, "plan.one_way", "/plan/0"),
        ({"time": "22:00"}, "plan.window", "/plan/0/window_hours"),
        ({"starts_on": "2036-01-01"}, "plan.starts_on", "/plan/0/starts_on"),
        ({"household_id": "hsh_none"}, "pairing.other_household", "/plan/0/household_id"),
        (
            {"rhythm": None, "lunar_day": {"month": 13, "day": 1}},
            "plan.lunar_unknown",
            "/plan/0/lunar_day",
        ),
        (
            {"rhythm": None, "lunar_day": {"month": 12, "day": 30, "year": 2026}},
            "plan.lunar_not_in_year",
            "/plan/0/lunar_day",
        ),
        (
            {"rhythm": None, "lunar_day": {"month": 6, "day": 1, "leap": True}},
            "plan.lunar_leap_every_year",
            "/plan/0/lunar_day",
        ),
    ],
)
async def test_what_cannot_be_planned_is_refused_and_nothing_is_changed(
    world: World, change: dict[str, Any], code: str, pointer: str
) -> None:
    before = await world.get(f"/pairings/{world.ids['pairings']}", "branch")

    refused = await _plan(world, {**CHAT, **change})

    problem = refused.json()
    assert (refused.status, problem["code"]) == (422, code), problem
    assert problem["errors"][0]["pointer"] == f"#{pointer}"
    assert "risk" not in refused.body.decode()
    after = await world.get(f"/pairings/{world.ids['pairings']}", "branch")
    assert after.body == before.body


@pytest.mark.parametrize(
    "change",
    [
        {"rhythm": "X" * 201},
        {"starts_on": 1_764_547_200},
        {"starts_on": "2026-13-01"},
        {"time": "25:00"},
        {"window_hours": "3"},
        {"window_hours": 10**30},
        {"service": "singing"},
        {"festival": "christmas", "rhythm": None},
        {"lunar_day": {"month": 10**400, "day": 1}, "rhythm": None},
        {"more": 1},
    ],
)
async def test_a_plan_of_the_wrong_form_is_refused(world: World, change: dict[str, Any]) -> None:
    refused = await _plan(world, {**CHAT, **change})
    assert refused.status in (400, 422)
    assert refused.headers["content-type"].startswith("application/problem+json")


async def test_overlapping_entries_are_named(world: World) -> None:
    refused = await _plan(world, CHAT, {**CHAT, "rhythm": "FREQ=DAILY"})
    assert (refused.status, refused.json()["code"]) == (422, "plan.overlap")
    assert refused.json()["errors"][0]["pointer"] == "#/plan/1"
    assert "/plan/0" in refused.json()["detail"]


async def test_a_pause_has_an_end_and_may_be_given_another(world: World) -> None:
    path = f"/pairings/{world.ids['pairings']}"
    over = await world.post(f"{path}/pause", "branch", {"until": "2026-11-01T00:00:00Z"})
    assert (over.status, over.json()["code"]) == (422, "pairing.pause_until")
    paused = await world.post(f"{path}/pause", "branch", {"until": "2026-12-01T00:00:00Z"})
    longer = await world.post(f"{path}/pause", "branch", {"until": "2026-12-09T08:00:00+08:00"})
    assert paused.json()["paused_until"] == "2026-12-01T00:00:00Z"
    assert longer.json()["paused_until"] == "2026-12-09T00:00:00Z"


async def test_festivals_of_a_year_are_listed_in_order(world: World) -> None:
    listed = (await world.get("/festivals?year=2027", "member")).json()["items"]
    assert [each["on"] for each in listed] == sorted(each["on"] for each in listed)
    assert {"festival": "spring_festival", "on": "2027-02-06"} in listed
    for year in ("1999", "2101", "x", ""):
        assert (await world.get(f"/festivals?year={year}", "member")).status == 422


async def test_conflicts_are_officers_business(world: World) -> None:
    body = {"person_ids": ["per_member1", "per_of_dwl_1"]}
    for role in ("branch", "member", "resident"):
        assert (await world.post("/conflicts", role, body)).status == 403
        assert (await world.get("/conflicts", role)).status == 403
    made = await world.post("/conflicts", "staff", body)
    assert made.status == 201
    again = await world.post("/conflicts", "staff", body)
    assert (again.status, again.json()["code"]) == (409, "conflict.wrong_state")
    found = (await world.get("/conflicts?person_id=per_member1", "staff")).json()["items"]
    assert [each["id"] for each in found] == [made.json()["id"]]
    oneself = await world.post("/conflicts", "staff", {"person_ids": ["per_1", "per_1"]})
    assert (oneself.status, oneself.json()["code"]) == (422, "conflict.two_people")


async def test_no_event_of_a_pairing_says_what_is_planned_or_who_is_kept_apart(
    world: World,
) -> None:
    await _plan(world, CHAT)
    pairing = await world.harness.backing.pairings.story(world.ids["pairings"], communities=HERE)
    kept_apart = await world.harness.backing.conflicts.story(world.ids["conflicts"])
    for envelope in (*pairing, *kept_apart):
        told = envelope.model_dump_json()
        assert not [word for word in ("chat", "FREQ", "per_1", "per_3", "risk") if word in told]
