"""The routes of patrols, facilities and upkeep, all together."""

from collections.abc import Mapping

from fastapi import APIRouter

from services.property.api import facility, patrol, patrol_plan, route, upkeep
from services.property.service.routine import Routine
from shared.web.once import Lookup


def routers(routine: Routine, answered: Mapping[str, Lookup]) -> list[APIRouter]:
    """All of them; ``answered`` by the collection that keeps the answers."""
    return [
        route.router(routine.routes, answered["routes"]),
        patrol_plan.router(routine.patrol_plans, answered["patrol_plans"]),
        patrol.router(routine.patrols, answered["patrols"]),
        facility.router(routine.facilities, answered["facilities"]),
        upkeep.router(routine.upkeeps, answered["upkeeps"]),
    ]
