"""How large the demo is and what its chance grows from: all of it follows from these two."""

from collections.abc import Mapping
from dataclasses import dataclass

BUILDINGS = 24
BUILDINGS_MIN, BUILDINGS_MAX = 6, 2_400
"""The stories need some buildings on either estate; a hundred times the model is a district."""
SEED = 20230803
"""The day of the article that the demo is modelled on (``mission.md``)."""


@dataclass(frozen=True, slots=True)
class Size:
    """``buildings`` of 84 homes; with them members, residents and care households grow."""

    buildings: int = BUILDINGS
    seed: int = SEED

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Size":
        """From ``DEMO_BUILDINGS`` and ``DEMO_SEED``; ``ValueError`` names the one that is wrong."""
        buildings = _number(environment, "DEMO_BUILDINGS", BUILDINGS)
        if not BUILDINGS_MIN <= buildings <= BUILDINGS_MAX:
            raise ValueError(f"DEMO_BUILDINGS={buildings}: {BUILDINGS_MIN} to {BUILDINGS_MAX}")
        return cls(buildings, _number(environment, "DEMO_SEED", SEED))

    def of(self, in_the_model: int) -> int:
        """As many as this are in the model of 24 buildings, in proportion; one at least."""
        return max(1, round(in_the_model * self.buildings / BUILDINGS))


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    given = environment.get(name) or str(default)
    if not given.isascii() or not given.isdigit() or len(given) > 12:
        raise ValueError(f"{name}={given}: not a whole number")
    return int(given)
