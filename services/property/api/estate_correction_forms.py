"""What is sent to correct an estate, and what is shown of its parts and corrections."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from services.property.api.estate_forms import Address, EstateName, Floors, PositionBody
from services.property.api.forms import Code
from services.property.domain.estate import Correction, Estate, Management
from services.property.service.estate_correction import PartDraft, Said, UnitDraft
from shared.web import Body, View
from shared.web.forms import ChangeBody, Ref, left_out

REASON_LENGTH_MAX = 200
CorrectionReason = Annotated[str, StringConstraints(min_length=1, max_length=REASON_LENGTH_MAX)]
PLACES_MAX = 500


class CorrectionBody(Body):
    """Why it is different from what was known."""

    reason: CorrectionReason

    def said(self, by: str) -> Said:
        """In the words of the use case."""
        return Said(by, self.reason)


class EstateChangeBody(ChangeBody):
    """What is to be different, and why; what is left out stays as it is."""

    reason: CorrectionReason
    code: Code = left_out()
    name: EstateName = left_out()
    address: Address | None = None
    jurisdiction_id: Ref | None = None
    management: Management = left_out()
    contractor_id: Ref | None = None

    def changes(self) -> dict[str, Any]:
        """What was sent."""
        names = self.model_fields_set - {"reason"}
        return {name: getattr(self, name) for name in sorted(names)}


class EstatePartBody(CorrectionBody):
    """Something that was built, and why it was not known: a building, or what is in one.

    ``parent_id``: the building of an entrance, the entrance of a dwelling; none for a building,
    which alone has floors and a position.
    """

    parent_id: Ref | None = None
    code: Code
    id: Ref | None = None
    floors: Floors | None = None
    position: PositionBody | None = None

    def draft(self) -> PartDraft:
        """In the words of the use case."""
        at = None if self.position is None else self.position.point()
        return PartDraft(self.parent_id, self.code, self.id, self.floors, at)


class EstatePartChangeBody(ChangeBody):
    """What is to be different of a part, and why; what is left out stays as it is."""

    reason: CorrectionReason
    code: Code = left_out()
    floors: Floors | None = None
    position: PositionBody | None = None

    def changes(self) -> dict[str, Any]:
        """What was sent, in the words of the domain."""
        sent = {name: getattr(self, name) for name in self.model_fields_set - {"reason"}}
        if self.position is not None:
            sent["position"] = self.position.point()
        return sent


class UnitBody(Body):
    """A unit of self-government; ``id`` if it is there already."""

    code: Code
    name: EstateName
    id: Ref | None = None
    building_ids: list[Ref] = Field(default=[], max_length=PLACES_MAX)
    entrance_ids: list[Ref] = Field(default=[], max_length=PLACES_MAX)

    def draft(self) -> UnitDraft:
        """In the words of the use case."""
        return UnitDraft(
            self.code, self.name, self.id, tuple(self.building_ids), tuple(self.entrance_ids)
        )


class UnitsBody(CorrectionBody):
    """All units of an estate, and why they are these."""

    units: list[UnitBody] = Field(max_length=100)


class CorrectionView(View):
    """That something was different: since which version, who said so, and why."""

    version: int
    at: datetime
    by: str
    reason: str

    @classmethod
    def of(cls, correction: Correction) -> "CorrectionView":
        """As the caller sees it."""
        return cls.model_validate(correction, from_attributes=True)


class EstatePartKind(StrEnum):
    """What a part is."""

    BUILDING = "building"
    ENTRANCE = "entrance"
    DWELLING = "dwelling"


class EstatePartView(View):
    """One part of an estate, by the codes that lead to it."""

    estate: str
    building: str
    entrance: str | None
    dwelling: str | None
    kind: EstatePartKind
    id: str
    floors: int | None
    lat: float | None
    long: float | None
    closed: bool


def parts_of(estate: Estate) -> Iterator[EstatePartView]:
    """All parts in the order of the estate, each followed by what is in it."""
    closed = frozenset(estate.closed_ids)

    def view(kind: EstatePartKind, id: str, codes: tuple[str, ...], **more: Any) -> EstatePartView:  # noqa: A002
        building, entrance, dwelling = (*codes, None, None)[:3]
        told = {"floors": None, "lat": None, "long": None} | more
        return EstatePartView(
            estate=estate.code,
            building=str(building),
            entrance=entrance,
            dwelling=dwelling,
            kind=kind,
            id=id,
            closed=id in closed,
            **told,
        )

    for b in estate.buildings:
        at = b.position
        place = {} if at is None else {"lat": at.lat, "long": at.long}
        yield view(EstatePartKind.BUILDING, b.id, (b.code,), floors=b.floors, **place)
        for e in b.entrances:
            yield view(EstatePartKind.ENTRANCE, e.id, (b.code, e.code))
            for d in e.dwellings:
                yield view(EstatePartKind.DWELLING, d.id, (b.code, e.code, d.code))
