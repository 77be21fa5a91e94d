"""Bookings of venues over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.property.api.forms import PREFIX
from services.property.api.parking_forms import looker
from services.property.api.venue_forms import BookingBody, BookingView
from services.property.domain.booking import Booking, BookingState
from services.property.service.booking import BookingService
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version, filter_of
from shared.web.once import Lookup
from shared.web.story import StoryView

Making = Annotated[Caller, Depends(needs("property:booking:make"))]
Reading = Annotated[Caller, Depends(needs("property:booking:read"))]
Managing = Annotated[Caller, Depends(needs("property:booking:manage"))]
PATH = "/{booking_id}"


async def _filters(
    estate_id: QueryId = None,
    facility_id: QueryId = None,
    person_id: QueryId = None,
    state: BookingState | None = None,
) -> dict[str, Any]:
    return filter_of(estate_id=estate_id, facility_id=facility_id, person_id=person_id, state=state)


Filters = Annotated[dict[str, Any], Depends(_filters)]


def router(service: BookingService, lookup: Lookup) -> APIRouter:
    """The routes of bookings."""
    router = APIRouter(prefix=f"{PREFIX}/bookings", tags=["venues"])
    _reading(router, service)
    _making(router, service, lookup)
    _managing(router, service, lookup)
    return router


def _reading(router: APIRouter, service: BookingService) -> None:
    @router.get("", response_model=PageView[BookingView])
    async def list_bookings(caller: Reading, page: Paging, where: Filters) -> Response:
        """Bookings, newest first: the desk sees its estates', a resident their own. A company
        names the estate."""
        found = await service.page(looker(caller), where, cursor=page.cursor, limit=page.limit)
        return listing([BookingView.of(each) for each in found.items], found.next_cursor)

    @router.get(PATH, response_model=BookingView)
    async def read_booking(booking_id: PathId, caller: Reading) -> Response:
        """One booking."""
        return _shown(await service.get(looker(caller), booking_id))

    @router.get(f"{PATH}/story", response_model=StoryView)
    async def read_booking_story(booking_id: PathId, caller: Reading) -> Response:
        """Everything that happened to one booking, oldest first."""
        return answer(StoryView.of(await service.story(looker(caller), booking_id)))


def _making(router: APIRouter, service: BookingService, lookup: Lookup) -> None:
    made = Depends(Once(lookup, BookingView.of, status=201))
    once = [Depends(Once(lookup, BookingView.of))]

    @router.post("", status_code=201, response_model=BookingView, dependencies=[made])
    async def book_venue(body: BookingBody, caller: Making) -> Response:
        """Book a venue for a time: of all who want one quarter of an hour, one has it."""
        booking = await service.book(looker(caller), body.draft())
        location = f"{PREFIX}/bookings/{booking.id}"
        return answer(BookingView.of(booking), booking.version, status=201, location=location)

    @router.post(f"{PATH}/cancellation", response_model=BookingView, dependencies=once)
    async def cancel_booking(booking_id: PathId, caller: Making, version: Version) -> Response:
        """The time is free again; a resident says so before it begins."""
        return _shown(await service.cancel(looker(caller), booking_id, seen=version))


def _managing(router: APIRouter, service: BookingService, lookup: Lookup) -> None:
    once = [Depends(Once(lookup, BookingView.of))]

    @router.post(f"{PATH}/arrival", response_model=BookingView, dependencies=once)
    async def record_arrival(booking_id: PathId, caller: Managing, version: Version) -> Response:
        """Who booked has come."""
        return _shown(await service.use(looker(caller), booking_id, seen=version))

    @router.post(f"{PATH}/no-show", response_model=BookingView, dependencies=once)
    async def record_no_show(booking_id: PathId, caller: Managing, version: Version) -> Response:
        """Who booked has not come: what is left of the time is free."""
        return _shown(await service.miss(looker(caller), booking_id, seen=version))


def _shown(booking: Booking) -> Response:
    return answer(BookingView.of(booking), booking.version)
