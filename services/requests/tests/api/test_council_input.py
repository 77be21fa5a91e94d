"""Bad input to the council's routes: named by field and reason, and nothing half-written."""

from datetime import timedelta
from typing import Any

import pytest

from services.requests.tests.api.callers import get, post
from services.requests.tests.api.council_callers import (
    DRAFT,
    MEETING,
    MEETINGS,
    PROPOSALS,
    VOTE,
    done,
)
from services.requests.tests.chamber import Chamber
from services.requests.tests.council_samples import CLOSES, NOW
from shared.testing_web import WebClient


@pytest.mark.parametrize(
    ("path", "who", "body", "place"),
    [
        (PROPOSALS, "resident", {**DRAFT, "title": " "}, "#/title"),
        (PROPOSALS, "resident", {**DRAFT, "title": "灯" * 81}, "#/title"),
        (PROPOSALS, "resident", {**DRAFT, "text": "灯" * 4001}, "#/text"),
        (PROPOSALS, "resident", {"title": "灯"}, "#/text"),
        (PROPOSALS, "resident", {**DRAFT, "finding": {"survey_id": "s"}}, "#/finding/finding_id"),
        (
            PROPOSALS,
            "resident",
            {**DRAFT, "finding": {"survey_id": "svy_9", "finding_id": "f"}},
            "#/finding",
        ),
        (PROPOSALS, "resident", {**DRAFT, "phone": "1"}, "#/phone"),
        (MEETINGS, "staff", {**MEETING, "at": "tomorrow"}, "#/at"),
        (MEETINGS, "staff", {**MEETING, "at": "2020-01-01T00:00:00Z"}, "#/at"),
        (MEETINGS, "staff", {**MEETING, "at": "9999-12-31T23:59:59Z"}, "#/at"),
        (MEETINGS, "staff", {**MEETING, "place": ""}, "#/place"),
        (MEETINGS, "staff", {**MEETING, "points": ["x"] * 31}, "#/points"),
        (
            MEETINGS,
            "staff",
            {**MEETING, "convening": {"by": "members", "supporters": 5, "members": 11}},
            "#/convening/supporters",
        ),
    ],
)
async def test_a_wrong_field_is_named(
    council: WebClient, path: str, who: str, body: dict[str, Any], place: str
) -> None:
    answer = await post(council, path, who, body)

    assert answer.status == 422, answer.body
    assert [error["pointer"] for error in answer.json()["errors"]] == [place]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"resolution": ""}, "#/resolution"),
        ({"closes_at": NOW.isoformat()}, "#/closes_at"),
        ({"entered_until": (CLOSES + timedelta(days=8)).isoformat()}, "#/entered_until"),
        ({"quorum": {"numerator": 3, "denominator": 2}}, "#/quorum"),
        ({"threshold": {"numerator": 1, "denominator": 0}}, "#/threshold/denominator"),
        ({"threshold": {"numerator": 1, "denominator": 1, "more_than": True}}, "#/threshold"),
        ({"entries": [{"id": "dwl_1"}, {"id": "dwl_1"}]}, "#/entries"),
        ({"entries": [], "estate_id": None}, "#/entries"),
        ({"entries": [{"id": "a b"}]}, "#/entries/0/id"),
        ({"estate_id": "est_9"}, "#/estate_id"),
        ({"officers": ["per"] * 21}, "#/officers"),
        ({"basis": "everybody"}, "#/basis"),
    ],
)
async def test_a_vote_that_makes_no_sense_is_refused_by_its_field(
    council: WebClient, chamber: Chamber, changes: dict[str, Any], place: str
) -> None:
    proposal = await chamber.listed(await chamber.submitted(), await chamber.meeting())
    path = f"{PROPOSALS}/{proposal.id}"
    chamber.clock.move(timedelta(days=1))
    await done(council, f"{path}/deliberation", "staff")
    await done(council, f"{path}/minutes", "staff", {"text": "同意。"})

    answer = await post(council, f"{path}/vote", "staff", {**VOTE, **changes})

    assert answer.status == 422, answer.body
    assert [error["pointer"] for error in answer.json()["errors"]] == [place]
    assert (await get(council, path, "staff")).json()["state"] == "deliberating"


@pytest.mark.parametrize(
    "query", ["state=lost", "limit=0", "mine=perhaps", "cursor=%21", "meeting_id=" + "x" * 65]
)
async def test_a_wrong_filter_is_refused(council: WebClient, query: str) -> None:
    assert (await get(council, f"{PROPOSALS}?{query}", "staff")).status in {400, 422}
