"""What residents make of decisions carried out: one plain record for each person and proposal."""

from typing import Any

from services.requests.domain.decision import SCORE_MAX, SCORE_MIN
from services.requests.service.export import Marked
from shared.mongo import Database, Index, Records
from shared.store import Page, decode_cursor, encode_cursor

COLLECTION = "evaluations"

INDEXES = (
    Index((("proposal_id", 1), ("score", 1)), name="score"),
    Index((("person_id", 1), ("_id", 1)), partial={"person_id": {"$gt": ""}}, name="person"),
)


class EvaluationRecords:
    """Keeps what ``Evaluations`` promises."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def put(self, proposal_id: str, person_id: str, score: int) -> None:
        """Keep the person's mark in place of an earlier one of theirs."""
        record = {"proposal_id": proposal_id, "person_id": person_id, "score": score}
        await self._records.put(f"{proposal_id}:{person_id}", record)

    async def scores(self, proposal_id: str) -> tuple[int, ...]:
        """How often each mark was given, 1 to 5 in order."""
        return tuple(
            [
                await self._records.count({"proposal_id": proposal_id, "score": score})
                for score in range(SCORE_MIN, SCORE_MAX + 1)
            ]
        )

    async def forget(self, proposal_id: str) -> None:
        """Drop all marks that this proposal was given."""
        await self._records.delete({"proposal_id": proposal_id})

    async def given_by(self, person_id: str, *, cursor: str | None, limit: int) -> Page[Marked]:
        """See ``Marks.given_by``."""
        where: dict[str, Any] = {"person_id": person_id}
        if cursor is not None:
            where["_id"] = {"$gt": decode_cursor(cursor)}
        found = await self._records.find(where, limit=limit + 1)
        marks = [Marked(each["proposal_id"], each["score"]) for each in found[:limit]]
        more = len(found) > limit
        return Page(marks, encode_cursor(found[limit - 1]["_id"]) if more else None)


def evaluations(database: Database) -> EvaluationRecords:
    """The collection of evaluations."""
    return EvaluationRecords(database.records(COLLECTION, indexes=INDEXES))
