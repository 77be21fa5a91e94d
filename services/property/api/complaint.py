"""Complaints over HTTP: filed by people of the community, answered by the company, decided by the
committee."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.property.api.complaint_forms import (
    ComplaintAnswerBody,
    ComplaintBody,
    ComplaintDecisionBody,
    ComplaintLineView,
    ComplaintView,
)
from services.property.api.forms import PREFIX, viewer
from services.property.domain.complaint import Complaint, ComplaintState
from services.property.service.complaint import ComplaintService, Reader
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version, filter_of
from shared.web.once import Lookup
from shared.web.readings import ReadingView
from shared.web.story import StoryView

Filing = Annotated[Caller, Depends(needs("property:complaint:file"))]
Reading = Annotated[Caller, Depends(needs("property:complaint:read"))]
Answering = Annotated[Caller, Depends(needs("property:complaint:answer"))]
Deciding = Annotated[Caller, Depends(needs("property:complaint:decide"))]

PATH = "/complaints/{complaint_id}"
DECIDE = "property:complaint:decide"


async def _filters(
    estate_id: QueryId = None, state: ComplaintState | None = None
) -> dict[str, Any]:
    return filter_of(estate_id=estate_id, state=state)


Filters = Annotated[dict[str, Any], Depends(_filters)]


def reader(caller: Caller) -> Reader:
    """Who reads: the committee all of its community, a company those about itself, anybody else
    what they filed themselves."""
    eyes = viewer(caller)
    return Reader(eyes, caller.id, own=eyes.company is None and DECIDE not in caller.scopes)


def router(service: ComplaintService, lookup: Lookup) -> APIRouter:
    """The routes of complaints."""
    router = APIRouter(prefix=PREFIX, tags=["complaints"])
    _filing(router, service, lookup)
    _reading(router, service)
    _deciding(router, service, lookup)
    return router


def _filing(router: APIRouter, service: ComplaintService, lookup: Lookup) -> None:
    made = Depends(Once(lookup=lookup, view=ComplaintView.of, status=201))
    changed = Depends(Once(lookup=lookup, view=ComplaintView.of))

    @router.post("/complaints", status_code=201, response_model=ComplaintView, dependencies=[made])
    async def file_complaint(body: ComplaintBody, caller: Filing) -> Response:
        """Complain about the company of an estate; the company reads what is said, and never who
        says it."""
        complaint = await service.file(reader(caller), body.estate_id, body.grievance())
        location = f"{PREFIX}/complaints/{complaint.id}"
        view = ComplaintView.of(complaint)
        return answer(view, complaint.version, status=201, location=location)

    @router.post(f"{PATH}/withdrawal", response_model=ComplaintView, dependencies=[changed])
    async def withdraw_complaint(
        complaint_id: PathId, caller: Filing, version: Version
    ) -> Response:
        """Take one's own complaint back."""
        return _shown(await service.withdraw(reader(caller).target(complaint_id, version)))


def _reading(router: APIRouter, service: ComplaintService) -> None:
    @router.get("/complaints", response_model=PageView[ComplaintLineView])
    async def list_complaints(caller: Reading, page: Paging, where: Filters) -> Response:
        """The complaints that the caller sees, newest first, without what was said."""
        found = await service.page(reader(caller), where, cursor=page.cursor, limit=page.limit)
        return listing([ComplaintLineView.of(each) for each in found.items], found.next_cursor)

    @router.get(PATH, response_model=ComplaintView)
    async def read_complaint(complaint_id: PathId, caller: Reading) -> Response:
        """One complaint and what was said to it; unless it is one's own, who reads it, and for
        what, is put on record first."""
        return _shown(await service.get(reader(caller), complaint_id))


def _deciding(router: APIRouter, service: ComplaintService, lookup: Lookup) -> None:
    once = [Depends(Once(lookup=lookup, view=ComplaintView.of))]

    @router.post(f"{PATH}/answer", response_model=ComplaintView, dependencies=once)
    async def answer_complaint(
        complaint_id: PathId, body: ComplaintAnswerBody, caller: Answering, version: Version
    ) -> Response:
        """Say what the company has to say to it, once."""
        aim = reader(caller).target(complaint_id, version)
        return _shown(await service.answer(aim, text=body.answer))

    @router.post(f"{PATH}/upholding", response_model=ComplaintView, dependencies=once)
    async def uphold_complaint(
        complaint_id: PathId, body: ComplaintDecisionBody, caller: Deciding, version: Version
    ) -> Response:
        """It is justified and counts, once the company was heard or has let 7 days pass."""
        aim = reader(caller).target(complaint_id, version)
        return _shown(await service.uphold(aim, reason=body.reason))

    @router.post(f"{PATH}/dismissal", response_model=ComplaintView, dependencies=once)
    async def dismiss_complaint(
        complaint_id: PathId, body: ComplaintDecisionBody, caller: Deciding, version: Version
    ) -> Response:
        """It is not justified."""
        aim = reader(caller).target(complaint_id, version)
        return _shown(await service.dismiss(aim, reason=body.reason))

    @router.get(f"{PATH}/readings", response_model=PageView[ReadingView])
    async def list_complaint_readings(
        complaint_id: PathId, caller: Deciding, page: Paging
    ) -> Response:
        """Who read it in full, newest first: to answer (the company) or to decide."""
        found = await service.readings(
            reader(caller), complaint_id, cursor=page.cursor, limit=page.limit
        )
        return listing([ReadingView.of(each) for each in found.items], found.next_cursor)

    @router.get(f"{PATH}/story", response_model=StoryView)
    async def read_complaint_story(complaint_id: PathId, caller: Deciding) -> Response:
        """Everything that happened to one complaint, oldest first, and who did it: for who decides
        it alone."""
        return answer(StoryView.of(await service.story(reader(caller), complaint_id)))


def _shown(complaint: Complaint) -> Response:
    return answer(ComplaintView.of(complaint), complaint.version)
