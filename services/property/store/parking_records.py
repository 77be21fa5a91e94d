"""All that parking and gates keep, opened once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from services.property.service.parking import ParkingStores
from services.property.store.access import access_log
from services.property.store.parking import (
    allotments,
    obstructions,
    occupancies,
    passes,
    permits,
    retention_rules,
    spaces,
    vehicles,
)
from shared.mongo import Database
from shared.sealing import Sealer

Lookup = Callable[[str], Awaitable[dict[str, Any] | None]]


@dataclass(frozen=True, slots=True)
class ParkingAnswers:
    """What finds the answers that each store keeps."""

    occupancies: Lookup
    vehicles: Lookup
    spaces: Lookup
    permits: Lookup
    allotments: Lookup
    passes: Lookup
    obstructions: Lookup


class ParkingRecords:
    """The stores, and what finds the answers that they keep."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        homes, cars = occupancies(database), vehicles(database, sealer)
        places, rights = spaces(database), permits(database, sealer)
        lists, expected = allotments(database, sealer), passes(database, sealer)
        lanes = obstructions(database, sealer)
        self.stores = ParkingStores(
            occupancies=homes,
            vehicles=cars,
            spaces=places,
            permits=rights,
            allotments=lists,
            passes=expected,
            obstructions=lanes,
            rules=retention_rules(database),
            log=access_log(database, sealer),
        )
        self.answered = ParkingAnswers(
            occupancies=homes.answered,
            vehicles=cars.answered,
            spaces=places.answered,
            permits=rights.answered,
            allotments=lists.answered,
            passes=expected.answered,
            obstructions=lanes.answered,
        )
