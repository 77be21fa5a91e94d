"""What is sent about pairings and what is shown of them."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Depends
from pydantic import Field, StringConstraints

from services.pairing.domain.festival import Festival, LunarDay
from services.pairing.domain.pairing import (
    SIDES_MAX,
    EndReason,
    Pairing,
    PairingMode,
    PairingState,
)
from services.pairing.domain.plan import CareService, Occurrence, PlannedService
from services.pairing.domain.plan_check import SERVICES_MAX
from services.pairing.service.pairing import PairingFilter, PairingSide, Proposal
from services.pairing.service.pairing_people import OneSide
from shared.rhythm import RHYTHM_CHARACTERS_MAX
from shared.web import Body, View
from shared.web.forms import Day, Moment, QueryId, Ref

Side = Annotated[tuple[Ref, ...], Field(min_length=1, max_length=SIDES_MAX)]
Number = Annotated[int, Field(strict=True, ge=0, le=9999)]


class LunarDayBody(Body):
    """A day of the lunar calendar: of every year, or of one lunar year alone."""

    month: Number
    day: Number
    year: Number | None = None
    leap: bool = False

    def lunar_day(self) -> LunarDay:
        """The same in the domain's words."""
        return LunarDay(self.month, self.day, self.year, self.leap)


class PlannedServiceBody(Body):
    """One service of a plan: by a rhythm, on a festival or on a lunar day."""

    service: CareService
    rhythm: (
        Annotated[str, StringConstraints(min_length=1, max_length=RHYTHM_CHARACTERS_MAX)] | None
    ) = None
    festival: Festival | None = None
    lunar_day: LunarDayBody | None = None
    starts_on: Day
    time: Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    window_hours: Annotated[int, Field(strict=True, ge=1, le=24)]
    household_id: Ref | None = None

    def planned(self) -> PlannedService:
        """The same in the domain's words."""
        return PlannedService(
            service=self.service,
            rhythm=self.rhythm,
            festival=self.festival,
            starts_on=self.starts_on,
            time=self.time,
            window_hours=self.window_hours,
            lunar_day=None if self.lunar_day is None else self.lunar_day.lunar_day(),
            household_id=self.household_id,
        )


PlanList = Annotated[tuple[PlannedServiceBody, ...], Field(max_length=SERVICES_MAX)]


class PlanBody(Body):
    """The whole plan; none of it leaves the visits to the floor of each household."""

    plan: PlanList

    def planned(self) -> tuple[PlannedService, ...]:
        """The same in the domain's words."""
        return tuple(each.planned() for each in self.plan)


class PairingBody(Body):
    """Who is to help whom: ids of members, and of households of one community.

    Without a ``plan`` it has the usual one: a visit at the four great festivals.
    """

    mode: PairingMode
    helper_ids: Side
    household_ids: Side
    plan: PlanList | None = None

    def proposal(self) -> Proposal:
        """The same in the service's words."""
        plan = None if self.plan is None else tuple(each.planned() for each in self.plan)
        return Proposal(self.mode, self.helper_ids, self.household_ids, plan)


class AnswerBody(Body):
    """Whether one agrees."""

    agreed: bool


class OneSideBody(Body):
    """One helper, or one household."""

    helper_id: Ref | None = None
    household_id: Ref | None = None

    def side(self) -> OneSide:
        """The same in the service's words."""
        return OneSide(self.helper_id, self.household_id)


class RecordedAnswerBody(OneSideBody):
    """What one of them said."""

    agreed: bool


class ReleaseBody(OneSideBody):
    """Who is let go, and why."""

    reason: EndReason


class PauseBody(Body):
    """Until when; without an end until somebody resumes it."""

    until: Moment | None = None


class RestBody(PauseBody):
    """Which of several households rests, and until when."""

    household_id: Ref


class ReturnBody(Body):
    """Which household is visited again."""

    household_id: Ref


class EndBody(Body):
    """Why it ends."""

    reason: EndReason


class LunarDayView(View):
    """A day of the lunar calendar; of every year if ``year`` is null."""

    month: int
    day: int
    year: int | None
    leap: bool


class PlannedServiceView(View):
    """One service of a plan."""

    service: CareService
    rhythm: str | None
    festival: Festival | None
    lunar_day: LunarDayView | None
    starts_on: date
    time: str
    window_hours: int
    household_id: str | None


class AnswerView(View):
    """That one of them agreed, and who said so when."""

    id: str
    by: str
    at: datetime


class RestView(View):
    """A household that rests by itself."""

    household_id: str
    until: datetime | None


class PairingView(View):
    """A pairing."""

    id: str
    community: str
    version: int
    state: PairingState
    mode: PairingMode
    helper_ids: list[str]
    household_ids: list[str]
    end_reason: EndReason | None
    helper_answers: list[AnswerView]
    household_answers: list[AnswerView]
    plan: list[PlannedServiceView]
    paused_until: datetime | None
    resting: list[RestView]
    active_since: datetime | None

    @classmethod
    def of(cls, pairing: Pairing) -> "PairingView":
        """The view of a pairing."""
        return cls.model_validate(pairing, from_attributes=True)


class PlannedDayView(View):
    """A day on which a household is to be visited, and between which times of it."""

    household_id: str
    on: date
    services: list[CareService]
    opens: str
    closes: str

    @classmethod
    def of(cls, household_id: str, day: Occurrence) -> "PlannedDayView":
        """The view of a day."""
        return cls(
            household_id=household_id,
            on=day.on,
            services=list(day.services),
            opens=_clock(day.opens),
            closes=_clock(day.closes),
        )


class FestivalView(View):
    """On which day a festival falls."""

    festival: Festival
    on: date


async def _wanted(
    state: PairingState | None = None,
    helper_id: QueryId = None,
    household_id: QueryId = None,
    my_side: PairingSide | None = None,
) -> PairingFilter:
    return PairingFilter(state, helper_id, household_id, my_side)


Wanted = Annotated[PairingFilter, Depends(_wanted)]
"""Which pairings a list is of."""


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
