"""Supervision over HTTP: who may what, what is refused and where, and answers given again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.property.api.forms import PREFIX
from services.property.api.supervision_routes import routers
from services.property.domain.committee import Committee, CommitteeState, Seat, SeatKind, form
from services.property.domain.month import month_of
from services.property.service.supervision import Supervision
from services.property.store.supervision import SupervisionAnswers, SupervisionRecords
from services.property.tests.api.office import COMMITTEE, DISPATCHER, OPS, RESIDENT
from services.property.tests.samples import COMMUNITY, COMPANY
from services.property.tests.supervision_world import (
    SupervisionWorld,
    fake_supervision,
    real_supervision,
)
from shared.auth import Caller
from shared.clock import SystemClock
from shared.mongo import Database
from shared.sealing import DEVELOPMENT_KEYS, Sealer
from shared.testing_web import Reply, WebClient, never_answered, person, web_client

OTHER = person("committee", communities=("elsewhere",))
RIVAL = person("contractor", company="cmp_other")
SEATS = ["per_committee", "per_member"]
COMPLAINT = {"subject": "conduct", "text": "The guard shouted"}


class Hall:
    """Calls the routes."""

    def __init__(self, it: SupervisionWorld, client: WebClient) -> None:
        self.it = it
        self._client = client
        it.clock.moment = SystemClock().now()

    async def call(
        self, method: str, path: str, who: Caller | None = None, json: Any = None, **headers: str
    ) -> Reply:
        """One request below the prefix of the service."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._client.call(method, f"{PREFIX}{path}", who, json=json, headers=sent)

    async def estate(self) -> str:
        """An estate of the company's, and its committee."""
        estate = await self.it.world.estate()
        since = self.it.clock.now().date() - timedelta(days=9)
        committee = Committee(
            id="cmt_1",
            community=COMMUNITY,
            version=0,
            state=CommitteeState.FORMED,
            estate_id=estate.id,
            members=tuple(Seat(each, SeatKind.MEMBER, since) for each in SEATS),
        )
        await self.it.world.committee_store.save(*form(committee))
        return estate.id

    async def made(self, path: str, body: dict[str, Any], who: Caller = COMMITTEE) -> str:
        """The id of what this makes."""
        reply = await self.call("POST", path, who, body)
        assert reply.status == 201, reply.body
        id_ = str(reply.json()["id"])
        assert reply.headers["location"] == f"{PREFIX}{path}/{id_}"
        return id_

    async def inspection(self) -> str:
        """A round that has begun."""
        estate = await self.estate()
        return await self.made("/inspections", {"estate_id": estate, "inspector_ids": SEATS})

    async def complaint(self) -> str:
        """A complaint of a resident's."""
        return await self.made(
            "/complaints", {**COMPLAINT, "estate_id": await self.estate()}, RESIDENT
        )

    async def card(self) -> str:
        """The open scorecard of the month that runs."""
        await self.estate()
        return (await self.it.open(month_of(self.it.clock.now()))).id


def hall_over(it: SupervisionWorld, answers: SupervisionAnswers | None = None) -> Hall:
    never = SupervisionAnswers(*[never_answered] * 5)
    use: Supervision = it.use
    return Hall(it, web_client(*routers(use, answers or never)))


@pytest.fixture
def hall() -> Hall:
    """The routes over the fakes."""
    return hall_over(fake_supervision())


