"""Property companies over HTTP: their contracts, and whom one calls there."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.property.api.contractor_forms import (
    ContactsView,
    ContractorBody,
    ContractorChangeBody,
    ContractorView,
    TermsBody,
)
from services.property.api.forms import PREFIX, ReasonBody, viewer
from services.property.domain.contractor import Contractor, ContractorState
from services.property.service.contractor import ContractorService
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version, filter_of
from shared.web.once import Lookup
from shared.web.readings import ReadingView
from shared.web.story import StoryView

Writing = Annotated[Caller, Depends(needs("property:contractor:write"))]
Reading = Annotated[Caller, Depends(needs("property:contractor:read"))]
Calling = Annotated[Caller, Depends(needs("property:contractor:call"))]

PATH = "/contractors/{record_id}"


class CallPurpose(StrEnum):
    """For what somebody looks up whom to call."""

    EMERGENCY = "emergency"
    WORK = "work"
    CONTRACT = "contract"


def router(service: ContractorService, lookup: Lookup) -> APIRouter:
    """The routes of companies."""
    router = APIRouter(prefix=PREFIX, tags=["contractors"])
    _writing(router, service, lookup)
    _reading(router, service)
    return router


def _writing(router: APIRouter, service: ContractorService, lookup: Lookup) -> None:
    made = [Depends(Once(lookup=lookup, view=ContractorView.told, status=201))]
    once = [Depends(Once(lookup=lookup, view=ContractorView.told))]

    @router.post("/contractors", status_code=201, response_model=ContractorView, dependencies=made)
    async def register_contractor(body: ContractorBody, caller: Writing) -> Response:
        """Register a company with its contract, which estates that name it obey from then on."""
        new = await service.register(body.draft(caller.one_community(body.community)))
        location = f"{PREFIX}/contractors/{new.id}"
        return answer(ContractorView.told(new), new.version, status=201, location=location)

    @router.patch(PATH, response_model=ContractorView, dependencies=once)
    async def change_contractor(
        record_id: PathId, body: ContractorChangeBody, caller: Writing, version: Version
    ) -> Response:
        """Say what is different about the company or its contract."""
        target = Target(viewer(caller), record_id, version)
        return _changed(await service.change(target, body.changes()))

    @router.post(f"{PATH}/ending", response_model=ContractorView, dependencies=once)
    async def end_contractor(
        record_id: PathId, body: ReasonBody, caller: Writing, version: Version
    ) -> Response:
        """The contract is over today; the estates that name the company have none then."""
        target = Target(viewer(caller), record_id, version)
        return _changed(await service.end(target, reason=body.reason))

    @router.post(f"{PATH}/renewal", response_model=ContractorView, dependencies=once)
    async def renew_contractor(
        record_id: PathId, body: TermsBody, caller: Writing, version: Version
    ) -> Response:
        """There is a contract again; its estates are to name the company again, too."""
        target = Target(viewer(caller), record_id, version)
        return _changed(await service.renew(target, body.terms()))


def _reading(router: APIRouter, service: ContractorService) -> None:
    @router.get("/contractors", response_model=PageView[ContractorView])
    async def list_contractors(
        caller: Reading,
        page: Paging,
        state: ContractorState | None = None,
        contractor_id: QueryId = None,
    ) -> Response:
        """The companies that the caller sees, newest first; a company sees itself alone."""
        found = await service.page(
            viewer(caller),
            filter_of(state=state and state.value, contractor_id=contractor_id),
            cursor=page.cursor,
            limit=page.limit,
        )
        return listing([ContractorView.of(each) for each in found.items], found.next_cursor)

    @router.get(PATH, response_model=ContractorView)
    async def read_contractor(record_id: PathId, caller: Reading) -> Response:
        """One company; whom one calls there is masked."""
        return _shown(await service.get(viewer(caller), record_id))

    @router.get(f"{PATH}/contacts", response_model=ContactsView)
    async def read_contractor_contacts(
        record_id: PathId, purpose: CallPurpose, caller: Calling
    ) -> Response:
        """Whom one calls at the company, in full; who looked, and for what, is on record first."""
        found = await service.read(viewer(caller), record_id, by=caller.id, purpose=purpose.value)
        return answer(ContactsView.of(found), found.version)

    @router.get(f"{PATH}/readings", response_model=PageView[ReadingView])
    async def list_contractor_readings(
        record_id: PathId, caller: Writing, page: Paging
    ) -> Response:
        """Who looked up whom to call, newest first."""
        found = await service.readings(
            viewer(caller), record_id, cursor=page.cursor, limit=page.limit
        )
        return listing([ReadingView.of(each) for each in found.items], found.next_cursor)

    @router.get(f"{PATH}/story", response_model=StoryView)
    async def read_contractor_story(record_id: PathId, caller: Reading) -> Response:
        """Everything that happened to the contract, oldest first."""
        return answer(StoryView.of(await service.story(viewer(caller), record_id)))


def _shown(contractor: Contractor) -> Response:
    return answer(ContractorView.of(contractor), contractor.version)


def _changed(contractor: Contractor) -> Response:
    return answer(ContractorView.told(contractor), contractor.version)
