"""The copies of property's estates in MongoDB: plain records, replaced by newer ones only."""

from services.pairing.domain.estate import Estate
from shared.mongo import Database, Index, Records


class EstateRecords:
    """Keeps what ``Estates`` promises."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def keep(self, estate: Estate) -> None:
        """See ``Estates.keep``."""
        document = {
            "community": estate.community,
            "buildings": [building.model_dump(mode="json") for building in estate.buildings],
            "dwelling_ids": list(estate.dwelling_ids),
        }
        await self._records.put_newer(estate.id, document, sequence=estate.sequence)

    async def community_of(self, dwelling_id: str) -> str | None:
        """See ``Estates.community_of``."""
        where = {"dwelling_ids": dwelling_id}
        found = await self._records.find(where, limit=1, fields={"community": 1})
        return str(found[0]["community"]) if found else None


def estates(database: Database) -> EstateRecords:
    """The collection, found by any of its dwellings."""
    indexes = [Index((("dwelling_ids", 1),), name="dwelling")]
    return EstateRecords(database.records("estates", indexes=indexes))
