"""Mediations and the requests behind them over a store, fake or real, hearing of each other."""

import random
from dataclasses import dataclass, field, replace

from services.requests import consumers, store
from services.requests.domain.assignment import Unit
from services.requests.domain.handling import assign
from services.requests.domain.mediation import (
    AgreementForm,
    ConsentMethod,
    Mediation,
    Side,
)
from services.requests.domain.mediation_reader import MediationReader
from services.requests.domain.request import RequestState, ServiceRequest
from services.requests.service import mediation_steps as steps
from services.requests.service.dispute import DisputeService
from services.requests.service.mediation import Dispute, MediationService, PartyNamed, Step
from services.requests.service.mediation_steps import Terms
from services.requests.store.mediation import mediations
from services.requests.tests.mediation_samples import MEDIATOR, SECRETARY, SUBJECT
from services.requests.tests.samples import NOW, in_state
from shared.clock import new_id
from shared.mongo import Database
from shared.mongo.readings import readings
from shared.readings import ReadingLog, Readings
from shared.sealing import Sealer
from shared.store import Store
from shared.testing import FakeClock, FakeReadings, FakeStore
from shared.testing_service import deliver

HERE = ("hongmiao",)
KEYS = {"k1": b"1" * 32}
AS_MEDIATOR = MediationReader(MEDIATOR, HERE, secretary=False)
AS_SECRETARY = MediationReader(SECRETARY, HERE, secretary=True)
PARTIES = (
    PartyNamed(Side.APPLICANT, "王大妈", "per_wang", "13800000001"),
    PartyNamed(Side.RESPONDENT, "李大爷"),
)
TERMS = Terms(AgreementForm.ORAL, "李家赔偿粉刷费用五百元。")


@dataclass
class MediationHarness:
    """The use cases and what is behind them."""

    cases: Store[Mediation]
    requests: Store[ServiceRequest]
    kept: Readings
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.service = MediationService(self.cases, ReadingLog(self.kept, self.clock), self.clock)
        self.disputes = DisputeService(self.cases, self.requests, self.clock)
        self.hearings = consumers.of_disputes(self.disputes)
        self._told: set[str] = set()

    async def case(self) -> Mediation:
        """A case that somebody brought in, with its parties and a mediator."""
        dispute = Dispute(SUBJECT, PARTIES)
        case = await self.service.register(dispute, community="hongmiao")
        return await self.take(case.id, steps.appointing((MEDIATOR,)), AS_SECRETARY)

    async def take(
        self, case_id: str, step: Step, reader: MediationReader = AS_MEDIATOR
    ) -> Mediation:
        """The case after a step."""
        return await self.service.change(case_id, reader, step, seen=None)

    async def accepted(self, case_id: str) -> Mediation:
        """The case after its parties agreed to be helped."""
        case = await self.take(case_id, steps.appointing((MEDIATOR,)), AS_SECRETARY)
        case = await self.take(case_id, steps.naming(PARTIES))
        for party in case.parties:
            await self.take(case_id, steps.consenting(party.id, ConsentMethod.SPOKEN))
        return await self.take(case_id, steps.accepting())

    async def agreed(self, case_id: str) -> Mediation:
        """The accepted case after its parties came to an agreement."""
        await self.take(case_id, steps.beginning())
        return await self.take(case_id, steps.agreeing(TERMS))

    async def asked(self, unit: Unit = Unit.MEDIATION) -> ServiceRequest:
        """A request that was just given to this unit."""
        request = replace(in_state(RequestState.ACCEPTED), id=new_id("req"), version=0)
        request = replace(request, number=request.id[-7:])
        return await self.requests.save(*assign(request, unit=unit, at=NOW))

    async def cases_of(self, request_id: str) -> list[Mediation]:
        """The cases of a request, oldest first."""
        return await self.cases.find({"request_id": request_id})

    async def the_case(self, request_id: str) -> Mediation:
        """The one case of a request."""
        (case,) = await self.cases_of(request_id)
        return case

    async def state(self, request_id: str) -> RequestState:
        """Where a request stands."""
        return (await self.requests.get(request_id)).state

    async def hear(self, request_id: str, *, disorder: random.Random | None = None) -> None:
        """Tell all that happened to the request and its cases, until nothing follows any more.

        With ``disorder`` each event is told twice, and all in an order of its own.
        """
        while True:
            stories = [await self.requests.story(request_id)]
            stories += [await self.cases.story(case.id) for case in await self.cases_of(request_id)]
            fresh = [each for story in stories for each in story if each.id not in self._told]
            if not fresh:
                return
            self._told |= {each.id for each in fresh}
            if disorder is not None:
                fresh = fresh * 2
                disorder.shuffle(fresh)
            for envelope in fresh:
                await deliver(self.hearings, envelope)

    async def types(self, request_id: str) -> list[str]:
        """The participles of a request's story."""
        return [each.type.split(".")[2] for each in await self.requests.story(request_id)]


async def mediation_harness_over(database: Database | None) -> MediationHarness:
    """A harness over this database, or over fakes."""
    if database is None:
        clock = FakeClock()
        return MediationHarness(
            FakeStore(Mediation, source="/linli/requests", clock=clock),
            FakeStore(ServiceRequest, source="/linli/requests", clock=clock),
            FakeReadings(),
            clock,
        )
    made = MediationHarness(
        mediations(database, Sealer(KEYS)),
        store.requests(database),
        readings(database),
        FakeClock(),
    )
    await database.migrate()
    return made
