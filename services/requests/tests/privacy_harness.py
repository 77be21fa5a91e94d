"""What is kept and made anonymous, over a store, fake or real, with requests that lived a life."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services.requests import store
from services.requests.domain.contact import Contact
from services.requests.domain.mediation import Mediation, MediationState
from services.requests.domain.place import Position
from services.requests.domain.proposal import Proposal
from services.requests.domain.request import Action, Channel, RequestState, ServiceRequest
from services.requests.domain.retention import RetentionRules
from services.requests.domain.service_type_seed import SERVICE_TYPES
from services.requests.domain.submission import submit
from services.requests.service.anonymity import AnonymityService
from services.requests.service.request_traces import Traces
from services.requests.service.retention import RetentionService
from services.requests.service.service_type import ServiceTypeService
from services.requests.store.mediation import mediations
from services.requests.store.proposal import proposals
from services.requests.store.retention import retention_rules
from services.requests.tests import mediation_samples
from services.requests.tests.harness import FakeVersions, fake_kinds
from services.requests.tests.samples import ACT, ESTATE, PATHS, RESIDENT, submission
from shared.clock import new_id
from shared.erasing import ErasingStore
from shared.mongo import Database
from shared.photos.photo import Photo
from shared.photos.ports import PhotoFiles
from shared.sealing import Sealer
from shared.store import Store
from shared.testing import FakeClock, FakeStore, called
from shared.testing_erasure import FakeErasingStore, all_told
from shared.testing_photos import FakePhotoFiles

BORN = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
LONG_AFTER = BORN + timedelta(days=3 * 365 + 60)
NEIGHBOUR, HELPFUL = "per_neighbour", "per_helpful"
SOURCE = "/linli/requests"
KEYS = {"k1": b"1" * 32}
WORDS = ("王大妈", "13912345678", "装修太吵", "三单元", "多谢", "不要告诉", "行-7")
"""What people said and wrote of themselves."""
PEOPLE = (RESIDENT, NEIGHBOUR, HELPFUL, "dwl_1", "per_clerk")


@dataclass
class PrivacyHarness:
    """The use cases and what is behind them."""

    requests: ErasingStore[ServiceRequest]
    cases: ErasingStore[Mediation]
    proposals: ErasingStore[Proposal]
    kept_rules: Store[RetentionRules]
    files: PhotoFiles
    types: ServiceTypeService
    database: Database | None = None
    clock: FakeClock = field(default_factory=lambda: FakeClock(LONG_AFTER))

    def __post_init__(self) -> None:
        self.rules = RetentionService(self.kept_rules)
        traces = Traces(self.cases, self.proposals, self.clock)
        self.anonymity = AnonymityService(
            self.requests, self.rules, self.types, traces, self.files, self.clock
        )

    async def lived(
        self, state: RequestState = RequestState.CLOSED, **changes: Any
    ) -> ServiceRequest:
        """A request that came to this state, with all that people may say of themselves."""
        asked = submission(
            entered_by="per_clerk",
            external_ref=f"行-7-{new_id('ref')}",
            channel=Channel.BULK,
            contact=Contact("王大妈", "13912345678"),
            position=Position(39.917, 116.483),
            address_note="三单元门口",
            description="装修太吵。",
            photos=tuple(Photo(new_id("pho"), "image/jpeg", 3, 1, 1) for _ in range(2)),
            **changes,
        )
        kind = SERVICE_TYPES[asked.service_code]
        request, events = submit(asked, kind=kind, request_id=new_id("req"), estate=ESTATE, at=BORN)
        with called("per_clerk"):
            request = await self.requests.save(request, events)
        path = [*PATHS[state][:1], Action.UPDATE, Action.SUPPORT, *PATHS[state][1:]]
        if Action.ACCEPT not in PATHS[state]:
            path = list(PATHS[state])
        for action in path:
            with called(NEIGHBOUR if action is Action.SUPPORT else RESIDENT):
                request = await self.requests.save(*ACT[action](request))
        for photo in request.photos:
            await self.files.keep(photo.id, b"abc")
        await self.told()
        return request

    async def disputed(self, request: ServiceRequest, state: MediationState) -> Mediation:
        """A case behind the request, in this state."""
        case = replace(
            mediation_samples.in_state(state), id=new_id("med"), version=0, request_id=request.id
        )
        _, events = mediation_samples.ACT[mediation_samples.A.FLAG](
            replace(case, state=MediationState.REGISTERED)
        )
        with called(RESIDENT):
            case = await self.cases.save(case, events)
        await self.told()
        return case

    async def told(self) -> None:
        """All that was committed is on the bus."""
        await all_told(self.database)

    async def raw(self, request: ServiceRequest, cases: Sequence[Mediation] = ()) -> str:
        """All that the store holds of a request, its photos' bytes apart."""
        if self.database is None:
            story = [each.model_dump() for each in await self.requests.story(request.id)]
            held: list[Any] = [repr(await self.requests.get(request.id)), story]
            held += [repr(await self.cases.get(case.id)) for case in cases]
        else:
            held = [
                await self.database.records("requests").get(request.id),
                *[await self.database.records("mediations").get(case.id) for case in cases],
                await self.database.records("requests_archive").find({}),
            ]
        return json.dumps(held, default=str, ensure_ascii=False)


async def privacy_harness_over(database: Database | None) -> PrivacyHarness:
    """A harness over this database, or over fakes."""
    clock = FakeClock(LONG_AFTER)
    if database is None:
        return PrivacyHarness(
            FakeErasingStore(ServiceRequest, source=SOURCE, clock=clock),
            FakeErasingStore(Mediation, source=SOURCE, clock=clock),
            FakeErasingStore(Proposal, source=SOURCE, clock=clock),
            FakeStore(RetentionRules, source=SOURCE),
            FakePhotoFiles(clock),
            ServiceTypeService(fake_kinds(), FakeVersions(), clock),
            clock=clock,
        )
    made = PrivacyHarness(
        store.requests(database),
        mediations(database, Sealer(KEYS)),
        proposals(database),
        retention_rules(database),
        store.photo_files(database),
        ServiceTypeService(store.service_types(database), store.versions(database), clock),
        database,
        clock,
    )
    await database.migrate()
    return made
