"""Figures of contributions as MongoDB adds them up, from an index alone: no document is read."""

from collections.abc import Mapping
from typing import Any, Protocol

from services.pairing.domain.contribution import ContributionState
from services.pairing.domain.tally import PERIODS, Dimension, Figures, Question, Row
from shared.mongo import Index
from shared.mongo.spans import spans

CONFIRMED = ContributionState.CONFIRMED.value
_MEASURES = (
    ("member_id", 1),
    ("branch_id", 1),
    ("kind", 1),
    ("minutes", 1),
    ("amount_fen", 1),
    ("points", 1),
)
FIGURES_INDEX = Index(
    (("community", 1), ("state", 1), ("done_at", 1), *_MEASURES),
    partial={"state": CONFIRMED},
    name="figures",
)
"""Bears all that statements need; so the cost of one is that of the records in its period."""
MEMBER_INDEX = Index(
    (
        ("member_id", 1),
        ("state", 1),
        ("done_at", 1),
        ("_id", 1),
        ("community", 1),
        *_MEASURES[1:],
    ),
    name="member",
)
"""One member's records in the order in which things were done, and all that their sums need."""

_SPANS = spans("done_at")
_KEYS: Mapping[Dimension, Any] = {
    **{each: _SPANS[each.value] for each in PERIODS},
    Dimension.KIND: "$kind",
    Dimension.MEMBER: "$member_id",
    Dimension.BRANCH: "$branch_id",
    Dimension.COMMUNITY: "$community",
}
_SUMS: Mapping[str, Any] = {
    "records": {"$sum": 1},
    "minutes": {"$sum": "$minutes"},
    "amount_fen": {"$sum": "$amount_fen"},
    "points": {"$sum": "$points"},
}


class Counting(Protocol):
    """A collection that adds up: ``Documents`` and ``Sealed`` do."""

    async def aggregate(self, stages: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """See ``Documents.aggregate``."""


class ContributionTallies:
    """Keeps what ``Tallies`` promises."""

    def __init__(self, contributions: Counting) -> None:
        self._contributions = contributions

    async def rows(self, question: Question, *, limit: int) -> list[Row]:
        """See ``Tallies.rows``."""
        found = await self._contributions.aggregate(pipeline(question, limit))
        return [_row(each) for each in found]

    async def states(self, member_id: str) -> dict[ContributionState, int]:
        """See ``Tallies.states``."""
        found = await self._contributions.aggregate(states_pipeline(member_id))
        return {ContributionState(each["_id"]): int(each["count"]) for each in found}


def pipeline(question: Question, limit: int) -> list[Mapping[str, Any]]:
    """The stages that add up."""
    return [
        {"$match": _match(question)},
        {"$group": {"_id": [_KEYS[each] for each in question.by], **_SUMS}},
        {"$limit": limit},
    ]


def states_pipeline(member_id: str) -> list[Mapping[str, Any]]:
    """The stages that count a member's records by state."""
    return [
        {"$match": {"member_id": member_id}},
        {"$group": {"_id": "$state", "count": {"$sum": 1}}},
    ]


def _match(question: Question) -> dict[str, Any]:
    fields = {
        "branch_id": question.branch_id,
        "member_id": question.member_id,
        "kind": question.kind,
    }
    return {
        "community": {"$in": list(question.communities)},
        "state": CONFIRMED,
        "done_at": {"$gte": question.period.since, "$lt": question.period.until},
        **{name: str(value) for name, value in fields.items() if value is not None},
    }


def _row(found: Mapping[str, Any]) -> Row:
    sums = {name: int(found[name]) for name in _SUMS}
    return Row(tuple(found["_id"]), Figures(**sums))
