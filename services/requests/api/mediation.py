"""Mediations over HTTP: brought in, agreed to, talked through, performed; read for a purpose."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.requests.api import mediation_forms as forms
from services.requests.api.mediation_forms import CaseView, MediationView
from services.requests.domain.mediation import MediationState
from services.requests.domain.mediation_reader import MediationReader
from services.requests.service import mediation_steps as steps
from services.requests.service.mediation import CaseFilter, Dispute, MediationService, Step
from services.requests.service.mediation_steps import Talk, Terms
from services.requests.service.reading import Purpose
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, Version
from shared.web.once import Lookup
from shared.web.readings import ReadingView
from shared.web.story import StoryView

PREFIX = "/api/requests/v1/mediations"
SECRETARY = "branch"
"""The role of the branch secretary, who reads every case of the community but their own."""
NO_NOTE = forms.NoteBody()

Registering = Annotated[Caller, Depends(needs("requests:mediation:register"))]
Looking = Annotated[Caller, Depends(needs("requests:mediation:read"))]
Handling = Annotated[Caller, Depends(needs("requests:mediation:handle"))]
Appointing = Annotated[Caller, Depends(needs("requests:mediation:appoint"))]
Supervising = Annotated[Caller, Depends(needs("requests:mediation:supervise"))]


def reader_of(caller: Caller) -> MediationReader:
    """Which cases a caller may read, by its role."""
    return MediationReader(caller.id, caller.communities, secretary=caller.is_a(SECRETARY))


class MediationRoutes:
    """One method for each route."""

    def __init__(self, service: MediationService) -> None:
        self._service = service

    async def register(self, caller: Registering, body: forms.DisputeBody) -> Response:
        """Bring a dispute in (登记). Whoever is no mediator of it cannot read it afterwards."""
        parties = tuple(each.named() for each in body.parties or ())
        community = caller.one_community(body.community)
        dispute = Dispute(body.subject, parties, body.urgent)
        case = await self._service.register(dispute, community=community)
        return answer(MediationView.of(case), case.version, 201, f"{PREFIX}/{case.id}")

    async def find(
        self,
        caller: Looking,
        page: Paging,
        state: MediationState | None = None,
        urgent: bool | None = None,
    ) -> Response:
        """The cases that the caller mediates, newest first; all of them for the secretary."""
        found = await self._service.page(
            reader_of(caller), CaseFilter(state, urgent), cursor=page.cursor, limit=page.limit
        )
        return listing([MediationView.of(each) for each in found.items], found.next_cursor)

    async def get(self, mediation_id: PathId, purpose: Purpose, caller: Looking) -> Response:
        """One case in full; who read it, and for what, is put on record first."""
        case = await self._service.read(mediation_id, reader_of(caller), purpose=purpose)
        return answer(CaseView.of(case), case.version)

    async def story(self, mediation_id: PathId, purpose: Purpose, caller: Looking) -> Response:
        """All that happened to a case, oldest first; put on record as any other reading."""
        story = await self._service.story(mediation_id, reader_of(caller), purpose=purpose)
        return answer(StoryView.of(story))

    async def readings(self, mediation_id: PathId, caller: Supervising, page: Paging) -> Response:
        """Who read the case, newest first."""
        found = await self._service.readings(
            mediation_id, reader_of(caller), cursor=page.cursor, limit=page.limit
        )
        return listing([ReadingView.of(each) for each in found.items], found.next_cursor)

    async def appoint(
        self,
        mediation_id: PathId,
        caller: Appointing,
        version: Version,
        body: forms.MediatorsBody,
    ) -> Response:
        """Appoint those who mediate, in place of those before (指定调解员)."""
        return await self._changed(
            mediation_id, caller, version, steps.appointing(body.mediator_ids)
        )

    async def flag(
        self, mediation_id: PathId, caller: Handling, version: Version, body: forms.UrgencyBody
    ) -> Response:
        """Say whether the dispute may escalate (激化)."""
        return await self._changed(
            mediation_id, caller, version, steps.flagging(urgent=body.urgent)
        )

    async def name_parties(
        self, mediation_id: PathId, caller: Handling, version: Version, body: forms.PartiesBody
    ) -> Response:
        """Name all parties; each is asked for consent anew."""
        parties = tuple(each.named() for each in body.parties)
        return await self._changed(mediation_id, caller, version, steps.naming(parties))

    async def consent(
        self, mediation_id: PathId, caller: Handling, version: Version, body: forms.ConsentBody
    ) -> Response:
        """Keep that a party agrees to be helped by a mediator."""
        step = steps.consenting(body.party_id, body.method)
        return await self._changed(mediation_id, caller, version, step)

    async def accept(self, mediation_id: PathId, caller: Handling, version: Version) -> Response:
        """Take it on (受理), once all parties agree: the term of one month begins."""
        return await self._changed(mediation_id, caller, version, steps.accepting())

    async def decline(
        self, mediation_id: PathId, caller: Handling, version: Version, body: forms.DeclineBody
    ) -> Response:
        """Do not take it on (不予受理)."""
        step = steps.declining(body.reason, body.note)
        return await self._changed(mediation_id, caller, version, step)

    async def begin(self, mediation_id: PathId, caller: Handling, version: Version) -> Response:
        """Let the talks begin (调解中)."""
        return await self._changed(mediation_id, caller, version, steps.beginning())

    async def meet(
        self, mediation_id: PathId, caller: Handling, version: Version, body: forms.SessionBody
    ) -> Response:
        """Keep what was said in a session."""
        step = steps.meeting(Talk(body.at, body.party_ids, body.note))
        return await self._changed(mediation_id, caller, version, step)

    async def extend(
        self, mediation_id: PathId, caller: Handling, version: Version, body: forms.ExtensionBody
    ) -> Response:
        """One month more (延期), to which all parties agree."""
        return await self._changed(mediation_id, caller, version, steps.extending(body.consenting))

    async def agree(
        self, mediation_id: PathId, caller: Handling, version: Version, body: forms.AgreementBody
    ) -> Response:
        """Keep what the parties agreed on (达成协议)."""
        terms = Terms(body.form, body.text, body.signed_at, body.performance_due_on)
        return await self._changed(mediation_id, caller, version, steps.agreeing(terms))

    async def fail(
        self,
        mediation_id: PathId,
        caller: Handling,
        version: Version,
        body: forms.NoteBody = NO_NOTE,
    ) -> Response:
        """They did not come to an agreement (调解不成)."""
        return await self._changed(mediation_id, caller, version, steps.failing(body.note))

    async def withdraw(
        self,
        mediation_id: PathId,
        caller: Handling,
        version: Version,
        body: forms.NoteBody = NO_NOTE,
    ) -> Response:
        """A party wants no more of it (撤回)."""
        return await self._changed(mediation_id, caller, version, steps.withdrawing(body.note))

    async def perform(self, mediation_id: PathId, caller: Handling, version: Version) -> Response:
        """What was agreed is being done from now on (履行中)."""
        return await self._changed(mediation_id, caller, version, steps.performing())

    async def fulfil(
        self,
        mediation_id: PathId,
        caller: Handling,
        version: Version,
        body: forms.NoteBody = NO_NOTE,
    ) -> Response:
        """What was agreed is done (已履行)."""
        return await self._changed(mediation_id, caller, version, steps.fulfilling(body.note))

    async def breach(
        self,
        mediation_id: PathId,
        caller: Handling,
        version: Version,
        body: forms.NoteBody = NO_NOTE,
    ) -> Response:
        """What was agreed was not done (未履行)."""
        return await self._changed(mediation_id, caller, version, steps.breaching(body.note))

    async def resume(self, mediation_id: PathId, caller: Handling, version: Version) -> Response:
        """Talk again after a breach, with a term of its own."""
        return await self._changed(mediation_id, caller, version, steps.resuming())

    async def refer(
        self, mediation_id: PathId, caller: Handling, version: Version, body: forms.ReferralBody
    ) -> Response:
        """The parties were told of arbitration, administration or court (告知其他途径)."""
        step = steps.referring(body.way, body.note)
        return await self._changed(mediation_id, caller, version, step)

    async def _changed(
        self, mediation_id: str, caller: Caller, version: int | None, step: Step
    ) -> Response:
        case = await self._service.change(mediation_id, reader_of(caller), step, seen=version)
        return answer(MediationView.of(case), case.version)


def router(service: MediationService, answered: Lookup) -> APIRouter:
    """The routes of mediations; a change is answered without what is confided."""
    routes = MediationRoutes(service)
    api = APIRouter(prefix=PREFIX, tags=["mediations"])
    api.get("", response_model=PageView[MediationView])(routes.find)
    api.get("/{mediation_id}", response_model=CaseView)(routes.get)
    api.get("/{mediation_id}/story", response_model=StoryView)(routes.story)
    api.get("/{mediation_id}/readings", response_model=PageView[ReadingView])(routes.readings)

    registering = Depends(Once(answered, MediationView.of, status=201))
    api.post("", status_code=201, response_model=MediationView, dependencies=[registering])(
        routes.register
    )
    changing = Depends(Once(answered, MediationView.of))
    changes: tuple[tuple[str, str, Any], ...] = (
        ("PUT", "mediators", routes.appoint),
        ("PUT", "urgency", routes.flag),
        ("PUT", "parties", routes.name_parties),
        ("POST", "consents", routes.consent),
        ("POST", "acceptance", routes.accept),
        ("POST", "rejection", routes.decline),
        ("POST", "opening", routes.begin),
        ("POST", "sessions", routes.meet),
        ("POST", "extension", routes.extend),
        ("POST", "agreement", routes.agree),
        ("POST", "failure", routes.fail),
        ("POST", "withdrawal", routes.withdraw),
        ("POST", "performance", routes.perform),
        ("POST", "fulfilment", routes.fulfil),
        ("POST", "breach", routes.breach),
        ("POST", "resumption", routes.resume),
        ("POST", "referral", routes.refer),
    )
    for method, action, change in changes:
        api.add_api_route(
            f"/{{mediation_id}}/{action}",
            change,
            methods=[method],
            response_model=MediationView,
            dependencies=[changing],
        )
    return api
