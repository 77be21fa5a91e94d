"""What an estate may look like, and how it is told: whole, whatever of it has changed."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from services.property.domain.estate import (
    Building,
    Dwelling,
    Entrance,
    Estate,
    Management,
    Unit,
)
from shared.errors import Invalid
from shared.events import Event
from shared.events.property import (
    BuildingFacts,
    EntranceFacts,
    EstateFacts,
    EstateRegistered,
    UnitFacts,
)

F = TypeVar("F", bound=EstateFacts)

DWELLINGS_MAX = 5_000
"""On one estate: a document and its event stay well below the store's 1 MB; the model estate of
``mission.md`` has over 5,000 residents in all."""
BUILDINGS_MAX = 200
ENTRANCES_MAX = 50
"""Of one building."""
UNITS_MAX = 100
FLOORS_MAX = 200


def register(estate: Estate) -> tuple[Estate, list[Event]]:
    """A new estate is known. Errors: ``Invalid``, as for ``check``."""
    check(estate)
    return estate, [told_as(EstateRegistered, estate)]


def check(estate: Estate) -> None:
    """Passes if there can be such an estate.

    Errors: ``Invalid`` for a company without company management or the reverse, for a code that two
    neighbours in use share, for an id used twice, for a unit of what is not there or another
    unit's, and for more of anything than the limits allow.
    """
    if (estate.management is Management.CONTRACTOR) != (estate.contractor_id is not None):
        raise Invalid("estate.contractor", pointer="/contractor_id")
    closed = frozenset(estate.closed_ids)
    _unlike(estate.buildings, "/buildings", closed)
    for b, building in enumerate(estate.buildings):
        if building.floors is not None and not 1 <= building.floors <= FLOORS_MAX:
            raise Invalid("estate.floors", pointer=f"/buildings/{b}/floors", most=FLOORS_MAX)
        _unlike(building.entrances, f"/buildings/{b}/entrances", closed)
        for e, entrance in enumerate(building.entrances):
            _unlike(entrance.dwellings, f"/buildings/{b}/entrances/{e}/dwellings", closed)
    _counted(estate)
    _united(estate, closed)


def ids_of(estate: Estate) -> Iterator[str]:
    """The ids of all that is on the estate, closed or not; of its units too."""
    for building in estate.buildings:
        yield building.id
        for entrance in building.entrances:
            yield entrance.id
            yield from (dwelling.id for dwelling in entrance.dwellings)
    yield from (unit.id for unit in estate.units)


def _unlike(
    neighbours: Iterable[Building | Entrance | Dwelling | Unit],
    pointer: str,
    closed: frozenset[str],
) -> None:
    codes: set[str] = set()
    for index, one in enumerate(neighbours):
        if one.id in closed:
            continue
        if one.code in codes:
            raise Invalid("estate.code_twice", pointer=f"{pointer}/{index}/code", twice=one.code)
        codes.add(one.code)


def _counted(estate: Estate) -> None:
    entrances = [len(building.entrances) for building in estate.buildings]
    if len(estate.buildings) > BUILDINGS_MAX or max(entrances, default=0) > ENTRANCES_MAX:
        limits = {"buildings": BUILDINGS_MAX, "entrances": ENTRANCES_MAX}
        raise Invalid("estate.too_many_parts", pointer="/buildings", **limits)
    ids = list(ids_of(estate))
    if len(ids) - len(entrances) - sum(entrances) - len(estate.units) > DWELLINGS_MAX:
        raise Invalid("estate.too_many_dwellings", pointer="/buildings", max=DWELLINGS_MAX)
    if len(set(ids)) != len(ids):
        raise Invalid("estate.id_twice", pointer="/buildings")


def _united(estate: Estate, closed: frozenset[str]) -> None:
    """Each place in one unit at most, and all of them there."""
    if len(estate.units) > UNITS_MAX:
        raise Invalid("estate.too_many_units", pointer="/units", most=UNITS_MAX)
    _unlike(estate.units, "/units", closed)
    inside = {b.id: {entrance.id for entrance in b.entrances} for b in estate.buildings}
    there = inside.keys() | {each for entrances in inside.values() for each in entrances}
    taken: set[str] = set()
    for number, unit in enumerate(estate.units):
        if unit.id in closed:
            continue
        named = {*unit.building_ids, *unit.entrance_ids}
        if not set(unit.building_ids) <= inside.keys() or not named <= there:
            raise Invalid("estate.unit_of_nothing", pointer=f"/units/{number}")
        places = named.union(*(inside[each] for each in unit.building_ids))
        if places & taken:
            raise Invalid("estate.unit_overlaps", pointer=f"/units/{number}")
        taken |= places


def told_as(kind: type[F], estate: Estate) -> F:
    """All of it as an event of this kind tells it."""
    return kind(
        estate_id=estate.id,
        code=estate.code,
        management=estate.management.value,
        contractor_id=estate.contractor_id,
        buildings=tuple(_building_facts(building) for building in estate.buildings),
        title=estate.name,
        jurisdiction_id=estate.jurisdiction_id,
        units=tuple(
            UnitFacts(
                unit_id=unit.id,
                code=unit.code,
                building_ids=unit.building_ids,
                entrance_ids=unit.entrance_ids,
            )
            for unit in estate.units
        ),
        closed_ids=estate.closed_ids,
    )


def _building_facts(building: Building) -> BuildingFacts:
    return BuildingFacts(
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
        floors=building.floors,
    )