def fault(reply: Reply) -> tuple[int, str]:
    """Status and place of a refusal."""
    errors = reply.json().get("errors") or [{"pointer": ""}]
    return reply.status, errors[0]["pointer"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"estate_id": "est_none"}, "#/estate_id"),
        ({"inspector_ids": []}, "#/inspector_ids"),
        ({"inspector_ids": SEATS[:1]}, "#/inspector_ids"),
        ({"inspector_ids": SEATS[:1] * 2}, "#/inspector_ids"),
        ({"inspector_ids": [SEATS[0], "per_x"]}, "#/inspector_ids/1"),
        ({"mood": "good"}, "#/mood"),
    ],
)
async def test_a_round_that_cannot_begin_is_refused_with_its_place(
    hall: Hall, change: dict[str, Any], pointer: str
) -> None:
    body = {"estate_id": await hall.estate(), "inspector_ids": SEATS, **change}
    assert fault(await hall.call("POST", "/inspections", COMMITTEE, body)) == (422, pointer)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"criterion": "colour", "points": 1}, "#/criterion"),
        ({"criterion": "security", "points": 11}, "#/points"),
        ({"criterion": "security", "points": True}, "#/points"),
        ({"criterion": "security", "points": 1}, "#/photo_ids"),
        ({"criterion": "security", "points": 1, "photo_ids": ["pho_none"]}, "#/photo_ids/0"),
        (
            {"criterion": "security", "points": 9, "action": {"text": "Mend", "due_on": "soon"}},
            "#/action/due_on",
        ),
        (
            {
                "criterion": "security",
                "points": 9,
                "action": {"text": "Mend", "due_on": "2026-12-01", "severity": 5},
            },
            "#/action/severity",
        ),
    ],
)
async def test_a_verdict_that_cannot_be_is_refused_with_its_place(
    hall: Hall, body: dict[str, Any], pointer: str
) -> None:
    path = f"/inspections/{await hall.inspection()}/verdicts"
    assert fault(await hall.call("POST", path, COMMITTEE, body)) == (422, pointer)


async def test_a_round_is_signed_by_those_who_inspect_when_all_is_judged(hall: Hall) -> None:
    path = f"/inspections/{await hall.inspection()}"
    view = (await hall.call("GET", path, COMMITTEE)).json()
    assert (await hall.call("POST", f"{path}/signatures", COMMITTEE)).status == 409
    for each in view["criteria"]:
        body = {"criterion": each["key"], "points": each["points_max"]}
        assert (await hall.call("POST", f"{path}/verdicts", COMMITTEE, body)).status == 200
    stranger = person("committee", id="per_x")
    assert (await hall.call("POST", f"{path}/signatures", stranger)).status == 403
    for who in SEATS:
        reply = await hall.call("POST", f"{path}/signatures", person("committee", id=who))
    assert (reply.status, reply.json()["state"]) == (200, "completed")
    late = await hall.call("POST", f"{path}/cancellation", COMMITTEE, {"reason": "rain"})
    assert late.status == 409


@pytest.mark.parametrize("path", ["/inspections", "/complaints", "/scorecards"])
async def test_another_community_and_another_company_find_nothing(hall: Hall, path: str) -> None:
    make: dict[str, Callable[[], Any]] = {
        "/inspections": hall.inspection,
        "/complaints": hall.complaint,
        "/scorecards": hall.card,
    }
    id_ = await make[path]()
    for who in (OTHER, RIVAL):
        assert (await hall.call("GET", f"{path}/{id_}", who)).status == 404
        assert (await hall.call("GET", path, who)).json()["items"] == []
    assert (await hall.call("GET", f"{path}/{id_}", COMMITTEE)).status == 200


async def test_the_company_reads_what_is_said_and_never_who_says_it(hall: Hall) -> None:
    path = f"/complaints/{await hall.complaint()}"
    seen = await hall.call("GET", path, DISPATCHER)
    assert seen.json()["text"] == COMPLAINT["text"]
    assert b"per_resident" not in seen.body
    for shut in (f"{path}/story", f"{path}/readings"):
        assert (await hall.call("GET", shut, DISPATCHER)).status == 403
    log = (await hall.call("GET", f"{path}/readings", COMMITTEE)).json()["items"]
    assert [(each["by"], each["purpose"]) for each in log] == [("per_contractor", "answer")]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"estate_id": "est_none"}, "#/estate_id"),
        ({"subject": "weather"}, "#/subject"),
        ({"text": ""}, "#/text"),
        ({"work_order_id": "wor_none"}, "#/work_order_id"),
        ({"photo_ids": ["pho_none"]}, "#/photo_ids/0"),
        ({"photo_ids": ["p"] * 6}, "#/photo_ids"),
        ({"filed_by": "per_8"}, "#/filed_by"),
    ],
)
async def test_a_complaint_that_cannot_be_is_refused_with_its_place(
    hall: Hall, change: dict[str, Any], pointer: str
) -> None:
    body = {**COMPLAINT, "estate_id": await hall.estate(), **change}
    assert fault(await hall.call("POST", "/complaints", RESIDENT, body)) == (422, pointer)


