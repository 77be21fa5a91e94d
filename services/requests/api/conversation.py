"""What is written on a request while it is under way, over HTTP."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.requests.api.request import PREFIX, Reading, reader_of
from services.requests.api.request_forms import RequestView
from services.requests.domain.progress import UPDATE_CHARACTERS_MAX, Audience
from services.requests.service.conversation import ConversationService
from shared.auth import Caller
from shared.web import Body, Once, View, answer, listing, needs
from shared.web.forms import PageView, PathId, Version
from shared.web.once import Lookup

UPDATE = "requests:request:update"

Writer = Annotated[Caller, Depends(needs(UPDATE))]


class UpdateBody(Body):
    """A few sentences. ``audience``: without it the requester and the handlers; handlers may write
    for everybody who may read the request (``public``), or among themselves (``internal``)."""

    text: Annotated[str, Field(min_length=1, max_length=UPDATE_CHARACTERS_MAX)]
    audience: Audience | None = None


class UpdateView(View):
    """What somebody wrote."""

    id: str
    audience: Audience
    text: str
    by: str
    at: datetime


class ConversationRoutes:
    """One method for each route."""

    def __init__(self, service: ConversationService) -> None:
        self._service = service

    async def read(self, request_id: PathId, caller: Reading) -> Response:
        """What was written on a request, as far as it is for the caller, oldest first; at most
        100, on one page."""
        found = await self._service.read(request_id, reader_of(caller))
        return listing([UpdateView.model_validate(e, from_attributes=True) for e in found], None)

    async def write(
        self, request_id: PathId, caller: Writer, version: Version, body: UpdateBody
    ) -> Response:
        """Write something on a request (进展)."""
        request = await self._service.write(
            request_id,
            reader_of(caller),
            seen=version,
            text=body.text,
            audience=body.audience,
        )
        return answer(RequestView.of(request), request.version, 201)


def router(service: ConversationService, answered: Lookup) -> APIRouter:
    """The routes of updates; ``answered`` as for the routes of requests."""
    routes = ConversationRoutes(service)
    api = APIRouter(prefix=f"{PREFIX}/requests/{{request_id}}/updates", tags=["updates"])
    api.get("", response_model=PageView[UpdateView])(routes.read)
    writing = Depends(
        Once(answered, RequestView.of, status=201, named=lambda request: request.updates[-1].id)
    )
    api.post("", status_code=201, response_model=RequestView, dependencies=[writing])(routes.write)
    return api
