"""The log of who looked at a household's circumstances: records that are only ever added."""

from dataclasses import asdict

from services.pairing.service.household import Purpose, Reading
from shared.errors import Conflict
from shared.mongo import Database, Index, Records


class ReadingRecords:
    """Keeps what ``Readings`` promises."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def add(self, reading: Reading) -> None:
        """See ``Readings.add``."""
        document = asdict(reading)
        document["_id"] = document.pop("id")
        if not await self._records.insert(document):
            raise Conflict("store.taken", fields="_id", id=reading.id)

    async def of(self, household_id: str, *, limit: int) -> list[Reading]:
        """See ``Readings.of``."""
        found = await self._records.find(
            {"household_id": household_id}, sort=(("_id", -1),), limit=limit
        )
        return [
            Reading(
                id=each["_id"],
                community=each["community"],
                household_id=each["household_id"],
                by=each["by"],
                at=each["at"],
                purpose=Purpose(each["purpose"]),
            )
            for each in found
        ]


def readings(database: Database) -> ReadingRecords:
    """The collection."""
    indexes = [Index((("household_id", 1), ("_id", -1)), name="household")]
    return ReadingRecords(database.records("readings", indexes=indexes))
