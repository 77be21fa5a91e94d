"""The use cases over a store, fake or real, with one estate known."""

from dataclasses import dataclass, field

from services.requests import store
from services.requests.domain.contract import Contract
from services.requests.domain.deadline_rules import DeadlineRules
from services.requests.domain.estate import Estate, Outline
from services.requests.domain.reader import Reader
from services.requests.domain.request import ServiceRequest
from services.requests.domain.service_type import ServiceType
from services.requests.service.care import CareService
from services.requests.service.deadline import DeadlineService
from services.requests.service.deadline_rules import DeadlineRulesService
from services.requests.service.estate import EstateCopies, EstateService
from services.requests.service.handling import HandlingService
from services.requests.service.offer import Offer
from services.requests.service.reading import Confidence
from services.requests.service.request import RequestService
from services.requests.service.service_type import ServiceTypeService, Versions
from services.requests.tests.samples import RESIDENT, STAFF
from shared.clock import Clock, SystemClock
from shared.mongo import Database
from shared.mongo.readings import readings
from shared.readings import ReadingLog, Readings
from shared.store import Store
from shared.testing import FakeReadings, FakeStore, estate_registered, heard

HERE, THERE = ("hongmiao",), ("elsewhere",)
OWNER = Reader(RESIDENT, HERE, reads_all=False, handles=False)
NEIGHBOUR = Reader("per_neighbour", HERE, reads_all=False, handles=False)
COMMITTEE = Reader("per_committee", HERE, reads_all=True, handles=False)
DISPATCHER = Reader(STAFF, HERE, reads_all=True, handles=True)
STRANGER = Reader("per_stranger", THERE, reads_all=True, handles=True)


@dataclass
class FakeCopies:
    """Keeps copies in memory; ``asked`` counts the look-ups."""

    kept: dict[str, Estate] = field(default_factory=dict)
    asked: int = 0
    contracts: dict[tuple[str, str], Contract] = field(default_factory=dict)

    async def get(self, estate_id: str) -> Estate | None:
        self.asked += 1
        return self.kept.get(estate_id)

    async def put(self, estate: Estate) -> None:
        known = self.kept.get(estate.id)
        if known is None or known.sequence < estate.sequence:
            self.kept[estate.id] = estate

    async def of(self, community: str) -> list[Outline]:
        return [
            Outline(each.id, each.name, each.sites)
            for each in sorted(self.kept.values(), key=lambda each: each.id)
            if each.community == community
        ]

    async def contract(self, community: str, contractor_id: str) -> Contract | None:
        return self.contracts.get((community, contractor_id))

    async def put_contract(self, contract: Contract) -> None:
        key = contract.community, contract.contractor_id
        known = self.contracts.get(key)
        if known is None or known.sequence < contract.sequence:
            self.contracts[key] = contract


@dataclass
class FakeVersions:
    """Keeps earlier versions of service types in memory."""

    kept: dict[tuple[str, str, int], ServiceType] = field(default_factory=dict)

    async def keep(self, kind: ServiceType) -> None:
        self.kept.setdefault((kind.community, kind.code, kind.version), kind)

    async def get(self, community: str, code: str, version: int) -> ServiceType | None:
        return self.kept.get((community, code, version))


@dataclass
class Harness:
    """A service and what is behind it."""

    store: Store[ServiceRequest]
    copies: EstateCopies
    clock: Clock = field(default_factory=SystemClock)
    kinds: Store[ServiceType] = field(default_factory=lambda: fake_kinds())
    versions: Versions = field(default_factory=FakeVersions)
    rules: Store[DeadlineRules] = field(default_factory=lambda: fake_rules())
    readings: Readings = field(default_factory=FakeReadings)

    def __post_init__(self) -> None:
        self.estates = EstateService(self.copies, self.clock)
        self.service_types = ServiceTypeService(self.kinds, self.versions, self.clock)
        self.deadline_rules = DeadlineRulesService(self.rules, self.clock)
        self.service = RequestService(
            self.store,
            self.estates,
            Offer(self.service_types, self.deadline_rules),
            Confidence(ReadingLog(self.readings, self.clock)),
            self.clock,
        )
        self.handling = HandlingService(self.store, self.estates, self.clock)
        self.deadlines = DeadlineService(self.store, self.clock)
        self.care = CareService(self.store)

    async def know_estate(self) -> None:
        """Hear of the estate that all samples are about."""
        event = estate_registered("dwl_1", "dwl_2")
        await self.estates.told(event, heard(event, event.estate_id))

    async def types(self, request_id: str) -> list[str]:
        """The participles of a request's story."""
        return [envelope.type.split(".")[2] for envelope in await self.store.story(request_id)]


def fake_store() -> FakeStore[ServiceRequest]:
    """A store in memory."""
    return FakeStore(ServiceRequest, source="/linli/requests", clock=SystemClock())


def fake_kinds() -> FakeStore[ServiceType]:
    """A store of service types in memory."""
    return FakeStore(ServiceType, source="/linli/requests")


def fake_rules() -> FakeStore[DeadlineRules]:
    """A store of deadline rules in memory."""
    return FakeStore(DeadlineRules, source="/linli/requests")


async def harness_over(database: Database | None) -> Harness:
    """A harness over this database, or over fakes; its estate is known."""
    if database:
        made = Harness(
            store.requests(database),
            store.estates(database),
            database.clock,
            store.service_types(database),
            store.versions(database),
            store.deadline_rules(database),
            readings(database),
        )
        await database.migrate()
    else:
        made = Harness(fake_store(), FakeCopies())
    await made.know_estate()
    return made
