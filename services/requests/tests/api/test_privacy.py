"""Retention and making anonymous over HTTP: who may, what is refused, and what is said."""

from datetime import timedelta
from typing import Any

import pytest

from services.requests.api import privacy as api
from services.requests.domain.closure import close
from services.requests.domain.mediation import MediationState
from services.requests.domain.request import RequestState
from services.requests.tests.api.callers import REQUESTS, caller, get, post
from services.requests.tests.privacy_harness import BORN, PrivacyHarness, privacy_harness_over
from shared.mongo import Database, Documents
from shared.testing_routes import MadeOnce
from shared.testing_web import Reply, WebClient, english, never_answered, web_client
from shared.web.once import Lookup

RULES = "/api/requests/v1/retention-rules"
WHY = {"reason": "asked_for"}
DAYS = {"request_days": 365, "survey_days": 90, "council_days": 400}


@pytest.fixture
def client(privacy: PrivacyHarness) -> WebClient:
    """The routes, over both stores."""
    changed: Lookup = never_answered
    anonymised: Lookup = never_answered
    if isinstance(privacy.requests, Documents) and isinstance(privacy.kept_rules, Documents):
        changed, anonymised = privacy.kept_rules.answered, privacy.requests.answered
    both = {"changed": changed, "anonymised": anonymised}
    return web_client(MadeOnce(api.routers, privacy.rules, privacy.anonymity, **both))


async def put(client: WebClient, who: str, body: Any, **headers: str) -> Reply:
    return await client.call("PUT", RULES, caller(who), json=body, headers=english(**headers))


async def test_everybody_may_know_how_long_and_staff_say_it(client: WebClient) -> None:
    first = await get(client, RULES, "resident")
    assert (first.status, first.headers["etag"]) == (200, '"1"')
    assert first.json() == {
        "version": 1,
        "request_days": 1096,
        "survey_days": 366,
        "council_days": 366,
    }
    changed = await put(client, "staff", DAYS, if_match='"1"')
    assert (changed.status, changed.json()) == (200, {"version": 2, **DAYS})
    assert (await get(client, RULES, "committee")).json() == {"version": 2, **DAYS}
    elsewhere = await get(client, RULES, "staff@elsewhere")
    assert elsewhere.json()["version"] == 1


@pytest.mark.parametrize("who", ["resident", "committee", "branch"])
async def test_nobody_else_changes_the_rules_or_makes_anonymous(
    client: WebClient, privacy: PrivacyHarness, who: str
) -> None:
    request = await privacy.lived()
    assert (await put(client, who, DAYS)).status == 403
    path = f"{REQUESTS}/{request.id}/anonymisation"
    assert (await post(client, path, who, WHY)).status == 403
    assert await privacy.requests.get(request.id) == request


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"request_days": 29}, "/request_days"),
        ({"request_days": 3661}, "/request_days"),
        ({"survey_days": "soon"}, "/survey_days"),
        ({"survey_days": None}, "/survey_days"),
        ({"council_days": 0}, "/council_days"),
        ({"forever": True}, "/forever"),
    ],
)
async def test_a_bad_rule_is_refused_by_its_field(
    client: WebClient, changes: dict[str, Any], pointer: str
) -> None:
    answer = await put(client, "staff", {**DAYS, **changes})
    assert answer.status == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [f"#{pointer}"]
    assert (await get(client, RULES, "staff")).json()["version"] == 1


async def test_a_rule_decided_on_an_older_one_is_refused(client: WebClient) -> None:
    await put(client, "staff", DAYS)
    answer = await put(client, "staff", {**DAYS, "request_days": 100}, if_match='"1"')
    assert (answer.status, answer.json()["code"]) == (412, "store.stale")


async def test_staff_make_one_anonymous_once(client: WebClient, privacy: PrivacyHarness) -> None:
    privacy.clock.moment = BORN + timedelta(days=40)
    request = await privacy.lived(RequestState.WITHDRAWN)
    path = f"{REQUESTS}/{request.id}/anonymisation"
    headers = {"if_match": f'"{request.version}"', "idempotency_key": "once"}

    answer = await post(client, path, "staff", WHY, **headers)

    assert answer.status == 200
    shown = answer.json()
    assert (shown["state"], shown["number"]) == ("withdrawn", request.number)
    assert shown["requester_id"] == f"anon_{request.id}"
    assert (shown["description"], shown["dwelling_id"], shown["photos"]) == ("", None, [])
    assert shown["building_id"] == "bld_1"
    if isinstance(privacy.requests, Documents):
        again = await post(client, path, "staff", WHY, **headers)
        assert (again.status, again.json()) == (200, shown)
        assert again.headers["idempotency-replayed"] == "true"
    assert [each.type for each in await privacy.requests.story(request.id)][-1:] == [
        "requests.request.anonymised.v1"
    ]


@pytest.mark.parametrize("body", [None, {}, {"reason": "retention"}, {"reason": "no reason"}])
async def test_it_takes_a_reason_that_staff_may_have(
    client: WebClient, privacy: PrivacyHarness, body: Any
) -> None:
    request = await privacy.lived()
    answer = await post(client, f"{REQUESTS}/{request.id}/anonymisation", "staff", body)
    assert answer.status == 422
    assert await privacy.requests.get(request.id) == request


async def test_what_is_not_over_or_in_dispute_is_a_conflict_in_words(
    client: WebClient, privacy: PrivacyHarness
) -> None:
    running = await privacy.lived(RequestState.IN_PROGRESS)
    disputed = await privacy.lived()
    await privacy.disputed(disputed, MediationState.MEDIATING)
    said = {}
    for request in (running, disputed):
        answer = await post(client, f"{REQUESTS}/{request.id}/anonymisation", "staff", WHY)
        assert answer.status == 409
        said[answer.json()["code"]] = answer.json()["detail"]
    assert set(said) == {"request.not_over", "request.in_dispute"}
    assert "in progress" in said["request.not_over"]


async def test_another_communitys_is_not_found(client: WebClient, privacy: PrivacyHarness) -> None:
    request = await privacy.lived()
    path = f"{REQUESTS}/{request.id}/anonymisation"
    for where in (path, f"{REQUESTS}/req_nobody/anonymisation"):
        answer = await post(client, where, "staff@elsewhere", WHY)
        assert (answer.status, answer.json()["code"]) == (404, "store.not_found")


@pytest.mark.mongo
async def test_while_its_last_event_is_untold_one_is_to_try_again(database: Database) -> None:
    privacy = await privacy_harness_over(database)
    request = await privacy.lived(RequestState.RESOLVED)
    await privacy.requests.save(*close(request, at=privacy.clock.moment))
    client = web_client(
        *api.routers(
            privacy.rules, privacy.anonymity, changed=never_answered, anonymised=never_answered
        )
    )
    answer = await post(client, f"{REQUESTS}/{request.id}/anonymisation", "staff", WHY)
    assert (answer.status, answer.json()["code"]) == (503, "store.untold")
    assert answer.headers["retry-after"]
