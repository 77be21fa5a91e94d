"""What is kept of a confidential request from those who need not know."""

from dataclasses import replace

from services.requests.domain.reader import Reader
from services.requests.domain.request import ServiceRequest
from services.requests.domain.service_type import Visibility


def confided(request: ServiceRequest, reader: Reader) -> bool:
    """Whether somebody else's confidence is read, which is put on record."""
    mine = request.requester_id == reader.id
    return request.visibility is Visibility.CONFIDENTIAL and not mine


def listed(request: ServiceRequest, reader: Reader) -> ServiceRequest:
    """The request as a list shows it: what was said in confidence takes a reading of its own."""
    return masked(request) if confided(request, reader) else request


def masked(request: ServiceRequest) -> ServiceRequest:
    """The request without what was said in confidence; any other as it is."""
    if request.visibility is not Visibility.CONFIDENTIAL:
        return request
    return replace(
        request,
        description="",
        address_note=None,
        attributes={},
        contact=None,
        position=None,
        dwelling_id=None,
        photos=(),
        refusal=request.refusal and replace(request.refusal, note=None),
        resolution=None,
        hold=request.hold and replace(request.hold, note=None),
        referral=request.referral and replace(request.referral, note=None),
        updates=(),
        follow_up=request.follow_up and replace(request.follow_up, text=None),
        follow_ups=(),
        corrections=(),
    )
