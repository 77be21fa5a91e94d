"""The log of readings in MongoDB."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from shared.errors import Conflict
from shared.mongo.database import Database, Index
from shared.mongo.records import Record, Records
from shared.readings import Reading
from shared.store import Page, decode_cursor, encode_cursor

COLLECTION = "readings"


class ReadingRecords:
    """Keeps what ``Readings`` promises."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def add(self, reading: Reading) -> None:
        """See ``Readings.add``; a reading is never written over."""
        if not await self._records.insert(_document(reading)):
            raise Conflict("store.taken", fields="_id", id=reading.id)

    async def add_all(self, readings: Sequence[Reading]) -> None:
        """See ``Readings.add_all``."""
        await self._records.insert_many([_document(reading) for reading in readings])

    async def page(self, subject_id: str, *, cursor: str | None, limit: int) -> Page[Reading]:
        """See ``Readings.page``."""
        where: dict[str, Any] = {"subject_id": subject_id}
        if cursor is not None:
            where["_id"] = {"$lt": decode_cursor(cursor)}
        found = await self._records.find(where, sort=(("_id", -1),), limit=limit + 1)
        following = encode_cursor(found[limit - 1]["_id"]) if len(found) > limit else None
        readings = [Reading(id=each.pop("_id"), **each) for each in found[:limit]]
        return Page(readings, following)


def readings(database: Database) -> ReadingRecords:
    """The collection of a service's readings."""
    indexes = [Index((("subject_id", 1), ("_id", -1)), name="subject")]
    return ReadingRecords(database.records(COLLECTION, indexes=indexes))


def _document(reading: Reading) -> Record:
    document = asdict(reading)
    document["_id"] = document.pop("id")
    return document
