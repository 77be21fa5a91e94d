"""What is sent about meetings and what is shown of them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.requests.api.proposal_forms import MinutesView
from services.requests.domain.meeting import (
    ATTENDANCE_MAX,
    PLACE_CHARACTERS_MAX,
    POINT_CHARACTERS_MAX,
    POINTS_MAX,
    Convener,
    Convening,
    Meeting,
    MeetingState,
    Plan,
)
from services.requests.domain.proposal import Proposal, ProposalState
from services.requests.service.meeting import Year
from shared.web import Body, View
from shared.web.forms import Moment, Ref

Point = Annotated[str, Field(min_length=1, max_length=POINT_CHARACTERS_MAX)]
Head = Annotated[int, Field(ge=0, le=10_000)]


class PlanBody(Body):
    """When and where, who takes the chair, and what beside proposals is to be spoken of."""

    at: Moment
    place: Annotated[str, Field(min_length=1, max_length=PLACE_CHARACTERS_MAX)]
    chair_id: Ref
    points: Annotated[tuple[Point, ...], Field(max_length=POINTS_MAX)] = ()

    def plan(self) -> Plan:
        """The same in the domain's words."""
        return Plan(self.at, self.place, self.chair_id, self.points)


class ConveningBody(Body):
    """Who calls it: the branch, or members, of whom ``supporters`` of ``members`` want it."""

    by: Convener
    supporters: Head = 0
    members: Head = 0

    def convening(self) -> Convening:
        """The same in the domain's words."""
        return Convening(self.by, self.supporters, self.members)


class MeetingBody(PlanBody):
    """A meeting that is called. ``community`` only where the caller belongs to several."""

    convening: ConveningBody
    community: Ref | None = None


class AttendanceBody(Body):
    """Who was there."""

    attendance: Annotated[list[Ref], Field(min_length=1, max_length=ATTENDANCE_MAX)]


class PlanView(View):
    """When and where, who takes the chair, and what beside proposals is to be spoken of."""

    at: datetime
    place: str
    chair_id: str
    points: list[str]


class ConveningView(View):
    """Who called it."""

    by: Convener
    supporters: int
    members: int


class AgendaItemView(View):
    """A proposal on the agenda."""

    proposal_id: str
    title: str
    state: ProposalState

    @classmethod
    def of(cls, proposal: Proposal) -> "AgendaItemView":
        """The view of a proposal."""
        return cls(proposal_id=proposal.id, title=proposal.title, state=proposal.state)


class MeetingView(View):
    """A meeting; ``attendance`` counts who was there."""

    id: str
    community: str
    version: int
    state: MeetingState
    year: int
    plan: PlanView
    convening: ConveningView
    attendance: int
    minutes: MinutesView | None

    @classmethod
    def of(cls, meeting: Meeting) -> "MeetingView":
        """The view of a meeting."""
        shaped = {"attendance": len(meeting.attendance)}
        fields = {name: shaped.get(name, getattr(meeting, name, None)) for name in cls.model_fields}
        return cls.model_validate(fields, from_attributes=True)


class MeetingInFullView(MeetingView):
    """A meeting with the proposals on its agenda; ``attended`` only for who keeps its business."""

    agenda: list[AgendaItemView]
    attended: list[str] | None

    @classmethod
    def whole(cls, meeting: Meeting, agenda: list[Proposal], *, names: bool) -> "MeetingInFullView":
        """The view of a meeting with its agenda, and with who was there if ``names``."""
        items = [AgendaItemView.of(proposal) for proposal in agenda]
        attended = list(meeting.attendance) if names else None
        return cls(**dict(MeetingView.of(meeting)), agenda=items, attended=attended)


class YearView(View):
    """How often the council met in a year; ``short``: meetings neither held nor planned yet."""

    community: str
    year: int
    held: int
    planned: int
    due: int
    short: int

    @classmethod
    def of(cls, year: Year) -> "YearView":
        """The view of a year."""
        return cls.model_validate(year, from_attributes=True)
