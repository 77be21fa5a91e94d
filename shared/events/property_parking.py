"""What property tells of homes' people, vehicles, spaces and who may park: ids and codes alone.

No plate and no name stands in any of them, and a dwelling's id in those alone that say who lives
where, of which other services keep a copy. Those that tell of one person's life are withheld from
web hooks (``docs/decisions/0009``).
"""

from typing import ClassVar

from shared.events.base import Event


class OccupancyClaimed(Event):
    """Somebody says that they live in a dwelling; the desk looks at it."""

    type: ClassVar[str] = "property.occupancy.claimed.v1"

    occupancy_id: str
    estate_id: str


class OccupancyConfirmed(Event):
    """The desk knows that somebody lives in a dwelling."""

    type: ClassVar[str] = "property.occupancy.confirmed.v1"

    occupancy_id: str
    estate_id: str
    person_id: str | None = None
    dwelling_id: str | None = None


class OccupancyDeclined(Event):
    """The desk found no ground for what somebody said."""

    type: ClassVar[str] = "property.occupancy.declined.v1"

    occupancy_id: str
    estate_id: str


class OccupancyEnded(Event):
    """Somebody lives there no more."""

    type: ClassVar[str] = "property.occupancy.ended.v1"

    occupancy_id: str
    estate_id: str
    person_id: str | None = None
    dwelling_id: str | None = None


class VehicleRegistered(Event):
    """A dwelling has a vehicle; the desk is to see its papers, unless it has."""

    type: ClassVar[str] = "property.vehicle.registered.v1"

    vehicle_id: str
    estate_id: str


class VehicleVerified(Event):
    """The desk has seen the papers of a vehicle."""

    type: ClassVar[str] = "property.vehicle.verified.v1"

    vehicle_id: str
    estate_id: str


class VehicleDeclined(Event):
    """The papers of a vehicle did not hold."""

    type: ClassVar[str] = "property.vehicle.declined.v1"

    vehicle_id: str
    estate_id: str


class VehicleRetired(Event):
    """A vehicle is no dwelling's any more; its permits end."""

    type: ClassVar[str] = "property.vehicle.retired.v1"

    vehicle_id: str
    estate_id: str


class VehicleForgotten(Event):
    """The plate of a vehicle that is gone was let go of, as the retention rule says."""

    type: ClassVar[str] = "property.vehicle.forgotten.v1"

    vehicle_id: str
    estate_id: str


class SpaceRegistered(Event):
    """An estate has a parking space."""

    type: ClassVar[str] = "property.space.registered.v1"

    space_id: str
    estate_id: str
    kind: str


class SpaceClosed(Event):
    """A parking space is not to be given any more."""

    type: ClassVar[str] = "property.space.closed.v1"

    space_id: str
    estate_id: str


class SpaceReopened(Event):
    """A parking space may be given again."""

    type: ClassVar[str] = "property.space.reopened.v1"

    space_id: str
    estate_id: str


class PermitIssued(Event):
    """A vehicle may come in, and stand on a space if one is named."""

    type: ClassVar[str] = "property.permit.issued.v1"

    permit_id: str
    estate_id: str
    kind: str
    space_id: str | None = None


class PermitExtended(Event):
    """A permit holds longer."""

    type: ClassVar[str] = "property.permit.extended.v1"

    permit_id: str
    estate_id: str


class PermitRevoked(Event):
    """A permit was taken back; its space is free."""

    type: ClassVar[str] = "property.permit.revoked.v1"

    permit_id: str
    estate_id: str


class PermitExpired(Event):
    """A permit has run out; its space is free."""

    type: ClassVar[str] = "property.permit.expired.v1"

    permit_id: str
    estate_id: str


class PermitForgotten(Event):
    """The plate of a permit that has ended was let go of, as the retention rule says."""

    type: ClassVar[str] = "property.permit.forgotten.v1"

    permit_id: str
    estate_id: str


class AllotmentOpened(Event):
    """Spaces are to be given, by waiting list or by lot; of a lot the seed's digest is public now,
    before anybody has entered."""

    type: ClassVar[str] = "property.allotment.opened.v1"

    allotment_id: str
    estate_id: str
    mode: str
    commitment: str | None = None


class AllotmentEntered(Event):
    """A vehicle is among those to which the spaces are given."""

    type: ClassVar[str] = "property.allotment.entered.v1"

    allotment_id: str
    estate_id: str
    entrant_id: str


class AllotmentLeft(Event):
    """A vehicle is no longer among them."""

    type: ClassVar[str] = "property.allotment.left.v1"

    allotment_id: str
    estate_id: str
    entrant_id: str


class AllotmentClosed(Event):
    """Nobody enters any more; of a lot the digest of the list is public now, before the draw."""

    type: ClassVar[str] = "property.allotment.closed.v1"

    allotment_id: str
    estate_id: str
    entrants: int
    list_digest: str


class AllotmentGiven(Event):
    """Spaces were given, by the order of the list or by the lot; permits follow."""

    type: ClassVar[str] = "property.allotment.given.v1"

    allotment_id: str
    estate_id: str
    given: int


class AllotmentCancelled(Event):
    """Nothing more is given by it."""

    type: ClassVar[str] = "property.allotment.cancelled.v1"

    allotment_id: str
    estate_id: str
