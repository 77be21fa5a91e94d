"""Work orders over HTTP."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.property.tests.api.office import COMMITTEE, DISPATCHER, STAFF, STRANGERS, Office
from shared.testing_web import person

WORKING: dict[str, Any] = {
    "assignment": {"assignee_id": "per_li"},
    "receipt": None,
    "start": None,
    "completion": {"note": "towed"},
}
JUDGING: dict[str, Any] = {
    "acceptance": None,
    "return": {"reason": "still there"},
    "cancellation": {"reason": "moved away"},
}


async def test_the_company_works_and_the_committee_judges(office: Office) -> None:
    key = await office.key()
    id = await office.work_order(await office.estate())  # noqa: A001

    async def step(action: str) -> str:
        path = f"/work-orders/{id}/{action}"
        if action in WORKING:
            reply = await office.call("POST", path, key=key, json=WORKING[action])
        else:
            reply = await office.call("POST", path, COMMITTEE, json=JUDGING[action])
        assert reply.status == 200, reply.body
        assert reply.headers["etag"] == f'"{reply.json()["version"]}"'
        return str(reply.json()["state"])

    states = [await step(action) for action in (*WORKING, "return", "completion", "acceptance")]

    assert states == [
        "assigned",
        "accepted",
        "on_site",
        "completed",
        "on_site",
        "completed",
        "accepted_work",
    ]
    view = (await office.call("GET", f"/work-orders/{id}", key=key)).json()
    assert (view["assignee_id"], view["completion_note"]) == ("per_li", "towed")
    assert (view["times_sent_back"], view["accepted_by"]) == (1, "per_committee")
    story = (await office.call("GET", f"/work-orders/{id}/story", COMMITTEE)).json()["items"]
    assert [step["sequence"] for step in story] == list(range(1, 9))
    await office.world.settle()
    incident = await office.call("GET", f"/incidents/{view['incident_id']}", key=key)
    assert incident.json()["state"] == "restored"


async def test_the_company_judges_nothing_and_the_committee_does_no_work(office: Office) -> None:
    key = await office.key()
    id = await office.work_order(await office.estate())  # noqa: A001
    for action, body in JUDGING.items():
        reply = await office.call("POST", f"/work-orders/{id}/{action}", key=key, json=body)
        assert reply.status == 403
    for action, body in WORKING.items():
        reply = await office.call("POST", f"/work-orders/{id}/{action}", COMMITTEE, json=body)
        assert reply.status == 403


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_a_work_order_is_not_there_for_strangers(office: Office, stranger: str) -> None:
    id = await office.work_order(await office.estate())  # noqa: A001
    who = STRANGERS[stranger]

    for path in (f"/work-orders/{id}", f"/work-orders/{id}/story"):
        assert (await office.call("GET", path, who)).status == 404
    assert (await office.call("GET", "/work-orders", who)).json()["items"] == []
    for actions, scope in ((WORKING, "manage"), (JUDGING, "accept")):
        if f"property:work_order:{scope}" not in who.scopes:
            continue
        for action, body in actions.items():
            reply = await office.call(
                "POST", f"/work-orders/{id}/{action}", who, json=body, headers={"if-match": '"9"'}
            )
            assert reply.status == 404


@pytest.mark.parametrize("action", [*WORKING, *JUDGING])
async def test_a_decision_on_a_version_that_moved_on_is_refused(
    office: Office, action: str
) -> None:
    id = await office.work_order(await office.estate())  # noqa: A001
    who, body = (DISPATCHER, WORKING[action]) if action in WORKING else (COMMITTEE, JUDGING[action])
    path = f"/work-orders/{id}/{action}"
    reply = await office.call("POST", path, who, json=body, headers={"if-match": '"2"'})
    assert reply.status == 412
    assert (await office.call("GET", f"/work-orders/{id}", STAFF)).json()["version"] == 1


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("assignment", {}),
        ("assignment", {"assignee_id": "Li Wei"}),
        ("assignment", {"assignee_id": "per_li", "note": "hurry"}),
        ("completion", {"note": " "}),
        ("return", {"reason": ""}),
        ("cancellation", {}),
    ],
)
async def test_a_bad_body_is_refused(office: Office, action: str, body: dict[str, Any]) -> None:
    id = await office.work_order(await office.estate())  # noqa: A001
    who = DISPATCHER if action in WORKING else COMMITTEE
    reply = await office.call("POST", f"/work-orders/{id}/{action}", who, json=body)
    assert reply.status == 422
    assert reply.json()["errors"]


async def test_a_step_out_of_order_is_a_conflict(office: Office) -> None:
    id = await office.work_order(await office.estate())  # noqa: A001
    reply = await office.call("POST", f"/work-orders/{id}/acceptance", COMMITTEE)
    assert (reply.status, reply.json()["code"]) == (409, "work_order.wrong_state")
    assert "待派单" in reply.json()["detail"]


async def test_a_cancelled_order_keeps_its_reason(office: Office) -> None:
    id = await office.work_order(await office.estate())  # noqa: A001
    path = f"/work-orders/{id}/cancellation"
    reply = await office.call("POST", path, COMMITTEE, json=JUDGING["cancellation"])
    view = reply.json()
    assert (view["state"], view["cancellation_reason"]) == ("cancelled", "moved away")


async def test_work_orders_are_filtered(office: Office) -> None:
    estate_id = await office.estate()
    first, second = await office.work_order(estate_id), await office.work_order(estate_id)
    await office.call(
        "POST", f"/work-orders/{first}/assignment", DISPATCHER, json=WORKING["assignment"]
    )

    async def ids(query: str) -> list[str]:
        reply = await office.call("GET", f"/work-orders?{query}", DISPATCHER)
        return sorted(order["id"] for order in reply.json()["items"])

    assert await ids("") == sorted([first, second])
    assert await ids("state=assigned") == [first]
    assert await ids(f"estate_id={estate_id}&state=created") == [second]
    assert await ids("incident_id=inc_none") == []
    assert await ids("turn_missed=true") == []
    assert await ids("turn_missed=false") == sorted([first, second])
    assert await ids("request_id=req_none") == []


@pytest.mark.mongo
async def test_a_step_sent_again_with_its_key_is_answered_again(real_office: Office) -> None:
    id = await real_office.work_order(await real_office.estate())  # noqa: A001
    path, headers = f"/work-orders/{id}/assignment", {"idempotency-key": "once"}
    body = WORKING["assignment"]
    first = await real_office.call("POST", path, DISPATCHER, json=body, headers=headers)
    again = await real_office.call("POST", path, DISPATCHER, json=body, headers=headers)
    assert (first.status, again.status) == (200, 200)
    assert again.body == first.body


OFFER = {"until": "2099-01-01T00:00:00+08:00"}
BAD: list[tuple[str, Any, str]] = [
    ("offer", {}, "/until"),
    ("offer", {"until": "2026-11-24T09:00:00"}, "/until"),
    ("offer", OFFER, "/until"),
    ("pause", {"reason": "tired"}, "/reason"),
    ("refusal", {"reason": " "}, "/reason"),
    ("completion", {"note": "x", "labour_fen": -1}, "/labour_fen"),
    ("completion", {"note": "x", "labour_fen": 12.5}, "/labour_fen"),
    ("completion", {"note": "x", "parts": [{"name": "a", "quantity": 0}]}, "/parts/0/quantity"),
    ("completion", {"note": "x", "parts": [{"name": "a", "quantity": 1}] * 51}, "/parts"),
    ("completion", {"note": "x", "photo_ids": ["a", "b", "c", "d", "e", "f"]}, "/photo_ids"),
    ("taking", {"worker_id": "Li Wei"}, "/worker_id"),
    ("acceptance", {"satisfaction": 6}, "/satisfaction"),
    ("cancellation", {"reason": "x", "again": "perhaps"}, "/again"),
]


@pytest.mark.parametrize(("action", "body", "pointer"), BAD)
async def test_what_is_wrong_with_a_step_is_told_by_its_pointer_and_changes_nothing(
    office: Office, action: str, body: Any, pointer: str
) -> None:
    id = await office.work_order(await office.estate())  # noqa: A001
    who = COMMITTEE if action in ("acceptance", "cancellation") else DISPATCHER
    reply = await office.call("POST", f"/work-orders/{id}/{action}", who, json=body)
    assert reply.status == 422
    assert [each["pointer"] for each in reply.json()["errors"]] == [f"#{pointer}"]
    assert (await office.call("GET", f"/work-orders/{id}", STAFF)).json()["version"] == 1


@pytest.mark.parametrize("action", ["offer-end", "taking", "resumption", "refusal", "pause"])
async def test_a_step_that_is_not_next_is_a_conflict(office: Office, action: str) -> None:
    id = await office.work_order(await office.estate())  # noqa: A001
    body = {"refusal": {"reason": "no"}, "pause": {"reason": "parts"}}.get(action)
    reply = await office.call("POST", f"/work-orders/{id}/{action}", DISPATCHER, json=body)
    assert (reply.status, reply.json()["code"]) == (409, "work_order.wrong_state")


async def test_a_worker_takes_what_is_offered_and_says_what_it_cost(office: Office) -> None:
    key = await office.key()
    id = await office.work_order(await office.estate())  # noqa: A001
    path = f"/work-orders/{id}"
    soon = (office.world.clock.now() + timedelta(hours=1)).isoformat()
    photo = await office.world.photo()

    async def step(action: str, body: Any = None) -> dict[str, Any]:
        reply = await office.call("POST", f"{path}/{action}", key=key, json=body)
        assert reply.status == 200, reply.body
        view: dict[str, Any] = reply.json()
        return view

    offered = await step("offer", {"until": soon})
    taken = await step("taking", {"worker_id": "per_li"})
    await step("receipt")
    await step("start", {"photo_ids": [photo]})
    await step("pause", {"reason": "parts"})
    office.world.clock.move(timedelta(hours=3))
    resumed = await step("resumption")
    valve = {"name": "valve", "quantity": 2, "cost_fen": 5_000}
    done = await step("completion", {"note": "new", "parts": [valve], "labour_fen": 300})
    accepted = await office.call("POST", f"{path}/acceptance", COMMITTEE, json={"satisfaction": 5})

    assert (offered["state"], offered["mode"]) == ("offered", "grab")
    assert (taken["state"], taken["assignee_id"]) == ("assigned", "per_li")
    assert resumed["pauses"][0]["reason"] == "parts"
    assert moment(resumed["due_by"]) - moment(resumed["due_at"]) == timedelta(hours=3)
    assert (done["cost_fen"], done["on_time"], done["photos_before"]) == (5_300, True, [photo])
    assert (accepted.json()["satisfaction"], accepted.json()["accepted_as"]) == (5, "committee")
    source = {"kind": "incident", "id": done["incident_id"]}
    assert done["source"] == source


async def test_a_photo_that_is_none_of_the_companys_starts_no_work(office: Office) -> None:
    id = await office.work_order(await office.estate())  # noqa: A001
    path = f"/work-orders/{id}"
    await office.call("POST", f"{path}/assignment", DISPATCHER, json=WORKING["assignment"])
    await office.call("POST", f"{path}/receipt", DISPATCHER)
    reply = await office.call("POST", f"{path}/start", DISPATCHER, json={"photo_ids": ["pho_none"]})
    assert (reply.status, reply.json()["errors"][0]["pointer"]) == (422, "#/photo_ids/0")
    assert (await office.call("GET", path, STAFF)).json()["state"] == "accepted"


async def test_residents_see_no_order_that_they_did_not_ask_for_and_do_no_work(
    office: Office,
) -> None:
    id = await office.work_order(await office.estate())  # noqa: A001
    resident = person("resident")
    assert (await office.call("GET", f"/work-orders/{id}", resident)).status == 404
    assert (await office.call("GET", "/work-orders", resident)).json()["items"] == []
    for action, body in JUDGING.items():
        reply = await office.call("POST", f"/work-orders/{id}/{action}", resident, json=body)
        assert reply.status == 404
    for action, body in WORKING.items():
        reply = await office.call("POST", f"/work-orders/{id}/{action}", resident, json=body)
        assert reply.status == 403


async def test_a_roster_is_kept_shown_and_bounded(office: Office) -> None:
    estate_id = await office.estate()
    path = f"/estates/{estate_id}/rosters/vehicles"
    shift = {"weekday": 1, "start": "08:00", "end": "16:00"}
    workers = [{"person_id": "per_li", "shifts": [shift]}]
    body = {"mode": "rotate", "workers": workers}

    kept = await office.call("PUT", path, DISPATCHER, json=body)
    again = await office.call("PUT", path, DISPATCHER, json=body)
    stale = await office.call("PUT", path, DISPATCHER, json=body, headers={"if-match": '"7"'})
    bad = {"mode": "rotate", "workers": [{**workers[0], "shifts": [{**shift, "start": "8"}]}]}
    wrong = await office.call("PUT", path, DISPATCHER, json=bad)
    staffs = await office.call("PUT", path, STAFF, json={"mode": "grab", "team_id": "tea_1"})
    listed = await office.call("GET", f"/rosters?estate_id={estate_id}", COMMITTEE)

    assert (kept.status, kept.json()["scope"], kept.json()["workers"]) == (
        200,
        "vehicles",
        workers,
    )
    assert (again.json()["version"], stale.status, staffs.status) == (1, 412, 403)
    assert wrong.status == 422
    assert wrong.json()["errors"][0]["pointer"] == "#/workers/0/shifts/0/start"
    assert [each["id"] for each in listed.json()["items"]] == [kept.json()["id"]]


def moment(text: str) -> datetime:
    """The moment that the answer tells."""
    return datetime.fromisoformat(text)
