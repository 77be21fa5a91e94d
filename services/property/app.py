"""The property service, put together; `linli serve property` runs it."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, FastAPI

from services.property import api, consumers, store
from services.property.api import (
    parking_routes,
    registry_routes,
    routine_routes,
    supervision_routes,
    venue_routes,
)
from services.property.api import project as project_api
from services.property.api.visitor import wrong_codes
from services.property.domain.committee import Committee
from services.property.domain.machine import SCOPES
from services.property.domain.work_clock import tick
from services.property.domain.work_order import WorkOrder
from services.property.service.bulletin import BulletinService
from services.property.service.dealing import Handlers, TurnService
from services.property.service.digests import Digests
from services.property.service.estate import Plans
from services.property.service.incident import IncidentService
from services.property.service.incident_batch import IncidentBatchService
from services.property.service.incident_plan import IncidentPlanService
from services.property.service.inspectors import Inspectors
from services.property.service.needed import WorkNeededService
from services.property.service.obstruction import Opened
from services.property.service.parking import Around, Parking
from services.property.service.photo import PhotoService
from services.property.service.project import ProjectService
from services.property.service.registry import Registry
from services.property.service.requested import RequestedWorkService
from services.property.service.roster import RosterService
from services.property.service.routine import Routine, RoutineNeeds
from services.property.service.standing import Yards
from services.property.service.supervision import Grounding, Supervision
from services.property.service.team import TeamHearing, Teams
from services.property.service.venues import Venues
from services.property.service.work_doing import WorkDoingService
from services.property.service.work_order import WorkOrderService, WorkParts
from services.property.settings import Settings
from services.property.store import project as project_store
from services.property.store.parking_records import ParkingRecords
from services.property.store.registry_records import RegistryRecords
from services.property.store.routine_records import RoutineRecords
from services.property.store.supervision import SupervisionRecords
from services.property.store.venue_records import VenueRecords
from services.property.worker import PropertyWorker
from shared.alarms import Alarms
from shared.app import Assembly, assemble
from shared.bus import Hearing, joined
from shared.clock import SystemClock
from shared.due import Due
from shared.keys import ApiKeyService, Terms, api_keys, minter
from shared.keys.routes import router as key_router
from shared.mongo import Database, Documents
from shared.mongo.readings import readings
from shared.photos.pictures import PillowPictures
from shared.readings import ReadingLog
from shared.sealing import Sealer
from shared.store import Store

PHOTOS_EVERY_SECONDS = 300.0
"""So often photos are forgotten that nothing names; any number of replicas may."""
RETENTION_EVERY_SECONDS = 3_600.0
"""So often the access log lets go of what is old; any number of replicas may."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service as an ASGI application. Errors: ``BadSettings``."""
    settings = settings or Settings()
    clock = SystemClock()
    database = Database(settings.mongo_url, settings.database, clock)
    incidents = store.incidents(database)
    keys = api_keys(database, clock)
    sealer = Sealer(settings.sealing_keys())
    registered = RegistryRecords(database, sealer)
    estates, contractors, committees = registered.stores
    plans = store.RecentPlans(estates, contractors, committees, clock)
    read = ReadingLog(readings(database), clock)
    registry = Registry(registered.stores, read, clock)
    terms = Terms(SCOPES, plans.community_of)
    photos = PhotoService(store.photos(database), PillowPictures(), clock)
    incident_service = IncidentService(incidents, plans, photos, clock)
    planned = IncidentPlanService(incidents, clock)
    bulletins = BulletinService(store.bulletins(database), incidents, plans)
    work = _work(database, plans, registered.stores.committees, photos)
    regular = RoutineRecords(database)
    routine = Routine(regular.stores, RoutineNeeds(plans, photos, work.teams, work.needed, clock))
    parked = ParkingRecords(database, sealer)
    digests = Digests(settings.lookup_key())
    parking = Parking(
        parked.stores, Around(plans, Opened(incident_service, photos), read, digests, clock)
    )
    projects = project_store.projects(database)
    booked = VenueRecords(database)
    venues = Venues(booked.stores, regular.stores.facilities, plans, parking.occupancies, clock)
    supervised = SupervisionRecords(database, sealer)
    counted = supervised.stores(work.orders, incidents, regular.stores.patrols)
    grounding = Grounding(
        estates=estates,
        plans=plans,
        photos=photos,
        digests=digests,
        inspectors=work.inspectors,
        needed=work.needed,
        readings=read,
    )
    supervision = Supervision(counted, grounding, clock)
    return assemble(
        Assembly(
            name="property",
            settings=settings,
            database=database,
            routers=[
                *registry_routes.routers(registry, registered.answered),
                api.incident.router(
                    incident_service,
                    planned,
                    incidents.answered,
                    api.incident.Asked(settings.intake_key_required),
                ),
                api.incident_batch.router(IncidentBatchService(incidents, incident_service)),
                api.bulletin.router(bulletins),
                *work.routers,
                api.photo.router(photos),
                *routine_routes.routers(routine, regular.answered),
                api.shown_photo.of_patrols(routine.patrols, photos),
                *parking_routes.routers(parking, parked.answered, wrong_codes()),
                *venue_routes.routers(venues, booked.answered),
                project_api.router(
                    ProjectService(projects, Yards(plans), photos, clock), projects.answered
                ),
                *supervision_routes.routers(supervision, supervised.answered),
                api.shown_photo.of_inspections(supervision.inspections, photos),
                key_router(
                    ApiKeyService(
                        keys, terms, clock, minter(settings.environment, settings.api_key_pepper)
                    ),
                    "property",
                ),
            ],
            hearings=joined(
                [
                    *consumers.hearings(incident_service, work.needed, work.requested),
                    *work.hearings,
                    *consumers.of_parking(parking),
                    *consumers.of_registry(registry),
                    *consumers.of_routine(routine),
                    *consumers.of_bulletins(bulletins),
                    *consumers.of_venues(venues),
                    *consumers.of_supervision(supervision),
                ]
            ),
            background=[
                Due(photos.sweep, every_seconds=PHOTOS_EVERY_SECONDS).run,
                Due(parking.rules.sweep, every_seconds=RETENTION_EVERY_SECONDS).run,
                PropertyWorker(
                    {
                        "incidents": planned.ring,
                        "work_orders": work.alarms.ring,
                        "parking": parking.ring,
                        **registry.sweeps,
                        **routine.sweeps,
                        "scorecards": supervision.sealing.ring,
                    }
                ).run,
            ],
            keyring=keys,
            clock=clock,
        )
    )


