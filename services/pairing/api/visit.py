"""Visits over HTTP: helpers report them from a phone, households and branches look on."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.pairing.api.forms import PREFIX, oneself, onlooker_of_records
from services.pairing.api.visit_forms import (
    CheckInBody,
    ReportView,
    VisitBody,
    VisitContactView,
    VisitView,
    WelfareCheckBody,
)
from services.pairing.domain.visit import Visit, VisitState
from services.pairing.service.household import Purpose
from services.pairing.service.visit import Mine, VisitService
from services.pairing.service.visit_asking import VisitAskingService
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, Version
from shared.web.once import Lookup
from shared.web.readings import ReadingView
from shared.web.story import StoryView

Looking = Annotated[Caller, Depends(needs("pairing:visit:read"))]
Reporting = Annotated[Caller, Depends(needs("pairing:visit:report"))]
Verifying = Annotated[Caller, Depends(needs("pairing:visit:verify"))]
MakingSure = Annotated[Caller, Depends(needs("pairing:visit:check"))]
Managing = Annotated[Caller, Depends(needs("pairing:visit:manage"))]


def router(service: VisitService, asking: VisitAskingService, answered: Lookup) -> APIRouter:
    """The routes of visits."""
    router = APIRouter(prefix=f"{PREFIX}/visits", tags=["visits"])
    _asking(router, asking, answered)
    _listing(router, service)
    _reading(router, service)
    _reporting(router, service, answered)
    _managing(router, service, answered)
    return router


def _asking(router: APIRouter, service: VisitAskingService, answered: Lookup) -> None:
    once = [Depends(Once(answered, VisitView.of, status=201))]

    @router.post("", status_code=201, response_model=VisitView, dependencies=once)
    async def ask_for_visit(body: VisitBody, caller: Managing) -> Response:
        """Have a household looked in on outside of its rhythm, within a day if not told else."""
        visit = await service.ask(onlooker_of_records(caller), body.wanted())
        location = f"{PREFIX}/visits/{visit.id}"
        return answer(VisitView.of(visit), visit.version, 201, location)


def _listing(router: APIRouter, service: VisitService) -> None:
    @router.get("", response_model=PageView[VisitView])
    async def list_visits(
        caller: Looking, page: Paging, state: VisitState | None = None, mine: Mine | None = None
    ) -> Response:
        """Visits, the latest first; with ``mine`` those to be made oneself, the soonest first."""
        if mine is not None:
            found = await service.mine(oneself(caller), mine, cursor=page.cursor, limit=page.limit)
        else:
            found = await service.page(
                onlooker_of_records(caller), state=state, cursor=page.cursor, limit=page.limit
            )
        return listing([VisitView.of(visit) for visit in found.items], found.next_cursor)


def _reading(router: APIRouter, service: VisitService) -> None:
    @router.get("/{visit_id}", response_model=VisitView)
    async def read_visit(visit_id: PathId, caller: Looking) -> Response:
        """One visit, without what was seen there."""
        return _shown(await service.get(visit_id, onlooker_of_records(caller)))

    @router.get("/{visit_id}/report", response_model=ReportView)
    async def read_visit_report(visit_id: PathId, purpose: Purpose, caller: Looking) -> Response:
        """What was seen and said; who read it, and for what, is put on record first."""
        read = await service.report(
            visit_id, onlooker_of_records(caller), by=caller.id, purpose=purpose
        )
        return answer(ReportView.of(read), read.visit.version)

    @router.get("/{visit_id}/contact", response_model=VisitContactView)
    async def read_visit_contact(visit_id: PathId, purpose: Purpose, caller: Looking) -> Response:
        """Whom to look for after an alarm and whom to call; who read it is put on record first."""
        contact = await service.contact(
            visit_id, onlooker_of_records(caller), by=caller.id, purpose=purpose
        )
        return answer(VisitContactView.of(contact), contact.visit.version)

    @router.get("/{visit_id}/readings", response_model=PageView[ReadingView])
    async def list_visit_readings(visit_id: PathId, caller: Managing, page: Paging) -> Response:
        """The readings of what was seen there, newest first."""
        found = await service.readings(
            visit_id, onlooker_of_records(caller), cursor=page.cursor, limit=page.limit
        )
        return listing([ReadingView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{visit_id}/story", response_model=StoryView)
    async def read_visit_story(visit_id: PathId, caller: Looking) -> Response:
        """Everything that happened to it, oldest first; events tell nothing of what was seen."""
        return answer(StoryView.of(await service.story(visit_id, onlooker_of_records(caller))))


def _reporting(router: APIRouter, service: VisitService, answered: Lookup) -> None:
    once = [Depends(Once(answered, VisitView.of))]

    @router.post("/{visit_id}/check-in", response_model=VisitView, dependencies=once)
    async def check_in(
        visit_id: PathId, body: CheckInBody, caller: Reporting, version: Version
    ) -> Response:
        """Report a visit of one's own; the same report sent again is kept once, for good."""
        visit = await service.check_in(visit_id, oneself(caller), body.tap(), seen=version)
        return _shown(visit)

    @router.post("/{visit_id}/verification", response_model=VisitView, dependencies=once)
    async def verify_visit(visit_id: PathId, caller: Verifying, version: Version) -> Response:
        """Say that it was made as reported: the household, or its branch."""
        visit = await service.verify(
            visit_id, onlooker_of_records(caller), by=caller.id, seen=version
        )
        return _shown(visit)


def _managing(router: APIRouter, service: VisitService, answered: Lookup) -> None:
    once = [Depends(Once(answered, VisitView.of))]

    @router.post("/{visit_id}/welfare-check", response_model=VisitView, dependencies=once)
    async def record_welfare_check(
        visit_id: PathId, body: WelfareCheckBody, caller: MakingSure, version: Version
    ) -> Response:
        """Say what was found where nobody had answered; that ends the escalation.

        Also for a holder of the post whom its alarm has told.
        """
        visit = await service.make_sure(
            visit_id, onlooker_of_records(caller), body.found(), by=caller.id, seen=version
        )
        return _shown(visit)

    @router.post("/{visit_id}/cancellation", response_model=VisitView, dependencies=once)
    async def cancel_visit(visit_id: PathId, caller: Managing, version: Version) -> Response:
        """It need not be made, as the branch knows."""
        visit = await service.cancel(visit_id, onlooker_of_records(caller), seen=version)
        return _shown(visit)


def _shown(visit: Visit) -> Response:
    return answer(VisitView.of(visit), visit.version)
