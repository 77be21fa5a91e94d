"""The pairing service, put together: what is plugged into what."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, FastAPI

from services.pairing import consumers
from services.pairing.api import (
    activity,
    care_rules,
    care_task,
    conflict,
    coverage,
    fellow_routes,
    household,
    leading,
    ledger_routes,
    matching_routes,
    meal,
    menu,
    pairing,
    pairing_people,
    person,
    register_table,
    visit,
)
from services.pairing.api.household import HouseholdUses
from services.pairing.domain.household_alarm import tick
from services.pairing.service.activity import ActivityService
from services.pairing.service.branch_sight import BranchSight
from services.pairing.service.canteen import Canteen
from services.pairing.service.care_asking import CareAskingService
from services.pairing.service.care_helpers import Sources
from services.pairing.service.care_placing import CarePlacingService, Parts
from services.pairing.service.care_rules import CareRulesService
from services.pairing.service.care_task import CareTaskService
from services.pairing.service.conflict import ConflictService
from services.pairing.service.coverage import CoverageService
from services.pairing.service.estate import Estates, EstateService
from services.pairing.service.fellows import Fellows
from services.pairing.service.forgetting import ForgettingService
from services.pairing.service.household import HouseholdService
from services.pairing.service.household_branch import HouseholdBranchService
from services.pairing.service.leading import LeadingService
from services.pairing.service.ledger import Ledger
from services.pairing.service.matchings import Matchings
from services.pairing.service.meal import MealParts
from services.pairing.service.member import MemberService
from services.pairing.service.member_load import Loads
from services.pairing.service.pairing import PairingService
from services.pairing.service.pairing_following import PairingFollowingService
from services.pairing.service.pairing_parts import PairingParts
from services.pairing.service.pairing_people import PairingPeopleService
from services.pairing.service.pairing_plan import PairingPlanService
from services.pairing.service.person import PersonParts, PersonService
from services.pairing.service.register_table import HouseholdTableService, PersonTableService
from services.pairing.service.rota import RotaService
from services.pairing.service.round import Registers
from services.pairing.service.visit import VisitService
from services.pairing.service.visit_alarms import AlarmingVisits
from services.pairing.service.visit_asking import VisitAskingService
from services.pairing.service.visit_clock import VisitClock
from services.pairing.service.visit_hearing import VisitHearing
from services.pairing.settings import Settings
from services.pairing.solver.leading import assign_apart
from services.pairing.solver.process import ProcessSolver
from services.pairing.store.activity import activities
from services.pairing.store.canteen import meals, menus
from services.pairing.store.care_rules import care_rules as care_rules_of
from services.pairing.store.care_task import care_tasks, endings
from services.pairing.store.conflict import conflicts
from services.pairing.store.coverage import CoverageSources, coverage_counts, coverage_goals
from services.pairing.store.estate import estates
from services.pairing.store.fellows import FellowRecords
from services.pairing.store.household import Households, households
from services.pairing.store.ledger import LedgerRecords
from services.pairing.store.matching import MatchingRecords
from services.pairing.store.member import members
from services.pairing.store.pairing import pairings
from services.pairing.store.person import People
from services.pairing.store.person import people as persons
from services.pairing.store.standin import stand_ins
from services.pairing.store.visit import rotas as rotas_of
from services.pairing.store.visit import visits as visits_of
from services.pairing.worker import VisitWorker
from shared.alarms import Alarms
from shared.app import Assembly, assemble
from shared.app.supervisor import Background
from shared.bus import Hearing, joined
from shared.clock import Clock, SystemClock
from shared.due import Due
from shared.mongo import Database
from shared.mongo.readings import readings
from shared.readings import ReadingLog
from shared.sealing import Sealer
from shared.web.once import Lookup

UNFINISHED_EVERY_SECONDS = 300.0
"""So often is finished what somebody was stopped in; any number of replicas may."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service, ready to be served; reads its settings from the environment if given none."""
    settings = settings or Settings()
    database, clock = Database(settings.mongo_url, settings.database), SystemClock()
    sealer = Sealer(settings.sealing_keys())
    homes, people = households(database, sealer), members(database, sealer)
    places = estates(database)

    log = ReadingLog(readings(database), clock)
    pairs, tasks = pairings(database), care_tasks(database, sealer)
    standing_in = stand_ins(database)
    sight = BranchSight(people, homes, pairs, standing_in, places)
    kept = LedgerRecords(database, sealer)
    helpers = FellowRecords(database, people)
    branches = HouseholdBranchService(homes, helpers.stores.branches, pairs, people)
    bounds = Bounds(places, branches, sight)
    register = _register(homes, persons(database, sealer), bounds, log, clock)
    fellows = Fellows(helpers.stores, places, Loads(pairs, homes), clock)
    ledger = Ledger(kept.stores(people, tasks), clock)
    apart = conflicts(database)
    paired = PairingParts(pairs, people, homes, apart, clock)
    pairing_service, following = PairingService(paired), PairingFollowingService(paired)
    pairing_routers = _pairings(paired, pairing_service, sight, pairs.answered)
    pairing_routers.append(conflict.router(ConflictService(apart, paired.clock), apart.answered))
    sources = Sources(pairs, helpers.stores, standing_in, apart, places)
    placing, care_routers = _care(
        database,
        sources,
        Parts(tasks, homes, people, endings(database)),
        tasks.answered,
        (sight, log),
    )
    covered = _coverage(database, CoverageSources(places, people, homes, pairs), fellows.members)
    registers = Registers(pairs, homes, people, standing_in, helpers.stores.posts)
    visits = _visits(database, registers, places, sealer, log)
    together = _together(database, registers, bounds, sealer, log)
    proposals = MatchingRecords(database, paired, places, standing_in)
    matched = Matchings(proposals.stores, pairing_service, ProcessSolver(), clock)
    return assemble(
        Assembly(
            name="pairing",
            settings=settings,
            database=database,
            routers=[
                *fellow_routes.routers(fellows, helpers.answered),
                *register.routers,
                *pairing_routers,
                *care_routers,
                *ledger_routes.routers(ledger, kept.answered),
                *covered.routers,
                *together.routers,
                *visits.routers,
                *matching_routes.routers(matched, sight, proposals),
            ],
            background=[
                Due(placing.ring).run,
                Due(following.go_on_due).run,
                *together.background,
                Due(fellows.ring).run,
                *visits.background,
                Due(matched.runs.ring).run,
                Due(matched.carrying.ring).run,
                *register.background,
                Due(ledger.pledges.ring, every_seconds=60).run,
            ],
            hearings=joined(
                [
                    *consumers.hearings(
                        consumers.Hearers(EstateService(places), pairing_service, placing)
                    ),
                    *consumers.of_helpers(placing),
                    *consumers.of_branches(branches),
                    *consumers.of_ledger(ledger),
                    *consumers.of_pairings(following),
                    *consumers.of_fellows(fellows),
                    *covered.hearings,
                    *together.hearings,
                    *visits.hearings,
                    *consumers.of_matching(matched.hearing),
                    *register.hearings,
                ]
            ),
        )
    )


