"""The copies of property's estates, and of its companies' contracts, in MongoDB: plain records,
replaced by newer ones only."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.requests.domain.contract import Contract
from services.requests.domain.estate import Estate, Outline, Site
from services.requests.domain.place import Position
from shared.mongo import Database, Index, Records

COLLECTION = "estates"
CONTRACTS = "contracts"
OUTLINES_MAX = 100
"""Estates of one community that are looked at together; a community has a handful."""


class EstateRecords:
    """Keeps what ``EstateCopies`` promises."""

    def __init__(self, records: Records, contracts: Records) -> None:
        self._records = records
        self._contracts = contracts

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
            contractor_id=found.get("contractor_id"),
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
            "contractor_id": estate.contractor_id,
            "name": estate.name,
            "sites": [_row(building_id, site) for building_id, site in estate.sites.items()],
        }
        await self._records.put_newer(estate.id, document, sequence=estate.sequence)

    async def contract(self, community: str, contractor_id: str) -> Contract | None:
        """The company's contract there, or None."""
        found = await self._contracts.get(_company(community, contractor_id))
        if found is None:
            return None
        last_on = found["last_on"]
        return Contract(
            community=community,
            contractor_id=contractor_id,
            sequence=found["sequence"],
            scopes=frozenset(found["scopes"]),
            first_on=date.fromisoformat(found["first_on"]),
            last_on=None if last_on is None else date.fromisoformat(last_on),
            ended=found["ended"],
        )

    async def put_contract(self, contract: Contract) -> None:
        """Keep it unless one of this or a later sequence is there."""
        last_on = contract.last_on
        document = {
            "scopes": sorted(contract.scopes),
            "first_on": contract.first_on.isoformat(),
            "last_on": None if last_on is None else last_on.isoformat(),
            "ended": contract.ended,
        }
        id_ = _company(contract.community, contract.contractor_id)
        await self._contracts.put_newer(id_, document, sequence=contract.sequence)


def estates(database: Database) -> EstateRecords:
    """The collection of copies."""
    index = Index((("community", 1), ("_id", 1)), name="community")
    return EstateRecords(database.records(COLLECTION, indexes=[index]), database.records(CONTRACTS))


def _company(community: str, contractor_id: str) -> str:
    return f"{community}/{contractor_id}"


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
