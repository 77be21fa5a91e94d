"""Surveys and the answers to them in MongoDB, and what is counted over the answers."""

from collections.abc import Sequence
from typing import Any

from services.requests.domain.survey import Survey
from services.requests.domain.survey_response import ResponseChannel, SurveyResponse
from services.requests.domain.survey_results import Choice, Spread, Total
from services.requests.store.request import SOURCE
from shared.alarms import LONG_AGO
from shared.mongo import Database, Documents, ErasableDocuments, Index

SURVEYS, RESPONSES = "surveys", "survey_responses"

SURVEY_INDEXES = (
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
    Index((("estate_id", 1), ("_id", -1)), name="estate"),
    Index(
        (("closing_at", 1), ("_id", 1)), partial={"closing_at": {"$gt": LONG_AGO}}, name="closing"
    ),
)
RESPONSE_INDEXES = (
    Index((("survey_id", 1), ("_id", -1)), name="survey"),
    # Of each account one answer online, whichever home it is for.
    Index(
        (("survey_id", 1), ("respondent_id", 1)),
        unique=True,
        partial={"channel": ResponseChannel.ONLINE.value, "respondent_id": {"$gt": ""}},
        name="online",
    ),
    Index(
        (("respondent_id", 1), ("_id", -1)),
        partial={"respondent_id": {"$gt": ""}},
        name="respondent",
    ),
    Index((("survey_id", 1), ("anonymised_at", 1), ("_id", -1)), name="kept"),
)

_EACH_REPLY = (
    {"$project": {"building_id": 1, "replies": {"$objectToArray": "$replies"}}},
    {"$unwind": "$replies"},
)


class SurveyCounts:
    """Keeps what ``Counts`` promises."""

    def __init__(self, responses: Documents[SurveyResponse]) -> None:
        self._responses = responses

    async def totals(self, survey_id: str) -> list[Total]:
        """See ``Counts.totals``."""
        group = {"building_id": "$building_id", "channel": "$channel"}
        rows = await self._responses.aggregate([_of(survey_id), _counted(group)])
        return [Total(count=row["count"], **row["_id"]) for row in rows]

    async def choices(self, survey_id: str, codes: Sequence[str]) -> list[Choice]:
        """See ``Counts.choices``."""
        group = {"code": "$replies.k", "key": "$replies.v", "building_id": "$building_id"}
        rows = await self._responses.aggregate(
            [
                _of(survey_id),
                *_EACH_REPLY,
                _asked(codes),
                {"$unwind": "$replies.v"},
                _counted(group),
            ]
        )
        return [Choice(count=row["count"], **row["_id"]) for row in rows]

    async def spreads(self, survey_id: str, codes: Sequence[str]) -> list[Spread]:
        """See ``Counts.spreads``."""
        number = {"$toDouble": {"$first": "$replies.v"}}
        rows = await self._responses.aggregate(
            [
                _of(survey_id),
                *_EACH_REPLY,
                _asked(codes),
                {"$project": {"code": "$replies.k", "number": number}},
                {
                    "$group": {
                        "_id": "$code",
                        "count": {"$sum": 1},
                        "least": {"$min": "$number"},
                        "most": {"$max": "$number"},
                        "mean": {"$avg": "$number"},
                    }
                },
            ]
        )
        return [Spread(code=row.pop("_id"), **row) for row in rows]


def _of(survey_id: str) -> dict[str, Any]:
    return {"$match": {"survey_id": survey_id}}


def _asked(codes: Sequence[str]) -> dict[str, Any]:
    return {"$match": {"replies.k": {"$in": list(codes)}}}


def _counted(by: dict[str, str]) -> dict[str, Any]:
    # A field that is not there would be missing from the key: as null it is told apart from none.
    key = {name: {"$ifNull": [field, None]} for name, field in by.items()}
    return {"$group": {"_id": key, "count": {"$sum": 1}}}


def surveys(database: Database) -> Documents[Survey]:
    """The collection of surveys."""
    return database.documents(SURVEYS, Survey, source=SOURCE, indexes=SURVEY_INDEXES)


def survey_responses(database: Database) -> ErasableDocuments[SurveyResponse]:
    """The collection of answers to surveys."""
    return database.erasable(RESPONSES, SurveyResponse, source=SOURCE, indexes=RESPONSE_INDEXES)
