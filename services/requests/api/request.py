"""Requests over HTTP: submit, read, handle, answer."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.requests.api.intake_forms import SubmissionBody
from services.requests.api.request_forms import (
    AssignmentBody,
    FollowUpBody,
    RejectionBody,
    RequestView,
    ResolutionBody,
    ReturnBody,
)
from services.requests.domain.assignment import Refusal, Unit
from services.requests.domain.reader import Reader
from services.requests.domain.request import Channel, RequestState, ServiceRequest
from services.requests.domain.submission import Submission
from services.requests.service.reading import Purpose
from services.requests.service.request import RequestFilter, RequestService, Said
from services.requests.service.urgency import Sort
from shared.auth import Caller
from shared.clock import Clock
from shared.errors import NotAllowed
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

PREFIX = "/api/requests/v1"
SUBMIT, READ, HANDLE, RATE, WITHDRAW = (
    f"requests:request:{verb}" for verb in ("submit", "read", "handle", "rate", "withdraw")
)
READS_ALL = ("staff", "committee", "branch")
"""Roles that read what their community asks for; everybody else reads what is their own."""
NOTHING_TO_ADD = ResolutionBody()

Submitter = Annotated[Caller, Depends(needs(SUBMIT))]
Reading = Annotated[Caller, Depends(needs(READ))]
Handler = Annotated[Caller, Depends(needs(HANDLE))]
Rater = Annotated[Caller, Depends(needs(RATE))]
Withdrawer = Annotated[Caller, Depends(needs(WITHDRAW))]


def reader_of(caller: Caller) -> Reader:
    """What a caller may read, by its roles and scopes."""
    return Reader(
        id=caller.id,
        communities=caller.communities,
        reads_all=caller.is_a(*READS_ALL),
        handles=HANDLE in caller.scopes,
    )


def submission_of(body: SubmissionBody, caller: Caller) -> Submission:
    """What a caller asks for; ``NotAllowed`` if it asks in another's name and is not staff,
    ``NotFound`` for an estate that its key is not for."""
    caller.may_estate(body.estate_id)
    if HANDLE not in caller.scopes:
        if body.requester_id not in (None, caller.id):
            raise NotAllowed("request.for_another", pointer="/requester_id")
        if body.channel is not Channel.WEB:
            raise NotAllowed("request.channel_not_yours", pointer="/channel")
    requester = body.requester_id or caller.id
    entered = requester != caller.id or body.channel is not Channel.WEB
    return body.read(requester, body.channel, caller.id if entered else None)


async def urgent(
    overdue: bool = False, escalated: bool = False, sort: Sort = Sort.NEWEST
) -> RequestFilter:
    """The dependency of lists of requests: how urgent they are, and in which order."""
    return RequestFilter(overdue=overdue, escalated=escalated, sort=sort)


async def handled(
    of: Annotated[RequestFilter, Depends(urgent)],
    lead_unit: Unit | None = None,
    co_unit: Unit | None = None,
    building_id: QueryId = None,
) -> RequestFilter:
    """The dependency of lists of requests: which unit leads or helps, and in which building."""
    return replace(of, lead_unit=lead_unit, co_unit=co_unit, building_id=building_id)


async def wanted(
    of: Annotated[RequestFilter, Depends(handled)],
    state: RequestState | None = None,
    service_code: Annotated[str | None, Query(max_length=64)] = None,
    number: Annotated[str | None, Query(max_length=20)] = None,
    mine: bool = False,
) -> RequestFilter:
    """The dependency of lists of requests: which of them, in which order."""
    return replace(of, state=state, service_code=service_code, number=number, mine=mine)


Wanted = Annotated[RequestFilter, Depends(wanted)]


class RequestRoutes:
    """One method for each route."""

    def __init__(self, service: RequestService, clock: Clock) -> None:
        self._service = service
        self._clock = clock

    async def submit(self, caller: Submitter, body: SubmissionBody) -> Response:
        """Ask for something. A care request is on its way to a helper when this returns."""
        submission = submission_of(body, caller)
        request = await self._service.submit(submission, communities=caller.communities)
        view = RequestView.of(request)
        return answer(view, request.version, 201, f"{PREFIX}/requests/{request.id}")

    async def find(self, caller: Reading, page: Paging, wanted: Wanted) -> Response:
        """What the caller may see: residents their own, others their community's.

        Newest first, or by ``sort``: ``due``, or ``risk``, which puts first what is late or nearly
        so. Both, and ``overdue``, list only requests whose clock runs: accepted, assigned, in
        progress or reopened. ``escalated``: what the branch secretary is to see to. ``lead_unit``:
        the first handler (首接), which leads; ``co_unit``: one that helps (协办).
        """
        found = await self._service.page(
            reader_of(caller), wanted, cursor=page.cursor, limit=page.limit
        )
        now = self._clock.now()
        return listing([RequestView.read(each, now) for each in found.items], found.next_cursor)

    async def get(
        self, request_id: PathId, caller: Reading, purpose: Purpose = Purpose.HANDLING
    ) -> Response:
        """One request; who reads another's confidential one, and for what, is put on record."""
        request = await self._service.get(request_id, reader_of(caller), purpose=purpose)
        return answer(RequestView.read(request, self._clock.now()), request.version)

    async def story(
        self, request_id: PathId, caller: Reading, purpose: Purpose = Purpose.HANDLING
    ) -> Response:
        """All that happened to a request, oldest first; put on record as the request itself."""
        story = await self._service.story(request_id, reader_of(caller), purpose=purpose)
        return answer(StoryView.of(story))

    async def accept(self, request_id: PathId, caller: Handler, version: Version) -> Response:
        """Take it on (受理): the deadline of its class runs from now."""
        return shown(await self._service.accept(request_id, reader_of(caller), seen=version))

    async def reject(
        self, request_id: PathId, caller: Handler, version: Version, body: RejectionBody
    ) -> Response:
        """Do not take it on (不予受理)."""
        refusal = Refusal(body.reason.value, body.note)
        return shown(
            await self._service.reject(request_id, reader_of(caller), seen=version, refusal=refusal)
        )

    async def assign(
        self, request_id: PathId, caller: Handler, version: Version, body: AssignmentBody
    ) -> Response:
        """Give it to a unit (派单)."""
        return shown(
            await self._service.assign(request_id, reader_of(caller), seen=version, unit=body.unit)
        )

    async def return_(
        self, request_id: PathId, caller: Handler, version: Version, body: ReturnBody
    ) -> Response:
        """Give it back to the dispatcher (退单)."""
        refusal = Refusal(body.reason.value, body.note, body.suggested_unit)
        return shown(
            await self._service.return_(
                request_id, reader_of(caller), seen=version, refusal=refusal
            )
        )

    async def start(self, request_id: PathId, caller: Handler, version: Version) -> Response:
        """Sign for it (签收): the caller handles it from now on."""
        return shown(await self._service.start(request_id, reader_of(caller), seen=version))

    async def resolve(
        self,
        request_id: PathId,
        caller: Handler,
        version: Version,
        body: ResolutionBody = NOTHING_TO_ADD,
    ) -> Response:
        """Report it done (办结): the requester is asked whether it is."""
        return shown(
            await self._service.resolve(request_id, reader_of(caller), seen=version, note=body.note)
        )

    async def close(self, request_id: PathId, caller: Handler, version: Version) -> Response:
        """Close it without an answer (结案), once the time for one is over."""
        return shown(await self._service.close(request_id, reader_of(caller), seen=version))

    async def withdraw(self, request_id: PathId, caller: Withdrawer, version: Version) -> Response:
        """Take one's own request back (撤回)."""
        return shown(await self._service.withdraw(request_id, reader_of(caller), seen=version))

    async def follow_up(
        self, request_id: PathId, caller: Rater, version: Version, body: FollowUpBody
    ) -> Response:
        """Say whether it was solved (回访): yes closes it, partly and no reopen it."""
        said = Said(body.resolved, body.satisfaction, body.text)
        return shown(
            await self._service.follow_up(request_id, reader_of(caller), seen=version, said=said)
        )


