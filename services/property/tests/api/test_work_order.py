"""Work orders over HTTP."""

from typing import Any

import pytest

from services.property.tests.api.office import COMMITTEE, DISPATCHER, STAFF, STRANGERS, Office

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
