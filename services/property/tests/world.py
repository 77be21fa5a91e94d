"""The service over stores, fake or real: its use cases, its events, and an estate to work on."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from services.property import store
from services.property.consumers import hearings, of_bulletins, of_registry, of_work
from services.property.domain.bulletin import Bulletin
from services.property.domain.committee import Committee
from services.property.domain.contractor import Contractor
from services.property.domain.estate import Estate, Management
from services.property.domain.incident import Incident, Place
from services.property.domain.machine import SCOPES
from services.property.domain.photo import Photo
from services.property.domain.roster import Roster
from services.property.domain.work_clock import tick
from services.property.domain.work_order import WorkOrder
from services.property.service.bulletin import BulletinService
from services.property.service.dealing import Handlers, TurnService
from services.property.service.estate import EstateDraft
from services.property.service.incident import IncidentService
from services.property.service.incident_batch import IncidentBatchService
from services.property.service.incident_plan import IncidentPlanService
from services.property.service.inspectors import Inspectors
from services.property.service.needed import WorkNeededService
from services.property.service.photo import PhotoService, PhotoStores
from services.property.service.registry import Registry, RegistryStores
from services.property.service.requested import Endings, RequestedWorkService
from services.property.service.roster import RosterService
from services.property.service.team import TeamHearing, Teams
from services.property.service.viewer import Located, Target, Viewer
from services.property.service.work_doing import WorkDoingService
from services.property.service.work_order import WorkOrderService, WorkParts
from services.property.tests.samples import COMMUNITY, COMPANY, said
from services.property.tests.teams import FakeTeams
from shared.alarms import Alarms
from shared.bus import joined
from shared.envelope import Envelope
from shared.keys import ApiKeyService, Terms, api_keys, minter
from shared.mongo import Database
from shared.photos.pictures import PillowPictures
from shared.readings import ReadingLog
from shared.sealing import DEVELOPMENT_KEYS, Sealer
from shared.store import Store
from shared.testing import FakeClock, FakeReadings, FakeStore
from shared.testing_keys import FakeKeys, Keys
from shared.testing_photos import FakePhotoFiles, picture
from shared.testing_service import deliver, news_of
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


class FakeEndings:
    """Keeps the promises of ``Endings`` in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, int] = {}

    async def note(self, request_id: str, sequence: int) -> None:
        self.kept[request_id] = max(sequence, self.kept.get(request_id, 0))

    async def up_to(self, request_id: str) -> int:
        return self.kept.get(request_id, 0)