def shown(request: ServiceRequest) -> Response:
    """The answer that shows a request, with its version as ``ETag``."""
    return answer(RequestView.of(request), request.version)


def router(service: RequestService, answered: Lookup, clock: Clock) -> APIRouter:
    """The routes of requests; ``answered`` finds what an Idempotency-Key was answered before, by
    ``clock`` is what is left of a time."""
    routes = RequestRoutes(service, clock)
    api = APIRouter(prefix=f"{PREFIX}/requests", tags=["requests"])
    api.get("", response_model=PageView[RequestView])(routes.find)
    api.get("/{request_id}", response_model=RequestView)(routes.get)
    api.get("/{request_id}/story", response_model=StoryView)(routes.story)

    submitting = Depends(Once(answered, RequestView.of, status=201))
    api.post("", status_code=201, response_model=RequestView, dependencies=[submitting])(
        routes.submit
    )
    changing = Depends(Once(answered, RequestView.of))
    for action, change in (
        ("acceptance", routes.accept),
        ("rejection", routes.reject),
        ("assignment", routes.assign),
        ("return", routes.return_),
        ("start", routes.start),
        ("resolution", routes.resolve),
        ("closure", routes.close),
        ("withdrawal", routes.withdraw),
        ("follow-up", routes.follow_up),
    ):
        api.add_api_route(
            f"/{{request_id}}/{action}",
            change,
            methods=["POST"],
            response_model=RequestView,
            dependencies=[changing],
        )
    return api
