"""The demo estates: their bodies as handed to property, and the ids that follow from them.

Modelled on the size and the kind of the estates in ``mission.md`` (old estates, one of them with a
property company, one without; 24 buildings, about 2,000 homes); names and numbers are invented.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from deploy.demo.size import BUILDINGS, Size
from shared.clock import derived_id

COMMUNITY = "hongmiao"
CONTRACTOR = "cmp_anju"
CITY = "cmp_city"
"""Whose client of Open311 reports to the community."""
ENTRANCES = 4
FLOORS = 7
HOMES_PER_FLOOR = 3
BUILDINGS_PER_ROW = 5
ROW_DEGREES, PLACE_DEGREES = 0.0006, 0.0009
"""About 67 m to the north and 77 m to the east."""


@dataclass(frozen=True, slots=True)
class DemoEstate:
    """One estate of the demo; ``contractor_id`` None: it looks after itself.

    ``lat`` and ``long``, WGS84, of its south-western building; the others stand in rows.
    """

    code: str
    name: str
    buildings: int
    contractor_id: str | None
    lat: float
    long: float
    community: str = COMMUNITY

    @property
    def id(self) -> str:
        """Always the same, so that registering it twice is seen."""
        return derived_id("est", self.community, self.code)

    def body(self) -> dict[str, Any]:
        """As property takes it; what has no id gets one from the estate's id and its codes."""
        return {
            "community": self.community,
            "id": self.id,
            "code": self.code,
            "name": self.name,
            "management": "contractor" if self.contractor_id else "self_managed",
            "contractor_id": self.contractor_id,
            "buildings": [
                {
                    "code": building,
                    "entrances": [_entrance(entrance) for entrance in _entrances()],
                    "position": self._position(number),
                }
                for number, building in enumerate(self._buildings())
            ],
        }

    def building_id(self, building: str) -> str:
        """The id that property gives a building of this code."""
        return derived_id("bld", self.id, building)

    def dwelling_ids(self) -> list[str]:
        """All homes in the order of building, entrance and door."""
        return [
            derived_id("dwl", self.id, building, entrance, home)
            for building in self._buildings()
            for entrance in _entrances()
            for home in _homes()
        ]

    def _position(self, number: int) -> dict[str, float]:
        row, place = divmod(number, BUILDINGS_PER_ROW)
        lat = round(self.lat + row * ROW_DEGREES, 6)
        return {"lat": lat, "long": round(self.long + place * PLACE_DEGREES, 6)}

    def _buildings(self) -> list[str]:
        return [str(number + 1) for number in range(self.buildings)]


EAST_SHARE = 14
EAST = DemoEstate("HM-E", "红庙东院", EAST_SHARE, CONTRACTOR, 39.9160, 116.4830)
WEST = DemoEstate("HM-W", "红庙西院", BUILDINGS - EAST_SHARE, None, 39.9160, 116.4760)
ESTATES = (EAST, WEST)
"""Those of the model."""
PAIR_DEGREES = 0.006
"""Further pairs of estates lie to the north, some 670 m apart."""


def estates(size: Size) -> list[DemoEstate]:
    """All of them: the model's two, smaller for a small demo, and more like them for a large."""
    found: list[DemoEstate] = []
    left = size.buildings
    while left:
        pair = min(left, BUILDINGS)
        east = pair - pair * (BUILDINGS - EAST_SHARE) // BUILDINGS
        number = len(found) // 2
        for model, buildings in ((EAST, east), (WEST, pair - east)):
            if buildings:
                found.append(_like(model, number, buildings))
        left -= pair
    return found


def _like(model: DemoEstate, number: int, buildings: int) -> DemoEstate:
    mark = str(number + 1) if number else ""
    return replace(
        model,
        code=f"{model.code}{mark}",
        name=f"{model.name}{mark}",
        buildings=buildings,
        lat=round(model.lat + number * PAIR_DEGREES, 6),
    )


def _entrances() -> list[str]:
    return [str(number + 1) for number in range(ENTRANCES)]


def _homes() -> Iterator[str]:
    for floor in range(1, FLOORS + 1):
        for home in range(1, HOMES_PER_FLOOR + 1):
            yield f"{floor}{home:02}"


def _entrance(code: str) -> dict[str, Any]:
    return {"code": code, "dwellings": [{"code": home} for home in _homes()]}
