"""What residents make of decisions carried out: one plain record for each person and proposal."""

from services.requests.domain.decision import SCORE_MAX, SCORE_MIN
from shared.mongo import Database, Index, Records

COLLECTION = "evaluations"

INDEXES = (Index((("proposal_id", 1), ("score", 1)), name="score"),)


class EvaluationRecords:
    """Keeps what ``Evaluations`` promises."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def put(self, proposal_id: str, person_id: str, score: int) -> None:
        """Keep the person's mark in place of an earlier one of theirs."""
        record = {"proposal_id": proposal_id, "score": score}
        await self._records.put(f"{proposal_id}:{person_id}", record)

    async def scores(self, proposal_id: str) -> tuple[int, ...]:
        """How often each mark was given, 1 to 5 in order."""
        return tuple(
            [
                await self._records.count({"proposal_id": proposal_id, "score": score})
                for score in range(SCORE_MIN, SCORE_MAX + 1)
            ]
        )


def evaluations(database: Database) -> EvaluationRecords:
    """The collection of evaluations."""
    return EvaluationRecords(database.records(COLLECTION, indexes=INDEXES))
