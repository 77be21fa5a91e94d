"""Coverage in MongoDB: what it is counted from, and the counts.

A count is one record of sums, and its units in records of 2,000. A record of units says of which
change it is and is only ever replaced by that of a later one; units whose records are not all of
the change that the sums are of are not whole, and are counted again.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol

from services.pairing.domain.coverage import Facts, Home, Level, Supporter, Tie, Total, Unit
from services.pairing.domain.coverage_goals import CoverageGoals
from services.pairing.domain.household import HouseholdState
from services.pairing.domain.member import MemberKind, MemberState
from services.pairing.domain.pairing import PairingState
from services.pairing.service.coverage import Sums
from services.pairing.store.estate import EstateRecords
from shared.mongo import Database, Documents, Index, Record, Records

UNITS_OF_A_RECORD = 2_000
CARED_FOR = (HouseholdState.REGISTERED, HouseholdState.CONSENTED, HouseholdState.EXPIRED)
"""One that took its consent back, or has left, wants nobody."""


class Counted(Protocol):
    """A collection that counts over its documents: ``Documents.aggregate``."""

    async def aggregate(self, stages: Sequence[Any]) -> list[dict[str, Any]]: ...


class CoverageSources:
    """Keeps what ``Sources`` promises: reads of each document what counts, and opens no seal."""

    def __init__(
        self, estates: EstateRecords, members: Counted, households: Counted, pairings: Counted
    ) -> None:
        self._estates = estates
        self._members = members
        self._households = households
        self._pairings = pairings

    async def facts(self, community: str) -> Facts:
        """See ``Sources.facts``."""
        members = await self._members.aggregate(
            _read({"community": community}, "dwelling_id", "leads", "state", "kind")
        )
        households = await self._households.aggregate(
            _read(
                {"community": community, "state": {"$in": [each.value for each in CARED_FOR]}},
                "dwelling_id",
            )
        )
        pairings = await self._pairings.aggregate(
            _read(
                {"community": community, "state": PairingState.ACTIVE.value},
                "helper_ids",
                "household_ids",
            )
        )
        return Facts(
            buildings=await self._estates.buildings_in(community),
            supporters=[_supporter(member) for member in members],
            homes=[Home(home["_id"], home["dwelling_id"]) for home in households],
            ties=[Tie(tuple(tie["helper_ids"]), tuple(tie["household_ids"])) for tie in pairings],
        )


class CoverageCounts:
    """Keeps what ``Counts`` promises."""

    def __init__(self, sums: Records, units: Records) -> None:
        self._sums = sums
        self._units = units

    async def mark(self, community: str) -> Sums:
        """See ``Counts.mark``."""
        return _sums(await self._sums.raised(community, "changes"))

    async def sums(self, community: str) -> Sums | None:
        """See ``Counts.sums``."""
        found = await self._sums.get(community)
        return None if found is None else _sums(found)

    async def page(
        self, communities: Sequence[str], *, after: str | None, limit: int
    ) -> list[Sums]:
        """See ``Counts.page``."""
        wanted: dict[str, Any] = {"$in": list(communities)}
        if after is not None:
            wanted["$gt"] = after
        return [_sums(each) for each in await self._sums.find({"_id": wanted}, limit=limit)]

    async def units(self, sums: Sums) -> list[Unit] | None:
        """See ``Counts.units``."""
        found = await self._units.find(
            {"community": sums.community}, sort=(("part", 1),), limit=sums.parts + 1
        )
        if [part["sequence"] for part in found] != [sums.counted] * sums.parts:
            return None
        return [_unit(row) for part in found for row in part["units"]]

    async def keep(self, sums: Sums, units: Sequence[Unit]) -> None:
        """See ``Counts.keep``."""
        parts = range(0, len(units), UNITS_OF_A_RECORD)
        for number, first in enumerate(parts):
            part = {
                "community": sums.community,
                "part": number,
                "units": [_row(unit) for unit in units[first : first + UNITS_OF_A_RECORD]],
            }
            await self._units.put_newer(f"{sums.community}/{number}", part, sequence=sums.counted)
        earlier = {"$lt": sums.counted}
        await self._units.delete(
            {"community": sums.community, "part": {"$gte": len(parts)}, "sequence": earlier}
        )
        kept = {
            "counted": sums.counted,
            "goals_version": sums.goals_version,
            "totals": [asdict(total) for total in sums.totals],
            "parts": len(parts),
        }
        not_later = {"$or": [{"counted": None}, {"counted": earlier}]}
        await self._sums.update({"_id": sums.community, **not_later}, {"$set": kept})


def coverage_counts(database: Database) -> CoverageCounts:
    """The collections."""
    indexes = [Index((("community", 1), ("part", 1)), name="community")]
    return CoverageCounts(
        database.records("coverage"), database.records("coverage_units", indexes=indexes)
    )


def coverage_goals(database: Database) -> Documents[CoverageGoals]:
    """The goals that communities made their own; found by the id that the community gives."""
    return database.documents("coverage_goals", CoverageGoals, source="/linli/pairing")


def _read(where: dict[str, Any], *fields: str) -> list[dict[str, Any]]:
    return [{"$match": where}, {"$project": dict.fromkeys(fields, 1)}]


def _supporter(member: Record) -> Supporter:
    """A record from before members had a state is of an active party member."""
    return Supporter(
        member_id=member["_id"],
        dwelling_id=member.get("dwelling_id"),
        leads=tuple(member.get("leads", ())),
        active=MemberState(member.get("state", "active")) is MemberState.ACTIVE,
        volunteer=MemberKind(member.get("kind", "member")) is MemberKind.VOLUNTEER,
    )


def _sums(record: Record) -> Sums:
    return Sums(
        community=record["_id"],
        changes=record["changes"],
        counted=record.get("counted", 0),
        goals_version=record.get("goals_version", 1),
        totals=tuple(
            Total(**{**total, "level": Level(total["level"])}) for total in record.get("totals", ())
        ),
        parts=record.get("parts", 0),
    )


def _row(unit: Unit) -> list[Any]:
    place = (unit.code, unit.building_id, unit.entrance_id)
    return [unit.level.value, unit.id, unit.target, unit.actual, *place]


def _unit(row: list[Any]) -> Unit:
    level, *rest = row
    return Unit(Level(level), *rest)
