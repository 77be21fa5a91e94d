"""Where on the map something is."""

from dataclasses import dataclass
from math import cos, hypot, radians

from shared.errors import Invalid

ADDRESS_NOTE_CHARACTERS_MAX = 200
LAT_MIN, LAT_MAX, LONG_MIN, LONG_MAX = 3.8, 53.6, 73.4, 135.1
"""China from its southernmost reef to the Heilongjiang, from the Pamirs to the Ussuri."""

EARTH_RADIUS_METRES = 6_371_000


@dataclass(frozen=True, slots=True)
class Position:
    """A point in degrees, WGS84 (not GCJ-02, which Chinese maps show)."""

    lat: float
    long: float


def position(lat: float, long: float) -> Position:
    """A point in the country of the estates; ``Invalid`` for one elsewhere, as it is when the two
    numbers are exchanged or a device has no fix (0, 0)."""
    if not (LAT_MIN <= lat <= LAT_MAX and LONG_MIN <= long <= LONG_MAX):
        raise Invalid("position.elsewhere", pointer="/position")
    return Position(lat, long)


def metres_between(one: Position, other: Position) -> float:
    """How far two points lie apart, as if the earth were flat between them: right to a per mille
    within a city."""
    north = radians(other.lat - one.lat)
    east = radians(other.long - one.long) * cos(radians((one.lat + other.lat) / 2))
    return EARTH_RADIUS_METRES * hypot(north, east)
