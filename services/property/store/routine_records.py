"""All that patrols, facilities and upkeep keep, opened once."""

from collections.abc import Mapping

from services.property.service.routine import RoutineStores
from services.property.store.facility import facilities, upkeeps
from services.property.store.patrol import patrol_plans, patrols, routes
from shared.mongo import Database
from shared.web.once import Lookup


class RoutineRecords:
    """The stores, and by the name of each what finds the answers that it keeps."""

    def __init__(self, database: Database) -> None:
        ways, plans, rounds = routes(database), patrol_plans(database), patrols(database)
        things, schedules = facilities(database), upkeeps(database)
        self.stores = RoutineStores(
            routes=ways,
            patrol_plans=plans,
            patrols=rounds,
            facilities=things,
            upkeeps=schedules,
        )
        self.answered: Mapping[str, Lookup] = {
            "routes": ways.answered,
            "patrol_plans": plans.answered,
            "patrols": rounds.answered,
            "facilities": things.answered,
            "upkeeps": schedules.answered,
        }
