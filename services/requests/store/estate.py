"""The copies of property's estates in MongoDB: plain records, replaced by newer ones only."""

from collections.abc import Mapping
from typing import Any

from services.requests.domain.estate import Estate, Outline, Site
from services.requests.domain.place import Position
from shared.mongo import Database, Index, Records

COLLECTION = "estates"
OUTLINES_MAX = 100
"""Estates of one community that are looked at together; a community has a handful."""


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
            name=found.get("name", ""),
            sites=_sites(found),
        )

    async def community_of(self, estate_id: str) -> str | None:
        """Whose the estate is; None if there is no such estate."""
        rows = await self._records.find({"_id": estate_id}, limit=1, fields={"community": 1})
        return rows[0]["community"] if rows else None

    async def of(self, community: str) -> list[Outline]:
        """All estates of a community, by id."""
        fields = {"name": 1, "sites": 1}
        rows = await self._records.find({"community": community}, limit=OUTLINES_MAX, fields=fields)
        return [Outline(row["_id"], row.get("name", ""), _sites(row)) for row in rows]

    async def put(self, estate: Estate) -> None:
        """Keep it unless one of this or a later sequence is there."""
        document = {
            "community": estate.community,
            "dwelling_ids": sorted(estate.dwelling_ids),
            "buildings": dict(estate.buildings),
            "has_contractor": estate.has_contractor,
            "name": estate.name,
            "sites": [_row(building_id, site) for building_id, site in estate.sites.items()],
        }
        await self._records.put_newer(estate.id, document, sequence=estate.sequence)


def estates(database: Database) -> EstateRecords:
    """The collection of copies."""
    index = Index((("community", 1), ("_id", 1)), name="community")
    return EstateRecords(database.records(COLLECTION, indexes=[index]))


def _row(building_id: str, site: Site) -> dict[str, Any]:
    at = site.position
    place = {} if at is None else {"lat": at.lat, "long": at.long}
    closed = {"closed": True} if site.closed else {}
    return {"id": building_id, "code": site.code, **place, **closed}


def _sites(found: Mapping[str, Any]) -> dict[str, Site]:
    return {
        row["id"]: Site(
            row["code"],
            Position(row["lat"], row["long"]) if "lat" in row else None,
            row.get("closed", False),
        )
        for row in found.get("sites", ())
    }
