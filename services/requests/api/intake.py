"""Requests that come in by other doors than a resident's own account."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.requests.api.intake_forms import (
    CodeView,
    ContactView,
    EntryBody,
    GuestBody,
    TrackedView,
)
from services.requests.api.request import HANDLE, PREFIX, Reading, reader_of
from services.requests.api.request_forms import RequestView
from services.requests.domain.request import ServiceRequest
from services.requests.domain.tracking import TrackingCode
from services.requests.service.request import RequestService
from services.requests.service.tracking import TrackingService
from shared.auth import Caller
from shared.web import Anyone, answer, needs
from shared.web.forms import PathId

SUBMIT_COST = 10
"""As many light calls: ten requests at once from one address, then one every two seconds."""

Guest = Annotated[Caller, Depends(Anyone("intake", SUBMIT_COST))]
Taker = Annotated[Caller, Depends(Anyone("tracking_code"))]
Enterer = Annotated[Caller, Depends(needs(HANDLE))]


class IntakeRoutes:
    """One method for each route."""

    def __init__(self, requests: RequestService, tracking: TrackingService) -> None:
        self._requests = requests
        self._tracking = tracking

    async def new_code(self, guest: Taker) -> Response:
        """A tracking code for a request still to be made: sent with it, the request is made once,
        however often it is sent."""
        return answer(CodeView(tracking_code=self._tracking.new_code().text), status=201)

    async def submit(self, guest: Guest, body: GuestBody) -> Response:
        """Ask for something without an account. The tracking code is told in this answer only;
        sent as a bearer token it lets its holder read, add to, withdraw and rate this request."""
        return tracked(*await self._tracking.submit(body.read(None), code=body.tracking_code))

    async def enter(self, caller: Enterer, body: EntryBody) -> Response:
        """Enter what a caller or a visitor of a liaison station asks for. Who has no account gets
        a tracking code: it is told in this answer only, to be passed on."""
        submission = body.read(body.requester_id, body.channel, caller.id)
        communities = caller.communities
        if submission.requester_id is None:
            made = await self._tracking.submit(
                submission, communities=communities, code=body.tracking_code
            )
            return tracked(*made)
        return tracked(await self._requests.submit(submission, communities=communities), None)

    async def contact(self, request_id: PathId, caller: Reading) -> Response:
        """How to reach the requester: for the requester and those who handle requests."""
        found = await self._tracking.contact(request_id, reader_of(caller))
        return answer(ContactView.model_validate(found, from_attributes=True))


def tracked(request: ServiceRequest, code: TrackingCode | None) -> Response:
    """The answer that shows a new request and the code that opens it."""
    view = TrackedView(request=RequestView.of(request), tracking_code=code.text if code else None)
    return answer(view, request.version, 201, f"{PREFIX}/requests/{request.id}")


def router(requests: RequestService, tracking: TrackingService) -> APIRouter:
    """The routes of intake."""
    routes = IntakeRoutes(requests, tracking)
    api = APIRouter(prefix=PREFIX, tags=["intake"])
    api.post("/open/tracking-codes", status_code=201, response_model=CodeView)(routes.new_code)
    api.post("/open/requests", status_code=201, response_model=TrackedView)(routes.submit)
    api.post("/entered-requests", status_code=201, response_model=TrackedView)(routes.enter)
    api.get("/requests/{request_id}/contact", response_model=ContactView)(routes.contact)
    return api