async def test_a_month_that_has_not_ended_is_neither_verified_nor_contested(hall: Hall) -> None:
    id_ = await hall.card()
    assert (await hall.call("GET", f"/scorecards/{id_}/verification", COMMITTEE)).status == 409
    body = {"scorecard_id": id_, "measure": "on_time", "reason": "It rained"}
    assert (await hall.call("POST", "/objections", DISPATCHER, body)).status == 409
    assert (await hall.call("GET", "/scorecards/sco_none", COMMITTEE)).status == 404
    nowhere = await hall.call("GET", "/scorecards?contractor_id=cmp_none", COMMITTEE)
    assert nowhere.json()["items"] == []
    assert (await hall.call("GET", "/scorecards?month=soon", COMMITTEE)).status == 422


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"contractor_id": "cmp_none", "score": 4}, "#/contractor_id"),
        ({"contractor_id": COMPANY, "score": 6}, "#/score"),
        ({"contractor_id": COMPANY, "score": 0}, "#/score"),
    ],
)
async def test_a_rating_of_nobody_or_out_of_range_is_refused(
    hall: Hall, body: dict[str, Any], pointer: str
) -> None:
    await hall.estate()
    assert fault(await hall.call("POST", "/ratings", COMMITTEE, body)) == (422, pointer)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"in_force_from": "2020-01"}, "#/in_force_from"),
        ({"in_force_from": "soon"}, "#/in_force_from"),
        ({"criteria": []}, "#/criteria"),
        ({"criteria": [{"key": "a", "points_max": 0}]}, "#/criteria/0/points_max"),
        ({"criteria": [{"key": "a", "points_max": 1}] * 2}, "#/criteria"),
        ({"criteria": [{"key": "A b", "points_max": 1}]}, "#/criteria/0/key"),
        ({"weights": {"on_time": 0}}, "#/weights"),
        ({"weights": {"incidents_1": 5}}, "#/weights/incidents_1"),
    ],
)
async def test_rules_that_are_not_sound_are_refused_with_their_place(
    hall: Hall, change: dict[str, Any], pointer: str
) -> None:
    body = {
        "in_force_from": "2099-01",
        "weights": {"on_time": 1},
        "criteria": [{"key": "lanes", "points_max": 5}],
        **change,
    }
    assert fault(await hall.call("POST", "/score-rules", COMMITTEE, body)) == (422, pointer)


async def test_nobody_without_the_scope_supervises(hall: Hall) -> None:
    body = {"estate_id": await hall.estate(), "inspector_ids": SEATS}
    assert (await hall.call("POST", "/inspections", None, body)).status == 401
    for who in (DISPATCHER, RESIDENT, OPS):
        assert (await hall.call("POST", "/inspections", who, body)).status == 403


@pytest.mark.mongo
async def test_a_round_and_a_complaint_sent_twice_are_one(database: Database) -> None:
    it = await real_supervision(database)
    answers = SupervisionRecords(database, Sealer(DEVELOPMENT_KEYS)).answered
    hall = hall_over(it, answers)
    estate = await hall.estate()
    sent: list[tuple[str, Caller, dict[str, Any]]] = [
        ("/inspections", COMMITTEE, {"estate_id": estate, "inspector_ids": SEATS}),
        ("/complaints", RESIDENT, {**COMPLAINT, "estate_id": estate}),
    ]
    for path, who, body in sent:
        first = await hall.call("POST", path, who, body, idempotency_key="k-1")
        again = await hall.call("POST", path, who, body, idempotency_key="k-1")
        other = {**body, "estate_id": "est_none"}
        changed = await hall.call("POST", path, who, other, idempotency_key="k-1")
        assert (first.status, again.status, changed.status) == (201, 201, 422)
        assert again.json()["id"] == first.json()["id"]
        assert len((await hall.call("GET", path, who)).json()["items"]) == 1