def _care(
    database: Database,
    sources: Sources,
    parts: Parts,
    answered: Lookup,
    looking: tuple[BranchSight, ReadingLog],
) -> tuple[CarePlacingService, list[APIRouter]]:
    """Help on request: what places it, and its routes."""
    clock, (sight, log) = database.clock, looking
    own_rules = care_rules_of(database)
    rules = CareRulesService(own_rules)
    asking = CareAskingService(sources, rules, clock)
    tasks = CareTaskService(parts.tasks, parts.households, asking, log, clock)
    return CarePlacingService(parts, asking, clock), [
        *care_task.routers(tasks, sight, answered),
        care_rules.router(rules, own_rules.answered),
    ]


def _pairings(
    parts: PairingParts,
    service: PairingService,
    sight: BranchSight,
    answered: Lookup,
) -> list[APIRouter]:
    """Pairings, the people in them, and their plans."""
    people, plans = PairingPeopleService(parts), PairingPlanService(parts, service)
    guard = pairing.guard_of(service, sight)
    return [
        pairing.router(service, sight, answered),
        *pairing_people.routers(people, plans, guard, answered),
    ]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where homes are, and which of them a branch sees."""

    places: Estates
    branches: HouseholdBranchService
    sight: BranchSight


@dataclass(frozen=True, slots=True)
class Plugs:
    """What a part of the service is plugged in by."""

    routers: Sequence[APIRouter]
    background: Sequence[Background] = ()
    hearings: Sequence[Hearing] = ()


def _register(
    homes: Households, folk: People, bounds: Bounds, log: ReadingLog, clock: Clock
) -> Plugs:
    """The register of people and households."""
    places, sight = bounds.places, bounds.sight
    forgetting = ForgettingService(homes, folk, clock)
    service = HouseholdService(homes, places, log, clock)
    people = PersonService(PersonParts(folk, homes, places, log), clock)
    alarms = Alarms(homes, clock, field="alarm_at", tick=tick)
    return Plugs(
        routers=[
            household.router(
                HouseholdUses(service, forgetting, bounds.branches, sight), homes.answered
            ),
            person.router(people, folk.answered),
            register_table.router(
                PersonTableService(people, folk),
                HouseholdTableService(service, homes, folk, sight),
            ),
        ],
        background=[
            Due(alarms.ring).run,
            Due(forgetting.finish, every_seconds=UNFINISHED_EVERY_SECONDS).run,
        ],
        hearings=consumers.of_register(forgetting),
    )


def _coverage(database: Database, sources: CoverageSources, fellows: MemberService) -> Plugs:
    """Coverage over what it is counted from, and who could make up for what it lacks."""
    goals = coverage_goals(database)
    service = CoverageService(coverage_counts(database), sources, goals)
    return Plugs(
        routers=[
            coverage.router(service, goals.answered),
            leading.router(LeadingService(service, sources, fellows, assign_apart)),
        ],
        hearings=consumers.of_coverage(service),
    )


def _together(
    database: Database, registers: Registers, bounds: Bounds, sealer: Sealer, log: ReadingLog
) -> Plugs:
    """The canteen, and activities that people sign up for."""
    homes, people = registers.households, registers.members
    dishes, orders, events = menus(database), meals(database, sealer), activities(database)
    paired, posts = registers.pairings, registers.posts
    eaters = MealParts(orders, dishes, homes, paired, people, posts, bounds.places)
    canteen = Canteen(eaters, log, database.clock)
    club = ActivityService(events, people, database.clock)
    return Plugs(
        routers=[
            menu.router(canteen.menus, dishes.answered),
            *meal.routers(canteen, bounds.sight, orders.answered),
            activity.router(club, events.answered),
        ],
        background=[Due(canteen.serving.ring).run],
        hearings=[*consumers.of_meals(canteen.serving), *consumers.of_activities(club)],
    )


def _visits(
    database: Database, registers: Registers, places: Estates, sealer: Sealer, log: ReadingLog
) -> Plugs:
    """Visits over the registers of their people: their routes, their clock and what they hear."""
    store, clock = visits_of(database, sealer), database.clock
    kept = AlarmingVisits(store, registers.posts, registers.members, clock)
    rotas = RotaService(rotas_of(database), kept, registers, clock)
    service = VisitService(kept, registers.households, places, log, clock)
    asking = VisitAskingService(rotas, kept, registers, clock)
    hearing = VisitHearing(rotas, kept, registers, clock)
    return Plugs(
        routers=[visit.router(service, asking, store.answered)],
        background=[VisitWorker(rotas, VisitClock(kept, registers, clock), clock).run],
        hearings=consumers.of_visits(hearing),
    )
