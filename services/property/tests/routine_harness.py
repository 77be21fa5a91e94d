"""Patrols, facilities and upkeep over stores, fake or real, on an estate with a company."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from services.property.consumers import of_routine
from services.property.domain.estate import Estate, Management
from services.property.domain.estate_check import register
from services.property.domain.facility import Facility, FacilityFacts, FacilityKind
from services.property.domain.patrol import Patrol
from services.property.domain.patrol_plan import PatrolPlan, Rounds
from services.property.domain.patrol_record import Passing, Sighting
from services.property.domain.place import Spot
from services.property.domain.route import Drawing, Route
from services.property.domain.upkeep import Upkeep
from services.property.domain.work_order import WorkOrder
from services.property.service.estate import BuildingDraft, EntranceDraft
from services.property.service.patrol import Brought, Kept
from services.property.service.rounds import SOONEST_FIRST
from services.property.service.routine import Routine, RoutineNeeds, RoutineStores
from services.property.service.viewer import Viewer
from services.property.store.routine_records import RoutineRecords
from services.property.tests.patrol_samples import DRAWING, NIGHTLY, duty
from services.property.tests.world import (
    COMMITTEE,
    CONTRACTOR,
    DRAFT,
    SOURCE,
    World,
    fake_world,
    real_world,
)
from shared.bus import joined
from shared.mongo import Database
from shared.testing import FakeStore

GROUNDS = replace(
    DRAFT,
    buildings=(
        BuildingDraft("1", "bld_1", (EntranceDraft("1", "ent_11"),)),
        BuildingDraft("2", "bld_2", (EntranceDraft("1", "ent_21"),)),
    ),
)
LIFT = FacilityFacts(FacilityKind.LIFT, "L-1", "Lift", Spot(entrance_id="ent_11"))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class RoutineWorld:
    """The use cases; whatever they tell is heard when ``world.settle`` is called."""

    world: World
    stores: RoutineStores

    def __post_init__(self) -> None:
        world, stores = self.world, self.stores
        self.clock = world.clock
        self.routine = self.replica()
        world.more += [
            stores.routes,
            stores.patrol_plans,
            stores.patrols,
            stores.facilities,
            stores.upkeeps,
        ]
        world.hearings = joined([*world.hearings, *of_routine(self.routine)])

    def replica(self) -> Routine:
        """The use cases once more, over the same stores."""
        world = self.world
        needs = RoutineNeeds(world.plans, world.photos, world.teams, world.needed, world.clock)
        return Routine(self.stores, needs)

    async def sweep(self) -> None:
        """All that time brings by now, and what follows from it."""
        for ring in self.routine.sweeps.values():
            await ring()
            await self.world.settle()

    async def estate(self) -> Estate:
        """An estate of two buildings, with a company."""
        return await self.world.estates.register(GROUNDS)

    async def hire(self, company: str | None) -> None:
        """Another company looks after all that stands here, or none."""
        manages = Management.CONTRACTOR if company else Management.NONE
        for each in await self.world.estate_store.find({}):
            after = replace(each, contractor_id=company, management=manages)
            await self.world.estate_store.save(*register(after))

    async def route(self, drawing: Drawing = DRAWING) -> Route:
        """A route through a new estate."""
        return await self.routine.routes.draw(COMMITTEE, (await self.estate()).id, drawing)

    async def plan(self, rounds: Rounds = NIGHTLY) -> PatrolPlan:
        """A plan to walk a new route, with its rounds."""
        route = await self.route()
        plan = await self.routine.patrol_plans.make(COMMITTEE, route.id, rounds)
        await self.world.settle()
        return plan

    async def rounds(self, plan_id: str, **where: Any) -> list[Patrol]:
        """The rounds of a plan, the soonest first."""
        found = {"plan_id": plan_id, **where}
        return await self.stores.patrols.find(found, order=SOONEST_FIRST, limit=2_000)

    async def first(self) -> Patrol:
        """The first round of a new plan."""
        return (await self.rounds((await self.plan()).id))[0]

    async def bring(
        self,
        patrol: Patrol,
        *passings: Passing,
        findings: Sequence[Sighting] = (),
        viewer: Viewer = CONTRACTOR,
        volunteer: str | None = None,
    ) -> Kept:
        """What a phone brings of a round."""
        brought = Brought(passings, tuple(findings))
        eyes = await self.routine.patrols.eyes(viewer, volunteer)
        return await self.routine.patrols.record(eyes, patrol.id, brought, by="per_guard")

    async def lift(self) -> Facility:
        """A lift of a new estate."""
        estate = await self.estate()
        return await self.routine.facilities.register(COMMITTEE, estate.id, LIFT)

    async def upkeep(self) -> Upkeep:
        """The fortnightly upkeep of a new lift."""
        lift = await self.lift()
        upkeep = await self.routine.upkeeps.plan(COMMITTEE, lift.id, duty())
        await self.world.settle()
        return upkeep

    async def orders(self) -> list[WorkOrder]:
        """All work orders, oldest first."""
        return await self.world.work_order_store.find({})


def fake_routine() -> RoutineWorld:
    """Over fakes."""
    world = fake_world()

    def kept(kind: type[Any]) -> Any:
        return FakeStore(kind, source=SOURCE, clock=world.clock)

    stores = RoutineStores(
        kept(Route), kept(PatrolPlan), kept(Patrol), kept(Facility), kept(Upkeep)
    )
    return RoutineWorld(world, stores)


async def real_routine(database: Database) -> RoutineWorld:
    """Over the real store; ``database`` tells the time of a ``FakeClock``."""
    records = RoutineRecords(database)
    return RoutineWorld(await real_world(database), records.stores)
