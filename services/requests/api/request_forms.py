"""What is sent about requests and what is shown of them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.requests.api.deadline_forms import ClocksView
from services.requests.domain.assignment import HoldReason, RejectionReason, ReturnReason, Unit
from services.requests.domain.confidence import masked
from services.requests.domain.follow_up import SATISFACTION_MAX, SATISFACTION_MIN, Answer, Method
from services.requests.domain.request import Channel, RequestState, ServiceRequest
from services.requests.domain.service_type import SlaClass, Visibility
from shared.web import Body, View
from shared.web.forms import Note

Code = Annotated[str, Field(min_length=1, max_length=64)]


class AssignmentBody(Body):
    """The unit that is to handle it."""

    unit: Unit


class RejectionBody(Body):
    """Why it is not taken on; the note says to the requester where to go instead."""

    reason: RejectionReason
    note: Note | None = None


class ReturnBody(Body):
    """Why the unit gives it back, and who should have it instead (退单)."""

    reason: ReturnReason
    suggested_unit: Unit
    note: Note | None = None


class ResolutionBody(Body):
    """What was done, in words for the requester."""

    note: Note | None = None


class FollowUpBody(Body):
    """Whether it was solved; ``satisfaction`` from 1 to 5 (best)."""

    resolved: Answer
    satisfaction: Annotated[int, Field(ge=SATISFACTION_MIN, le=SATISFACTION_MAX)] | None = None
    text: Note | None = None


class AssignmentView(View):
    """The unit that has it, since when, and how many had it so far."""

    unit: Unit
    at: datetime
    number: int


class HoldView(View):
    """Why it waits, since when, and until when; ``until`` null: until somebody resumes it."""

    reason: HoldReason
    at: datetime
    until: datetime | None
    note: str | None


class ReferralView(View):
    """Who has it instead, and the number that it bears there."""

    to: str
    number: str | None
    note: str | None


class RefusalView(View):
    """Why it was rejected or given back."""

    reason: str
    note: str | None
    suggested_unit: Unit | None


class FollowUpView(View):
    """What the requester said afterwards; ``resolved`` null: no answer.

    Not ``contacted``: nobody was reached, or by ``silence`` the time to answer ran out.
    """

    method: Method
    contacted: bool
    resolved: Answer | None
    satisfaction: int | None
    text: str | None
    by: str
    at: datetime


class PhotoView(View):
    """A photo of a request: ``GET …/photos/{id}`` gives it."""

    id: str
    media_type: str
    size_bytes: int
    width: int
    height: int


class PositionView(View):
    """A point in degrees, WGS84."""

    lat: float
    long: float


class RequestView(View):
    """A request as its readers see it; times in UTC.

    How to reach the requester is not part of it: ``GET …/contact``; nor is what was written on it:
    ``GET …/updates``. ``lead_unit`` is the first handler (首接), which leads until another signed.
    """

    id: str
    number: str
    community: str
    version: int
    state: RequestState
    channel: Channel
    service_code: str
    requester_id: str
    estate_id: str
    dwelling_id: str | None
    building_id: str | None
    position: PositionView | None
    address_note: str | None
    entered_by: str | None
    external_ref: str | None
    description: str
    attributes: dict[str, list[str]]
    photos: list[PhotoView]
    visibility: Visibility
    sla_class: SlaClass
    service_type_version: int
    submitted_at: datetime
    due_at: datetime | None
    accepted_at: datetime | None
    assignment: AssignmentView | None
    lead_unit: Unit | None
    co_units: list[Unit]
    post: str | None
    acknowledged_at: datetime | None
    first_contact_at: datetime | None
    hold: HoldView | None
    handler_id: str | None
    refusal: RefusalView | None
    referral: ReferralView | None
    duplicate_of: str | None
    supporter_count: int
    resolution: str | None
    resolved_at: datetime | None
    follow_up_due_at: datetime | None
    follow_up: FollowUpView | None
    follow_ups: list[FollowUpView]
    closed_at: datetime | None
    reopened_times: int
    escalated: bool
    anonymised_at: datetime | None
    clocks: ClocksView | None = None

    @classmethod
    def of(cls, request: ServiceRequest) -> "RequestView":
        """The answer to a change: the same whenever it is made, so that it can be given again.

        It bears nothing that was said in confidence: who wants to read that asks for the request,
        which is put on record.
        """
        view = cls.model_validate(masked(request), from_attributes=True)
        return view.bearing(clocks=ClocksView.of(request))

    @classmethod
    def read(cls, request: ServiceRequest, at: datetime) -> "RequestView":
        """The view for who reads it at this moment: it says what is left by then, too."""
        view = cls.model_validate(request, from_attributes=True)
        return view.bearing(clocks=ClocksView.of(request, at))
