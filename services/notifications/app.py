"""Puts the notifications service together: what is plugged into what."""

import asyncio
import random
from datetime import timedelta

from fastapi import FastAPI

from services.notifications import consumers
from services.notifications.api import delivery as delivery_api
from services.notifications.api import endpoint as endpoint_api
from services.notifications.domain.delivery import JITTER
from services.notifications.service.bell import Bell
from services.notifications.service.book import EndpointBook
from services.notifications.service.delivery import DeliveryService
from services.notifications.service.dispatch import Dispatch, Pace, Records
from services.notifications.service.endpoint import EndpointService
from services.notifications.service.fanout import FanOut
from services.notifications.service.sender import Sender
from services.notifications.service.settle import Settlement
from services.notifications.settings import Settings
from services.notifications.store.attempt import AttemptRecords
from services.notifications.store.delivery import DeliveryRecords
from services.notifications.store.endpoint import endpoints
from services.notifications.store.message import MessageRecords
from services.notifications.webhook import WebhookPost
from services.notifications.webhook.post import Limits as PostLimits
from services.notifications.worker import Limits, Worker
from shared.app import Assembly, assemble
from shared.mongo import Database
from shared.sealing import Sealer

NAME = "notifications"


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service as an ASGI application; ``BadSettings`` if it cannot run with these settings."""
    settings = settings or Settings()
    vault = Sealer(settings.sealing_keys())
    database = Database(settings.mongo_url, settings.database)
    clock, bell = database.clock, Bell()
    documents, records = endpoints(database), _records(database, settings)
    rules = settings.address_rules()
    post = WebhookPost(rules, clock, limits=PostLimits(settings.attempt_seconds))
    book, sender = EndpointBook(documents, clock), Sender(vault, post, clock)
    managed = EndpointService(documents, book, vault, sender, rules, clock)
    settlement = Settlement(documents, records.deliveries, clock)
    pace = Pace(clock, _jitter, timedelta(seconds=settings.lease_seconds))
    dispatch = Dispatch(records, book, managed, settlement, sender, pace)
    worker = Worker(dispatch, records.deliveries, bell, clock, _limits(settings))
    fan_out = FanOut(book, records.messages, records.deliveries, settlement, bell, clock)

    async def send(stop: asyncio.Event) -> None:
        await worker.run(stop)
        await post.close()

    return assemble(
        Assembly(
            name=NAME,
            settings=settings,
            database=database,
            routers=[
                endpoint_api.router(managed, documents.answered),
                delivery_api.router(DeliveryService(records, documents, bell, clock)),
            ],
            hearings=consumers.hearings(fan_out),
            background=[send],
        )
    )


def _jitter() -> float:
    return random.uniform(-JITTER, JITTER)


def _records(database: Database, settings: Settings) -> Records:
    days = settings.retention_days
    return Records(
        deliveries=DeliveryRecords(database, retention_days=days),
        messages=MessageRecords(database, retention_days=days),
        attempts=AttemptRecords(database, retention_days=days),
    )


def _limits(settings: Settings) -> Limits:
    return Limits(
        in_flight=settings.in_flight_max,
        in_flight_per_endpoint=settings.in_flight_per_endpoint_max,
        poll_seconds=settings.poll_seconds,
    )
