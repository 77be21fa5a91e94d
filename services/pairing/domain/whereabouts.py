"""Where somebody lives, by the copies of property's estates, and how far it is from there to there.

Read by matching, and by whoever looks for somebody near: how far two homes are apart is said in
one way everywhere.
"""

from dataclasses import dataclass
from enum import StrEnum

from services.pairing.domain.estate import Estate
from shared import earth


@dataclass(frozen=True, slots=True)
class Place:
    """A home: its estate, building and entrance; where the building stands (WGS84), if known."""

    estate_id: str
    building_id: str
    entrance_id: str
    lat: float | None = None
    long: float | None = None


class Nearness(StrEnum):
    """How near two homes are, the nearest first."""

    SAME_ENTRANCE = "same_entrance"
    SAME_BUILDING = "same_building"
    WALK = "walk"
    """In different buildings, and it is known how far apart they stand."""
    SAME_ESTATE = "same_estate"
    """In different buildings of one estate; where they stand is not known."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Way:
    """The way from one home to another; ``metres`` for a walk only, between the buildings."""

    nearness: Nearness
    metres: int | None = None


def places_of(estate: Estate) -> dict[str, Place]:
    """The place of every dwelling of an estate, by the dwelling's id."""
    return {
        dwelling_id: Place(
            estate.id, building.building_id, entrance.entrance_id, building.lat, building.long
        )
        for building in estate.buildings
        for entrance in building.entrances
        for dwelling_id in entrance.dwelling_ids
    }


def way_between(one: Place | None, other: Place | None) -> Way:
    """How far it is; the same in both directions."""
    if one is None or other is None:
        return Way(Nearness.UNKNOWN)
    if one.building_id == other.building_id:
        same = one.entrance_id == other.entrance_id
        return Way(Nearness.SAME_ENTRANCE if same else Nearness.SAME_BUILDING)
    metres = metres_between(one, other)
    if metres is not None:
        return Way(Nearness.WALK, metres)
    same_estate = one.estate_id == other.estate_id
    return Way(Nearness.SAME_ESTATE if same_estate else Nearness.UNKNOWN)


def metres_between(one: Place, other: Place) -> int | None:
    """Whole metres between two buildings as the crow flies (haversine); None if unknown."""
    if one.lat is None or one.long is None or other.lat is None or other.long is None:
        return None
    return earth.metres_between(one.lat, one.long, other.lat, other.long)
