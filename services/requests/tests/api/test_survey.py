"""Surveys over HTTP: who writes, who answers, who sees what."""

from typing import Any

import pytest

from services.requests.api import survey
from services.requests.tests.api.callers import caller, get, post
from services.requests.tests.survey_harness import SurveyHarness, survey_harness_over
from services.requests.tests.survey_samples import CLOSES_AT, OPENS_AT
from shared.mongo import Database, Documents
from shared.testing_routes import MadeOnce
from shared.testing_web import Reply, WebClient, english, never_answered, web_client

SURVEYS = "/api/requests/v1/surveys"
OPTIONS = [{"key": "yes", "text": "同意"}, {"key": "no", "text": "不同意"}]
LIFT = {
    "code": "lift",
    "datatype": "singlevaluelist",
    "text": "是否同意加装电梯?",
    "required": True,
    "options": OPTIONS,
}
WISH = {"code": "wish", "datatype": "text", "text": "还有什么建议?"}
PLAN: dict[str, Any] = {
    "title": "居民需求调查",
    "one_per": "household",
    "questions": [LIFT, WISH],
    "opens_at": OPENS_AT.isoformat(),
    "closes_at": CLOSES_AT.isoformat(),
}
BODY = {**PLAN, "estate_id": "est_1"}
ANSWER = {"answers": {"lift": ["yes"], "wish": ["多种树"]}, "dwelling_id": "dwl_1"}
ENTRY = {"answers": {"lift": ["no"]}, "channel": "paper", "dwelling_id": "dwl_3"}
ANALYSIS = {
    "findings": [{"id": "lift", "text": "加装电梯", "count": 1}],
    "supplies": [{"id": "fund", "text": "维修基金", "provider": "业主"}],
    "projects": [
        {"id": "p1", "text": "二号楼加装电梯", "finding_ids": ["lift"], "supply_ids": ["fund"]}
    ],
}
MANAGING: dict[str, tuple[str, Any]] = {
    "": ("PUT", PLAN),
    "/publication": ("POST", None),
    "/closure": ("POST", None),
    "/analysis": ("PUT", ANALYSIS),
    "/archiving": ("POST", None),
}


@pytest.fixture
async def harness() -> SurveyHarness:
    made = await survey_harness_over(None)
    await made.lives("per_resident", "dwl_1")
    await made.lives("per_neighbour", "dwl_1", "dwl_2")
    return made


@pytest.fixture
async def client(harness: SurveyHarness) -> WebClient:
    return web_client(
        MadeOnce(survey.router, harness.service, never_answered),
        MadeOnce(survey.response_router, harness.answers, never_answered),
    )


async def send(
    client: WebClient, method: str, path: str, who: str, body: Any = None, **headers: str
) -> Reply:
    return await client.call(method, path, caller(who), json=body, headers=english(**headers))


async def manage(client: WebClient, path: str, step: str, who: str = "staff") -> Reply:
    method, body = MANAGING[step]
    return await send(client, method, path + step, who, body)


async def published(client: WebClient, **changes: Any) -> str:
    """The path of a survey that is asked."""
    answer = await post(client, SURVEYS, "staff", {**BODY, **changes})
    assert answer.status == 201, answer.body
    path = answer.headers["location"]
    assert (await manage(client, path, "/publication")).status == 200
    return path


async def test_a_survey_goes_to_its_end_by_its_routes(client: WebClient) -> None:
    path = await published(client)
    told = await post(client, f"{path}/responses", "resident", ANSWER)
    entered = await post(client, f"{path}/entries", "staff", ENTRY)
    await manage(client, path, "/closure")
    await manage(client, path, "/analysis")
    archived = await manage(client, path, "/archiving")

    assert (told.status, entered.status) == (201, 201)
    assert (told.json()["channel"], told.json()["entered_by"]) == ("online", None)
    assert (entered.json()["channel"], entered.json()["entered_by"]) == ("paper", "per_staff")
    for receipt in (told, entered):
        assert "多种树" not in receipt.body.decode()
        assert not {"answers", "replies", "respondent_id", "dwelling_id"} & set(receipt.json())
    assert archived.json()["state"] == "archived"
    shown = (await get(client, path, "resident")).json()
    assert shown["analysis"]["projects"][0]["finding_ids"] == ["lift"]
    assert [question["code"] for question in shown["questions"]] == ["lift", "wish"]


