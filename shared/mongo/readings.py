"""The log of readings in MongoDB."""

from dataclasses import asdict

from shared.errors import Conflict
from shared.mongo.database import Database, Index
from shared.mongo.records import Records
from shared.readings import Reading

COLLECTION = "readings"


class ReadingRecords:
    """Keeps what ``Readings`` promises."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def add(self, reading: Reading) -> None:
        """See ``Readings.add``; a reading is never written over."""
        document = asdict(reading)
        document["_id"] = document.pop("id")
        if not await self._records.insert(document):
            raise Conflict("store.taken", fields="_id", id=reading.id)

    async def of(self, subject_id: str, *, limit: int) -> list[Reading]:
        """See ``Readings.of``."""
        found = await self._records.find(
            {"subject_id": subject_id}, sort=(("_id", -1),), limit=limit
        )
        return [Reading(id=each.pop("_id"), **each) for each in found]


def readings(database: Database) -> ReadingRecords:
    """The collection of a service's readings."""
    indexes = [Index((("subject_id", 1), ("_id", -1)), name="subject")]
    return ReadingRecords(database.records(COLLECTION, indexes=indexes))
