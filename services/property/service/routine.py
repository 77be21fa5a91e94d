"""Patrols, facilities and their upkeep as one part of the service: what is done again and again."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from services.property.domain.facility import Facility
from services.property.domain.patrol import Patrol
from services.property.domain.patrol_plan import PatrolPlan
from services.property.domain.route import Route
from services.property.domain.upkeep import Upkeep
from services.property.service.estate import Plans
from services.property.service.facility import FacilityService
from services.property.service.needed import WorkNeededService
from services.property.service.patrol import Around, PatrolService
from services.property.service.patrol_plan import PatrolPlanService
from services.property.service.photo import Claims
from services.property.service.rounds import RoundsService
from services.property.service.route import RouteService
from services.property.service.routine_work import RoutineWorkService
from services.property.service.standing import Yards
from services.property.service.team import Teams
from services.property.service.upkeep import UpkeepService
from shared.clock import Clock
from shared.store import Store


@dataclass(frozen=True, slots=True)
class RoutineStores:
    """Where all of it is kept."""

    routes: Store[Route]
    patrol_plans: Store[PatrolPlan]
    patrols: Store[Patrol]
    facilities: Store[Facility]
    upkeeps: Store[Upkeep]


@dataclass(frozen=True, slots=True)
class RoutineNeeds:
    """What of the rest of the service it needs."""

    plans: Plans
    photos: Claims
    teams: Teams
    work: WorkNeededService
    clock: Clock


class Routine:
    """The use cases, over these stores."""

    def __init__(self, stores: RoutineStores, needs: RoutineNeeds) -> None:
        clock, yards = needs.clock, Yards(needs.plans)
        self.routes = RouteService(stores.routes, yards)
        self.patrol_plans = PatrolPlanService(stores.patrol_plans, stores.routes, yards, clock)
        self.rounds = RoundsService(
            stores.patrol_plans, stores.routes, stores.patrols, yards, clock
        )
        self.patrols = PatrolService(
            stores.patrols, stores.routes, Around(yards, needs.photos, needs.teams, clock)
        )
        self.facilities = FacilityService(stores.facilities, yards, clock)
        self.upkeeps = UpkeepService(stores.upkeeps, stores.facilities, yards, clock)
        self.work = RoutineWorkService(needs.work)

    @property
    def sweeps(self) -> Mapping[str, Callable[[], Awaitable[int]]]:
        """What time brings, by the names that its counts are shown by: rounds are made first."""
        return {
            "patrol_plans": self.patrol_plans.ring,
            "patrols": self.patrols.ring,
            "upkeep": self.upkeeps.ring,
        }
