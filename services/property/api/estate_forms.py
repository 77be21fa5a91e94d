"""What is sent about estates, and what is shown of them."""

from typing import Annotated

from pydantic import Field, StringConstraints

from services.property.api.forms import Code
from services.property.domain.estate import (
    Building,
    Dwelling,
    Entrance,
    Estate,
    Management,
    Position,
    Unit,
)
from services.property.domain.estate_check import FLOORS_MAX
from services.property.service.estate import (
    BuildingDraft,
    DwellingDraft,
    EntranceDraft,
    EstateDraft,
)
from shared.web import Body, View
from shared.web.forms import Ref

EstateName = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Address = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Floors = Annotated[int, Field(strict=True, ge=1, le=FLOORS_MAX)]


class DwellingBody(Body):
    """One home; without an id it gets one from its codes."""

    code: Code
    id: Ref | None = None

    def draft(self) -> DwellingDraft:
        """In the words of the use case."""
        return DwellingDraft(self.code, self.id)


class EntranceBody(Body):
    """One entrance."""

    code: Code
    id: Ref | None = None
    dwellings: list[DwellingBody] = Field(default=[], max_length=1000)

    def draft(self) -> EntranceDraft:
        """In the words of the use case."""
        return EntranceDraft(self.code, self.id, tuple(d.draft() for d in self.dwellings))


class PositionBody(Body):
    """A point in degrees, WGS84, as satellites give it. Chinese maps show GCJ-02, some hundred
    metres beside it: convert before sending."""

    lat: Annotated[float, Field(ge=-90, le=90)]
    long: Annotated[float, Field(ge=-180, le=180)]

    def point(self) -> Position:
        """In the words of the domain."""
        return Position(self.lat, self.long)


class BuildingBody(Body):
    """One building, and where it stands if that is known."""

    code: Code
    id: Ref | None = None
    entrances: list[EntranceBody] = Field(default=[], max_length=50)
    position: PositionBody | None = None
    floors: Floors | None = None

    def draft(self) -> BuildingDraft:
        """In the words of the use case."""
        at = None if self.position is None else self.position.point()
        entrances = tuple(e.draft() for e in self.entrances)
        return BuildingDraft(self.code, self.id, entrances, at, self.floors)


class EstateBody(Body):
    """An estate to register; the community may be left out by a caller who has only one."""

    community: Ref | None = None
    code: Code
    name: EstateName
    management: Management
    contractor_id: Ref | None = None
    id: Ref | None = None
    address: Address | None = None
    jurisdiction_id: Ref | None = None
    buildings: list[BuildingBody] = Field(default=[], max_length=200)

    def draft(self, community: str) -> EstateDraft:
        """In the words of the use case."""
        return EstateDraft(
            community=community,
            code=self.code,
            name=self.name,
            management=self.management,
            contractor_id=self.contractor_id,
            id=self.id,
            buildings=tuple(building.draft() for building in self.buildings),
            address=self.address,
            jurisdiction_id=self.jurisdiction_id,
        )


class DwellingView(View):
    """One home."""

    id: str
    code: str

    @classmethod
    def of(cls, dwelling: Dwelling) -> "DwellingView":
        """As the caller sees it."""
        return cls(id=dwelling.id, code=dwelling.code)


class EntranceView(View):
    """One entrance."""

    id: str
    code: str
    dwellings: list[DwellingView]

    @classmethod
    def of(cls, entrance: Entrance) -> "EntranceView":
        """As the caller sees it."""
        dwellings = [DwellingView.of(dwelling) for dwelling in entrance.dwellings]
        return cls(id=entrance.id, code=entrance.code, dwellings=dwellings)


class PositionView(View):
    """A point in degrees, WGS84."""

    lat: float
    long: float


class BuildingView(View):
    """One building."""

    id: str
    code: str
    entrances: list[EntranceView]
    position: PositionView | None
    floors: int | None

    @classmethod
    def of(cls, building: Building) -> "BuildingView":
        """As the caller sees it."""
        entrances = [EntranceView.of(entrance) for entrance in building.entrances]
        at = building.position
        place = None if at is None else PositionView(lat=at.lat, long=at.long)
        return cls(
            id=building.id,
            code=building.code,
            entrances=entrances,
            position=place,
            floors=building.floors,
        )


class UnitView(View):
    """A unit of self-government."""

    id: str
    code: str
    name: str
    building_ids: list[str]
    entrance_ids: list[str]

    @classmethod
    def of(cls, unit: Unit) -> "UnitView":
        """As the caller sees it."""
        return cls.model_validate(unit, from_attributes=True)


class EstateSummary(View):
    """An estate in a list, without what stands on it."""

    id: str
    community: str
    version: int
    code: str
    name: str
    management: Management
    contractor_id: str | None
    address: str | None
    jurisdiction_id: str | None

    @classmethod
    def of(cls, estate: Estate) -> "EstateSummary":
        """As the caller sees it."""
        return cls.model_validate(estate, from_attributes=True)


class EstateView(EstateSummary):
    """An estate with its buildings, entrances and dwellings; ``closed_ids``: which of them, and
    of its units, are no more, and with each all that is in it."""

    buildings: list[BuildingView]
    units: list[UnitView]
    closed_ids: list[str]

    @classmethod
    def of(cls, estate: Estate) -> "EstateView":
        """As the caller sees it."""
        summary = EstateSummary.of(estate).model_dump()
        return cls(
            **summary,
            buildings=[BuildingView.of(b) for b in estate.buildings],
            units=[UnitView.of(unit) for unit in estate.units],
            closed_ids=list(estate.closed_ids),
        )
