"""What is sent about homes, vehicles, spaces and permits, and what is shown of them: plates masked
unless somebody asks for one by a purpose that is put on record."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import StringConstraints

from services.property.api.forms import Code, viewer
from services.property.domain.occupancy import Occupancy, OccupancyState
from services.property.domain.permit import Permit, PermitEnd, PermitKind, PermitState
from services.property.domain.plate import masked
from services.property.domain.space import SpaceKind, SpaceState
from services.property.domain.vehicle import Vehicle, VehicleKind, VehicleState
from services.property.service.grounds import Looker
from services.property.service.on_record import PlatePurpose
from services.property.service.permit import PermitDraft
from services.property.service.space import SeenSpace, SpaceDraft
from services.property.service.vehicle import VehicleDraft
from shared.auth import Caller
from shared.web import Body, View
from shared.web.forms import Moment, Ref

Plate = Annotated[str, StringConstraints(min_length=1, max_length=30)]
DESK = ("staff", "contractor")
"""Who sees what is of all dwellings of the estates that they look after."""


def looker(caller: Caller) -> Looker:
    """How far the caller sees: the desk its estates, everybody else their own dwellings."""
    return Looker(viewer(caller), caller.id, resident=not caller.is_a(*DESK))


class MaskedView(View):
    """What is shown of a thing with a plate: masked when it is read, and not at all in the answer
    to a change, which is kept to be given again."""

    plate_masked: str | None

    @classmethod
    def of(cls, thing: Any) -> Self:
        """As who reads it sees it."""
        return cls(**{**cls.fields_of(thing), "plate_masked": masked(thing.plate)})

    @classmethod
    def told(cls, thing: Any) -> Self:
        """As who has changed it sees it; a thing as it is written will do."""
        return cls(**cls.fields_of(thing), plate_masked=None)

    @classmethod
    def fields_of(cls, thing: Any) -> dict[str, Any]:
        """What it shows of the thing's own fields."""
        return {name: getattr(thing, name) for name in cls.model_fields if hasattr(thing, name)}


class OccupancyBody(Body):
    """Somebody lives in a dwelling: oneself, if nobody is named."""

    estate_id: Ref
    dwelling_id: Ref
    person_id: Ref | None = None


class OccupancyView(View):
    """Who lives where, as the desk knows it; ``at``: since when it stands so."""

    id: str
    community: str
    version: int
    state: OccupancyState
    estate_id: str
    dwelling_id: str
    person_id: str
    at: datetime

    @classmethod
    def of(cls, occupancy: Occupancy) -> "OccupancyView":
        """As the caller sees it."""
        return cls.model_validate(occupancy, from_attributes=True)


class VehicleBody(Body):
    """A vehicle of a dwelling."""

    estate_id: Ref
    dwelling_id: Ref
    plate: Plate
    kind: VehicleKind = VehicleKind.CAR

    def draft(self) -> VehicleDraft:
        """In the words of the use case."""
        return VehicleDraft(self.estate_id, self.dwelling_id, self.kind, self.plate)


class VehicleView(MaskedView):
    """A vehicle with its plate masked."""

    id: str
    community: str
    version: int
    state: VehicleState
    estate_id: str
    dwelling_id: str
    owner_id: str | None
    kind: VehicleKind
    registered_at: datetime
    verified_at: datetime | None


class PlateView(View):
    """A plate in full; that somebody saw it is on record. Null once it is forgotten."""

    id: str
    plate: str | None

    @classmethod
    def of(cls, thing: Vehicle | Permit) -> "PlateView":
        """The plate of a thing."""
        return cls(id=thing.id, plate=thing.plate)


class PlateSearchBody(Body):
    """Whose plate it is, or when the gates saw it, and for what that is asked."""

    estate_id: Ref
    plate: Plate
    purpose: PlatePurpose


class VehiclesView(View):
    """The vehicles of a plate: one that is verified, or all that say that it is theirs."""

    vehicles: list[VehicleView]

    @classmethod
    def of(cls, vehicles: list[Vehicle]) -> "VehiclesView":
        """The view of what was found."""
        return cls(vehicles=[VehicleView.of(vehicle) for vehicle in vehicles])


class SpaceBody(Body):
    """A parking space of an estate."""

    estate_id: Ref
    code: Code
    kind: SpaceKind = SpaceKind.STANDARD
    building_id: Ref | None = None

    def draft(self) -> SpaceDraft:
        """In the words of the use case."""
        return SpaceDraft(self.estate_id, self.code, self.kind, self.building_id)


class SpaceView(View):
    """A parking space, and whether somebody has a permit for it."""

    id: str
    community: str
    version: int
    state: SpaceState
    estate_id: str
    code: str
    kind: SpaceKind
    building_id: str | None
    taken: bool

    @classmethod
    def of(cls, seen: SeenSpace) -> "SpaceView":
        """As the caller sees it."""
        space = seen.space
        told = {name: getattr(space, name) for name in cls.model_fields if name != "taken"}
        return cls(**told, taken=seen.taken)


class PermitBody(Body):
    """Which vehicle may come in, from when until when: one on the register, or a plate.

    A resident's is of a vehicle that the desk has verified. Without ``valid_from`` it holds from
    now on.
    """

    estate_id: Ref
    kind: PermitKind
    valid_to: Moment
    valid_from: Moment | None = None
    vehicle_id: Ref | None = None
    plate: Plate | None = None
    space_id: Ref | None = None

    def draft(self) -> PermitDraft:
        """In the words of the use case."""
        return PermitDraft(
            estate_id=self.estate_id,
            kind=self.kind,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            vehicle_id=self.vehicle_id,
            plate=self.plate,
            space_id=self.space_id,
        )


class PermitExtensionBody(Body):
    """Until when it holds from now on."""

    valid_to: Moment


class PermitRevocationBody(Body):
    """Why a permit is taken back."""

    reason: PermitEnd


class PermitView(MaskedView):
    """A permit with its plate masked."""

    id: str
    community: str
    version: int
    state: PermitState
    kind: PermitKind
    estate_id: str
    vehicle_id: str | None
    dwelling_id: str | None
    space_id: str | None
    valid_from: datetime
    valid_to: datetime
    allotment_id: str | None
    end: PermitEnd | None