async def test_results_are_shown_to_officers_at_once_and_to_residents_at_the_end(
    client: WebClient,
) -> None:
    path = await published(client)
    await post(client, f"{path}/responses", "resident", ANSWER)
    early = await get(client, f"{path}/results", "resident")
    whole = (await get(client, f"{path}/results", "staff")).json()
    await manage(client, path, "/closure")
    await manage(client, path, "/analysis")
    shown = (await get(client, f"{path}/results", "resident")).json()

    assert (early.status, early.json()["code"]) == (409, "survey.under_way")
    (lift,) = whole["questions"]
    assert [(each["key"], each["count"]) for each in lift["options"]] == [("yes", 1), ("no", 0)]
    assert lift["by_building"] == [
        {"building_id": "bld_1", "answers": 1, "counts": {"yes": 1, "no": 0}}
    ]
    assert (whole["answers"], whole["by_channel"]) == (1, {"online": 1})
    assert shown["questions"] == []
    assert (shown["answers"], shown["withheld"]) == (1, 1)


async def test_only_officers_read_what_was_written_and_not_by_whom(client: WebClient) -> None:
    path = await published(client)
    await post(client, f"{path}/responses", "resident", ANSWER)

    texts = await get(client, f"{path}/texts?code=wish", "staff")

    assert texts.json() == {"items": [{"text": "多种树"}], "next_cursor": None}
    assert (await get(client, f"{path}/texts?code=wish", "resident")).status == 403
    assert (await get(client, f"{path}/texts", "staff")).status == 422


@pytest.mark.parametrize("step", MANAGING)
@pytest.mark.parametrize(
    ("who", "status"),
    [("resident", 403), ("member", 403), ("contractor", 403), ("staff@elsewhere", 404)],
)
async def test_nobody_else_manages_a_survey(
    client: WebClient, step: str, who: str, status: int
) -> None:
    path = (await post(client, SURVEYS, "staff", BODY)).headers["location"]

    assert (await manage(client, path, step, who)).status == status
    assert (await get(client, path, "staff")).json()["version"] == 1


@pytest.mark.parametrize("step", MANAGING)
async def test_a_step_decided_on_an_old_version_is_refused(client: WebClient, step: str) -> None:
    path = await published(client)
    method, body = MANAGING[step]

    answer = await send(client, method, path + step, "staff", body, if_match='"1"')

    assert answer.status == 412


async def test_a_draft_is_not_there_for_residents(client: WebClient) -> None:
    path = (await post(client, SURVEYS, "staff", BODY)).headers["location"]

    for part in ("", "/results"):
        assert (await get(client, path + part, "resident")).status == 404
    assert (await post(client, f"{path}/responses", "resident", ANSWER)).status == 404
    assert (await get(client, SURVEYS, "resident")).json()["items"] == []
    assert len((await get(client, f"{SURVEYS}?state=draft", "staff")).json()["items"]) == 1


async def test_who_may_answer_does_not_enter_for_others(client: WebClient) -> None:
    path = await published(client)

    assert (await post(client, f"{path}/entries", "resident", ENTRY)).status == 403
    assert (await post(client, f"{path}/responses", "staff", ANSWER)).status == 403
    assert (await post(client, f"{path}/responses", "resident@elsewhere", ANSWER)).status == 404


@pytest.mark.parametrize(
    ("who", "dwelling_id", "status", "code"),
    [
        ("resident", None, 201, None),
        ("resident", "dwl_2", 422, "survey.not_your_home"),
        ("neighbour", None, 422, "survey.dwelling_lacking"),
        ("neighbour", "dwl_2", 201, None),
        ("member", "dwl_1", 403, "survey.home_unknown"),
        ("member", None, 403, "survey.home_unknown"),
    ],
)
async def test_where_the_home_matters_one_answers_for_ones_own(
    client: WebClient, who: str, dwelling_id: str | None, status: int, code: str | None
) -> None:
    path = await published(client)
    told = await post(client, f"{path}/responses", who, {**ANSWER, "dwelling_id": dwelling_id})
    assert (told.status, told.json().get("code", None)) == (status, code), told.body
    if code is not None:
        assert told.json()["errors"][0]["pointer"] == "#/dwelling_id"


async def test_a_survey_names_buildings_of_its_estate_alone(client: WebClient) -> None:
    refused = await post(client, SURVEYS, "staff", {**BODY, "building_ids": ["bld_1", "bld_9"]})
    assert (refused.status, refused.json()["code"]) == (422, "building.unknown")
    assert refused.json()["errors"][0]["pointer"] == "#/building_ids"
    made = await post(client, SURVEYS, "staff", {**BODY, "building_ids": ["bld_1"]})
    path = made.headers["location"]
    wrong = await send(client, "PUT", path, "staff", {**PLAN, "building_ids": ["bld_9"]})
    assert (wrong.status, wrong.json()["code"]) == (422, "building.unknown")
    assert (await get(client, path, "staff")).json()["building_ids"] == ["bld_1"]


