"""What is sent about plans and rounds, and what is shown of them."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from services.property.api.estate_forms import PositionBody, PositionView
from services.property.api.forms import Severity, Text
from services.property.api.route_forms import (
    CheckpointCode,
    position_of,
    shown,
)
from services.property.domain.patrol import CallOffReason
from services.property.domain.patrol_plan import Era, PatrolPlan, PatrolPlanState, Rounds
from services.property.domain.patrol_record import (
    PHOTOS_MAX,
    Finding,
    Passing,
    Record,
    Sighting,
    Verdict,
)
from services.property.domain.timetable import TIMES_MAX, Timetable
from services.property.domain.work_scope import WorkScope
from services.property.service.patrol import Brought
from shared.rhythm import RHYTHM_CHARACTERS_MAX
from shared.web import Body, View
from shared.web.forms import Day, Moment, Ref

Rhythm = Annotated[str, StringConstraints(min_length=1, max_length=RHYTHM_CHARACTERS_MAX)]
TimeOfDay = Annotated[str, StringConstraints(min_length=5, max_length=5)]
SENT_AT_ONCE_MAX, FOUND_AT_ONCE_MAX = 100, 20


class TimetableBody(Body):
    """When: a rule of RFC 5545 for the days, and times of them by the clocks of Beijing."""

    rhythm: Rhythm
    starts_on: Day
    times: Annotated[list[TimeOfDay], Field(min_length=1, max_length=TIMES_MAX)]

    def timetable(self) -> Timetable:
        """In the words of the domain."""
        return Timetable(self.rhythm, self.starts_on, tuple(self.times))


class RoundsBody(TimetableBody):
    """When a route is walked, from each of the times on within so many minutes, and by which
    volunteers; without ``team_id`` by the company that looks after the estate's security."""

    window_minutes: Annotated[int, Field(strict=True)]
    team_id: Ref | None = None

    def rounds(self) -> Rounds:
        """In the words of the domain."""
        return Rounds(self.timetable(), self.window_minutes, self.team_id)


class PatrolPlanBody(RoundsBody):
    """A plan to walk a route."""

    route_id: Ref


class RoundsView(View):
    """When a route is walked, from when on and until when."""

    rhythm: str
    starts_on: date
    times: list[str]
    window_minutes: int
    team_id: str | None
    since: datetime
    until: datetime | None

    @classmethod
    def of(cls, era: Era) -> "RoundsView":
        """As the caller sees it."""
        table = era.rounds.timetable
        return cls(
            rhythm=table.rhythm,
            starts_on=table.starts_on,
            times=list(table.times),
            window_minutes=era.rounds.window_minutes,
            team_id=era.rounds.team_id,
            since=era.since,
            until=era.until,
        )


class PatrolPlanView(View):
    """A plan: what holds, and what is about to; its rounds stand until ``made_to``."""

    id: str
    community: str
    version: int
    state: PatrolPlanState
    route_id: str
    estate_id: str
    rounds: list[RoundsView]
    made_to: datetime
    reason: str | None

    @classmethod
    def of(cls, plan: PatrolPlan) -> "PatrolPlanView":
        """As the caller sees it."""
        return cls(
            id=plan.id,
            community=plan.community,
            version=plan.version,
            state=plan.state,
            route_id=plan.route_id,
            estate_id=plan.estate_id,
            rounds=[RoundsView.of(era) for era in plan.eras],
            made_to=plan.made_to,
            reason=plan.reason,
        )


class PassingBody(Body):
    """A checkpoint that was passed: by the code of its tag, and where the phone was."""

    id: Ref
    code: CheckpointCode
    taken_at: Moment
    position: PositionBody | None = None
    photo_ids: list[Ref] = Field(default=[], max_length=PHOTOS_MAX)

    def passing(self) -> Passing:
        """In the words of the domain."""
        where = position_of(self.position)
        return Passing(self.id, self.code, self.taken_at, where, tuple(self.photo_ids))


class SightingBody(Body):
    """Something that was found and asks for work."""

    id: Ref
    scope: WorkScope
    severity: Severity
    text: Text
    found_at: Moment
    code: CheckpointCode | None = None
    photo_ids: list[Ref] = Field(default=[], max_length=PHOTOS_MAX)

    def sighting(self) -> Sighting:
        """In the words of the domain."""
        return Sighting(
            id=self.id,
            scope=self.scope,
            severity=self.severity,
            text=self.text,
            found_at=self.found_at,
            code=self.code,
            photo_ids=tuple(self.photo_ids),
        )


class PatrolRecordsBody(Body):
    """What a phone brings of a round, each thing under an id of the phone's own."""

    records: list[PassingBody] = Field(default=[], max_length=SENT_AT_ONCE_MAX)
    findings: list[SightingBody] = Field(default=[], max_length=FOUND_AT_ONCE_MAX)

    def brought(self) -> Brought:
        """In the words of the domain."""
        return Brought(
            tuple(each.passing() for each in self.records),
            tuple(each.sighting() for each in self.findings),
        )


class PatrolCancelBody(Body):
    """Why the round is not to be walked."""

    reason: CallOffReason


class RecordView(View):
    """A checkpoint as it was recorded: when by the phone's clock, and when it came in by ours."""

    id: str
    code: str
    taken_at: datetime
    received_at: datetime
    by: str
    position: PositionView | None
    metres_off: int | None
    verdict: Verdict
    photo_ids: list[str]

    @classmethod
    def of(cls, record: Record) -> "RecordView":
        """As the caller sees it."""
        passing = record.passing
        return cls(
            id=passing.id,
            code=passing.code,
            taken_at=passing.taken_at,
            received_at=record.received_at,
            by=record.by,
            position=shown(passing.position),
            metres_off=record.metres_off,
            verdict=record.verdict,
            photo_ids=list(passing.photo_ids),
        )


class PatrolFindingView(View):
    """Something that was found; a work order follows."""

    id: str
    code: str | None
    scope: WorkScope
    severity: int
    text: str
    found_at: datetime
    received_at: datetime
    by: str
    photo_ids: list[str]

    @classmethod
    def of(cls, finding: Finding) -> "PatrolFindingView":
        """As the caller sees it."""
        said = finding.sighting
        return cls(
            id=said.id,
            code=said.code,
            scope=said.scope,
            severity=said.severity,
            text=said.text,
            found_at=said.found_at,
            received_at=finding.received_at,
            by=finding.by,
            photo_ids=list(said.photo_ids),
        )