@dataclass(frozen=True, slots=True)
class Work:
    """What work orders are plugged in by."""

    orders: Documents[WorkOrder]
    routers: Sequence[APIRouter]
    teams: Teams
    inspectors: Inspectors
    needed: WorkNeededService
    requested: RequestedWorkService
    hearings: Sequence[Hearing]
    alarms: Alarms[WorkOrder]


def _work(
    database: Database, plans: Plans, committees: Store[Committee], photos: PhotoService
) -> Work:
    """Work orders, whom they are dealt out to, and what time brings them."""
    orders, rosters, teams = (
        store.work_orders(database),
        store.rosters(database),
        store.teams(database),
    )
    clock = database.clock
    recent = store.RecentRosters(rosters, clock)
    handlers = Handlers(recent, committees)
    turns = TurnService(orders, rosters, teams, clock)
    parts = WorkParts(orders, plans, handlers, turns, teams, clock)
    needed = WorkNeededService(orders, plans, handlers, clock)
    requested = RequestedWorkService(orders, needed, store.endings(database))
    service, doing = WorkOrderService(parts), WorkDoingService(orders, photos, clock)
    return Work(
        orders=orders,
        routers=[
            api.work_order.router(service, orders.answered),
            api.work_doing.router(service, doing, orders.answered),
            api.shown_photo.of_work(service, photos),
            api.roster.router(RosterService(rosters, plans), rosters.answered),
        ],
        teams=teams,
        inspectors=Inspectors(committees, teams, recent),
        needed=needed,
        requested=requested,
        hearings=consumers.of_work(turns, TeamHearing(teams), requested),
        alarms=Alarms(orders, clock, field="alarm_at", tick=tick),
    )
