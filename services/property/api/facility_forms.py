"""What is sent about facilities and their upkeep, and what is shown of them."""

from datetime import date, datetime
from typing import Annotated

from pydantic import StringConstraints

from services.property.api.forms import Severity
from services.property.api.patrol_forms import TimetableBody
from services.property.api.route_forms import SpotBody, SpotView, Title
from services.property.domain.facility import (
    Facility,
    FacilityFacts,
    FacilityKind,
    FacilityState,
)
from services.property.domain.upkeep import Duty, Upkeep, UpkeepKind, UpkeepState
from services.property.domain.work_scope import WorkScope
from shared.web import Body, View
from shared.web.forms import Ref

FacilityCode = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class FacilityChangeBody(Body):
    """The whole of what is said of a facility; ``code`` is what stands on it."""

    kind: FacilityKind
    code: FacilityCode
    title: Title
    place: SpotBody = SpotBody()

    def facts(self) -> FacilityFacts:
        """In the words of the domain."""
        return FacilityFacts(self.kind, self.code, self.title, self.place.spot())


class FacilityBody(FacilityChangeBody):
    """A facility of an estate."""

    estate_id: Ref


class FacilityView(View):
    """A facility, and from when on it has been in its state."""

    id: str
    community: str
    version: int
    state: FacilityState
    estate_id: str
    kind: FacilityKind
    code: str
    title: str
    place: SpotView
    since: datetime
    reason: str | None

    @classmethod
    def of(cls, facility: Facility) -> "FacilityView":
        """As the caller sees it."""
        return cls(
            id=facility.id,
            community=facility.community,
            version=facility.version,
            state=facility.state,
            estate_id=facility.estate_id,
            kind=facility.kind,
            code=facility.code,
            title=facility.title,
            place=SpotView.of(facility.place),
            since=facility.since,
            reason=facility.reason,
        )


class UpkeepChangeBody(TimetableBody):
    """What is to be done and when; ``severity`` says within how long, as for any work."""

    kind: UpkeepKind
    title: Title
    scope: WorkScope
    severity: Severity

    def duty(self) -> Duty:
        """In the words of the domain."""
        return Duty(self.kind, self.title, self.scope, self.severity, self.timetable())


class UpkeepBody(UpkeepChangeBody):
    """A schedule of a facility."""

    facility_id: Ref


class UpkeepView(View):
    """A schedule: when work was made last, and when it is made next."""

    id: str
    community: str
    version: int
    state: UpkeepState
    facility_id: str
    estate_id: str
    kind: UpkeepKind
    title: str
    scope: WorkScope
    severity: int
    rhythm: str
    starts_on: date
    times: list[str]
    due_at: datetime | None
    last_due_at: datetime | None
    reason: str | None

    @classmethod
    def of(cls, upkeep: Upkeep) -> "UpkeepView":
        """As the caller sees it."""
        duty = upkeep.duty
        return cls(
            id=upkeep.id,
            community=upkeep.community,
            version=upkeep.version,
            state=upkeep.state,
            facility_id=upkeep.facility_id,
            estate_id=upkeep.estate_id,
            kind=duty.kind,
            title=duty.title,
            scope=duty.scope,
            severity=duty.severity,
            rhythm=duty.timetable.rhythm,
            starts_on=duty.timetable.starts_on,
            times=list(duty.timetable.times),
            due_at=upkeep.due_at,
            last_due_at=upkeep.last_due_at,
            reason=upkeep.reason,
        )
