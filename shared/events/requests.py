"""What the requests service tells: how a resident's request (诉求) goes from intake to its end.

Who asked is told by id only. What people wrote (descriptions, notes, comments) stays in the
service, and so does any way to reach them; reasons are codes. Channels, units and service codes
are plain words here, not closed lists: a new one does not make an older reader refuse the event.
"""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import Event


class RequestSubmitted(Event):
    """Somebody asked for something; ``visibility`` says who may be told of it."""

    type: ClassVar[str] = "requests.request.submitted.v1"

    request_id: str
    number: str
    channel: str
    service_code: str
    requester_id: str
    estate_id: str
    dwelling_id: str | None
    visibility: Literal["public", "staff", "confidential"]


class RequestAccepted(Event):
    """The community took the request on (受理): from now on its deadline runs."""

    type: ClassVar[str] = "requests.request.accepted.v1"

    request_id: str


class RequestRejected(Event):
    """The community does not take the request on (不予受理); ``reason`` is a code."""

    type: ClassVar[str] = "requests.request.rejected.v1"

    request_id: str
    reason: str


class RequestAssigned(Event):
    """A unit is to handle the request until ``due_at`` (派单): the unit ``care`` is pairing's."""

    type: ClassVar[str] = "requests.request.assigned.v1"

    request_id: str
    unit: str
    service_code: str
    requester_id: str
    estate_id: str
    dwelling_id: str | None
    due_at: AwareDatetime


class RequestStarted(Event):
    """Somebody signed for it and is at it (签收): a member of staff, or a helper of pairing's."""

    type: ClassVar[str] = "requests.request.started.v1"

    request_id: str
    handler_id: str


class RequestReturned(Event):
    """The unit gave it back to the dispatcher (退单); ``reason`` is a code."""

    type: ClassVar[str] = "requests.request.returned.v1"

    request_id: str
    reason: str
    suggested_unit: str | None


class RequestResolved(Event):
    """It is done as far as the handler knows (已办结待回访): the requester is asked."""

    type: ClassVar[str] = "requests.request.resolved.v1"

    request_id: str
    handler_id: str | None


class RequestReopened(Event):
    """It was not solved (重办), for the ``times``-th time; from the second on it is escalated."""

    type: ClassVar[str] = "requests.request.reopened.v1"

    request_id: str
    times: int = Field(ge=1)


class RequestFollowedUp(Event):
    """The requester was heard (回访); ``satisfaction`` runs from 1 to 5 (best), if it was given."""

    type: ClassVar[str] = "requests.request.followed_up.v1"

    request_id: str
    resolved: Literal["yes", "partly", "no"]
    satisfaction: int | None = Field(ge=1, le=5)
    by: str


class RequestClosed(Event):
    """It is over (结案): solved, or nobody answered in time."""

    type: ClassVar[str] = "requests.request.closed.v1"

    request_id: str


class RequestWithdrawn(Event):
    """The requester took it back (撤回)."""

    type: ClassVar[str] = "requests.request.withdrawn.v1"

    request_id: str
