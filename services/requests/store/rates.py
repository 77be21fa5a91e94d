"""Rates counted in MongoDB, from one index alone: no document is read for them.

The index holds only what was followed up, and all that the counts need, so the cost of a question
is that of the follow-ups in its period, whatever else is kept.
"""

from collections.abc import Mapping
from typing import Any

from services.requests.domain.rates import PERIODS, SATISFIED_FROM, Counts, Dimension, Question, Row
from services.requests.domain.request import ServiceRequest
from shared.alarms import LONG_AGO
from shared.mongo import Documents, Index
from shared.mongo.spans import spans

AT = "follow_up.at"

INDEX = Index(
    (
        ("community", 1),
        (AT, 1),
        ("service_code", 1),
        ("assignment.unit", 1),
        ("building_id", 1),
        ("estate_id", 1),
        ("first_contact_at", 1),
        ("due_at", 1),
        ("follow_up.resolved", 1),
        ("follow_up.satisfaction", 1),
    ),
    partial={AT: {"$gt": LONG_AGO}},
    name="rates",
)

_SPANS = spans(AT)
_ANSWER, _MARK = "$follow_up.resolved", "$follow_up.satisfaction"


def _sum(true: Mapping[str, Any]) -> dict[str, Any]:
    return {"$sum": {"$cond": [true, 1, 0]}}


def _there(field: str) -> dict[str, Any]:
    """Null and what is missing are less than any value, and count as less in comparisons too."""
    return {"$gt": [field, None]}


_IN_TIME = {"$lte": ["$first_contact_at", "$due_at"]}
_COUNTED: Mapping[str, Any] = {
    "followed_up": {"$sum": 1},
    "responded": _sum({"$and": [_there("$first_contact_at"), _IN_TIME]}),
    "answered": _sum(_there(_ANSWER)),
    "resolved": _sum({"$eq": [_ANSWER, "yes"]}),
    "rated": _sum(_there(_MARK)),
    "satisfied": _sum({"$gte": [_MARK, SATISFIED_FROM]}),
}


_KEYS: Mapping[Dimension, Any] = {
    **{each: _SPANS[each.value] for each in PERIODS},
    Dimension.CATEGORY: "$service_code",
    Dimension.UNIT: "$assignment.unit",
    Dimension.BUILDING: "$building_id",
    Dimension.ESTATE: "$estate_id",
    Dimension.COMMUNITY: "$community",
}


class RequestTallies:
    """Keeps what ``Tallies`` promises."""

    def __init__(self, requests: Documents[ServiceRequest]) -> None:
        self._requests = requests

    async def rows(self, question: Question, *, limit: int) -> list[Row]:
        """See ``Tallies.rows``."""
        found = await self._requests.aggregate(pipeline(question, limit))
        return [_row(each) for each in found]


def pipeline(question: Question, limit: int) -> list[dict[str, Any]]:
    """The stages that count."""
    key = [{"$ifNull": [_KEYS[each], None]} for each in question.by]
    return [
        {"$match": _match(question)},
        {"$group": {"_id": key, **_COUNTED}},
        {"$limit": limit},
    ]


def _match(question: Question) -> dict[str, Any]:
    fields = {
        "service_code": question.service_code,
        "assignment.unit": question.unit,
        "building_id": question.building_id,
        "estate_id": question.estate_id,
    }
    return {
        "community": {"$in": list(question.communities)},
        AT: {"$gte": question.period.since, "$lt": question.period.until},
        **{name: value for name, value in fields.items() if value is not None},
    }


def _row(found: Mapping[str, Any]) -> Row:
    counts = {name: int(found[name]) for name in _COUNTED}
    return Row(tuple(found["_id"]), Counts(**counts))
