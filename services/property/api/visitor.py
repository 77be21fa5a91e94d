"""Visitors over HTTP: expected by residents, let in once by a gate."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.property.api.forms import PREFIX, viewer
from services.property.api.parking_forms import looker
from services.property.api.visitor_forms import (
    AdmissionBody,
    AdmissionView,
    IssuedPassView,
    VisitorPassBody,
    VisitorPassView,
    VisitorView,
)
from services.property.domain.visitor import VisitorPassState
from services.property.service.on_record import PlatePurpose
from services.property.service.visitor import VisitorPassService
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version, filter_of
from shared.web.limits import RateLimit
from shared.web.once import Lookup
from shared.web.readings import ReadingView
from shared.web.story import StoryView

Issuing = Annotated[Caller, Depends(needs("property:visitor_pass:issue"))]
Reading = Annotated[Caller, Depends(needs("property:visitor_pass:read"))]
Admitting = Annotated[Caller, Depends(needs("property:visitor_pass:admit"))]
WRONG_CODES_PER_SECOND, WRONG_CODES_BURST = 0.2, 20
"""Of one caller: nobody finds a code by trying."""


def wrong_codes() -> RateLimit:
    """How many codes that open nothing one caller may send."""
    return RateLimit(WRONG_CODES_PER_SECOND, WRONG_CODES_BURST, name="wrong_codes")


def router(service: VisitorPassService, lookup: Lookup, wrong: RateLimit) -> APIRouter:
    """The routes of visitors; ``wrong`` counts the codes that open nothing."""
    router = APIRouter(prefix=f"{PREFIX}/visitor-passes", tags=["visitors"])
    _reading(router, service)
    _issuing(router, service, lookup)
    _admitting(router, service, wrong)
    return router


def _reading(router: APIRouter, service: VisitorPassService) -> None:
    @router.get("", response_model=PageView[VisitorPassView])
    async def list_visitor_passes(
        caller: Reading,
        page: Paging,
        estate_id: QueryId = None,
        dwelling_id: QueryId = None,
        state: VisitorPassState | None = None,
    ) -> Response:
        """Passes, newest first, without whom they are for: the desk sees its estates, a resident
        their own homes. A company names the estate."""
        found = await service.page(
            looker(caller),
            filter_of(estate_id=estate_id, state=state, dwelling_id=dwelling_id),
            cursor=page.cursor,
            limit=page.limit,
        )
        return listing([VisitorPassView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{visitor_pass_id}", response_model=VisitorPassView)
    async def read_visitor_pass(visitor_pass_id: PathId, caller: Reading) -> Response:
        """One pass, without whom it is for."""
        found = await service.get(looker(caller), visitor_pass_id)
        return answer(VisitorPassView.of(found), found.version)

    @router.get("/{visitor_pass_id}/visitor", response_model=VisitorView)
    async def read_visitor(
        visitor_pass_id: PathId, purpose: PlatePurpose, caller: Reading
    ) -> Response:
        """Whom a pass is for; who read it, and for what, is put on record first."""
        found = await service.read(looker(caller), visitor_pass_id, purpose=purpose)
        return answer(VisitorView.of(found))

    @router.get("/{visitor_pass_id}/readings", response_model=PageView[ReadingView])
    async def list_visitor_readings(
        visitor_pass_id: PathId, caller: Reading, page: Paging
    ) -> Response:
        """Who saw whom a pass is for, newest first."""
        found = await service.readings(
            looker(caller), visitor_pass_id, cursor=page.cursor, limit=page.limit
        )
        return listing([ReadingView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{visitor_pass_id}/story", response_model=StoryView)
    async def read_visitor_pass_story(visitor_pass_id: PathId, caller: Reading) -> Response:
        """Everything that happened to it, oldest first; events tell nobody's name."""
        return answer(StoryView.of(await service.story(looker(caller), visitor_pass_id)))


def _issuing(router: APIRouter, service: VisitorPassService, lookup: Lookup) -> None:
    @router.post("", status_code=201, response_model=IssuedPassView)
    async def issue_visitor_pass(body: VisitorPassBody, caller: Issuing) -> Response:
        """Expect a visitor. The code is in this answer alone; no ``Idempotency-Key``: to give the
        answer again we would keep the code. A pass whose answer was lost is revoked."""
        made, code = await service.issue(looker(caller), body.draft())
        location = f"{PREFIX}/visitor-passes/{made.id}"
        return answer(IssuedPassView.made(made, code), made.version, 201, location)

    @router.post(
        "/{visitor_pass_id}/revocation",
        response_model=VisitorPassView,
        dependencies=[Depends(Once(lookup, VisitorPassView.told))],
    )
    async def revoke_visitor_pass(
        visitor_pass_id: PathId, caller: Issuing, version: Version
    ) -> Response:
        """Nobody is expected any more: the code opens nothing."""
        found = await service.revoke(looker(caller), visitor_pass_id, seen=version)
        return answer(VisitorPassView.told(found), found.version)


def _admitting(router: APIRouter, service: VisitorPassService, wrong: RateLimit) -> None:
    @router.post("/admissions", response_model=AdmissionView)
    async def admit_visitor(body: AdmissionBody, caller: Admitting) -> Response:
        """Let in who shows a code, once: it is used by this. Wrong codes are counted: 20 at once
        and one in 5 seconds."""
        wrong.take(caller.id)
        used = await service.admit(
            viewer(caller), estate_id=body.estate_id, code=body.code, gate=body.gate
        )
        wrong.forgive(caller.id)
        return answer(AdmissionView.of(used))
