"""The copies of who lives where in MongoDB: plain records, replaced by newer ones only."""

from typing import Any

from services.requests.domain.residence import Residence
from shared.mongo import Database, Index, Record, Records
from shared.store import Page, decode_cursor, encode_cursor

COLLECTION = "residences"

INDEXES = (
    Index(
        (("person_id", 1), ("estate_id", 1), ("_id", 1)),
        partial={"person_id": {"$gt": ""}},
        name="person",
    ),
)


class ResidenceRecords:
    """Keeps what ``Residences`` promises."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def put(self, residence: Residence) -> None:
        """See ``Residences.put``."""
        where = {
            "estate_id": residence.estate_id,
            "person_id": residence.person_id,
            "dwelling_id": residence.dwelling_id,
        }
        document = {name: value for name, value in where.items() if value is not None}
        await self._records.put_newer(residence.id, document, sequence=residence.sequence)

    async def homes(self, person_id: str, estate_id: str, *, limit: int) -> list[str]:
        """See ``Residences.homes``."""
        where = {"person_id": person_id, "estate_id": estate_id}
        found = await self._records.find(where, limit=limit)
        return list(dict.fromkeys(each["dwelling_id"] for each in found))

    async def of(self, person_id: str, *, cursor: str | None, limit: int) -> Page[Residence]:
        """See ``Residences.of``."""
        where: dict[str, Any] = {"person_id": person_id}
        if cursor is not None:
            where["_id"] = {"$gt": decode_cursor(cursor)}
        found = await self._records.find(where, limit=limit + 1)
        more = len(found) > limit
        next_cursor = encode_cursor(found[limit - 1]["_id"]) if more else None
        return Page([_residence(each) for each in found[:limit]], next_cursor)


def residences(database: Database) -> ResidenceRecords:
    """The collection of copies."""
    return ResidenceRecords(database.records(COLLECTION, indexes=INDEXES))


def _residence(record: Record) -> Residence:
    return Residence(
        record["_id"],
        record["sequence"],
        record["estate_id"],
        record["person_id"],
        record["dwelling_id"],
    )
