"""Who is affected (影响范围): worked out from where something is, on the estate as it is today."""

import re
from dataclasses import dataclass, replace

from services.property.domain.estate import Plan
from services.property.domain.incident import Place
from shared.errors import Invalid

_RISER = re.compile(r"[0-9]{1,3}[A-Za-z]?|[A-Za-z]")
_FLOOR_AND_MORE = re.compile(r"-?[0-9]+[-.]?")


@dataclass(frozen=True, slots=True)
class Affected:
    """Whole buildings, or one entrance of one, or one riser behind it; and the homes in it.

    ``building_ids`` alone: all of them; with ``entrance_ids``: these alone; ``part``: not even all
    of the entrance, but ``dwelling_ids``.
    """

    building_ids: tuple[str, ...]
    entrance_ids: tuple[str, ...]
    dwelling_ids: tuple[str, ...]
    part: bool = False


def affected(plan: Plan, place: Place) -> Affected:
    """Whom something at this place reaches: the riser, else the entrance, else the building, else
    the whole estate."""
    if place.entrance_id is not None:
        building = plan.building_of_entrance[place.entrance_id]
        homes = _behind(plan, frozenset({place.entrance_id}), place.riser)
        return Affected((building,), (place.entrance_id,), homes, part=place.riser is not None)
    buildings = plan.buildings if place.building_id is None else {place.building_id}
    behind = plan.building_of_entrance.items()
    entrances = frozenset(entrance for entrance, building in behind if building in buildings)
    return Affected(tuple(sorted(buildings)), (), _behind(plan, entrances, None))


def placed(plan: Plan, place: Place) -> Place:
    """The place with its building filled in from the entrance.

    ``Invalid`` with the pointer of what is not there, and for a riser on which there is no home.
    """
    building_id = place.building_id
    if building_id is not None and building_id not in plan.buildings:
        raise Invalid("incident.building_unknown", pointer="/place/building_id")
    if place.entrance_id is not None:
        owner = plan.building_of_entrance.get(place.entrance_id)
        if owner is None or building_id not in (None, owner):
            raise Invalid("incident.entrance_unknown", pointer="/place/entrance_id")
        place = replace(place, building_id=owner)
    if place.riser is not None:
        known = place.entrance_id is not None and _RISER.fullmatch(place.riser)
        if not known or not affected(plan, place).dwelling_ids:
            raise Invalid("incident.riser_unknown", pointer="/place/riser")
    return place


def _behind(plan: Plan, entrances: frozenset[str], riser: str | None) -> tuple[str, ...]:
    return tuple(
        dwelling_id
        for dwelling_id, home in plan.homes.items()
        if home.entrance_id in entrances and (riser is None or _is_on(home.code, riser))
    )


def _is_on(code: str, riser: str) -> bool:
    """Whether a home is on this riser: its code is a floor, and then the riser's (门牌尾号)."""
    floor = code.removesuffix(riser)
    return floor != code and _FLOOR_AND_MORE.fullmatch(floor) is not None
