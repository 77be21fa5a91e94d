"""Permits over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.property.api.forms import PREFIX, viewer
from services.property.api.parking_forms import (
    PermitBody,
    PermitExtensionBody,
    PermitRevocationBody,
    PermitView,
    PlateView,
    looker,
)
from services.property.domain.permit import Permit, PermitKind, PermitState
from services.property.service.on_record import PlatePurpose
from services.property.service.permit import PermitService
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version, filter_of
from shared.web.once import Lookup
from shared.web.story import StoryView

Reading = Annotated[Caller, Depends(needs("property:permit:read"))]
Managing = Annotated[Caller, Depends(needs("property:permit:manage"))]


def router(service: PermitService, lookup: Lookup) -> APIRouter:
    """The routes of permits."""
    router = APIRouter(prefix=f"{PREFIX}/permits", tags=["permits"])
    _reading(router, service)
    _managing(router, service, lookup)
    return router


def _reading(router: APIRouter, service: PermitService) -> None:
    @router.get("", response_model=PageView[PermitView])
    async def list_permits(
        caller: Reading,
        page: Paging,
        estate_id: QueryId = None,
        vehicle_id: QueryId = None,
        state: PermitState | None = None,
        kind: PermitKind | None = None,
    ) -> Response:
        """Permits, newest first, their plates masked: the desk sees its estates, a resident their
        own homes. A company names the estate."""
        found = await service.page(
            looker(caller),
            filter_of(estate_id=estate_id, state=state, kind=kind, vehicle_id=vehicle_id),
            cursor=page.cursor,
            limit=page.limit,
        )
        return listing([PermitView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{permit_id}", response_model=PermitView)
    async def read_permit(permit_id: PathId, caller: Reading) -> Response:
        """One permit, its plate masked."""
        found = await service.get(looker(caller), permit_id)
        return answer(PermitView.of(found), found.version)

    @router.get("/{permit_id}/plate", response_model=PlateView)
    async def read_permit_plate(
        permit_id: PathId, purpose: PlatePurpose, caller: Reading
    ) -> Response:
        """The plate in full; who read it, and for what, is put on record first."""
        return answer(PlateView.of(await service.read(looker(caller), permit_id, purpose=purpose)))

    @router.get("/{permit_id}/story", response_model=StoryView)
    async def read_permit_story(permit_id: PathId, caller: Reading) -> Response:
        """Everything that happened to it, oldest first."""
        return answer(StoryView.of(await service.story(looker(caller), permit_id)))


def _managing(router: APIRouter, service: PermitService, lookup: Lookup) -> None:
    issued = [Depends(Once(lookup, PermitView.told, status=201))]
    once = [Depends(Once(lookup, PermitView.told))]

    @router.post("", status_code=201, response_model=PermitView, dependencies=issued)
    async def issue_permit(body: PermitBody, caller: Managing) -> Response:
        """Let a vehicle come in for a time, and stand on a space if one is named."""
        permit = await service.issue(looker(caller), body.draft())
        location = f"{PREFIX}/permits/{permit.id}"
        return answer(PermitView.told(permit), permit.version, 201, location)

    @router.post("/{permit_id}/extension", response_model=PermitView, dependencies=once)
    async def extend_permit(
        permit_id: PathId, body: PermitExtensionBody, caller: Managing, version: Version
    ) -> Response:
        """It holds longer."""
        target = Target(viewer(caller), permit_id, version)
        return _changed(await service.extend(target, valid_to=body.valid_to))

    @router.post("/{permit_id}/revocation", response_model=PermitView, dependencies=once)
    async def revoke_permit(
        permit_id: PathId, body: PermitRevocationBody, caller: Managing, version: Version
    ) -> Response:
        """Take it back; its space is free."""
        target = Target(viewer(caller), permit_id, version)
        return _changed(await service.revoke(target, end=body.reason))


def _changed(permit: Permit) -> Response:
    return answer(PermitView.told(permit), permit.version)
