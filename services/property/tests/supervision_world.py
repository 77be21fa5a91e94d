"""Supervision over stores, fake or real, beside the rest of the service that it counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.property.consumers import of_supervision
from services.property.domain.complaint import Complaint
from services.property.domain.inspection import Inspection
from services.property.domain.month import month_of
from services.property.domain.objection import Objection
from services.property.domain.patrol import Patrol, PatrolState
from services.property.domain.rating import Rating
from services.property.domain.score_rules import Measure, RuleSet, ScoreRules
from services.property.domain.scorecard import Figure, Scorecard, figures_of
from services.property.domain.seal import Link
from services.property.domain.work_order import WorkOrder
from services.property.domain.work_states import WorkOrderState
from services.property.service.digests import Digests
from services.property.service.scorecard_inputs import card_id
from services.property.service.scorecard_parts import Counted, Kept, Scope
from services.property.service.supervision import Grounding, Supervision, SupervisionStores
from services.property.store.patrol import patrols
from services.property.store.supervision import SupervisionRecords
from services.property.tests.samples import COMMUNITY, COMPANY, work_order
from services.property.tests.world import SOURCE, World, fake_world, real_world
from shared.clock import new_id
from shared.envelope import Envelope
from shared.events import Event
from shared.events.property import WorkOrderCreated
from shared.mongo import Database
from shared.readings import ReadingLog
from shared.sealing import DEVELOPMENT_KEYS, Sealer
from shared.store import Store
from shared.testing import FakeStore
from shared.testing_service import deliver, news_of


class FakeLinks:
    """Keeps the promises of ``Links`` in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, list[Kept]] = {}
        self.owner: dict[str, str] = {}

    async def keep(self, scorecard_id: str, inputs_id: str, links: Sequence[Kept]) -> None:
        self.owner[inputs_id] = scorecard_id
        self.kept.setdefault(inputs_id, []).extend(links)

    async def page(
        self, inputs_id: str, *, mark: str | None = None, after: int = -1, limit: int
    ) -> list[Link]:
        found = [
            each.link
            for each in self.kept.get(inputs_id, ())
            if each.link.place > after and (mark is None or mark in each.marks)
        ]
        return found[:limit]

    async def find(self, inputs_id: str, record_id: str, *, mark: str) -> Link | None:
        marked = await self.page(inputs_id, mark=mark, limit=10**6)
        return next((each for each in marked if each.record.id == record_id), None)

    async def forget(self, scorecard_id: str, inputs_id: str, *, others: bool) -> None:
        for each, owner in list(self.owner.items()):
            if owner == scorecard_id and (each != inputs_id) is others:
                del self.owner[each], self.kept[each]


class SlowTallies:
    """Keeps the promises of ``Tallies`` by the words of the definition, record by record."""

    def __init__(self, counted: Counted) -> None:
        self._counted = counted

    async def figures(self, scope: Scope, rules: RuleSet) -> dict[Measure, Figure]:
        found = []
        for source in (self._counted.work, *self._counted.others):
            async for batch in source.batches(scope):
                found += [source.told(each) for each in batch]
        return figures_of(found, rules)

    async def paused(self, scope: Scope) -> list[WorkOrder]:
        orders: list[WorkOrder] = []
        async for batch in self._counted.work.batches(scope):
            orders += [each for each in batch if each.pauses and each.first_completed_at is None]
        return orders


