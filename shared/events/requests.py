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
    building_id: str | None = None


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
    """A unit is to handle the request until ``due_at`` (派单): ``care`` is pairing's, ``property``
    the company's, ``team`` the estate's volunteers'; any unit that had it before has it no more.
    ``post`` is the code of the post (岗位) that the category names; ``number`` counts the units
    that it was given to, this one included."""

    type: ClassVar[str] = "requests.request.assigned.v1"

    unit: str
    service_code: str
    requester_id: str
    estate_id: str
    dwelling_id: str | None
    due_at: AwareDatetime
    building_id: str | None = None
    post: str | None = None
    number: int = 1


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
    """The requester was heard (回访); ``satisfaction`` runs from 1 to 5 (best), if it was given.

    ``method``: by ``account``, ``link``, ``phone`` or ``visit``.
    """

    type: ClassVar[str] = "requests.request.followed_up.v1"

    resolved: Literal["yes", "partly", "no"]
    satisfaction: int | None = Field(ge=1, le=5)
    by: str
    method: str | None = None


class RequestClosed(RequestEvent):
    """It is over (结案): solved, or nobody answered in time."""

    type: ClassVar[str] = "requests.request.closed.v1"


class RequestWithdrawn(RequestEvent):
    """The requester took it back (撤回)."""

    type: ClassVar[str] = "requests.request.withdrawn.v1"


class RequestHeld(RequestEvent):
    """It waits (挂起): its clocks stand still, until ``until`` or till somebody goes on with it."""

    type: ClassVar[str] = "requests.request.held.v1"

    reason: str
    until: AwareDatetime | None


class RequestResumed(RequestEvent):
    """It goes on after a wait: its clocks run again."""

    type: ClassVar[str] = "requests.request.resumed.v1"


class RequestAssisted(RequestEvent):
    """One more unit helps (协办) the one that leads."""

    type: ClassVar[str] = "requests.request.assisted.v1"

    unit: str


class RequestContacted(RequestEvent):
    """The requester was spoken to: ``by`` is the handler's id."""

    type: ClassVar[str] = "requests.request.contacted.v1"

    by: str


class RequestReferred(RequestEvent):
    """Somebody outside has it now (转办), such as 12345; ``number`` is what it bears there."""

    type: ClassVar[str] = "requests.request.referred.v1"

    to: str
    number: str | None


class RequestMerged(RequestEvent):
    """It is the same as ``duplicate_of`` (并单), which goes on for both."""

    type: ClassVar[str] = "requests.request.merged.v1"

    duplicate_of: str


class RequestAbsorbed(RequestEvent):
    """Another request, ``duplicate_id``, was merged into this one."""

    type: ClassVar[str] = "requests.request.absorbed.v1"

    duplicate_id: str


class RequestSupported(RequestEvent):
    """One more person has the same trouble (附议); ``count`` is how many there are beside the
    requester."""

    type: ClassVar[str] = "requests.request.supported.v1"

    person_id: str
    count: int = Field(ge=1)


class RequestUpdated(RequestEvent):
    """Somebody wrote something on it (进展); ``audience`` says who may read it."""

    type: ClassVar[str] = "requests.request.updated.v1"

    update_id: str
    audience: Literal["public", "requester", "internal"]
    by: str


class RequestPhotoAdded(RequestEvent):
    """A photo was put to it; whoever may read the request may see the photo."""

    type: ClassVar[str] = "requests.request.photo_added.v1"

    photo_id: str


class RequestPhotoRemoved(RequestEvent):
    """A photo was taken out of it, for good."""

    type: ClassVar[str] = "requests.request.photo_removed.v1"

    photo_id: str


class RequestEscalated(RequestEvent):
    """Somebody higher is to see to it: ``to`` is a role, ``reason`` a code."""

    type: ClassVar[str] = "requests.request.escalated.v1"

    to: str
    reason: str


class RequestCorrected(RequestEvent):
    """The administration set something right: which fields, and the code of the reason."""

    type: ClassVar[str] = "requests.request.corrected.v1"

    fields: tuple[str, ...]
    reason: str
    by: str
