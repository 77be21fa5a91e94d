"""Venues over HTTP: when they are open, and when they are free."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.property.api.forms import PREFIX, viewer
from services.property.api.parking_forms import looker
from services.property.api.venue_forms import VenueDayView, VenueRulesBody, VenueRulesView
from services.property.domain.venue import VenueRules
from services.property.service.booking import BookingService
from services.property.service.venue import VenueService
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.web import Once, answer, needs
from shared.web.forms import Day, PathId, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

Reading = Annotated[Caller, Depends(needs("property:facility:read"))]
Managing = Annotated[Caller, Depends(needs("property:facility:manage"))]
PATH = "/facilities/{facility_id}"


def router(service: VenueService, bookings: BookingService, lookup: Lookup) -> APIRouter:
    """The routes of venues."""
    router = APIRouter(prefix=PREFIX, tags=["venues"])

    @router.get(f"{PATH}/booking-rules", response_model=VenueRulesView)
    async def read_booking_rules(facility_id: PathId, caller: Reading) -> Response:
        """When the venue is open, and what of that may be booked."""
        return _shown((await service.get(viewer(caller), facility_id)).rules)

    @router.put(
        f"{PATH}/booking-rules",
        response_model=VenueRulesView,
        dependencies=[Depends(Once(lookup, VenueRulesView.of))],
    )
    async def set_booking_rules(
        facility_id: PathId, body: VenueRulesBody, caller: Managing, version: Version
    ) -> Response:
        """Say the whole of it anew; what is booked stays."""
        target = Target(viewer(caller), facility_id, version)
        return _shown(await service.set_rules(target, body.offer()))

    @router.get(f"{PATH}/booking-rules/story", response_model=StoryView)
    async def read_booking_rules_story(facility_id: PathId, caller: Reading) -> Response:
        """How the rules were changed, oldest first."""
        return answer(StoryView.of(await service.story(viewer(caller), facility_id)))

    @router.get(f"{PATH}/availability", response_model=VenueDayView)
    async def read_availability(
        facility_id: PathId, caller: Reading, day: Annotated[Day, Query()]
    ) -> Response:
        """When the venue is open on a day, and when of that it is taken, not by whom."""
        found = await bookings.day(looker(caller), facility_id, day)
        return answer(VenueDayView.of(facility_id, day, found))

    return router


def _shown(rules: VenueRules) -> Response:
    return answer(VenueRulesView.of(rules), rules.version or None)
