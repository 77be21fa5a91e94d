"""Mediations over HTTP: who may do what, what is shown, and what never is."""

from typing import Any

import pytest

from services.requests.api import mediation
from services.requests.tests.api.callers import caller, get, post
from services.requests.tests.mediation_harness import MediationHarness, mediation_harness_over
from shared.mongo import Database
from shared.mongo.sealed import Sealed
from shared.testing_routes import MadeOnce
from shared.testing_web import Reply, WebClient, english, never_answered, web_client

MEDIATIONS = "/api/requests/v1/mediations"
PARTIES = [
    {"side": "applicant", "name": "王大妈", "person_id": "per_wang", "phone": "13800000001"},
    {"side": "respondent", "name": "李大爷"},
]
DISPUTE: dict[str, Any] = {"subject": "楼上漏水,两家争执不下。", "parties": PARTIES}
AGREEMENT = {"form": "oral", "text": "李家赔偿粉刷费用五百元。"}
SESSION = {"at": "2026-11-24T08:00:00+08:00", "party_ids": ["pty_none"], "note": "谈过"}
CONFIDED = ("王大妈", "13800000001", "李大爷", "漏水", "五百元", "谈过", "per_wang")
READ = "?purpose=handling"

STEPS: dict[str, tuple[str, dict[str, Any] | None]] = {
    "urgency": ("PUT", {"urgent": True}),
    "parties": ("PUT", {"parties": PARTIES}),
    "consents": ("POST", {"party_id": "pty_none", "method": "spoken"}),
    "acceptance": ("POST", None),
    "rejection": ("POST", {"reason": "no_consent"}),
    "opening": ("POST", None),
    "sessions": ("POST", SESSION),
    "extension": ("POST", {"consenting": []}),
    "agreement": ("POST", AGREEMENT),
    "failure": ("POST", None),
    "withdrawal": ("POST", {"note": "不想谈了"}),
    "performance": ("POST", None),
    "fulfilment": ("POST", None),
    "breach": ("POST", None),
    "resumption": ("POST", None),
    "referral": ("POST", {"way": "court"}),
}
"""What a mediator may do; on a case just registered, what is not of its table is 409."""
AT_ONCE = {"urgency": 200, "parties": 200, "rejection": 200, "consents": 422}


@pytest.fixture
async def harness() -> MediationHarness:
    return await mediation_harness_over(None)


@pytest.fixture
async def client(harness: MediationHarness) -> WebClient:
    return web_client(MadeOnce(mediation.router, harness.service, never_answered))


async def put(client: WebClient, path: str, who: str, body: Any, **headers: str) -> Reply:
    return await client.call("PUT", path, caller(who), json=body, headers=english(**headers))


async def send(
    client: WebClient, path: str, step: str, who: str = "mediator", **headers: str
) -> Reply:
    method, body = STEPS[step]
    if method == "PUT":
        return await put(client, f"{path}/{step}", who, body, **headers)
    return await post(client, f"{path}/{step}", who, body, **headers)


async def registered(client: WebClient) -> str:
    """The path of a case that has a mediator."""
    answer = await post(client, MEDIATIONS, "staff", DISPUTE)
    assert answer.status == 201, answer.body
    path = answer.headers["location"]
    body = {"mediator_ids": ["per_mediator"]}
    assert (await put(client, f"{path}/mediators", "branch", body)).status == 200
    return path


async def accepted(client: WebClient) -> str:
    """The path of a case whose parties agreed to be helped."""
    path = await registered(client)
    for party in (await get(client, path + READ, "mediator")).json()["parties"]:
        consent = {"party_id": party["id"], "method": "written"}
        assert (await post(client, f"{path}/consents", "mediator", consent)).status == 200
    assert (await send(client, path, "acceptance")).status == 200
    return path


async def test_who_brings_a_dispute_in_is_not_shown_it_again(client: WebClient) -> None:
    answer = await post(client, MEDIATIONS, "staff", DISPUTE)

    assert (answer.status, answer.headers["etag"]) == (201, '"1"')
    assert [word for word in CONFIDED if word in answer.body.decode()] == []
    path = answer.headers["location"]
    assert (await get(client, path + READ, "staff")).status == 403
    assert (await get(client, path + READ, "mediator")).status == 404
    shown = await get(client, path + READ, "branch")
    assert shown.json()["subject"] == DISPUTE["subject"]
    assert [party["name"] for party in shown.json()["parties"]] == ["王大妈", "李大爷"]


async def test_a_case_goes_to_its_end_by_its_routes(client: WebClient) -> None:
    path = await accepted(client)

    for step in ("opening", "agreement", "performance", "fulfilment"):
        answer = await send(client, path, step)
        assert answer.status == 200, answer.body
        assert [word for word in CONFIDED if word in answer.body.decode()] == []
    case = (await get(client, path + READ, "mediator")).json()

    assert (case["state"], case["agreement"]["text"]) == ("fulfilled", AGREEMENT["text"])
    assert case["confirmation_until"] > case["agreement"]["effective_at"]
    assert case["term_ends_at"] > case["accepted_at"]


