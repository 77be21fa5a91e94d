"""The service's parts put together over a real store, without HTTP in and without a bus."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

from services.notifications.domain.address import AddressRules, networks
from services.notifications.domain.attempt import Attempt
from services.notifications.domain.delivery import LEASE, Delivery, Status
from services.notifications.domain.endpoint import Endpoint, Wishes
from services.notifications.service.bell import Bell
from services.notifications.service.book import EndpointBook
from services.notifications.service.delivery import DeliveryService
from services.notifications.service.dispatch import Dispatch, Pace, Records
from services.notifications.service.endpoint import EndpointService, Target
from services.notifications.service.fanout import FanOut
from services.notifications.service.sender import Sender
from services.notifications.service.settle import Settlement
from services.notifications.store.attempt import AttemptRecords
from services.notifications.store.delivery import DeliveryRecords
from services.notifications.store.endpoint import endpoints
from services.notifications.store.message import MessageRecords
from services.notifications.webhook import WebhookPost
from services.notifications.webhook.post import Limits as PostLimits
from services.notifications.worker import Limits, Worker
from shared.clock import Clock, SystemClock, new_id
from shared.envelope import Envelope
from shared.events import Event
from shared.events.property import IncidentClosed
from shared.mongo import Database, Documents
from shared.sealing import Sealer
from shared.testing import heard

COMMUNITY = "hongmiao"
LOOPBACK = AddressRules(private=networks(["127.0.0.0/8"]), http=True)
MINE = (COMMUNITY,)


@dataclass
class Options:
    """How one replica is set up."""

    clock: Clock = field(default_factory=SystemClock)
    lease: timedelta = LEASE
    worker: Limits = field(default_factory=lambda: Limits(poll_seconds=0.05))
    post: PostLimits = field(default_factory=PostLimits)


class Rig:
    """One replica."""

    def __init__(self, database: Database, options: Options) -> None:
        clock, self.database = options.clock, database
        self.clock = clock
        self.store: Documents[Endpoint] = endpoints(database)
        self.records = Records(
            DeliveryRecords(database, retention_days=90),
            MessageRecords(database, retention_days=90),
            AttemptRecords(database, retention_days=90),
        )
        self.bell = Bell()
        self.vault = Sealer({"k": b"k" * 32})
        self.post = WebhookPost(LOOPBACK, clock, limits=options.post)
        self.book = EndpointBook(self.store, clock)
        sender = Sender(self.vault, self.post, clock)
        self.endpoints = EndpointService(self.store, self.book, self.vault, sender, LOOPBACK, clock)
        self.settlement = Settlement(self.store, self.records.deliveries, clock)
        pace = Pace(clock, jitter=lambda: 0.0, lease=options.lease)
        self.dispatch = Dispatch(
            self.records, self.book, self.endpoints, self.settlement, sender, pace
        )
        self.worker = Worker(
            self.dispatch, self.records.deliveries, self.bell, clock, options.worker
        )
        self.fan_out = FanOut(
            self.book,
            self.records.messages,
            self.records.deliveries,
            self.settlement,
            self.bell,
            clock,
        )
        self.log = DeliveryService(self.records, self.store, self.bell, clock)

    async def endpoint(
        self, url: str, *, ordered: bool = False, event_types: tuple[str, ...] = ()
    ) -> tuple[Endpoint, str]:
        """A registered endpoint and its secret."""
        return await self.endpoints.register(
            COMMUNITY, Wishes(url, event_types=event_types, ordered=ordered)
        )

    async def deliveries(self, **where: str) -> list[Delivery]:
        """All of them, oldest first; those of the same millisecond in any order."""
        status = where.pop("status", None)
        page = await self.records.deliveries.page(
            communities=MINE,
            endpoint_id=where.get("endpoint_id"),
            status=Status(status) if status else None,
            cursor=None,
            limit=1000,
        )
        return page.items[::-1]

    async def attempts(self, delivery: Delivery, count: int = 1) -> list[Attempt]:
        """What was tried, once so many attempts are written: the delivery may be ahead of them."""
        async with asyncio.timeout(15):
            while len(found := await self.records.attempts.of(delivery.id)) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return found

    async def told(self, endpoint_id: str) -> Envelope:
        """The latest event of an endpoint, as the bus would bring it."""
        return (await self.store.story(endpoint_id))[-1]

    def target(self, endpoint: Endpoint) -> Target:
        """For the endpoint service."""
        return Target(endpoint.id, MINE)

    async def until(self, status: Status, count: int, seconds: float = 15) -> list[Delivery]:
        """Wait until so many deliveries have this status."""
        async with asyncio.timeout(seconds):
            while len(found := await self.deliveries(status=status.value)) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return found

    async def tried(self, count: int, seconds: float = 15) -> None:
        """Wait until so many attempts at the only delivery are over and written down."""
        async with asyncio.timeout(seconds):
            while True:
                (waiting,) = await self.until(Status.RETRY_WAIT, 1, seconds)
                if waiting.tried == count:
                    return
                await asyncio.sleep(0.01)

    @contextlib.asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """While this replica's worker runs."""
        stop = asyncio.Event()
        task = asyncio.create_task(self.worker.run(stop))
        try:
            yield
        finally:
            stop.set()
            await task
            await self.post.close()


@contextlib.asynccontextmanager
async def rigged(url: str, name: str, options: Options | None = None) -> AsyncIterator[Rig]:
    """A replica with a connection of its own, and all indexes made."""
    options = options or Options()
    database = Database(url, name, options.clock)
    rig = Rig(database, options)
    await database.migrate()
    try:
        yield rig
    finally:
        await rig.post.close()
        await database.close()


def event(
    subject: str = "inc_1",
    *,
    clock: Clock | None = None,
    about: Event | None = None,
    **facts: object,
) -> Envelope:
    """An event that has just happened; a ``cause`` makes it part of that one's story."""
    cause = facts.pop("cause", None)
    if isinstance(cause, Envelope):
        facts = {"correlationid": cause.correlationid, "causationid": cause.id, **facts}
    now = (clock or SystemClock()).now()
    return heard(
        about or IncidentClosed(incident_id=subject),
        subject,
        id=new_id("evt"),
        **{"community": COMMUNITY, "time": now, **facts},
    )


def story(subject: str, length: int) -> list[Envelope]:
    """The events of one aggregate, in order."""
    first = event(subject)
    return [first] + [
        event(subject, sequence=n, correlationid=first.correlationid) for n in range(2, length + 1)
    ]
