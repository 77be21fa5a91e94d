"""Vehicles over HTTP: registered by residents and the desk, their plates read on record."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.property.api.forms import PREFIX, viewer
from services.property.api.gate_forms import AccessView
from services.property.api.parking_forms import (
    PlateSearchBody,
    PlateView,
    VehicleBody,
    VehiclesView,
    VehicleView,
    looker,
)
from services.property.domain.vehicle import Vehicle, VehicleState
from services.property.service.access import AccessService
from services.property.service.on_record import PlatePurpose
from services.property.service.vehicle import VehicleService
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version, filter_of
from shared.web.once import Lookup
from shared.web.readings import ReadingView
from shared.web.story import StoryView

Registering = Annotated[Caller, Depends(needs("property:vehicle:register"))]
Looking = Annotated[Caller, Depends(needs("property:vehicle:read"))]
Verifying = Annotated[Caller, Depends(needs("property:vehicle:verify"))]
Searching = Annotated[Caller, Depends(needs("property:vehicle:search"))]


def router(service: VehicleService, access: AccessService, lookup: Lookup) -> APIRouter:
    """The routes of vehicles."""
    router = APIRouter(prefix=PREFIX, tags=["vehicles"])
    _reading(router, service)
    _on_record(router, service, access)
    _changing(router, service, lookup)
    return router


def _reading(router: APIRouter, service: VehicleService) -> None:
    @router.get("/vehicles", response_model=PageView[VehicleView])
    async def list_vehicles(
        caller: Looking,
        page: Paging,
        estate_id: QueryId = None,
        dwelling_id: QueryId = None,
        state: VehicleState | None = None,
    ) -> Response:
        """Vehicles, newest first, their plates masked: the desk sees its estates, a resident their
        own homes. A company names the estate."""
        found = await service.page(
            looker(caller),
            filter_of(estate_id=estate_id, state=state, dwelling_id=dwelling_id),
            cursor=page.cursor,
            limit=page.limit,
        )
        return listing([VehicleView.of(each) for each in found.items], found.next_cursor)

    @router.get("/vehicles/{vehicle_id}", response_model=VehicleView)
    async def read_vehicle(vehicle_id: PathId, caller: Looking) -> Response:
        """One vehicle, its plate masked."""
        found = await service.get(looker(caller), vehicle_id)
        return answer(VehicleView.of(found), found.version)

    @router.get("/vehicles/{vehicle_id}/story", response_model=StoryView)
    async def read_vehicle_story(vehicle_id: PathId, caller: Looking) -> Response:
        """Everything that happened to it, oldest first; events tell no plate."""
        return answer(StoryView.of(await service.story(looker(caller), vehicle_id)))


def _on_record(router: APIRouter, service: VehicleService, access: AccessService) -> None:
    @router.get("/vehicles/{vehicle_id}/plate", response_model=PlateView)
    async def read_vehicle_plate(
        vehicle_id: PathId, purpose: PlatePurpose, caller: Looking
    ) -> Response:
        """The plate in full; who read it, and for what, is put on record first."""
        return answer(PlateView.of(await service.read(looker(caller), vehicle_id, purpose=purpose)))

    @router.get("/vehicles/{vehicle_id}/readings", response_model=PageView[ReadingView])
    async def list_vehicle_readings(vehicle_id: PathId, caller: Looking, page: Paging) -> Response:
        """Who saw the plate, newest first."""
        found = await service.readings(
            looker(caller), vehicle_id, cursor=page.cursor, limit=page.limit
        )
        return listing([ReadingView.of(each) for each in found.items], found.next_cursor)

    @router.get("/vehicles/{vehicle_id}/accesses", response_model=PageView[AccessView])
    async def list_vehicle_accesses(vehicle_id: PathId, caller: Looking, page: Paging) -> Response:
        """When the gates saw it since it was verified, the latest first."""
        found = await access.of_vehicle(
            looker(caller), vehicle_id, cursor=page.cursor, limit=page.limit
        )
        return listing([AccessView.of(row) for row in found.items], found.next_cursor)

    @router.post("/vehicle-searches", response_model=VehiclesView)
    async def search_vehicle(body: PlateSearchBody, caller: Searching) -> Response:
        """Whose vehicle this is, by its plate; who asked, and for what, is put on record first."""
        found = await service.find(
            looker(caller), estate_id=body.estate_id, plate=body.plate, purpose=body.purpose
        )
        return answer(VehiclesView.of(found))


def _changing(router: APIRouter, service: VehicleService, lookup: Lookup) -> None:
    registered = [Depends(Once(lookup, VehicleView.told, status=201))]
    once = [Depends(Once(lookup, VehicleView.told))]

    @router.post("/vehicles", status_code=201, response_model=VehicleView, dependencies=registered)
    async def register_vehicle(body: VehicleBody, caller: Registering) -> Response:
        """Register a vehicle of a dwelling: a resident's is to be verified, the desk's is."""
        vehicle = await service.register(looker(caller), body.draft())
        location = f"{PREFIX}/vehicles/{vehicle.id}"
        return answer(VehicleView.told(vehicle), vehicle.version, 201, location)

    @router.post(
        "/vehicles/{vehicle_id}/verification", response_model=VehicleView, dependencies=once
    )
    async def verify_vehicle(vehicle_id: PathId, caller: Verifying, version: Version) -> Response:
        """The desk has seen its papers."""
        return _changed(await service.verify(Target(viewer(caller), vehicle_id, version)))

    @router.post("/vehicles/{vehicle_id}/refusal", response_model=VehicleView, dependencies=once)
    async def decline_vehicle(vehicle_id: PathId, caller: Verifying, version: Version) -> Response:
        """Its papers do not hold."""
        return _changed(await service.decline(Target(viewer(caller), vehicle_id, version)))

    @router.post("/vehicles/{vehicle_id}/retirement", response_model=VehicleView, dependencies=once)
    async def retire_vehicle(vehicle_id: PathId, caller: Registering, version: Version) -> Response:
        """It is this dwelling's no more: its permits end, and its plate is forgotten in time."""
        return _changed(await service.retire(looker(caller), vehicle_id, seen=version))


def _changed(vehicle: Vehicle) -> Response:
    return answer(VehicleView.told(vehicle), vehicle.version)
