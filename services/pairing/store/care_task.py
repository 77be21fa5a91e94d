"""Care tasks in MongoDB, and up to which version each request has left pairing's hands."""

from services.pairing.domain.care_task import CareTask
from shared.mongo import Database, Documents, Index, Records

INDEXES = (
    Index((("request_id", 1), ("_id", 1)), name="request"),
    Index((("household_id", 1), ("state", 1), ("_id", 1)), name="household"),
    Index((("helper_person_id", 1), ("state", 1), ("_id", -1)), name="helper"),
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
)


def care_tasks(database: Database) -> Documents[CareTask]:
    """The collection."""
    return database.documents("care_tasks", CareTask, source="/linli/pairing", indexes=INDEXES)


class EndingRecords:
    """Keeps what ``Endings`` promises: one record per request, its version only ever rising."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def note(self, request_id: str, sequence: int) -> None:
        """See ``Endings.note``."""
        await self._records.put_newer(request_id, {}, sequence=sequence)

    async def up_to(self, request_id: str) -> int:
        """See ``Endings.up_to``."""
        found = await self._records.get(request_id)
        return 0 if found is None else int(found["sequence"])


def endings(database: Database) -> EndingRecords:
    """The collection."""
    return EndingRecords(database.records("request_endings"))
