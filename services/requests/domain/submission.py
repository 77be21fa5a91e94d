"""How a request comes in: what was asked for, its number, and where it goes by its service type."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.requests.domain.assignment import Referral
from services.requests.domain.attribute import answered
from services.requests.domain.contact import Contact
from services.requests.domain.deadline import PROMISES, Promise, accept_by
from services.requests.domain.estate import Estate
from services.requests.domain.handling import accept, assign, refer
from services.requests.domain.place import Position
from services.requests.domain.request import Channel, Decided, RequestState, ServiceRequest
from services.requests.domain.routing import route
from services.requests.domain.service_type import ServiceType, Visibility, visibility_of
from shared.days import day_of
from shared.errors import Invalid
from shared.events.requests import RequestSubmitted
from shared.photos.photo import Photo

DESCRIPTION_CHARACTERS_MAX = 4000  # Open311 GeoReport v2: POST requests, description
NUMBER_PREFIX = "HM"  # Hongmiao (红庙), the estate that this is modelled on
NUMBER_CHARACTERS = 7


@dataclass(frozen=True, slots=True)
class Submission:
    """What was asked for, as it came in; without ``visibility`` it gets the service type's own.

    Without ``requester_id`` nobody was signed in: ``tracking`` then stands for the requester.
    """

    service_code: str
    requester_id: str | None
    estate_id: str
    dwelling_id: str | None
    description: str
    visibility: Visibility | None = None
    channel: Channel = Channel.WEB
    entered_by: str | None = None
    contact: Contact | None = None
    tracking: str | None = None
    external_ref: str | None = None
    building_id: str | None = None
    position: Position | None = None
    address_note: str | None = None
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    photos: tuple[Photo, ...] = ()


def number_of(request_id: str, at: datetime) -> str:
    """The number that people read and say, such as ``HM-2026-7K3M9QX``: prefix, year, seven signs.

    The signs are the last of the id, so no counter has to be asked: 35 random bits in Crockford's
    alphabet, which has no I, L, O or U to be misread. Two of one year may fall on the same number
    (about one chance in 700 at 10,000 requests a year), so the store keeps numbers unique and the
    use case takes another id when one is taken.
    """
    return f"{NUMBER_PREFIX}-{day_of(at).year}-{request_id[-NUMBER_CHARACTERS:]}"


def submit(
    submission: Submission,
    *,
    kind: ServiceType,
    request_id: str,
    estate: Estate,
    at: datetime,
    promise: Promise | None = None,
) -> Decided:
    """A new request; one that needs no dispatcher is accepted and on its way at once.

    ``promise``: how soon what is to happen; without one, what the common default says of its class.

    ``Invalid`` for a description that is blank or over 4,000 characters, for a visibility wider
    than the type allows, and for answers that do not fit its questions.
    """
    must_describe(submission.description)
    promise = promise or PROMISES[kind.sla_class]
    request = ServiceRequest(
        id=request_id,
        community=estate.community,
        version=0,
        number=number_of(request_id, at),
        state=RequestState.SUBMITTED,
        channel=submission.channel,
        service_code=kind.code,
        requester_id=submission.requester_id or f"trk_{request_id}",
        estate_id=submission.estate_id,
        dwelling_id=submission.dwelling_id,
        description=submission.description,
        visibility=visibility_of(kind, submission.visibility),
        sla_class=kind.sla_class,
        submitted_at=at,
        entered_by=submission.entered_by,
        contact=submission.contact,
        tracking=submission.tracking,
        external_ref=submission.external_ref,
        building_id=submission.building_id or estate.building_of(submission.dwelling_id),
        position=submission.position,
        address_note=submission.address_note,
        attributes=answered(kind.attributes, submission.attributes),
        photos=submission.photos,
        service_type_version=kind.version,
        promise=promise,
        alarm_at=accept_by(promise, at),
        post=kind.post,
    )
    submitted = _submitted(request)
    way = route(kind, estate, on=day_of(at))
    if way is None:
        return request, [submitted]
    request, accepted = accept(request, at=at)
    if isinstance(way, Referral):
        request, sent = refer(request, referral=way, at=at)
    else:
        request, sent = assign(request, unit=way, at=at)
    return request, [submitted, *accepted, *sent]


def must_describe(description: str) -> None:
    """Passes if it says something, in no more than 4,000 characters; else ``Invalid``."""
    if not description.strip():
        raise Invalid("description.blank", pointer="/description")
    if len(description) > DESCRIPTION_CHARACTERS_MAX:
        limit = DESCRIPTION_CHARACTERS_MAX
        raise Invalid("description.too_long", pointer="/description", limit=limit)


def _submitted(request: ServiceRequest) -> RequestSubmitted:
    return RequestSubmitted(
        request_id=request.id,
        number=request.number,
        channel=request.channel.value,
        service_code=request.service_code,
        requester_id=request.requester_id,
        estate_id=request.estate_id,
        dwelling_id=request.dwelling_id,
        visibility=request.visibility.value,
        building_id=request.building_id,
    )
