"""The property service, put together; `linli serve property` runs it."""

from fastapi import FastAPI

from services.property import api, consumers, store
from services.property.service.api_key import ApiKeyService, Fresh
from services.property.service.estate import EstateService
from services.property.service.incident import IncidentService
from services.property.service.work_order import WorkOrderService
from services.property.settings import Settings
from shared.app import Assembly, assemble
from shared.auth import digest_secret, mint_key
from shared.clock import SystemClock
from shared.mongo import Database


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service as an ASGI application. Errors: ``BadSettings``."""
    settings = settings or Settings()
    clock = SystemClock()
    database = Database(settings.mongo_url, settings.database, clock)
    estates = store.estates(database)
    incidents = store.incidents(database)
    work_orders = store.work_orders(database)
    keys = store.api_keys(database, clock)
    plans = store.RecentPlans(estates, clock)

    def mint() -> Fresh:
        minted = mint_key(settings.environment)
        digest = digest_secret(minted.secret, settings.api_key_pepper)
        return Fresh(minted.public_id, minted.text, digest)

    incident_service = IncidentService(incidents, plans, clock)
    work_order_service = WorkOrderService(work_orders, plans, clock)
    return assemble(
        Assembly(
            name="property",
            settings=settings,
            database=database,
            routers=[
                api.estate.router(EstateService(estates), estates.answered),
                api.incident.router(incident_service, incidents.answered),
                api.work_order.router(work_order_service, work_orders.answered),
                api.api_key.router(ApiKeyService(keys, plans, clock, mint)),
            ],
            hearings=consumers.hearings(incident_service, work_order_service),
            keyring=keys,
            clock=clock,
        )
    )
