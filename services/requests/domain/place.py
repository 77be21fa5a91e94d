"""Where on the map something is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Position:
    """A point in degrees, WGS84 (not GCJ-02, which Chinese maps show)."""

    lat: float
    long: float
