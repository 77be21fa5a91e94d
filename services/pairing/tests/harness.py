"""The use cases over stores, fake or real, with one estate and two branches known."""

from dataclasses import dataclass, replace
from typing import Any

from services.pairing.consumers import (
    Hearers,
    hearings,
    of_branches,
    of_fellows,
    of_helpers,
    of_ledger,
    of_pairings,
    of_register,
)
from services.pairing.domain.care_rules import CareRules
from services.pairing.domain.care_task import CareTask
from services.pairing.domain.conflict import PersonConflict
from services.pairing.domain.contribution import Contribution
from services.pairing.domain.household import ConsentMethod, ConsentScope, Household
from services.pairing.domain.household_alarm import tick
from services.pairing.domain.member import Member, Profile
from services.pairing.domain.pairing import Pairing, PairingMode
from services.pairing.domain.person import Person
from services.pairing.domain.standin import StandIn
from services.pairing.service.branch_sight import BranchSight
from services.pairing.service.care_asking import CareAskingService
from services.pairing.service.care_helpers import Sources
from services.pairing.service.care_placing import CarePlacingService, Endings, Parts
from services.pairing.service.care_rules import CareRulesService
from services.pairing.service.care_task import CareTaskService
from services.pairing.service.conflict import ConflictService
from services.pairing.service.estate import Estates, EstateService
from services.pairing.service.fellows import Fellows, FellowStores
from services.pairing.service.forgetting import ForgettingService
from services.pairing.service.household import ConsentGiven, HouseholdService
from services.pairing.service.household_branch import HouseholdBranchService
from services.pairing.service.ledger import Ledger, LedgerStores
from services.pairing.service.member_load import Loads
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.pairing import PairingService, Proposal
from services.pairing.service.pairing_following import PairingFollowingService
from services.pairing.service.pairing_parts import PairingParts
from services.pairing.service.pairing_people import PairingPeopleService
from services.pairing.service.pairing_plan import PairingPlanService
from services.pairing.service.person import Newcomer, PersonParts, PersonService
from services.pairing.service.register_table import HouseholdTableService, PersonTableService
from services.pairing.store.care_rules import care_rules
from services.pairing.store.care_task import care_tasks, endings
from services.pairing.store.conflict import conflicts
from services.pairing.store.estate import estates
from services.pairing.store.fellows import FellowRecords
from services.pairing.store.household import households
from services.pairing.store.ledger import LedgerRecords
from services.pairing.store.member import members
from services.pairing.store.pairing import pairings
from services.pairing.store.person import people as persons
from services.pairing.store.standin import stand_ins
from services.pairing.tests.fakes import FakeEndings, FakeEstates
from services.pairing.tests.fellow_harness import fake_fellows, know_branches
from services.pairing.tests.ledger_harness import fake_ledger
from services.pairing.tests.samples import CIRCUMSTANCES
from services.pairing.tests.samples_person import PARTICULARS
from shared.alarms import Alarms
from shared.bus import joined
from shared.envelope import Envelope
from shared.erasing import ErasingStore
from shared.events import Event
from shared.events.requests import RequestAssigned
from shared.mongo import Database
from shared.mongo.readings import readings
from shared.readings import ReadingLog, Readings
from shared.sealing import Sealer
from shared.store import Store
from shared.testing import FakeClock, FakeReadings, FakeStore, estate_registered, heard
from shared.testing_erasure import FakeErasingStore
from shared.testing_service import deliver

HERE, THERE = ("hongmiao",), ("elsewhere",)
KEYS = {"k1": b"1" * 32}


@dataclass
class Backing:
    """All that the use cases keep things in."""

    members: Store[Member]
    households: ErasingStore[Household]
    pairings: Store[Pairing]
    care_tasks: Store[CareTask]
    ledger: LedgerStores
    estates: Estates
    readings: Readings
    endings: Endings
    care_rules: Store[CareRules]
    conflicts: Store[PersonConflict]
    fellows: FellowStores
    people: ErasingStore[Person]
    stand_ins: Store[StandIn]

    @property
    def contributions(self) -> Store[Contribution]:
        """The records of the ledger."""
        return self.ledger.contributions


