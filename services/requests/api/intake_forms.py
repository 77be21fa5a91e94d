"""What is sent to ask for something: what, where, for whom and how to reach them."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from services.requests.api.request_forms import Code, RequestView
from services.requests.domain.attribute import TEXT_CHARACTERS_MAX
from services.requests.domain.contact import (
    EMAIL_CHARACTERS_MAX,
    NAME_CHARACTERS_MAX,
    PHONE_CHARACTERS_MAX,
    Contact,
    contact,
)
from services.requests.domain.definition import ATTRIBUTES_MAX, VALUES_MAX
from services.requests.domain.place import ADDRESS_NOTE_CHARACTERS_MAX, Position, position
from services.requests.domain.request import Channel
from services.requests.domain.service_type import Visibility
from services.requests.domain.submission import DESCRIPTION_CHARACTERS_MAX, Submission
from services.requests.domain.tracking import CODE_CHARACTERS_MAX
from shared.web import Body, View
from shared.web.forms import Ref

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


class ContactBody(Body):
    """How to reach the person whom it is for: at least a phone number or an email address.

    Only that person and those who handle requests get to see it.
    """

    name: Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS_MAX)] | None = None
    phone: Annotated[str, Field(min_length=1, max_length=PHONE_CHARACTERS_MAX)] | None = None
    email: Annotated[str, Field(min_length=1, max_length=EMAIL_CHARACTERS_MAX)] | None = None

    def read(self) -> Contact:
        """The same in the domain's words; ``Invalid``."""
        return contact(self.name, self.phone, self.email)


class PositionBody(Body):
    """A point in degrees, WGS84, as satellites give it. Chinese maps show GCJ-02, some hundred
    metres beside it: convert before sending."""

    lat: Annotated[float, Field(ge=-90, le=90)]
    long: Annotated[float, Field(ge=-180, le=180)]

    def read(self) -> Position:
        """The same in the domain's words; ``Invalid``."""
        return position(self.lat, self.long)


class AskedBody(Body):
    """What is asked for. Without ``visibility`` the request gets the service type's own.

    The place is a dwelling, a building or a point, and words that help to find it.
    ``attributes``: the answers to the service type's own questions, by their codes.
    """

    service_code: Code
    estate_id: Ref
    dwelling_id: Ref | None = None
    building_id: Ref | None = None
    position: PositionBody | None = None
    address_note: (
        Annotated[str, Field(min_length=1, max_length=ADDRESS_NOTE_CHARACTERS_MAX)] | None
    ) = None
    description: Annotated[str, Field(min_length=1, max_length=DESCRIPTION_CHARACTERS_MAX)]
    visibility: Visibility | None = None
    contact: ContactBody | None = None
    attributes: AnswersBody = Field(default_factory=dict)

    def read(
        self,
        requester_id: str | None,
        channel: Channel = Channel.WEB,
        entered_by: str | None = None,
    ) -> Submission:
        """The same in the domain's words; ``Invalid`` for a contact or a point that cannot be."""
        return Submission(
            service_code=self.service_code,
            requester_id=requester_id,
            estate_id=self.estate_id,
            dwelling_id=self.dwelling_id,
            description=self.description,
            visibility=self.visibility,
            channel=channel,
            entered_by=entered_by,
            contact=None if self.contact is None else self.contact.read(),
            building_id=self.building_id,
            position=None if self.position is None else self.position.read(),
            address_note=self.address_note,
            attributes=self.attributes,
        )


CodeText = Annotated[str, Field(max_length=CODE_CHARACTERS_MAX)]


class GuestBody(AskedBody):
    """What is asked for by somebody without an account.

    ``tracking_code``: one of ``POST …/open/tracking-codes``; with it, sending again makes nothing
    twice.
    """

    tracking_code: CodeText | None = None


class SubmissionBody(AskedBody):
    """What is asked for by somebody with an account.

    ``requester_id`` and any ``channel`` but ``web`` are for staff who enter it for somebody else.
    """

    channel: Literal[Channel.WEB, Channel.PHONE, Channel.STATION] = Channel.WEB
    requester_id: Ref | None = None


class EntryBody(GuestBody):
    """What a caller or a visitor asks for, entered by staff.

    ``channel``: ``phone``, or ``station`` for a visitor of a liaison station. ``requester_id`` if
    the person has an account; without one it gets a tracking code, to be told to it.
    """

    channel: Literal[Channel.PHONE, Channel.STATION]
    requester_id: Ref | None = None


class CodeView(View):
    """A tracking code for a request still to be made, within a day."""

    tracking_code: str


class TrackedView(View):
    """A request and the code that opens it, told this once; null if its requester has an
    account."""

    request: RequestView
    tracking_code: str | None


class ContactView(View):
    """How to reach the requester, as it was told with the request."""

    name: str | None
    phone: str | None
    email: str | None
