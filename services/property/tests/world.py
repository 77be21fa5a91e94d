"""The service over stores, fake or real: its use cases, its events, and an estate to work on."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from services.property import store
from services.property.consumers import hearings
from services.property.domain.api_key import LIVE_MAX, KeyRecord
from services.property.domain.estate import Estate, Management
from services.property.domain.incident import Incident, Place
from services.property.domain.work_order import WorkOrder
from services.property.service.api_key import ApiKeys, ApiKeyService, Fresh
from services.property.service.estate import EstateDraft, EstateService
from services.property.service.incident import IncidentService
from services.property.service.viewer import Target, Viewer
from services.property.service.work_order import WorkOrderService
from services.property.store.api_key import opened
from services.property.tests.samples import COMMUNITY, COMPANY, said
from shared.auth import ApiKey, KeyRing, digest_secret, mint_key
from shared.envelope import Envelope
from shared.mongo import Database
from shared.store import Page, Store, decode_cursor, encode_cursor
from shared.testing import FakeClock, FakeStore
from shared.testing_service import deliver
from shared.testing_web import PEPPER

SOURCE = "/linli/property"

COMMITTEE = Viewer((COMMUNITY,))
CONTRACTOR = Viewer((COMMUNITY,), COMPANY)
OTHER_COMPANY = Viewer((COMMUNITY,), "cmp_other")
OTHER_COMMUNITY = Viewer(("elsewhere",))
OTHER_ESTATE = Viewer((COMMUNITY,), COMPANY, ("est_other",))
STRANGERS = {
    "another company": OTHER_COMPANY,
    "another community": OTHER_COMMUNITY,
    "a key of another estate": OTHER_ESTATE,
    "nobody's": Viewer(()),
}

DRAFT = EstateDraft(
    community=COMMUNITY,
    code="south",
    name="South yard",
    management=Management.CONTRACTOR,
    contractor_id=COMPANY,
)


class Keys(ApiKeys, KeyRing, Protocol):
    """Where keys are kept and found."""


class FakeKeys:
    """Keeps the promises of ``ApiKeys`` and ``KeyRing`` in memory; ``asked`` are the look-ups."""

    def __init__(self) -> None:
        self.kept: dict[str, KeyRecord] = {}
        self.asked: list[str] = []

    async def find(self, public_id: str) -> ApiKey | None:
        self.asked.append(public_id)
        key = self.kept.get(public_id)
        return None if key is None else opened(key)

    async def used(self, public_id: str, at: datetime) -> None:
        self.kept[public_id] = replace(self.kept[public_id], last_used_at=at)

    async def add(self, key: KeyRecord) -> bool:
        live = [
            one
            for one in self.kept.values()
            if one.grant.company == key.grant.company
            and set(one.grant.communities) == set(key.grant.communities)
            and one.is_live(key.created_at)
        ]
        if len(live) >= LIVE_MAX:
            return False
        self.kept[key.public_id] = key
        return True

    async def get(self, public_id: str) -> KeyRecord | None:
        return self.kept.get(public_id)

    async def page(
        self, communities: Sequence[str], *, cursor: str | None, limit: int
    ) -> Page[KeyRecord]:
        before = decode_cursor(cursor) if cursor else "~"
        rows = sorted(
            (k for k in self.kept.values() if set(k.grant.communities) <= set(communities)),
            key=lambda k: k.id,
            reverse=True,
        )
        rows = [key for key in rows if key.id < before]
        more = len(rows) > limit
        return Page(rows[:limit], encode_cursor(rows[limit - 1].id) if more else None)

    async def revoke(self, public_id: str, *, at: datetime) -> None:
        key = self.kept[public_id]
        if key.revoked_at is None:
            self.kept[public_id] = replace(key, revoked_at=at)


def mint() -> Fresh:
    """A fresh key, as ``app.py`` makes one."""
    minted = mint_key("dev")
    return Fresh(minted.public_id, minted.text, digest_secret(minted.secret, PEPPER))


@dataclass
class World:
    """The use cases and what is behind them; ``told`` is all that was told so far."""

    estate_store: Store[Estate]
    incident_store: Store[Incident]
    work_order_store: Store[WorkOrder]
    keys: Keys
    clock: FakeClock
    told: list[Envelope] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.plans = store.RecentPlans(self.estate_store, self.clock)
        self.estates = EstateService(self.estate_store)
        self.incidents = IncidentService(self.incident_store, self.plans, self.clock)
        self.work_orders = WorkOrderService(self.work_order_store, self.plans, self.clock)
        self.api_keys = ApiKeyService(self.keys, self.plans, self.clock, mint)
        self.hearings = hearings(self.incidents, self.work_orders)

    async def news(self) -> list[Envelope]:
        """What was told since the last call, in order within each aggregate."""
        stories: list[Envelope] = []
        for one in (self.estate_store, self.incident_store, self.work_order_store):
            kept: Store[Any] = one
            for aggregate in await kept.find({}):
                stories += await kept.story(aggregate.id)
        known = {envelope.id for envelope in self.told}
        fresh = [envelope for envelope in stories if envelope.id not in known]
        self.told += fresh
        return fresh

    async def hear(self, envelope: Envelope) -> None:
        """As the bus would: through the hearing of its type; heard before is acknowledged."""
        await deliver(self.hearings, envelope)

    async def settle(self) -> None:
        """Let everything that was told be heard, and what that tells, until all is quiet."""
        while news := await self.news():
            for envelope in news:
                await self.hear(envelope)

    def types(self) -> list[str]:
        """What was told, without service and version, in order."""
        return [".".join(envelope.type.split(".")[1:3]) for envelope in self.told]

    async def estate(self, draft: EstateDraft = DRAFT) -> Estate:
        """An estate without buildings."""
        return await self.estates.register(draft)

    async def incident(self, estate_id: str, *, external_ref: str | None = None) -> Incident:
        """An incident that the company reports there, somewhere in the open."""
        report = said(external_ref=external_ref, place=Place())
        return await self.incidents.report(CONTRACTOR, estate_id, report)

    async def work_order(self, estate_id: str) -> WorkOrder:
        """The work order of an incident that was reported and confirmed."""
        incident = await self.incident(estate_id)
        await self.incidents.confirm(Target(COMMITTEE, incident.id))
        await self.settle()
        (order,) = await self.work_order_store.find({"incident_id": incident.id})
        return order


def fake_world() -> World:
    """Over fakes."""
    clock = FakeClock()
    estates = FakeStore(Estate, source=SOURCE, clock=clock)
    incidents = FakeStore(Incident, source=SOURCE, clock=clock)
    work_orders = FakeStore(WorkOrder, source=SOURCE, clock=clock)
    return World(estates, incidents, work_orders, FakeKeys(), clock)


async def real_world(database: Database) -> World:
    """Over the real store; ``database`` tells the time of a ``FakeClock``."""
    clock = database.clock
    assert isinstance(clock, FakeClock)
    estates, incidents = store.estates(database), store.incidents(database)
    work_orders, keys = store.work_orders(database), store.api_keys(database, clock)
    await database.migrate()
    return World(estates, incidents, work_orders, keys, clock)
