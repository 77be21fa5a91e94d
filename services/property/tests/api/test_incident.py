"""Incidents over HTTP."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.property.api.incident import Asked
from services.property.tests.api.office import (
    COMMITTEE,
    DISPATCHER,
    RESIDENT,
    STAFF,
    STRANGERS,
    Office,
    incident_body,
    routers,
)
from services.property.tests.samples import COMMUNITY, COMPANY
from shared.testing_web import person, web_client

DAY = timedelta(days=1)
ACTIONS = {"confirmation": None, "dismissal": {"reason": "a drill"}, "closure": None}


async def test_a_company_s_system_reports_with_its_key_and_gets_number_and_location(
    office: Office,
) -> None:
    estate_id, key = await office.estate(), await office.key()
    body = incident_body(estate_id, external_ref="A-1", occurred_at="2025-11-24T15:30:00+08:00")

    reply = await office.call("POST", "/incidents", key=key, json=body)

    assert reply.status == 201
    view = reply.json()
    assert reply.headers["location"] == f"/api/property/v1/incidents/{view['id']}"
    assert reply.headers["etag"] == '"1"'
    assert view["number"].startswith("HM-")
    assert (view["state"], view["contractor_id"]) == ("reported", COMPANY)
    assert view["occurred_at"] == "2025-11-24T07:30:00Z"
    assert view["place"] == {
        "building_id": "bld_1",
        "entrance_id": None,
        "note": "north side",
        "riser": None,
    }
    again = await office.call("GET", f"/incidents/{view['id']}", key=key)
    assert again.json() == view
    story = await office.call("GET", f"/incidents/{view['id']}/story", key=key)
    (step,) = story.json()["items"]
    assert step["type"] == "property.incident.reported.v1"
    assert step["actor"].startswith("key_")


async def test_staff_report_for_the_company_of_the_estate(office: Office) -> None:
    body = incident_body(await office.estate())
    reply = await office.call("POST", "/incidents", STAFF, json=body)
    assert reply.status == 201
    assert reply.json()["contractor_id"] == COMPANY
    assert reply.json()["occurred_at"] == reply.json()["reported_at"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"kind": "flood"}, "#/kind"),
        ({"severity": 0}, "#/severity"),
        ({"severity": 5}, "#/severity"),
        ({"severity": "2"}, "#/severity"),
        ({"severity": True}, "#/severity"),
        ({"text": ""}, "#/text"),
        ({"text": "   "}, "#/text"),
        ({"text": "x" * 2001}, "#/text"),
        ({"occurred_at": "2025-11-24T15:30:00"}, "#/occurred_at"),
        ({"occurred_at": 1795534200}, "#/occurred_at"),
        ({"occurred_at": "1795534200"}, "#/occurred_at"),
        ({"occurred_at": "2999-11-24T08:00:00Z"}, "#/occurred_at"),
        ({"place": {"building_id": "bld_9"}}, "#/place/building_id"),
        ({"place": {"entrance_id": "ent_9"}}, "#/place/entrance_id"),
        ({"place": {"floor": 3}}, "#/place/floor"),
        ({"place": {"note": "x" * 301}}, "#/place/note"),
        ({"external_ref": ""}, "#/external_ref"),
        ({"external_ref": "x" * 101}, "#/external_ref"),
        ({"estate_id": "est_none"}, "#/estate_id"),
        ({"estate_id": None}, "#/estate_id"),
        ({"reporter": "somebody"}, "#/reporter"),
    ],
)
async def test_a_bad_report_is_refused_with_the_place_of_the_fault(
    office: Office, change: dict[str, Any], pointer: str
) -> None:
    body = {**incident_body(await office.estate()), **change}
    reply = await office.call("POST", "/incidents", DISPATCHER, json=body)
    assert reply.status == 422
    assert [error["pointer"] for error in reply.json()["errors"]] == [pointer]
    assert (await office.call("GET", "/incidents", COMMITTEE)).json()["items"] == []


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_an_incident_is_not_there_for_strangers(office: Office, stranger: str) -> None:
    estate_id = await office.estate()
    incident = await office.incident(estate_id)
    who = STRANGERS[stranger]
    seen = {"if-match": '"9"'}

    for path in (f"/incidents/{incident['id']}", f"/incidents/{incident['id']}/story"):
        assert (await office.call("GET", path, who)).status == 404
    assert (await office.call("GET", "/incidents", who)).json()["items"] == []
    if "property:incident:report" in who.scopes:
        body = incident_body(estate_id)
        reply = await office.call("POST", "/incidents", who, json=body)
        assert reply.status == 422
        assert reply.json()["code"] == "incident.estate_unknown"
    if "property:incident:confirm" in who.scopes:
        path = f"/incidents/{incident['id']}/confirmation"
        assert (await office.call("POST", path, who, headers=seen)).status == 404


async def test_a_key_of_another_estate_sees_none_of_this_one_s(office: Office) -> None:
    here = await office.estate()
    there = await office.estate(code="north", buildings=[])
    bound = await office.key(estates=[there])
    incident = await office.incident(here)

    assert (await office.call("GET", "/incidents", key=bound)).json()["items"] == []
    assert (await office.call("GET", f"/incidents/{incident['id']}", key=bound)).status == 404
    assert (await office.call("GET", f"/estates/{here}", key=bound)).status == 404
    body = incident_body(here, external_ref="A-1")
    assert (await office.call("POST", "/incidents", key=bound, json=body)).status == 422
    body = incident_body(there, place={}, external_ref="A-1")
    assert (await office.call("POST", "/incidents", key=bound, json=body)).status == 201


async def test_a_machine_neither_confirms_nor_closes(office: Office) -> None:
    incident = await office.incident(await office.estate())
    key = await office.key()
    for action, body in ACTIONS.items():
        path = f"/incidents/{incident['id']}/{action}"
        assert (await office.call("POST", path, key=key, json=body)).status == 403


async def test_a_confirmation_shows_the_new_state_and_version(office: Office) -> None:
    incident = await office.incident(await office.estate())
    path = f"/incidents/{incident['id']}/confirmation"
    reply = await office.call("POST", path, COMMITTEE, headers={"if-match": '"1"'})
    assert reply.status == 200
    assert reply.json() == {**incident, "state": "confirmed", "version": 2}
    assert reply.headers["etag"] == '"2"'


async def test_a_dismissal_keeps_its_reason(office: Office) -> None:
    incident = await office.incident(await office.estate())
    path = f"/incidents/{incident['id']}/dismissal"
    assert (await office.call("POST", path, STAFF, json={})).status == 422
    reply = await office.call("POST", path, STAFF, json={"reason": "a drill"})
    assert (reply.json()["state"], reply.json()["dismissal_reason"]) == ("dismissed", "a drill")


async def test_a_step_out_of_order_is_a_conflict_in_words_of_the_reader(office: Office) -> None:
    incident = await office.incident(await office.estate())
    path = f"/incidents/{incident['id']}/closure"
    reply = await office.call("POST", path, COMMITTEE)
    assert (reply.status, reply.json()["code"]) == (409, "incident.wrong_state")
    assert "已上报" in reply.json()["detail"]
    reply = await office.call("POST", path, COMMITTEE, headers={"accept-language": "en"})
    assert "reported" in reply.json()["detail"]


@pytest.mark.parametrize("action", ["confirmation", "dismissal"])
async def test_a_decision_on_a_version_that_moved_on_is_refused(
    office: Office, action: str
) -> None:
    incident = await office.incident(await office.estate())
    path = f"/incidents/{incident['id']}/{action}"
    reply = await office.call(
        "POST", path, COMMITTEE, json=ACTIONS[action], headers={"if-match": '"2"'}
    )
    assert reply.status == 412
    after = await office.call("GET", f"/incidents/{incident['id']}", COMMITTEE)
    assert after.json() == incident


async def test_incidents_are_filtered_and_come_page_by_page(office: Office) -> None:
    estate_id = await office.estate()
    made = [await office.incident(estate_id, severity=n) for n in (1, 2, 3)]
    await office.call("POST", f"/incidents/{made[0]['id']}/confirmation", COMMITTEE)

    async def ids(query: str) -> list[int]:
        reply = await office.call("GET", f"/incidents?{query}", COMMITTEE)
        assert reply.status == 200
        return [incident["severity"] for incident in reply.json()["items"]]

    assert await ids("") == [3, 2, 1]
    assert await ids("state=confirmed") == [1]
    assert await ids("state=reported&kind=vehicle") == [3, 2]
    assert await ids("severity=2") == [2]
    assert await ids("kind=fire") == []
    assert await ids(f"estate_id={estate_id}&limit=2") == [3, 2]
    first = await office.call("GET", "/incidents?limit=2", COMMITTEE)
    cursor = first.json()["next_cursor"]
    rest = await office.call("GET", f"/incidents?limit=2&cursor={cursor}", COMMITTEE)
    assert [incident["severity"] for incident in rest.json()["items"]] == [1]
    assert rest.json()["next_cursor"] is None


@pytest.mark.parametrize("query", ["state=lost", "kind=flood", "severity=7", "limit=0"])
async def test_a_filter_that_makes_no_sense_is_refused(office: Office, query: str) -> None:
    assert (await office.call("GET", f"/incidents?{query}", COMMITTEE)).status == 422


@pytest.mark.mongo
async def test_a_report_sent_again_with_its_key_is_answered_again_and_made_once(
    real_office: Office,
) -> None:
    body = incident_body(await real_office.estate(), external_ref="A-1")
    key, headers = await real_office.key(), {"idempotency-key": '"0001"'}

    first = await real_office.call("POST", "/incidents", key=key, json=body, headers=headers)
    again = await real_office.call("POST", "/incidents", key=key, json=body, headers=headers)
    other = {**body, "severity": 1}
    reused = await real_office.call("POST", "/incidents", key=key, json=other, headers=headers)

    assert (first.status, again.status, reused.status) == (201, 201, 422)
    assert again.body == first.body
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["etag"] == first.headers["etag"]
    assert reused.json()["code"] == "idempotency.reused"
    assert len((await real_office.call("GET", "/incidents", key=key)).json()["items"]) == 1


@pytest.mark.mongo
async def test_fifty_reports_at_once_with_one_key_make_one_incident(real_office: Office) -> None:
    body = incident_body(await real_office.estate(), external_ref="A-1")
    key, headers = await real_office.key(), {"idempotency-key": "0001"}
    replies = await asyncio.gather(
        *(
            real_office.call("POST", "/incidents", key=key, json=body, headers=headers)
            for _ in range(50)
        )
    )
    assert {reply.status for reply in replies} <= {201, 409}
    assert len({reply.body for reply in replies if reply.status == 201}) == 1
    assert len((await real_office.call("GET", "/incidents", key=key)).json()["items"]) == 1


@pytest.mark.mongo
async def test_a_confirmation_sent_again_with_its_key_is_answered_again(
    real_office: Office,
) -> None:
    incident = await real_office.incident(await real_office.estate())
    path, headers = f"/incidents/{incident['id']}/confirmation", {"idempotency-key": "once"}
    first = await real_office.call("POST", path, COMMITTEE, headers=headers)
    again = await real_office.call("POST", path, COMMITTEE, headers=headers)
    without = await real_office.call("POST", path, COMMITTEE)
    assert (first.status, again.status, without.status) == (200, 200, 409)
    assert again.body == first.body


@pytest.mark.mongo
async def test_a_company_s_own_number_used_twice_is_a_conflict_that_names_the_incident(
    real_office: Office,
) -> None:
    body = incident_body(await real_office.estate(), external_ref="A-1")
    first = await real_office.call("POST", "/incidents", DISPATCHER, json=body)
    again = await real_office.call("POST", "/incidents", DISPATCHER, json=body)
    assert (again.status, again.json()["code"]) == (409, "incident.taken")
    assert first.json()["id"] in again.json()["detail"]


async def test_a_caller_of_two_communities_reports_in_each(office: Office) -> None:
    both = person("staff", communities=(COMMUNITY, "elsewhere"))
    reply = await office.call(
        "POST",
        "/estates",
        both,
        json={"community": "elsewhere", "code": "x", "name": "X", "management": "none"},
    )
    body = incident_body(reply.json()["id"], place={})
    made = await office.call("POST", "/incidents", both, json=body)
    assert (made.status, made.json()["community"]) == (201, "elsewhere")
    assert (await office.call("GET", f"/incidents/{made.json()['id']}", STAFF)).status == 404


async def test_a_machine_that_could_not_be_told_from_itself_is_asked_for_a_key_where_that_is_told(
    office: Office,
) -> None:
    world = office.world
    strict = routers(world, asked=Asked(key_required=True))
    lax, office = office, Office(world, web_client(*strict, ring=world.keys))
    body, key = incident_body(await office.estate()), await office.key()
    bare = await office.call("POST", "/incidents", key=key, json=body)
    assert (bare.status, bare.json()["code"]) == (400, "idempotency.missing")
    assert bare.json()["errors"][0]["pointer"] == "header:Idempotency-Key"
    headers = {"idempotency-key": '"0001"'}
    keyed = await office.call("POST", "/incidents", key=key, json=body, headers=headers)
    assert keyed.status == 201
    numbered = {**body, "external_ref": "A-1"}
    assert (await office.call("POST", "/incidents", key=key, json=numbered)).status == 201
    assert (await lax.call("POST", "/incidents", key=key, json=body)).status == 201


async def test_planned_work_goes_from_its_plan_to_the_all_clear_over_http(office: Office) -> None:
    estate_id, key = await office.estate(), await office.key()
    now = office.world.clock.now()
    hours = {"start": (now + DAY).isoformat(), "finish": (now + 2 * DAY).isoformat()}
    body = incident_body(
        estate_id,
        kind="utilities",
        work=hours,
        text_for_residents="No water",
        external_ref="P-1",
    )
    made = (await office.call("POST", "/incidents", key=key, json=body)).json()
    assert (made["state"], made["kind_of_event"]) == ("planned", "planned")
    path = f"/incidents/{made['id']}"

    reach = (await office.call("GET", f"{path}/affected", key=key)).json()
    assert (reach["building_ids"], reach["entrance_ids"], reach["dwellings"]) == (["bld_1"], [], 2)
    news = {"text_for_residents": "No hot water either"}
    told = await office.call("POST", f"{path}/announcement", key=key, json=news)
    assert told.json()["text_for_residents"] == news["text_for_residents"]
    assert (await office.call("POST", f"{path}/activation", key=key)).json()["state"] == "active"
    out_of_order = await office.call("POST", f"{path}/cancellation", key=key, json={"reason": "x"})
    assert (out_of_order.status, out_of_order.json()["code"]) == (409, "incident.wrong_state")
    end = {"finished_at": office.world.clock.now().isoformat()}
    assert (await office.call("POST", f"{path}/restoration", key=key, json={})).status == 422
    restored = await office.call("POST", f"{path}/restoration", key=key, json=end)
    assert restored.json()["state"] == "restored"
    assert (await office.call("POST", f"{path}/closure", COMMITTEE)).json()["state"] == "closed"

    await office.world.settle()
    listed = (await office.call("GET", f"/bulletins?estate_id={estate_id}", RESIDENT)).json()
    kinds = [one["kind"] for one in listed["items"]]
    assert sorted(kinds) == ["all_clear", "begun", "changed", "planned"]
    (one, *_) = listed["items"]
    shown = await office.call("GET", f"/bulletins/{one['id']}", RESIDENT)
    assert shown.json() == one
    for stranger in STRANGERS.values():
        if "property:bulletin:read" in stranger.scopes and COMMUNITY not in stranger.communities:
            path = f"/bulletins/{one['id']}"
            assert (await office.call("GET", path, stranger)).status == 404
