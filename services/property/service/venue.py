"""When venues are open, and what of that may be booked."""

from dataclasses import dataclass

from services.property.domain import venue as domain
from services.property.domain.facility import Facility, FacilityKind, FacilityState
from services.property.domain.venue import Offer, VenueRules
from services.property.service.standing import Yards
from services.property.service.viewer import Target, Viewer
from shared.clock import derived_id
from shared.deciding import changed
from shared.envelope import Envelope
from shared.errors import Conflict, NotFound
from shared.store import Store

SHUT = Offer(opening_hours=(), special_days=(), least_minutes=15, most_minutes=15, ahead_days=0)
"""What is offered of a venue of which nothing was said."""


@dataclass(frozen=True, slots=True)
class Venue:
    """A venue, as it is and as it may be booked."""

    facility: Facility
    rules: VenueRules

    @property
    def is_open(self) -> bool:
        """Whether it takes bookings at all."""
        return takes_bookings(self.facility)


def takes_bookings(facility: Facility) -> bool:
    """Whether it is a venue, and in service."""
    is_venue = facility.kind is FacilityKind.VENUE
    return is_venue and facility.state is FacilityState.IN_SERVICE


class VenueService:
    """What one can do with venues. Each: ``NotFound`` for one that the viewer does not see, and
    for a facility that is none."""

    def __init__(self, facilities: Store[Facility], rules: Store[VenueRules], yards: Yards) -> None:
        self._facilities = facilities
        self._rules = rules
        self._yards = yards

    async def get(self, viewer: Viewer, facility_id: str) -> Venue:
        """A venue with its rules; of version 0 while nothing was said."""
        facility = await self._yards.get(self._facilities, Target(viewer, facility_id))
        if facility.kind is not FacilityKind.VENUE:
            raise NotFound("venue.none", id=facility_id)
        return Venue(facility, await self._rules_of(facility))

    async def set_rules(self, target: Target, offer: Offer) -> VenueRules:
        """From now on it is to be booked so; ``target.seen``: the version of the rules.

        Errors: ``Invalid``; ``Stale``; ``Conflict`` (``venue.retired``) for one that is gone.
        """
        venue = await self.get(target.viewer, target.id)
        if venue.facility.state is FacilityState.RETIRED:
            raise Conflict("venue.retired")
        return await changed(
            self._rules,
            lambda: self._rules_of(venue.facility),
            lambda rules: domain.set_rules(rules, offer),
            seen=target.seen,
        )

    async def story(self, viewer: Viewer, facility_id: str) -> list[Envelope]:
        """How its rules were changed, oldest first; nothing while nothing was said."""
        venue = await self.get(viewer, facility_id)
        return await self._rules.story(venue.rules.id) if venue.rules.version else []

    async def _rules_of(self, facility: Facility) -> VenueRules:
        id_ = derived_id("vru", facility.community, facility.id)
        try:
            return await self._rules.get(id_)
        except NotFound:
            return VenueRules(id_, facility.community, 0, facility.estate_id, facility.id, SHUT)
