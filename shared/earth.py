"""How far two points on the earth lie apart."""

from math import asin, cos, radians, sin, sqrt

EARTH_METRES = 6_371_008.8
"""The mean radius (IUGG), as the haversine formula takes it: exact to half a per cent."""


def metres_between(lat: float, long: float, other_lat: float, other_long: float) -> int:
    """Whole metres as the crow flies (haversine) between two points in degrees."""
    here, there = radians(lat), radians(other_lat)
    north = sin((there - here) / 2) ** 2
    east = sin(radians(other_long - long) / 2) ** 2
    share = min(1.0, north + cos(here) * cos(there) * east)
    return round(2 * EARTH_METRES * asin(sqrt(share)))
