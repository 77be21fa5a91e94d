"""What is sent about gates and blocked fire lanes, and what is shown of them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from services.property.api.forms import Text
from services.property.api.incident_forms import PlaceBody, PlaceView
from services.property.api.parking_forms import MaskedView, Plate
from services.property.domain.access import BATCH_MAX, Access, Direction, Right, Sighting
from services.property.domain.incident import Place
from services.property.domain.incident_report import number_of
from services.property.domain.obstruction import Obstruction
from services.property.domain.photo import PHOTOS_MAX
from services.property.domain.retention_rule import RetentionRule
from services.property.service.access import Logged
from services.property.service.obstruction import ObstructionDraft
from shared.texts import Lang
from shared.web import Body, View
from shared.web.bulk import FaultView
from shared.web.forms import Moment, Ref
from shared.web.problems import problem_of

Days = Annotated[int, Field(strict=True)]


class SightingBody(Body):
    """What a gate saw; ``ref`` is its own number for it, used once."""

    ref: Ref
    direction: Direction
    plate: Plate
    at: Moment

    def sighting(self, gate: str) -> Sighting:
        """In the words of the domain."""
        return Sighting(gate, self.ref, self.direction, self.plate, self.at)


class AccessBody(SightingBody):
    """The same, by a gate of an estate."""

    estate_id: Ref
    gate: Ref


class AccessBatchBody(Body):
    """What a gate saw, each by itself: what is wrong with one hinders no other."""

    estate_id: Ref
    gate: Ref
    items: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=BATCH_MAX)]


class AccessCheckBody(Body):
    """Which vehicle stands before a gate."""

    estate_id: Ref
    plate: Plate


class RightView(View):
    """By what it may come in at this moment; ``none``: by nothing."""

    right: Right


class LoggedOutcome(StrEnum):
    """What became of a sighting."""

    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    """It was told before, the same."""
    REJECTED = "rejected"


class LoggedView(View):
    """The outcome of one sighting; ``right``: by what the vehicle came in."""

    ref: str | None
    outcome: LoggedOutcome
    id: str | None = None
    right: Right | None = None
    errors: tuple[FaultView, ...] = ()

    @classmethod
    def of(cls, logged: Logged, lang: Lang) -> "LoggedView":
        """The view of an outcome."""
        if logged.row is None:
            return cls.refused(logged.ref, logged.fault or ValueError(), lang)
        kind = LoggedOutcome.DUPLICATE if logged.known else LoggedOutcome.RECORDED
        return cls(ref=logged.ref, outcome=kind, id=logged.row.id, right=logged.row.right)

    @classmethod
    def refused(cls, ref: str | None, fault: Exception, lang: Lang) -> "LoggedView":
        """The view of what is no sighting."""
        faults = problem_of(fault).faults(lang)
        errors = tuple(FaultView(**each) for each in faults)
        return cls(ref=ref, outcome=LoggedOutcome.REJECTED, errors=errors)


class AccessBatchView(View):
    """The outcomes in the order of the items, and how many of each kind."""

    recorded: int
    duplicate: int
    rejected: int
    items: list[LoggedView]

    @classmethod
    def of(cls, items: Sequence[LoggedView]) -> "AccessBatchView":
        """The view of all outcomes."""
        counts = {kind.value: sum(one.outcome is kind for one in items) for kind in LoggedOutcome}
        return cls(items=list(items), **counts)


class AccessView(MaskedView):
    """One row of the access log with its plate masked."""

    id: str
    estate_id: str
    gate: str
    ref: str
    direction: Direction
    right: Right
    permit_id: str | None
    at: datetime
    received_at: datetime


class AccessPlateView(View):
    """One row with its plate in full; that somebody saw it is on record."""

    id: str
    plate: str

    @classmethod
    def of(cls, row: Access) -> "AccessPlateView":
        """The plate of a row."""
        return cls(id=row.id, plate=row.plate)


class ObstructionBody(Body):
    """A fire lane is blocked: where, what is seen, and by which plate if it can be read."""

    estate_id: Ref
    place: PlaceBody = PlaceBody()
    text: Text
    plate: Plate | None = None
    photo_ids: Annotated[tuple[Ref, ...], Field(max_length=PHOTOS_MAX)] = ()

    def draft(self) -> ObstructionDraft:
        """In the words of the use case."""
        place = Place(**self.place.model_dump())
        return ObstructionDraft(self.estate_id, place, self.text, self.plate, self.photo_ids)


class ObstructionView(MaskedView):
    """A blocked fire lane and its incident, which is opened within moments under this number."""

    id: str
    community: str
    version: int
    estate_id: str
    incident_id: str
    incident_number: str
    place: PlaceView
    vehicle_id: str | None
    reported_at: datetime

    @classmethod
    def fields_of(cls, thing: Obstruction) -> dict[str, Any]:
        """What it shows of it, and the number of its incident."""
        shown = PlaceView.model_validate(thing.place, from_attributes=True)
        number = number_of(thing.incident_id)
        return {**super().fields_of(thing), "place": shown, "incident_number": number}


class ObstructionPlateView(View):
    """Which vehicle it was; that somebody saw it is on record. Null once it is forgotten."""

    id: str
    plate: str | None

    @classmethod
    def of(cls, one: Obstruction) -> "ObstructionPlateView":
        """The plate of a blocked lane."""
        return cls(id=one.id, plate=one.plate)


class RetentionRuleBody(Body):
    """For how many days."""

    days: Days


class RetentionRuleView(View):
    """How long a community keeps who came and went; version 0: the common rule."""

    community: str
    version: int
    days: int

    @classmethod
    def of(cls, rule: RetentionRule) -> "RetentionRuleView":
        """As the caller sees it."""
        return cls(community=rule.community, version=rule.version, days=rule.days)
