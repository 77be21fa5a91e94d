"""The register by HTTP: what is shown masked, what in full and on record, what is refused where."""

from typing import Any

import pytest

from services.pairing.tests.api.world import BASE, CONSENT, HOUSEHOLD, World, caller
from services.pairing.tests.api.world_register import CONTACT, PERSON
from shared.testing_web import english

FULL: dict[str, Any] = {
    **HOUSEHOLD,
    "languages": ["yue", "cmn"],
    "suitable_times": [
        {"weekday": 3, "start": "14:00", "end": "17:00"},
        {"weekday": 1, "start": "09:00", "end": "11:30"},
    ],
    "emergency_contact": CONTACT,
    "external_ref": "H-1",
}
PARTICULAR = ("示例丙", "5550", "0100", "1941", "cmn")


async def test_a_resident_is_masked_in_lists_and_in_no_answer_that_is_kept(world: World) -> None:
    made = await world.post("/persons", "branch", PERSON)
    listed = await world.get("/persons?dwelling_id=dwl_2", "branch")
    changed = await world.client.call(
        "PATCH", f"{BASE}/persons/{made.json()['id']}", caller("branch"), json={"name": "示例戊"}
    )

    assert made.status == 201
    assert made.headers["location"].endswith(made.json()["id"])
    for answer in (made, changed):
        assert not [each for each in (*PARTICULAR, "示例戊") if each in answer.body.decode()]
    (shown,) = listed.json()["items"]
    assert (shown["name"], shown["phone"]) == ("示**", "*******0100")
    assert not [each for each in ("示例丙", "5550", "1941", "cmn") if each in listed.body.decode()]


async def test_a_resident_in_full_is_on_record_with_who_and_for_what(world: World) -> None:
    made = (await world.post("/persons", "branch", PERSON)).json()

    without = await world.get(f"/persons/{made['id']}", "branch")
    shown = await world.get(f"/persons/{made['id']}?purpose=help", "branch")
    exported = await world.get("/persons/records?purpose=review", "staff")

    assert (without.status, shown.status) == (422, 200)
    assert shown.json()["birth_date"] == "1941-02-03"
    assert shown.json()["phone"] == "01055500100"
    assert made["id"] in [each["id"] for each in exported.json()["items"]]
    readings = (await world.get(f"/persons/{made['id']}/readings", "staff")).json()["items"]
    assert {(each["by"], each["purpose"]) for each in readings} == {
        ("per_branch", "help"),
        ("per_staff", "review"),
    }


async def test_a_household_comes_back_as_it_was_sent_and_is_masked_otherwise(world: World) -> None:
    made = await world.post("/households", "branch", FULL)
    shown = (await world.get(f"/households/{made.json()['id']}?purpose=visit", "branch")).json()

    assert {name: shown[name] for name in FULL if name in ("needs", "external_ref")} == {
        "needs": ["chat"],
        "external_ref": "H-1",
    }
    assert shown["languages"] == ["cmn", "yue"]
    assert [each["weekday"] for each in shown["suitable_times"]] == [1, 3]
    assert shown["emergency_contact"] == CONTACT
    listed = await world.get("/households", "branch")
    for answer in (made, listed):
        words = ("示例丁", "138", "yue", "09:00", "child", "H-1", "hardship", "high")
        assert not [each for each in words if each in answer.body.decode()]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"emergency_contact": {**CONTACT, "phone": "no"}}, "/emergency_contact/phone"),
        ({"emergency_contact": {**CONTACT, "relation": "boss"}}, "/emergency_contact/relation"),
        (
            {"suitable_times": [{"weekday": 8, "start": "09:00", "end": "10:00"}]},
            "/suitable_times/0/weekday",
        ),
        (
            {"suitable_times": [{"weekday": 1, "start": "10:00", "end": "09:00"}]},
            "/suitable_times/0/end",
        ),
        ({"languages": ["Kantonesisch!"]}, "/languages/0"),
        ({"person_ids": []}, "/person_ids"),
        ({"categories": None}, "/categories"),
        ({"needs": ["x" * 201]}, "/needs/0"),
    ],
)
async def test_what_can_not_be_is_refused_at_its_field(
    world: World, body: dict[str, Any], pointer: str
) -> None:
    answer = await world.client.call(
        "PATCH",
        f"{BASE}/households/{world.ids['households']}",
        caller("branch"),
        json=body,
        headers=english(),
    )

    assert answer.status == 422, answer.body
    assert f"#{pointer}" in [each["pointer"] for each in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("consent", "code", "pointer"),
    [
        ({"until": "2020-01-01T00:00:00Z"}, "household.consent_in_past", "/until"),
        ({"at": "2100-01-01T00:00:00Z"}, "household.consent_in_future", "/at"),
    ],
)
async def test_a_consent_of_another_time_is_refused(
    world: World, consent: dict[str, str], code: str, pointer: str
) -> None:
    path = f"/households/{world.ids['households']}/consent"

    answer = await world.post(path, "staff", {**CONSENT, **consent})

    assert (answer.status, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["pointer"] == f"#{pointer}"


async def test_a_household_ends_step_by_step(world: World) -> None:
    path = f"/households/{world.ids['households']}"

    early = await world.post(f"{path}/anonymisation", "staff", {"reason": "asked_for"})
    gone = await world.post(f"{path}/departure", "branch", {"reason": "died"})
    forgotten = await world.post(f"{path}/anonymisation", "staff", {"reason": "asked_for"})
    again = await world.post(f"{path}/consent", "staff", CONSENT)

    assert (early.status, early.json()["code"]) == (409, "household.not_left")
    assert (gone.json()["state"], "died" in gone.body.decode()) == ("left", False)
    assert forgotten.json()["dwelling_id"].startswith("anon_")
    assert (again.status, again.json()["code"]) == (409, "household.wrong_state")
    listed = await world.get("/households?state=left", "staff")
    assert [each["id"] for each in listed.json()["items"]] == [world.ids["households"]]


async def test_households_in_full_as_a_table_are_on_record_one_by_one(world: World) -> None:
    await world.post("/households", "branch", FULL)

    table = await world.client.call(
        "GET",
        f"{BASE}/households/records?purpose=review",
        caller("branch"),
        headers=english(accept="text/csv"),
    )

    rows = table.body.decode("utf-8-sig").splitlines()
    assert len(rows) == 3
    assert "emergency_contact.phone" in rows[0]
    readings = await world.get(f"/households/{world.ids['households']}/readings", "staff")
    assert [each["purpose"] for each in readings.json()["items"]] == ["review"]


async def test_branches_may_export_but_only_staff_may_forget(world: World) -> None:
    path = f"/persons/{world.ids['persons']}/erasure"

    assert (await world.post(path, "branch", {"reason": "asked_for"})).status == 403
    assert (await world.post(path, "staff", {"reason": "asked_for"})).json()["state"] == "erased"
    shown = await world.get(f"/persons/{world.ids['persons']}?purpose=review", "staff")
    assert (shown.json()["name"], shown.json()["phone"]) == ("", None)
