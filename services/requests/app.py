"""Puts the requests service together: what is plugged into what."""

from fastapi import FastAPI

from services.requests import consumers, store
from services.requests.api import mediation, request, service_type
from services.requests.service.dispute import DisputeService
from services.requests.service.estate import EstateService
from services.requests.service.mediation import MediationService
from services.requests.service.request import RequestService
from services.requests.service.service_type import ServiceTypeService
from services.requests.settings import Settings
from services.requests.store.mediation import mediations
from shared.app import Assembly, assemble
from shared.mongo import Database
from shared.mongo.readings import readings
from shared.readings import ReadingLog

NAME = "requests"


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service as an ASGI application; ``BadSettings`` if it cannot run with these settings."""
    settings = settings or Settings()
    database = Database(settings.mongo_url, settings.database)
    documents = store.requests(database)
    estates = EstateService(store.estates(database))
    kinds = store.service_types(database)
    types = ServiceTypeService(kinds, store.versions(database), database.clock)
    requests = RequestService(documents, estates, types, database.clock)
    log = ReadingLog(readings(database), database.clock)
    cases = mediations(database)
    disputes = DisputeService(cases, documents, database.clock)
    return assemble(
        Assembly(
            name=NAME,
            settings=settings,
            database=database,
            routers=[
                request.router(requests, documents.answered),
                service_type.router(types, kinds.answered),
                mediation.router(MediationService(cases, log, database.clock), cases.answered),
            ],
            hearings=[
                *consumers.hearings(requests, estates),
                *consumers.of_disputes(disputes),
            ],
        )
    )
