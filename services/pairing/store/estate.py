"""The copies of property's estates in MongoDB: plain records, replaced by newer ones only."""

from collections.abc import Sequence

from services.pairing.domain.estate import Estate
from shared.events.property import BuildingFacts, buildings_in_use, dwellings_in
from shared.mongo import Database, Index, Records
from shared.mongo.records import Record

FIELDS = {"community": 1, "closed_dwelling_ids": 1}
ESTATES_MAX = 1_000
"""Of one community, far beyond any."""


class EstateRecords:
    """Keeps what ``Estates`` promises."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def keep(self, estate: Estate) -> None:
        """See ``Estates.keep``."""
        closed = set(estate.dwelling_ids) - set(dwellings_in(estate.in_use))
        document = {
            "community": estate.community,
            "buildings": [building.model_dump(mode="json") for building in estate.buildings],
            "dwelling_ids": list(estate.dwelling_ids),
            "closed_ids": list(estate.closed_ids),
            "closed_dwelling_ids": sorted(closed),
        }
        await self._records.put_newer(estate.id, document, sequence=estate.sequence)

    async def community_of(self, dwelling_id: str) -> str | None:
        """See ``Estates.community_of``."""
        found = await self._with(dwelling_id)
        in_use = found is not None and dwelling_id not in found.get("closed_dwelling_ids", ())
        return str(found["community"]) if found is not None and in_use else None

    async def estate_of(self, dwelling_id: str) -> str | None:
        """See ``Estates.estate_of``."""
        found = await self._with(dwelling_id)
        return None if found is None else str(found["_id"])

    async def _with(self, dwelling_id: str) -> Record | None:
        where = {"dwelling_ids": dwelling_id}
        found = await self._records.find(where, limit=1, fields=FIELDS)
        return found[0] if found else None

    async def in_community(self, community: str, *, after: str, limit: int) -> list[Estate]:
        """See ``Estates.in_community``."""
        where = {"community": community, "_id": {"$gt": after}}
        return [_estate(each) for each in await self._records.find(where, limit=limit)]

    async def buildings_in(self, community: str) -> list[BuildingFacts]:
        """What is in use on the community's estates, as property told of them last."""
        fields = {"buildings": 1, "closed_ids": 1}
        found = await self._records.find({"community": community}, limit=ESTATES_MAX, fields=fields)
        return [building for estate in found for building in _in_use(estate)]

    async def places(self, community: str, ids: Sequence[str]) -> frozenset[str]:
        """See ``Estates.places``."""
        there = {
            place_id
            for building in await self.buildings_in(community)
            for place_id in (building.building_id, *(e.entrance_id for e in building.entrances))
        }
        return frozenset(there & set(ids))


def _estate(record: Record) -> Estate:
    return Estate(
        id=record["_id"],
        community=record["community"],
        sequence=record["sequence"],
        buildings=tuple(BuildingFacts.model_validate(each) for each in record["buildings"]),
        dwelling_ids=tuple(record["dwelling_ids"]),
        closed_ids=tuple(record.get("closed_ids", ())),
    )


def _in_use(record: Record) -> tuple[BuildingFacts, ...]:
    buildings = tuple(BuildingFacts.model_validate(each) for each in record["buildings"])
    return buildings_in_use(buildings, record.get("closed_ids", ()))


def estates(database: Database) -> EstateRecords:
    """The collection, found by any of its dwellings."""
    indexes = [
        Index((("dwelling_ids", 1),), name="dwelling"),
        Index((("community", 1), ("_id", 1)), name="community"),
    ]
    return EstateRecords(database.records("estates", indexes=indexes))