async def test_a_session_and_an_extension_are_kept_with_who_was_there(client: WebClient) -> None:
    path = await accepted(client)
    await send(client, path, "opening")
    ids = [each["id"] for each in (await get(client, path + READ, "mediator")).json()["parties"]]

    met = await post(client, f"{path}/sessions", "mediator", {**SESSION, "party_ids": ids})
    extended = await post(client, f"{path}/extension", "mediator", {"consenting": ids})
    failed = await post(client, f"{path}/failure", "mediator", {"note": "双方不肯让步"})
    case = (await get(client, path + READ, "mediator")).json()

    assert (met.json()["sessions"], extended.json()["extended_times"]) == (1, 1)
    assert failed.json()["state"] == "failed"
    assert case["sessions"][0]["party_ids"] == ids
    assert case["note"] == "双方不肯让步"
    referred = await send(client, path, "referral")
    assert referred.json()["state"] == "referred"


@pytest.mark.parametrize("step", STEPS)
async def test_every_step_answers_a_registered_case_by_its_state(
    client: WebClient, step: str
) -> None:
    path = await registered(client)

    answer = await send(client, path, step)

    assert answer.status == AT_ONCE.get(step, 409), answer.body
    if step not in (*AT_ONCE, "acceptance"):
        assert answer.json()["code"] == "mediation.wrong_state"


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("resident", 403),
        ("staff", 403),
        ("committee", 403),
        ("ops", 403),
        ("mediator@elsewhere", 404),
        ("branch@elsewhere", 404),
    ],
)
async def test_nobody_else_takes_a_step(
    client: WebClient, harness: MediationHarness, step: str, who: str, status: int
) -> None:
    path = await registered(client)

    assert (await send(client, path, step, who)).status == status
    assert (await harness.cases.get(path.rpartition("/")[2])).version == 2


@pytest.mark.parametrize("step", STEPS)
async def test_a_step_decided_on_an_old_version_is_refused(client: WebClient, step: str) -> None:
    path = await registered(client)

    assert (await send(client, path, step, if_match='"1"')).status == 412


@pytest.mark.parametrize("part", ["", "/story"])
async def test_reading_takes_a_purpose_and_is_put_on_record(client: WebClient, part: str) -> None:
    path = await registered(client)

    for query in ("", "?purpose=curiosity"):
        assert (await get(client, path + part + query, "branch")).status == 422
    assert (await get(client, f"{path}{part}?purpose=supervision", "branch")).status == 200
    (reading,) = (await get(client, f"{path}/readings", "branch")).json()["items"]

    assert (reading["by"], reading["purpose"]) == ("per_branch", "supervision")
    assert (await get(client, f"{path}/readings", "mediator")).status == 403


async def test_a_list_shows_nothing_of_what_is_confided(client: WebClient) -> None:
    await registered(client)

    for who, count in (("branch", 1), ("mediator", 1), ("branch@elsewhere", 0)):
        found = await get(client, f"{MEDIATIONS}?state=registered&urgent=false", who)
        assert len(found.json()["items"]) == count
        assert [word for word in CONFIDED if word in found.body.decode()] == []
    assert (await get(client, f"{MEDIATIONS}?state=unheard", "branch")).status == 422


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"subject": " "}, "#/subject"),
        ({"subject": "长" * 4001}, "#/subject"),
        ({"parties": PARTIES[:1]}, "#/parties"),
        ({"parties": [PARTIES[0], PARTIES[0]]}, "#/parties"),
        ({"parties": [{**PARTIES[0], "phone": "call me"}, PARTIES[1]]}, "#/parties/0/phone"),
        ({"parties": [{**PARTIES[0], "side": "both"}, PARTIES[1]]}, "#/parties/0/side"),
        ({"confidential": False}, "#/confidential"),
    ],
)
async def test_a_dispute_that_cannot_be_names_the_field_at_fault(
    client: WebClient, change: dict[str, Any], pointer: str
) -> None:
    answer = await post(client, MEDIATIONS, "staff", {**DISPUTE, **change})

    assert answer.status == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert [word for word in CONFIDED if word in answer.body.decode()] == []


async def test_a_written_agreement_without_its_signature_names_the_field(
    client: WebClient,
) -> None:
    path = await accepted(client)
    await send(client, path, "opening")

    answer = await post(client, f"{path}/agreement", "mediator", {**AGREEMENT, "form": "written"})

    assert answer.status == 422
    assert answer.json()["errors"][0]["pointer"] == "#/signed_at"


@pytest.mark.mongo
async def test_a_step_sent_twice_under_one_key_happens_once(database: Database) -> None:
    harness = await mediation_harness_over(database)
    assert isinstance(harness.cases, Sealed)
    client = web_client(mediation.router(harness.service, harness.cases.answered))

    first = await post(client, MEDIATIONS, "staff", DISPUTE, idempotency_key="k-1")
    again = await post(client, MEDIATIONS, "staff", DISPUTE, idempotency_key="k-1")
    path = first.headers["location"]
    body = {"mediator_ids": ["per_mediator"]}
    for _ in range(2):
        answer = await put(client, f"{path}/mediators", "branch", body, idempotency_key="k-2")
        assert (answer.status, answer.json()["version"]) == (200, 2)

    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body
