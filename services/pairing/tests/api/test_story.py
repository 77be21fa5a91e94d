"""The story of pairing by HTTP, what each caller gets to see of it, and what nobody does."""

import pytest

from services.pairing.tests.api.world import BASE, CONSENT, HOUSEHOLD, MEMBER, SENSITIVE, World
from services.pairing.tests.harness import assigned
from shared.auth import Caller
from shared.events.pairing import CareTaskCompleted, HouseholdConsentWithdrawn
from shared.testing_web import Reply


async def test_from_the_register_to_an_offer(world: World) -> None:
    helper = (await world.post("/members", "branch", MEMBER)).json()
    registered = await world.post("/households", "staff", HOUSEHOLD)
    home = registered.json()
    assert registered.status == 201
    assert registered.headers["location"].endswith(f"/households/{home['id']}")
    agreed = await world.post(f"/households/{home['id']}/consent", "staff", CONSENT, if_match='"1"')
    assert (agreed.json()["state"], agreed.headers["etag"]) == ("consented", '"2"')
    sides = {"helper_ids": [helper["id"]], "household_ids": [home["id"]]}
    pairing = (await world.post("/pairings", "staff", {"mode": "one_one", **sides})).json()
    await world.post(f"/pairings/{pairing['id']}/consent", "staff")
    active = await world.post(f"/pairings/{pairing['id']}/activation", "branch")
    assert active.json()["state"] == "active"

    await world.harness.hear(assigned("req_new", dwelling_id="dwl_2"))
    task = await world.harness.task_of("req_new")
    assert (task.state, task.offers[0].helper_id) == ("offered", helper["id"])


async def test_a_member_helps_and_the_branch_confirms(world: World) -> None:
    offered = (await world.get("/care-tasks?state=offered", "member")).json()["items"]
    (task,) = offered
    assert task["service_code"] == "care.shopping"
    path = f"/care-tasks/{task['id']}"

    accepted = await world.post(f"{path}/acceptance", "member", if_match='"1"')
    assert (accepted.json()["state"], accepted.headers["etag"]) == ("accepted", '"2"')
    done = await world.post(f"{path}/completion", "member", {"note": "米和油", "minutes": 90})
    assert done.json()["state"] == "completed"
    await world.harness.hear_told(world.harness.backing.care_tasks, task["id"], CareTaskCompleted)

    drafts = (await world.get("/contributions?state=draft", "member")).json()["items"]
    (draft,) = [each for each in drafts if each["care_task_id"] == task["id"]]
    record = f"/contributions/{draft['id']}"
    assert (await world.post(f"{record}/confirmation", "branch")).status == 409
    assert (await world.post(f"{record}/submission", "member", {})).json()["state"] == "submitted"
    confirmed = (await world.post(f"{record}/confirmation", "branch")).json()

    assert (confirmed["state"], confirmed["points"], confirmed["rule_version"]) == (
        "confirmed",
        15,
        1,
    )
    story = (await world.get(f"{record}/story", "member")).json()["items"]
    assert [step["type"].split(".")[2] for step in story] == ["drafted", "submitted", "confirmed"]
    rules = (await world.get("/points-rules", "branch")).json()["items"]
    assert rules[0]["per_hour"] == {"volunteering": 10, "visit": 10}


async def test_a_member_sees_and_answers_their_own_tasks_alone(world: World) -> None:
    path = f"/care-tasks/{world.ids['care-tasks']}"

    assert (await world.get("/care-tasks", "member2")).json()["items"] == []
    assert (await world.get(path, "member2")).status == 404
    assert (await world.get(f"{path}/story", "member2")).status == 404
    assert (await world.post(f"{path}/acceptance", "member2")).status == 404
    for who in ("branch", "staff"):
        assert len((await world.get("/care-tasks", who)).json()["items"]) == 2
        assert (await world.get(path, who)).status == 200


async def test_a_branch_sees_and_confirms_its_own_members_records_alone(world: World) -> None:
    path = f"/contributions/{world.ids['contributions']}"
    await world.post(f"{path}/submission", "member")

    for who in ("branch2", "branch3", "member2"):
        assert (await world.get("/contributions", who)).json()["items"] == []
        assert (await world.get(path, who)).status == 404
    for who in ("branch2", "branch3"):
        assert (await world.post(f"{path}/confirmation", who)).status == 404
        assert (await world.post(f"{path}/return", who, {"reason": "other"})).status == 404
    for who in ("member", "branch", "staff"):
        assert (await world.get(path, who)).status == 200
        assert len((await world.get("/contributions", who)).json()["items"]) == 1
    returned = await world.post(f"{path}/return", "branch", {"reason": "other", "note": "请补时间"})
    assert "请补时间" not in returned.body.decode()
    assert (await world.get(path, "member")).json()["return_note"] == "请补时间"


async def test_a_note_is_shown_by_itself_and_in_no_list(world: World) -> None:
    listed = (await world.get("/care-tasks?state=completed", "staff")).json()["items"]
    assert "note" not in listed[0]
    shown = (await world.get(f"/care-tasks/{world.ids['done']}", "staff")).json()
    assert shown["note"] == "放在门口"


