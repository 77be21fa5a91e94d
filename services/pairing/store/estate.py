"""The copies of property's estates in MongoDB: plain records, replaced by newer ones only."""

from collections.abc import Sequence

from services.pairing.domain.estate import Estate
from shared.events.property import BuildingFacts
from shared.mongo import Database, Index, Records
from shared.mongo.records import Record

ESTATES_MAX = 1_000
"""Of one community, far beyond any."""


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
        found = await self._with(dwelling_id)
        return None if found is None else str(found["community"])

    async def estate_of(self, dwelling_id: str) -> str | None:
        """See ``Estates.estate_of``."""
        found = await self._with(dwelling_id)
        return None if found is None else str(found["_id"])

    async def _with(self, dwelling_id: str) -> Record | None:
        where = {"dwelling_ids": dwelling_id}
        found = await self._records.find(where, limit=1, fields={"community": 1})
        return found[0] if found else None

    async def in_community(self, community: str, *, after: str, limit: int) -> list[Estate]:
        """See ``Estates.in_community``."""
        where = {"community": community, "_id": {"$gt": after}}
        return [_estate(each) for each in await self._records.find(where, limit=limit)]

    async def buildings_in(self, community: str) -> list[BuildingFacts]:
        """All buildings of the community's estates, as property told of them last."""
        found = await self._records.find(
            {"community": community}, limit=ESTATES_MAX, fields={"buildings": 1}
        )
        return [
            BuildingFacts.model_validate(building)
            for estate in found
            for building in estate["buildings"]
        ]

    async def places(self, community: str, ids: Sequence[str]) -> frozenset[str]:
        """See ``Estates.places``."""
        fields = {"buildings.building_id": 1, "buildings.entrances.entrance_id": 1}
        found = await self._records.find({"community": community}, limit=ESTATES_MAX, fields=fields)
        there = {
            place_id
            for estate in found
            for building in estate["buildings"]
            for place_id in (
                building["building_id"],
                *(entrance["entrance_id"] for entrance in building["entrances"]),
            )
        }
        return frozenset(there & set(ids))


def _estate(record: Record) -> Estate:
    return Estate(
        id=record["_id"],
        community=record["community"],
        sequence=record["sequence"],
        buildings=tuple(BuildingFacts.model_validate(each) for each in record["buildings"]),
        dwelling_ids=tuple(record["dwelling_ids"]),
    )


def estates(database: Database) -> EstateRecords:
    """The collection, found by any of its dwellings."""
    indexes = [
        Index((("dwelling_ids", 1),), name="dwelling"),
        Index((("community", 1), ("_id", 1)), name="community"),
    ]
    return EstateRecords(database.records("estates", indexes=indexes))
