"""Where on an estate something stands, as far as that is known."""

from dataclasses import dataclass, replace

from services.property.domain.estate import Plan, Position
from shared.errors import Invalid

LAT_MAX, LONG_MAX = 90.0, 180.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A building, one of its entrances, a point (WGS84): what is known of them."""

    building_id: str | None = None
    entrance_id: str | None = None
    position: Position | None = None


NOWHERE = Spot()
"""Somewhere on the estate."""


def located(plan: Plan, spot: Spot, *, pointer: str) -> Spot:
    """The spot with its building filled in from the entrance.

    Errors: ``Invalid`` below ``pointer`` for a building or entrance that the estate does not have
    and for no point of the earth.
    """
    if spot.position is not None:
        check_position(spot.position, pointer=f"{pointer}/position")
    building_id = spot.building_id
    if building_id is not None and building_id not in plan.buildings:
        raise Invalid("place.building_unknown", pointer=f"{pointer}/building_id")
    if spot.entrance_id is None:
        return spot
    owner = plan.building_of_entrance.get(spot.entrance_id)
    if owner is None or building_id not in (None, owner):
        raise Invalid("place.entrance_unknown", pointer=f"{pointer}/entrance_id")
    return replace(spot, building_id=owner)


def check_position(position: Position, *, pointer: str) -> None:
    """``Invalid`` for no point of the earth, and for 0, 0, which a device without a fix tells."""
    inside = abs(position.lat) <= LAT_MAX and abs(position.long) <= LONG_MAX
    if not inside or (position.lat == 0 and position.long == 0):
        raise Invalid("place.position", pointer=pointer)
