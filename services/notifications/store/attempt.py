"""Attempts: one record each, kept as long as their deliveries."""

from datetime import timedelta

from pydantic import TypeAdapter

from services.notifications.domain.attempt import Attempt
from shared.mongo import Database, Index, Record

ATTEMPTS_MAX = 200
"""Shown of one delivery; a ladder has ten, each replay ten more."""

_CODEC = TypeAdapter(Attempt)


class AttemptRecords:
    """Keeps the promises of ``Attempts``."""

    def __init__(self, database: Database, *, retention_days: int) -> None:
        self._records = database.records(
            "attempts",
            indexes=[
                Index((("delivery_id", 1), ("n", 1)), name="delivery"),
                Index((("expires_at", 1),), expire_after_seconds=0),
            ],
        )
        self._kept_for = timedelta(days=retention_days)

    async def add(self, attempt: Attempt) -> None:
        """Keep it, once."""
        document: Record = _CODEC.dump_python(attempt)
        expires = {"expires_at": attempt.started_at + self._kept_for}
        await self._records.insert({"_id": document.pop("id"), **document, **expires})

    async def of(self, delivery_id: str) -> list[Attempt]:
        """All of a delivery, oldest first."""
        rows = await self._records.find(
            {"delivery_id": delivery_id}, sort=(("n", 1),), limit=ATTEMPTS_MAX
        )
        return [_CODEC.validate_python({**row, "id": row["_id"]}) for row in rows]
