"""The routes of parking, gates and visitors, all together."""

from typing import Protocol

from fastapi import APIRouter

from services.property.api import (
    access,
    allotment,
    obstruction,
    occupancy,
    permit,
    space,
    vehicle,
    visitor,
)
from services.property.service.parking import Parking
from shared.web.limits import RateLimit
from shared.web.once import Lookup


class Answered(Protocol):
    """What finds the answers that the store of each noun keeps."""

    @property
    def occupancies(self) -> Lookup: ...
    @property
    def vehicles(self) -> Lookup: ...
    @property
    def spaces(self) -> Lookup: ...
    @property
    def permits(self) -> Lookup: ...
    @property
    def allotments(self) -> Lookup: ...
    @property
    def passes(self) -> Lookup: ...
    @property
    def obstructions(self) -> Lookup: ...


def routers(parking: Parking, answered: Answered, wrong_codes: RateLimit) -> list[APIRouter]:
    """All of them; ``wrong_codes`` counts visitors' codes that open nothing."""
    return [
        occupancy.router(parking.occupancies, answered.occupancies),
        vehicle.router(parking.vehicles, parking.access, answered.vehicles),
        space.router(parking.spaces, answered.spaces),
        permit.router(parking.permits, answered.permits),
        allotment.router(parking.allotments, answered.allotments),
        access.router(parking.access, parking.rules),
        visitor.router(parking.visitors, answered.passes, wrong_codes),
        obstruction.router(parking.obstructions, answered.obstructions),
    ]