async def test_circumstances_are_shown_for_a_purpose_and_the_reading_is_on_record(
    world: World,
) -> None:
    path = f"/households/{world.ids['households']}"

    assert (await world.get(path, "staff")).status == 422
    assert (await world.get(f"{path}?purpose=curiosity", "staff")).status == 422
    assert (await world.get(f"{path}/readings", "staff")).json()["items"] == []
    shown = (await world.get(f"{path}?purpose=visit", "branch")).json()
    assert (shown["categories"], shown["risk_level"]) == (["hardship"], "high")
    assert shown["consent"]["scope"] == "care"
    (reading,) = (await world.get(f"{path}/readings", "staff")).json()["items"]
    assert (reading["by"], reading["purpose"]) == ("per_branch", "visit")


async def test_readings_go_on_where_their_cursor_says(world: World) -> None:
    path = f"/households/{world.ids['households']}"
    for purpose in ("visit", "matching", "visit"):
        assert (await world.get(f"{path}?purpose={purpose}", "staff")).status == 200

    first = (await world.get(f"{path}/readings?limit=2", "staff")).json()
    rest = await world.get(f"{path}/readings?limit=2&cursor={first['next_cursor']}", "staff")

    assert [len(first["items"]), len(rest.json()["items"])] == [2, 1]
    assert rest.json()["next_cursor"] is None
    assert (await world.get(f"{path}/readings?cursor=%21", "staff")).status == 400


async def test_lists_changes_stories_and_errors_hold_nothing_sensitive(world: World) -> None:
    path = f"/households/{world.ids['households']}"
    answers = [
        await world.get("/households", "staff"),
        await world.get("/households?state=consented", "branch"),
        await world.get(f"{path}/story", "staff"),
        await world.post("/households", "staff", HOUSEHOLD),
        await world.post(f"{path}/consent", "staff", CONSENT),
        await world.delete(f"{path}/consent", "staff"),
        await world.delete(f"{path}/consent", "staff"),
    ]

    assert [answer.status for answer in answers] == [200, 200, 200, 201, 200, 200, 409]
    for answer in answers:
        assert not [word for word in SENSITIVE if word in answer.body.decode()]


@pytest.mark.parametrize("until", [1795534200, "1795534200", "2027-01-01T00:00:00"])
async def test_a_consent_ends_at_a_time_that_is_written_out_with_its_zone(
    world: World, until: object
) -> None:
    path = f"/households/{world.ids['households']}/consent"

    refused = await world.post(path, "staff", {**CONSENT, "until": until})

    assert refused.status == 422
    assert refused.json()["errors"][0]["pointer"] == "#/until"


async def test_a_refused_household_does_not_tell_what_was_sent(world: World) -> None:
    body = {**HOUSEHOLD, "categories": ["hardship", "hardship"], "needs": ["x" * 300]}

    answer = await world.post("/households", "staff", body)

    assert answer.status == 422
    assert "hardship" not in answer.body.decode()
    assert "xxx" not in answer.body.decode()


@pytest.mark.parametrize("dwelling_id", ["dwl_none", "dwl_9"])
async def test_an_unknown_dwelling_is_refused_by_name(world: World, dwelling_id: str) -> None:
    answer = await world.post("/households", "staff", {**HOUSEHOLD, "dwelling_id": dwelling_id})

    assert (answer.status, answer.json()["code"]) == (422, "dwelling.unknown")


async def test_a_withdrawn_consent_ends_the_pairing(world: World) -> None:
    home, pairing = world.ids["households"], world.ids["pairings"]

    withdrawn = await world.delete(f"/households/{home}/consent", "branch", if_match='"2"')
    await world.harness.hear_told(world.harness.backing.households, home, HouseholdConsentWithdrawn)

    assert withdrawn.json()["state"] == "withdrawn"
    shown = (await world.get(f"/pairings/{pairing}", "staff")).json()
    assert (shown["state"], shown["end_reason"]) == ("ended", "consent_withdrawn")
    again = await world.post(f"/pairings/{pairing}/activation", "staff")
    assert (again.status, again.json()["code"]) == (409, "pairing.wrong_state")


async def test_who_serves_several_communities_says_which(world: World) -> None:
    several = Caller(
        id="per_s",
        communities=("hongmiao", "elsewhere"),
        scopes=frozenset({"pairing:member:write"}),
    )

    async def register(**more: str) -> Reply:
        body = {**MEMBER, **more}
        return await world.client.call("POST", f"{BASE}/members", several, json=body)

    assert (await register()).status == 403
    assert (await register(community="third")).status == 404
    assert (await register(community="elsewhere")).json()["code"] == "branch.unknown"
    there = await register(community="elsewhere", branch_id="brn_9")
    assert there.json()["community"] == "elsewhere"


async def test_pages_follow_each_other_by_cursor(world: World) -> None:
    for number in range(5):
        await world.post("/members", "staff", {**MEMBER, "person_id": f"per_p{number}"})

    first = (await world.get("/members?limit=4", "staff")).json()
    second = (await world.get(f"/members?limit=4&cursor={first['next_cursor']}", "staff")).json()

    ids = [each["id"] for each in first["items"] + second["items"]]
    assert len(ids) == len(set(ids)) == 6
    assert second["next_cursor"] is None
    assert (await world.get("/members?cursor=%21", "staff")).status == 400
