"""Estates over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.property.api.forms import PREFIX, Code, viewer
from services.property.domain.estate import (
    Building,
    Dwelling,
    Entrance,
    Estate,
    Management,
    Position,
)
from services.property.service.estate import (
    BuildingDraft,
    DwellingDraft,
    EntranceDraft,
    EstateDraft,
    EstateService,
)
from shared.auth import Caller
from shared.web import Body, Once, View, answer, listing, needs
from shared.web.forms import Paging, PathId, Ref
from shared.web.once import Lookup

Writing = Annotated[Caller, Depends(needs("property:estate:write"))]
Reading = Annotated[Caller, Depends(needs("property:estate:read"))]


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


class BuildingBody(Body):
    """One building, and where it stands if that is known."""

    code: Code
    id: Ref | None = None
    entrances: list[EntranceBody] = Field(default=[], max_length=50)
    position: PositionBody | None = None

    def draft(self) -> BuildingDraft:
        """In the words of the use case."""
        at = None if self.position is None else Position(self.position.lat, self.position.long)
        return BuildingDraft(self.code, self.id, tuple(e.draft() for e in self.entrances), at)


class EstateBody(Body):
    """An estate to register; the community may be left out by a caller who has only one."""

    community: Ref | None = None
    code: Code
    name: Annotated[str, Field(min_length=1, max_length=100)]
    management: Management
    contractor_id: Ref | None = None
    id: Ref | None = None
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

    @classmethod
    def of(cls, building: Building) -> "BuildingView":
        """As the caller sees it."""
        entrances = [EntranceView.of(entrance) for entrance in building.entrances]
        at = building.position
        place = None if at is None else PositionView(lat=at.lat, long=at.long)
        return cls(id=building.id, code=building.code, entrances=entrances, position=place)


class EstateSummary(View):
    """An estate in a list, without what stands on it."""

    id: str
    community: str
    version: int
    code: str
    name: str
    management: Management
    contractor_id: str | None

    @classmethod
    def of(cls, estate: Estate) -> "EstateSummary":
        """As the caller sees it."""
        return cls(
            id=estate.id,
            community=estate.community,
            version=estate.version,
            code=estate.code,
            name=estate.name,
            management=estate.management,
            contractor_id=estate.contractor_id,
        )


class EstateView(EstateSummary):
    """An estate with its buildings, entrances and dwellings."""

    buildings: list[BuildingView]

    @classmethod
    def of(cls, estate: Estate) -> "EstateView":
        """As the caller sees it."""
        summary = EstateSummary.of(estate).model_dump()
        return cls(**summary, buildings=[BuildingView.of(b) for b in estate.buildings])


def router(service: EstateService, lookup: Lookup) -> APIRouter:
    """The routes of estates."""
    router = APIRouter(prefix=PREFIX, tags=["estates"])
    once = Once(lookup=lookup, view=EstateView.of, status=201)

    @router.post(
        "/estates", status_code=201, response_model=EstateView, dependencies=[Depends(once)]
    )
    async def register_estate(body: EstateBody, caller: Writing) -> Response:
        """Register an estate with all that stands on it."""
        estate = await service.register(body.draft(caller.one_community(body.community)))
        location = f"{PREFIX}/estates/{estate.id}"
        return answer(EstateView.of(estate), estate.version, status=201, location=location)

    @router.get("/estates")
    async def list_estates(caller: Reading, page: Paging) -> Response:
        """The estates that the caller sees, newest first."""
        found = await service.page(viewer(caller), cursor=page.cursor, limit=page.limit)
        return listing([EstateSummary.of(estate) for estate in found.items], found.next_cursor)

    @router.get("/estates/{estate_id}", response_model=EstateView)
    async def read_estate(estate_id: PathId, caller: Reading) -> Response:
        """One estate with its buildings, entrances and dwellings."""
        estate = await service.get(viewer(caller), estate_id)
        return answer(EstateView.of(estate), estate.version)

    return router
