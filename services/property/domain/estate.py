"""Estates (小区): buildings (楼), entrances (单元门) and dwellings (户), and who manages them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.errors import Invalid
from shared.events import Event
from shared.events.property import BuildingFacts, EntranceFacts, EstateRegistered

DWELLINGS_MAX = 5_000
"""On one estate: a document and its event stay well below the store's 1 MB; the model estate of
``mission.md`` has over 5,000 residents in all."""


class Management(StrEnum):
    """Who looks after the estate."""

    CONTRACTOR = "contractor"
    SELF_MANAGED = "self_managed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Dwelling:
    """One home (户)."""

    id: str
    code: str


@dataclass(frozen=True, slots=True)
class Entrance:
    """One entrance of a building (单元门) and the dwellings behind it."""

    id: str
    code: str
    dwellings: tuple[Dwelling, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """A point in degrees, WGS84 (not GCJ-02, which Chinese maps show)."""

    lat: float
    long: float


@dataclass(frozen=True, slots=True)
class Building:
    """One building (楼)."""

    id: str
    code: str
    entrances: tuple[Entrance, ...]
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Estate:
    """One estate; ``contractor_id`` is the property company, there only when one manages it."""

    id: str
    community: str
    version: int
    code: str
    name: str
    management: Management
    contractor_id: str | None
    buildings: tuple[Building, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What other nouns ask of an estate: whose it is and which building an entrance belongs to."""

    estate_id: str
    community: str
    contractor_id: str | None
    buildings: frozenset[str]
    building_of_entrance: dict[str, str]


def register(estate: Estate) -> tuple[Estate, list[Event]]:
    """A new estate is known.

    Errors: ``Invalid`` for a company without company management or the reverse, for a code that two
    neighbours share, for an id used twice, and for more than ``DWELLINGS_MAX`` dwellings.
    """
    if (estate.management is Management.CONTRACTOR) != (estate.contractor_id is not None):
        raise Invalid("estate.contractor", pointer="/contractor_id")
    _unlike(estate.buildings, "/buildings")
    for b, building in enumerate(estate.buildings):
        _unlike(building.entrances, f"/buildings/{b}/entrances")
        for e, entrance in enumerate(building.entrances):
            _unlike(entrance.dwellings, f"/buildings/{b}/entrances/{e}/dwellings")
    _counted(estate)
    return estate, [_registered(estate)]


def plan_of(estate: Estate) -> Plan:
    """The estate as other nouns need it."""
    return Plan(
        estate_id=estate.id,
        community=estate.community,
        contractor_id=estate.contractor_id,
        buildings=frozenset(building.id for building in estate.buildings),
        building_of_entrance={
            entrance.id: building.id
            for building in estate.buildings
            for entrance in building.entrances
        },
    )


def _unlike(neighbours: Iterable[Building | Entrance | Dwelling], pointer: str) -> None:
    codes: set[str] = set()
    for index, one in enumerate(neighbours):
        if one.code in codes:
            raise Invalid("estate.code_twice", pointer=f"{pointer}/{index}/code", twice=one.code)
        codes.add(one.code)


def _counted(estate: Estate) -> None:
    ids: set[str] = set()
    parts = 0
    dwellings = 0
    for building in estate.buildings:
        ids.add(building.id)
        for entrance in building.entrances:
            ids.add(entrance.id)
            ids.update(dwelling.id for dwelling in entrance.dwellings)
            dwellings += len(entrance.dwellings)
        parts += 1 + len(building.entrances)
    if dwellings > DWELLINGS_MAX:
        raise Invalid("estate.too_many_dwellings", pointer="/buildings", max=DWELLINGS_MAX)
    if len(ids) != parts + dwellings:
        raise Invalid("estate.id_twice", pointer="/buildings")


def _registered(estate: Estate) -> EstateRegistered:
    return EstateRegistered(
        estate_id=estate.id,
        code=estate.code,
        management=estate.management.value,
        contractor_id=estate.contractor_id,
        buildings=tuple(
            BuildingFacts(
                building_id=building.id,
                code=building.code,
                entrances=tuple(
                    EntranceFacts(
                        entrance_id=entrance.id,
                        code=entrance.code,
                        dwelling_ids=tuple(dwelling.id for dwelling in entrance.dwellings),
                    )
                    for entrance in building.entrances
                ),
                lat=building.position.lat if building.position else None,
                long=building.position.long if building.position else None,
            )
            for building in estate.buildings
        ),
        title=estate.name,
    )
