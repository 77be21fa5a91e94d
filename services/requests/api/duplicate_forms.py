"""What is sent and shown about the same trouble asked for twice."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.requests.api.intake_forms import PositionBody
from services.requests.api.request_forms import Code
from services.requests.domain.duplicate import COMPARED_CHARACTERS_MAX, Likely
from services.requests.domain.request import RequestState, ServiceRequest
from services.requests.domain.submission import DESCRIPTION_CHARACTERS_MAX
from services.requests.service.duplicate import Asked
from shared.web import Body, View
from shared.web.forms import PageView, Ref


class SearchBody(Body):
    """What somebody is about to ask for, as it would be sent."""

    service_code: Code
    estate_id: Ref
    dwelling_id: Ref | None = None
    building_id: Ref | None = None
    position: PositionBody | None = None
    description: Annotated[str, Field(min_length=1, max_length=DESCRIPTION_CHARACTERS_MAX)]

    def asked(self) -> Asked:
        """The same in the use case's words; ``Invalid`` for a point that cannot be."""
        return Asked(
            self.service_code,
            self.estate_id,
            self.description,
            dwelling_id=self.dwelling_id,
            building_id=self.building_id,
            position=self.position.read() if self.position else None,
        )


class MergerBody(Body):
    """The id of the request that goes on for both."""

    duplicate_of: Ref


class LikelyView(View):
    """An open request that may be about the same; ``likeness`` up to 1.

    ``description`` may be cut after 500 characters; ``supporter_count``: how many have the same
    trouble beside the requester.
    """

    id: str
    number: str
    service_code: str
    state: RequestState
    submitted_at: datetime
    building_id: str | None
    description: str
    supporter_count: int
    likeness: float

    @classmethod
    def of(cls, likely: Likely) -> "LikelyView":
        """The view of a candidate."""
        candidate, described = likely.candidate, likely.candidate.described
        return cls(
            id=candidate.id,
            number=candidate.number,
            service_code=described.service_code,
            state=candidate.state,
            submitted_at=described.at,
            building_id=described.building_id,
            description=described.description[:COMPARED_CHARACTERS_MAX],
            supporter_count=candidate.supporters,
            likeness=round(likely.likeness, 3),
        )


class LikelyListView(PageView[LikelyView]):
    """At most five, the likeliest first."""


class SupportedView(View):
    """A request that the caller supports: nothing of who asked for it.

    ``description`` null: its words are not for the caller, whose own request was merged into it.
    """

    id: str
    number: str
    service_code: str
    state: RequestState
    submitted_at: datetime
    due_at: datetime | None
    resolved_at: datetime | None
    description: str | None
    supporter_count: int

    @classmethod
    def of(cls, request: ServiceRequest, *, knows: bool = True) -> "SupportedView":
        """The view of a request."""
        return cls(
            id=request.id,
            number=request.number,
            service_code=request.service_code,
            state=request.state,
            submitted_at=request.submitted_at,
            due_at=request.due_at,
            resolved_at=request.resolved_at,
            description=request.description if knows else None,
            supporter_count=request.supporter_count,
        )
