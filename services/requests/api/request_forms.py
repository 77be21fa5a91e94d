"""What is sent about requests and what is shown of them."""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from services.requests.domain.assignment import RejectionReason, ReturnReason, Unit
from services.requests.domain.attribute import TEXT_CHARACTERS_MAX
from services.requests.domain.definition import ATTRIBUTES_MAX, VALUES_MAX
from services.requests.domain.follow_up import SATISFACTION_MAX, SATISFACTION_MIN, Answer
from services.requests.domain.request import Channel, RequestState, ServiceRequest
from services.requests.domain.service_type import SlaClass, Visibility
from services.requests.domain.submission import DESCRIPTION_CHARACTERS_MAX
from shared.web import Body, View
from shared.web.forms import Note, Ref

Code = Annotated[str, Field(min_length=1, max_length=64)]
AnswerText = Annotated[str, Field(max_length=TEXT_CHARACTERS_MAX)]


def _several(value: object) -> object:
    """One answer may be sent as it is; several are a list."""
    return [value] if isinstance(value, str) else value


AnswersBody = Annotated[
    dict[
        Annotated[str, Field(min_length=1, max_length=64)],
        Annotated[tuple[AnswerText, ...], BeforeValidator(_several), Field(max_length=VALUES_MAX)],
    ],
    Field(max_length=ATTRIBUTES_MAX),
]
"""Answers to a service type's questions, by the questions' codes."""


class SubmissionBody(Body):
    """What is asked for. Without ``visibility`` the request gets the service type's own.

    ``requester_id`` and any ``channel`` but ``web`` are for staff who enter it for somebody else.
    ``attributes``: the answers to the service type's own questions, by their codes.
    """

    service_code: Code
    estate_id: Ref
    dwelling_id: Ref | None = None
    description: Annotated[str, Field(min_length=1, max_length=DESCRIPTION_CHARACTERS_MAX)]
    visibility: Visibility | None = None
    channel: Channel = Channel.WEB
    requester_id: Ref | None = None
    attributes: AnswersBody = Field(default_factory=dict)


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
    """The unit that leads, and since when."""

    unit: Unit
    at: datetime


class RefusalView(View):
    """Why it was rejected or given back."""

    reason: str
    note: str | None
    suggested_unit: Unit | None


class FollowUpView(View):
    """What the requester said afterwards."""

    resolved: Answer
    satisfaction: int | None
    text: str | None
    by: str
    at: datetime


class RequestView(View):
    """A request as its readers see it; times in UTC."""

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
    description: str
    attributes: dict[str, list[str]]
    visibility: Visibility
    sla_class: SlaClass
    service_type_version: int
    submitted_at: datetime
    due_at: datetime | None
    assignment: AssignmentView | None
    handler_id: str | None
    refusal: RefusalView | None
    resolution: str | None
    resolved_at: datetime | None
    follow_up_due_at: datetime | None
    follow_up: FollowUpView | None
    reopened_times: int
    escalated: bool

    @classmethod
    def of(cls, request: ServiceRequest) -> "RequestView":
        """The view of a request."""
        return cls.model_validate(request, from_attributes=True)
