"""Who reads what was written on a request while it was under way (进展)."""

from services.requests.domain.progress import Audience, Update
from services.requests.domain.reader import Reader
from services.requests.domain.request import ServiceRequest
from shared.errors import NotAllowed


def heard_by(reader: Reader, request: ServiceRequest) -> list[Update]:
    """What this reader of the request may read of it, oldest first."""
    audiences = {Audience.PUBLIC}
    if reader.id == request.requester_id:
        audiences.add(Audience.REQUESTER)
    if reader.handles:
        audiences = set(Audience)
    return [update for update in request.updates if update.audience in audiences]


def audience_for(reader: Reader, wanted: Audience | None) -> Audience:
    """For whom this writer writes; without a wish for the requester and the handlers.

    ``NotAllowed``: for everybody, or behind the requester's back, only those who handle requests
    write.
    """
    if wanted is None:
        return Audience.REQUESTER
    if wanted is not Audience.REQUESTER and not reader.handles:
        raise NotAllowed("request.update_audience", pointer="/audience")
    return wanted
