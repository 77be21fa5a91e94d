"""The copies of property's estates in MongoDB: plain records, replaced by newer ones only."""

from services.requests.domain.estate import Estate
from shared.mongo import Database, Records

COLLECTION = "estates"


class EstateRecords:
    """Keeps what ``EstateCopies`` promises."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def get(self, estate_id: str) -> Estate | None:
        """The copy, or None."""
        found = await self._records.get(estate_id)
        if found is None:
            return None
        return Estate(
            id=found["_id"],
            community=found["community"],
            sequence=found["sequence"],
            dwelling_ids=frozenset(found["dwelling_ids"]),
            # Copies kept before buildings were have none, until property tells of the estate again.
            buildings=found.get("buildings", {}),
            has_contractor=found.get("has_contractor", True),
        )

    async def put(self, estate: Estate) -> None:
        """Keep it unless one of this or a later sequence is there."""
        document = {
            "community": estate.community,
            "dwelling_ids": sorted(estate.dwelling_ids),
            "buildings": dict(estate.buildings),
            "has_contractor": estate.has_contractor,
        }
        await self._records.put_newer(estate.id, document, sequence=estate.sequence)


def estates(database: Database) -> EstateRecords:
    """The collection of copies."""
    return EstateRecords(database.records(COLLECTION))