def fake_backing() -> Backing:
    """Everything in memory."""
    people, tasks = FakeStore(Member), FakeStore(CareTask)
    return Backing(
        people,
        FakeErasingStore(Household),
        FakeStore(Pairing),
        tasks,
        fake_ledger(people, tasks),
        FakeEstates(),
        FakeReadings(),
        FakeEndings(),
        FakeStore(CareRules),
        FakeStore(PersonConflict),
        fake_fellows(people),
        FakeErasingStore(Person),
        FakeStore(StandIn),
    )


def real_backing(database: Database) -> Backing:
    """Everything in a database."""
    sealer = Sealer(KEYS)
    people, tasks = members(database, sealer), care_tasks(database, sealer)
    return Backing(
        people,
        households(database, Sealer(KEYS)),
        pairings(database),
        tasks,
        LedgerRecords(database, Sealer(KEYS)).stores(people, tasks),
        estates(database),
        readings(database),
        endings(database),
        care_rules(database),
        conflicts(database),
        FellowRecords(database, people).stores,
        persons(database, Sealer(KEYS)),
        stand_ins(database),
    )


class Harness:
    """The services over a backing; a clock moved by hand; hearing as the bus would have it."""

    def __init__(self, backing: Backing) -> None:
        self.backing = backing
        self.clock = FakeClock()
        loads = Loads(backing.pairings, backing.households)
        self.fellows = Fellows(backing.fellows, backing.estates, loads, self.clock)
        self.members = self.fellows.members
        log = ReadingLog(backing.readings, self.clock)
        homes = backing.households
        self.households = HouseholdService(homes, backing.estates, log, self.clock)
        self.residents = PersonService(
            PersonParts(backing.people, homes, backing.estates, log), self.clock
        )
        self.person_tables = PersonTableService(self.residents, backing.people)
        self.sight = BranchSight(
            backing.members, homes, backing.pairings, backing.stand_ins, backing.estates
        )
        self.household_tables = HouseholdTableService(
            self.households, homes, backing.people, self.sight
        )
        self.branch_homes = HouseholdBranchService(
            homes, backing.fellows.branches, backing.pairings, backing.members
        )
        self.forgetting = ForgettingService(homes, backing.people, self.clock)
        self.consents = Alarms(homes, self.clock, field="alarm_at", tick=tick)
        paired = PairingParts(
            backing.pairings, backing.members, backing.households, backing.conflicts, self.clock
        )
        self.pairings, self.following = PairingService(paired), PairingFollowingService(paired)
        self.people = PairingPeopleService(paired)
        self.plans = PairingPlanService(paired, self.pairings)
        self.conflicts = ConflictService(backing.conflicts, self.clock)
        self.care_rules = CareRulesService(backing.care_rules)
        apart, fellows = backing.conflicts, backing.fellows
        sources = Sources(backing.pairings, fellows, backing.stand_ins, apart, backing.estates)
        asking = CareAskingService(sources, self.care_rules, self.clock)
        self.care_tasks = CareTaskService(
            backing.care_tasks, backing.households, asking, log, self.clock
        )
        parts = Parts(backing.care_tasks, backing.households, backing.members, backing.endings)
        self.placing = CarePlacingService(parts, asking, self.clock)
        self.ledger = Ledger(backing.ledger, self.clock)
        self.contributions = self.ledger.contributions
        hearers = Hearers(
            EstateService(backing.estates),
            self.pairings,
            self.placing,
        )
        self.hearings = joined(
            [
                *hearings(hearers),
                *of_helpers(self.placing),
                *of_ledger(self.ledger),
                *of_pairings(self.following),
                *of_branches(self.branch_homes),
                *of_fellows(self.fellows),
                *of_register(self.forgetting),
            ]
        )

    async def hear(self, event: Event, envelope: Envelope | None = None, **facts: Any) -> Envelope:
        """Handle an event by its type; one handled before is acknowledged."""
        subject = next(iter(event.model_dump().values()))
        envelope = envelope or heard(event, subject, **facts)
        assert await deliver(self.hearings, envelope)
        return envelope

    async def hear_told(self, store: Store[Any], thing_id: str, kind: type[Event]) -> Envelope:
        """Handle the newest event of this kind that a thing of ours told."""
        story = await store.story(thing_id)
        envelope = [each for each in story if each.type == kind.type][-1]
        assert await deliver(self.hearings, envelope)
        return envelope

    async def know_estate(self, *dwellings: str, community: str = HERE[0]) -> None:
        """Hear of an estate with these dwellings."""
        event = estate_registered(*dwellings, estate_id=f"est_{community}")
        await self.hear(event, community=community)

    async def member(self, number: int = 1, community: str = HERE[0]) -> Member:
        """A registered member of the first branch of the community."""
        return await self.members.register(
            Onlooker((community,)),
            community=community,
            person_id=f"per_member{number}",
            profile=Profile("brn_1" if community in HERE else "brn_9", households_max=9),
        )

    async def household(self, dwelling_id: str = "dwl_1", consent: bool = True) -> Household:
        """A registered household, consenting unless told otherwise."""
        home = await self.households.register(
            communities=(*HERE, *THERE),
            dwelling_id=dwelling_id,
            person_ids=(f"per_of_{dwelling_id}",),
            circumstances=CIRCUMSTANCES,
        )
        return await self.consent(home) if consent else home

    async def resident(self, **facts: Any) -> Person:
        """A registered resident of the first dwelling here."""
        newcomer = Newcomer(HERE[0], replace(PARTICULARS, **facts))
        return await self.residents.register(newcomer)

    async def consent(self, home: Household, scope: ConsentScope = ConsentScope.CARE) -> Household:
        """The household says yes."""
        given = ConsentGiven(home.person_ids[0], ConsentMethod.ORAL, scope)
        return await self.households.consent(home.id, given, communities=(home.community,))

    async def paired(self, helpers: list[Member], *homes: Household) -> Pairing:
        """An active pairing of these, in the mode that fits."""
        mode = PairingMode.ONE_ONE
        if len(helpers) > 1:
            mode = PairingMode.MANY_ONE
        elif len(homes) > 1:
            mode = PairingMode.ONE_MANY
        proposal = Proposal(
            mode, tuple(each.id for each in helpers), tuple(each.id for each in homes)
        )
        bounds = (homes[0].community,)
        pairing = await self.pairings.propose(proposal, communities=bounds)
        await self.pairings.consent(pairing.id, communities=bounds)
        return await self.pairings.activate(pairing.id, communities=bounds)

    async def task_of(self, request_id: str = "req_1") -> CareTask:
        """The one task of a request."""
        (task,) = await self.backing.care_tasks.find({"request_id": request_id})
        return task

    async def tasks(self, request_id: str = "req_1") -> list[CareTask]:
        """All tasks of a request, oldest first."""
        return await self.backing.care_tasks.find({"request_id": request_id})


async def harness_over(database: Database | None) -> Harness:
    """A harness over this database, or over fakes; an estate is known here and one elsewhere."""
    made = Harness(real_backing(database) if database else fake_backing())
    if database:
        await database.migrate()
    await made.know_estate("dwl_1", "dwl_2", "dwl_3")
    await made.know_estate("dwl_9", community=THERE[0])
    await know_branches(made.fellows)
    return made


def me(person_id: str, communities: tuple[str, ...] = HERE) -> Onlooker:
    """Somebody who sees what is their own."""
    return Onlooker(communities, person_id=person_id)


def branch(branch_id: str = "brn_1", communities: tuple[str, ...] = HERE) -> Onlooker:
    """Somebody who answers for a branch."""
    return Onlooker(communities, branch_id=branch_id)


def assigned(request_id: str = "req_1", **changes: Any) -> RequestAssigned:
    """Requests' news that a care request is ours."""
    facts: dict[str, Any] = {
        "request_id": request_id,
        "unit": "care",
        "service_code": "care.shopping",
        "requester_id": "per_elder",
        "estate_id": "est_1",
        "dwelling_id": "dwl_1",
        "due_at": "2026-12-01T08:00:00Z",
        **changes,
    }
    return RequestAssigned.model_validate(facts)
