"""What pairing knows of an estate (小区), as property told it: where care households may live."""

from dataclasses import dataclass

from shared.events.property import BuildingFacts, buildings_in_use


@dataclass(frozen=True, slots=True)
class Estate:
    """A copy of property's estate; ``sequence`` is the version that property told of.

    What is closed stays among the others: who was at home there is still asked for.
    """

    id: str
    community: str
    sequence: int
    buildings: tuple[BuildingFacts, ...]
    dwelling_ids: tuple[str, ...]
    closed_ids: tuple[str, ...] = ()

    @property
    def in_use(self) -> tuple[BuildingFacts, ...]:
        """Its buildings with what is in use of them."""
        return buildings_in_use(self.buildings, self.closed_ids)