class FakePhotos:
    """Keeps the promises of ``PhotoRecords`` in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Photo] = {}

    async def add(self, photo: Photo) -> None:
        self.kept[photo.id] = photo

    async def get(self, photo_id: str) -> Photo | None:
        return self.kept.get(photo_id)

    async def use(self, photo_id: str, *, at: datetime, on: Located | None) -> bool:
        photo = self.kept.get(photo_id)
        if photo is None or photo.used_at is not None:
            return photo is not None
        if on is not None:
            photo = replace(photo, estate_id=on.estate_id, contractor_id=on.contractor_id)
        self.kept[photo_id] = replace(photo, used_at=at)
        return True

    async def forget_unused(self, photo_id: str) -> bool:
        photo = self.kept.get(photo_id)
        if photo is not None and photo.used_at is None:
            del self.kept[photo_id]
        return photo_id not in self.kept


@dataclass
class World:
    """The use cases and what is behind them; ``told`` is all that was told so far."""

    estate_store: Store[Estate]
    incident_store: Store[Incident]
    work_order_store: Store[WorkOrder]
    keys: Keys
    clock: FakeClock
    endings: Endings = field(default_factory=FakeEndings)
    photo_stores: PhotoStores | None = None
    bulletin_store: Store[Bulletin] | None = None
    told: list[Envelope] = field(default_factory=list)
    contractor_store: Store[Contractor] = field(default_factory=lambda: FakeStore(Contractor))
    committee_store: Store[Committee] = field(default_factory=lambda: FakeStore(Committee))
    roster_store: Store[Roster] = field(default_factory=lambda: FakeStore(Roster))
    teams: Teams = field(default_factory=FakeTeams)
    more: list[Store[Any]] = field(default_factory=list)
    """Of other parts, whose news is heard, too."""

    def __post_init__(self) -> None:
        registered = RegistryStores(self.estate_store, self.contractor_store, self.committee_store)
        self.plans = store.RecentPlans(*registered, self.clock)
        self.readings = FakeReadings()
        self.registry = Registry(registered, ReadingLog(self.readings, self.clock), self.clock)
        self.estates = self.registry.estates
        stores = self.photo_stores or PhotoStores(FakePhotos(), FakePhotoFiles(self.clock))
        self.photos = PhotoService(stores, PillowPictures(), self.clock)
        self.incidents = IncidentService(self.incident_store, self.plans, self.photos, self.clock)
        self.planned = IncidentPlanService(self.incident_store, self.clock)
        self.batches = IncidentBatchService(self.incident_store, self.incidents)
        kept = self.bulletin_store or FakeStore(Bulletin, source=SOURCE, clock=self.clock)
        self.bulletin_store = kept
        self.bulletins = BulletinService(kept, self.incident_store, self.plans)
        self.more.append(kept)
        terms = Terms(SCOPES, self.plans.community_of)
        self.api_keys = ApiKeyService(self.keys, terms, self.clock, minter("dev", PEPPER))
        self._work()

    def _work(self) -> None:
        orders, rosters, teams = self.work_order_store, self.roster_store, self.teams
        recent = store.RecentRosters(rosters, self.clock)
        self.handlers = Handlers(recent, self.committee_store)
        self.inspectors = Inspectors(self.committee_store, teams, recent)
        turns = TurnService(orders, rosters, teams, self.clock)
        parts = WorkParts(orders, self.plans, self.handlers, turns, teams, self.clock)
        self.work_orders = WorkOrderService(parts)
        self.work_doing = WorkDoingService(orders, self.photos, self.clock)
        self.rosters = RosterService(rosters, self.plans)
        self.needed = WorkNeededService(orders, self.plans, self.handlers, self.clock)
        self.work_alarms = Alarms(orders, self.clock, field="alarm_at", tick=tick)
        self.requested = RequestedWorkService(orders, self.needed, self.endings)
        self.hearings = joined(
            [
                *hearings(self.incidents, self.needed, self.requested),
                *of_bulletins(self.bulletins),
                *of_registry(self.registry),
                *of_work(turns, TeamHearing(teams), self.requested),
            ]
        )

    async def news(self) -> list[Envelope]:
        """What was told since the last call, in order within each aggregate."""
        own = (
            self.estate_store,
            self.contractor_store,
            self.committee_store,
            self.incident_store,
            self.work_order_store,
            self.roster_store,
        )
        stores: list[Store[Any]] = [*own, *self.more]
        return await news_of(stores, self.told)

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

    async def photo(self, viewer: Viewer = CONTRACTOR) -> str:
        """A photo that somebody of this view has sent; its id."""
        sent = picture()
        return (await self.photos.upload(viewer, sent, community=COMMUNITY, by="per_1")).id

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
    contractors = store.contractors(database, Sealer(DEVELOPMENT_KEYS))
    committees = store.committees(database)
    work_orders, keys = store.work_orders(database), api_keys(database, clock)
    endings, photos = store.endings(database), store.photos(database)
    bulletins = store.bulletins(database)
    rosters, teams = store.rosters(database), store.teams(database)
    await database.migrate()
    return World(
        estates,
        incidents,
        work_orders,
        keys,
        clock,
        endings,
        photos,
        bulletin_store=bulletins,
        contractor_store=contractors,
        committee_store=committees,
        roster_store=rosters,
        teams=teams,
    )
