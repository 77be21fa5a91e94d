"""What pairing knows of an estate (小区), as property told it: where care households may live."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entrance:
    """A way into a building (单元门), with the dwellings behind it."""

    id: str
    code: str
    dwelling_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Building:
    """A building (楼) with its entrances."""

    id: str
    code: str
    entrances: tuple[Entrance, ...]


@dataclass(frozen=True, slots=True)
class Estate:
    """A copy of property's estate; ``sequence`` is the version that property told of."""

    id: str
    community: str
    sequence: int
    buildings: tuple[Building, ...]

    @property
    def dwelling_ids(self) -> tuple[str, ...]:
        """All dwellings on the estate."""
        return tuple(
            dwelling
            for building in self.buildings
            for entrance in building.entrances
            for dwelling in entrance.dwelling_ids
        )