@dataclass
class SupervisionWorld:
    """The use cases of supervision, and the world that they look at."""

    world: World
    stores: SupervisionStores

    def __post_init__(self) -> None:
        world = self.world
        grounding = Grounding(
            estates=world.estate_store,
            plans=world.plans,
            photos=world.photos,
            digests=Digests(b"k" * 32),
            inspectors=world.inspectors,
            needed=world.needed,
            readings=ReadingLog(world.readings, world.clock),
        )
        self.clock = world.clock
        self.use = Supervision(self.stores, grounding, world.clock)
        self.hearings = of_supervision(self.use)
        self.told: list[Envelope] = []

    async def news(self) -> list[Envelope]:
        """What supervision told since the last call, in order within each aggregate."""
        counted = self.stores.counted
        kept: tuple[Store[Any], ...] = (
            counted.inspections,
            counted.complaints,
            counted.ratings,
            self.stores.scorecards,
            self.stores.objections,
            self.stores.rules,
        )
        return await news_of(kept, self.told)

    async def hear(self, envelope: Envelope) -> None:
        """As the bus would."""
        await deliver(self.hearings, envelope)

    async def settle(self) -> None:
        """Let everything that was told be heard, and what that tells, until all is quiet."""
        await self.world.settle()
        for envelope in self.world.told:
            await self.hear(envelope)
        while news := await self.news():
            for envelope in news:
                await self.hear(envelope)

    async def order(self, **changes: Any) -> WorkOrder:
        """A work order of the company's as it stands, kept as it is."""
        made = replace(work_order(WorkOrderState.CREATED, id=new_id("wor"), version=0), **changes)
        kept: WorkOrder = await self.put(self.world.work_order_store, made)
        return kept

    async def patrol(self, state: PatrolState, closes_at: datetime) -> Patrol:
        """A round of patrol in some state."""
        made = Patrol(
            id=new_id("pat"),
            community=COMMUNITY,
            version=0,
            state=state,
            plan_id="pln_1",
            route_id="rou_1",
            estate_id="est_1",
            contractor_id=COMPANY,
            key="1",
            opens_at=closes_at,
            closes_at=closes_at,
            alarm_at=None,
        )
        kept: Patrol = await self.put(self.stores.counted.patrols, made)
        return kept

    async def put(self, store: Store[Any], aggregate: Any) -> Any:
        """Keep an aggregate as it is, told of by an event that nobody minds."""
        return await store.save(aggregate, [_noise(aggregate)])

    async def card(self, month: str | None = None) -> Scorecard:
        """The company's scorecard of this month, or of another."""
        asked = month or month_of(self.clock.now())
        return await self.stores.scorecards.get(card_id(COMMUNITY, COMPANY, asked))

    async def cards(self) -> list[Scorecard]:
        """All scorecards, in the order of their seals."""
        found = await self.stores.scorecards.find({}, limit=1_000)
        return sorted(found, key=lambda each: (each.position, each.month))

    async def open(self, month: str | None = None) -> Scorecard:
        """Open the company's scorecard of this month, or of another."""
        asked = month or month_of(self.clock.now())
        await self.use.sealing.opened(COMMUNITY, COMPANY, asked)
        return await self.card(asked)


def _noise(aggregate: Any) -> Event:
    return WorkOrderCreated(
        work_order_id=aggregate.id,
        incident_id=None,
        request_id=None,
        estate_id="est_1",
        scope="repair",
        due_at=datetime.fromisoformat("2026-11-24T08:00:00Z"),
    )


def fake_supervision() -> SupervisionWorld:
    """Over fakes; figures are counted slowly."""
    world = fake_world()

    def store(kind: type[Any]) -> Any:
        return FakeStore(kind, source=SOURCE, clock=world.clock)

    counted = Counted(
        world.work_order_store,
        world.incident_store,
        store(Patrol),
        store(Inspection),
        store(Complaint),
        store(Rating),
    )
    stores = SupervisionStores(
        counted=counted,
        tallies=SlowTallies(counted),
        rules=store(ScoreRules),
        objections=store(Objection),
        scorecards=store(Scorecard),
        links=FakeLinks(),
    )
    return SupervisionWorld(world, stores)


async def real_supervision(database: Database) -> SupervisionWorld:
    """Over the real store; figures are added up by it."""
    records = SupervisionRecords(database, Sealer(DEVELOPMENT_KEYS))
    counted_patrols = patrols(database)
    world = await real_world(database)
    stores = records.stores(world.work_order_store, world.incident_store, counted_patrols)
    return SupervisionWorld(world, stores)
