"""Who may read which request."""

from dataclasses import dataclass

from services.requests.domain.request import ServiceRequest
from services.requests.domain.service_type import Visibility


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: a person (or a machine) of these communities.

    ``reads_all``: staff, committee and branch read what their communities ask for, others only
    what they asked for themselves. ``handles``: those who handle requests read the confidential
    ones, too.
    """

    id: str
    communities: tuple[str, ...]
    reads_all: bool
    handles: bool


def may_read(reader: Reader, request: ServiceRequest) -> bool:
    """Whether this reader may know of the request at all."""
    if request.community not in reader.communities:
        return False
    if request.requester_id == reader.id:
        return True
    if not reader.reads_all:
        return False
    return reader.handles or request.visibility is not Visibility.CONFIDENTIAL
