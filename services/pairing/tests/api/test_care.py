"""Offers of help and the rules of asking over HTTP: who sees what, and what is refused."""

import pytest

from services.pairing.tests.api.world import CARE_RULES, World
from services.pairing.tests.harness import assigned


async def test_of_several_who_are_asked_each_sees_their_own_offer_and_staff_see_all(
    world: World,
) -> None:
    changed = await world.put("/care-rules", "branch", CARE_RULES, if_match='"1"')
    assert (changed.status, changed.headers["etag"]) == (200, '"2"')
    assert (await world.get("/care-rules", "member")).json()["day_begins"] == "08:00"
    home = (await world.harness.backing.households.find({"dwelling_id": "dwl_1"}))[0]
    await world.harness.paired([await world.harness.member(2)], home)
    await world.harness.hear(assigned("req_both"))
    task = await world.harness.task_of("req_both")
    assert len(task.asked_ids) == 2

    (mine,) = [
        each
        for each in (await world.get("/care-tasks?mine=offers", "member")).json()["items"]
        if each["request_id"] == "req_both"
    ]
    path = f"/care-tasks/{task.id}"
    own = (await world.get(path, "member")).json()
    whole = (await world.get(path, "staff")).json()

    assert (mine["rung"], mine["helper_id"]) == ("own", world.ids["members"])
    assert mine["answer_by"] == own["offers"][0]["answer_by"]
    assert [each["helper_id"] for each in own["offers"]] == [world.ids["members"]]
    assert len(whole["offers"]) == 2
    declined = await world.post(f"{path}/decline", "member", {"reason": "too_far"})
    assert (declined.json()["helper_id"], declined.json()["answer_by"]) == (None, None)
    assert (await world.get(path, "member")).status == 404
    again = await world.post(f"{path}/acceptance", "member")
    assert (again.status, again.json()["code"]) == (409, "care_task.offer_over")
    assert [each["reason"] for each in (await world.get(path, "branch")).json()["offers"]] == [
        "too_far",
        None,
    ]


async def test_ones_own_offers_and_tasks_are_listed_also_for_who_may_see_all(
    world: World,
) -> None:
    for mine in ("offers", "tasks"):
        assert (await world.get(f"/care-tasks?mine={mine}", "staff")).json()["items"] == []
    assert (await world.get("/care-tasks?mine=everything", "member")).status == 422


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"day_begins": "24:30"}, "#/day_begins"),
        ({"day_begins": "20:00", "day_ends": "20:30"}, "#/day_ends"),
        ({"share_percent": 0}, "#/share_percent"),
        ({"least_seconds": "900"}, "#/least_seconds"),
        ({"rungs": {}}, "#/rungs/own"),
        ({"rungs": {**CARE_RULES["rungs"], "friends": {}}}, "#/rungs"),
    ],
)
async def test_rules_that_make_no_sense_are_refused_by_field(
    world: World, changes: dict[str, object], pointer: str
) -> None:
    refused = await world.put("/care-rules", "staff", {**CARE_RULES, **changes})

    assert refused.status == 422
    assert refused.json()["errors"][0]["pointer"].startswith(pointer)
    assert (await world.get("/care-rules", "staff")).json()["version"] == 1
