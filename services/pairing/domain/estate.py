"""What pairing knows of an estate (小区), as property told it: where care households may live."""

from dataclasses import dataclass

from shared.events.property import BuildingFacts


@dataclass(frozen=True, slots=True)
class Estate:
    """A copy of property's estate; ``sequence`` is the version that property told of."""

    id: str
    community: str
    sequence: int
    buildings: tuple[BuildingFacts, ...]
    dwelling_ids: tuple[str, ...]
