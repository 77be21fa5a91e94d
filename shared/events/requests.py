"""What the requests service tells: how a resident's request (诉求) goes from intake to its end.

Who asked is told by id only. What people wrote (descriptions, notes, comments) stays in the
service, and so does any way to reach them; reasons are codes. Channels, units and service codes
are plain words here, not closed lists: a new one does not make an older reader refuse the event.
"""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import Event

Visibility = Literal["public", "staff", "confidential"]


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
    visibility: Visibility


class RequestEvent(Event):
    """What happened to a request later on; ``visibility`` says who may be told of it."""

    request_id: str
    visibility: Visibility | None = None


class RequestAccepted(RequestEvent):
    """The community took the request on (受理): from now on its deadline runs."""

    type: ClassVar[str] = "requests.request.accepted.v1"


class RequestRejected(RequestEvent):
    """The community does not take the request on (不予受理); ``reason`` is a code."""

    type: ClassVar[str] = "requests.request.rejected.v1"

    reason: str


class RequestAssigned(RequestEvent):
    """A unit is to handle the request until ``due_at`` (派单): the unit ``care`` is pairing's."""

    type: ClassVar[str] = "requests.request.assigned.v1"

    unit: str
    service_code: str
    requester_id: str
    estate_id: str
    dwelling_id: str | None
    due_at: AwareDatetime


class RequestStarted(RequestEvent):
    """Somebody signed for it and is at it (签收): a member of staff, or a helper of pairing's."""

    type: ClassVar[str] = "requests.request.started.v1"

    handler_id: str


class RequestReturned(RequestEvent):
    """The unit gave it back to the dispatcher (退单); ``reason`` is a code."""

    type: ClassVar[str] = "requests.request.returned.v1"

    reason: str
    suggested_unit: str | None


class RequestResolved(RequestEvent):
    """It is done as far as the handler knows (已办结待回访): the requester is asked."""

    type: ClassVar[str] = "requests.request.resolved.v1"

    handler_id: str | None


class RequestReopened(RequestEvent):
    """It was not solved (重办), for the ``times``-th time; from the second on it is escalated."""

    type: ClassVar[str] = "requests.request.reopened.v1"

    times: int = Field(ge=1)


class RequestFollowedUp(RequestEvent):
    """The requester was heard (回访); ``satisfaction`` runs from 1 to 5 (best), if it was given."""

    type: ClassVar[str] = "requests.request.followed_up.v1"

    resolved: Literal["yes", "partly", "no"]
    satisfaction: int | None = Field(ge=1, le=5)
    by: str


class RequestClosed(RequestEvent):
    """It is over (结案): solved, or nobody answered in time."""

    type: ClassVar[str] = "requests.request.closed.v1"


class RequestWithdrawn(RequestEvent):
    """The requester took it back (撤回)."""

    type: ClassVar[str] = "requests.request.withdrawn.v1"