async def test_the_second_answer_of_a_household_is_a_conflict(client: WebClient) -> None:
    path = await published(client)
    await post(client, f"{path}/responses", "resident", ANSWER)

    for who in ("resident", "neighbour"):
        again = await post(client, f"{path}/responses", who, ANSWER)
        assert (again.status, again.json()["code"]) == (409, "survey.answered")


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"answers": {}}, 422, "#/answers/lift"),
        ({"answers": {"lift": ["perhaps"]}}, 422, "#/answers/lift"),
        ({"answers": {"lift": ["yes"], "unasked": ["x"]}}, 422, "#/answers"),
        ({"answers": {"lift": ["yes"], "wish": ["长" * 2001]}}, 422, "#/answers/wish/0"),
        ({"answers": {"lift": "yes"}}, 422, "#/answers/lift"),
        ({"answers": {"$where": ["x"]}}, 422, "#/answers/$where/[key]"),
        ({"dwelling_id": "dwl_9"}, 422, "#/dwelling_id"),
        ({"dwelling_id": "dwl_2"}, 422, "#/dwelling_id"),
        ({"respondent_id": "per_2"}, 422, "#/respondent_id"),
    ],
)
async def test_an_answer_that_does_not_fit_names_the_field_at_fault(
    client: WebClient, change: dict[str, Any], status: int, pointer: str
) -> None:
    path = await published(client)

    answer = await post(client, f"{path}/responses", "resident", {**ANSWER, **change})

    assert answer.status == status, answer.body
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert (await get(client, f"{path}/results", "staff")).json()["answers"] == 0


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": " "}, "#/title"),
        ({"questions": []}, "#/questions"),
        ({"questions": [LIFT] * 2}, "#/questions/1/code"),
        ({"questions": [{**LIFT, "options": []}]}, "#/questions/0/options"),
        ({"questions": [{**WISH, "options": OPTIONS}]}, "#/questions/0/options"),
        ({"questions": [{**LIFT, "datatype": "guess"}]}, "#/questions/0/datatype"),
        ({"closes_at": OPENS_AT.isoformat()}, "#/closes_at"),
        ({"closes_at": "2026-12-08"}, "#/closes_at"),
        ({"one_per": "street"}, "#/one_per"),
        ({"estate_id": "est_9"}, "#/estate_id"),
        ({"state": "published"}, "#/state"),
    ],
)
async def test_a_survey_that_cannot_be_asked_names_the_field_at_fault(
    client: WebClient, change: dict[str, Any], pointer: str
) -> None:
    answer = await post(client, SURVEYS, "staff", {**BODY, **change})

    assert answer.status == 422, answer.body
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


async def test_an_analysis_that_matches_nothing_names_the_project(client: WebClient) -> None:
    path = await published(client)
    await manage(client, path, "/closure")
    project = {"id": "p1", "text": "…", "finding_ids": ["unheard"]}

    answer = await send(
        client, "PUT", f"{path}/analysis", "staff", {**ANALYSIS, "projects": [project]}
    )

    assert answer.status == 422
    assert answer.json()["errors"][0]["pointer"] == "#/projects/0/finding_ids"


async def test_the_story_of_a_survey_is_for_officers(client: WebClient) -> None:
    path = await published(client)

    story = (await get(client, f"{path}/story", "staff")).json()

    assert [step["type"].split(".")[2] for step in story["items"]] == ["drafted", "published"]
    assert (await get(client, f"{path}/story", "resident")).status == 403


@pytest.mark.mongo
async def test_an_answer_sent_twice_under_one_key_is_one_answer(database: Database) -> None:
    harness = await survey_harness_over(database)
    await harness.lives("per_resident", "dwl_1")
    assert isinstance(harness.surveys, Documents)
    assert isinstance(harness.responses, Documents)
    client = web_client(
        survey.router(harness.service, harness.surveys.answered),
        survey.response_router(harness.answers, harness.responses.answered),
    )
    path = await published(client)

    first = await post(client, f"{path}/responses", "resident", ANSWER, idempotency_key="k-1")
    again = await post(client, f"{path}/responses", "resident", ANSWER, idempotency_key="k-1")
    other = await post(client, f"{path}/responses", "resident", ANSWER, idempotency_key="k-2")

    assert (first.status, again.status, other.status) == (201, 201, 409)
    assert first.body == again.body
