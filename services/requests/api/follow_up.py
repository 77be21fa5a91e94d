"""Following up over HTTP: the link for the requester, and the calls that staff make."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.requests.api.follow_up_forms import CallBody, LinkView
from services.requests.api.page_follow_up import LINKS
from services.requests.api.request import PREFIX, reader_of, shown
from services.requests.api.request_forms import RequestView
from services.requests.domain.permission import RULES
from services.requests.domain.request import Action
from services.requests.service.follow_up import FollowUpService
from shared.auth import Caller
from shared.web import Once, answer, needs
from shared.web.forms import PathId, Version
from shared.web.once import Lookup

Recorder = Annotated[Caller, Depends(needs(RULES[Action.CALL_BACK].scope))]


class FollowUpRoutes:
    """One method for each route."""

    def __init__(self, service: FollowUpService, public_url: str | None) -> None:
        self._service = service
        self._public_url = public_url

    async def link(self, request_id: PathId, caller: Recorder) -> Response:
        """The link (回访链接) by which the requester answers without signing in, to be sent on:
        good for this resolution, once, until ``expires_at``. Who has it may answer."""
        link, expires_at = await self._service.link(request_id, reader_of(caller))
        path = f"{LINKS}/{link.token}"
        url = f"{self._public_url.rstrip('/')}{path}" if self._public_url else None
        return answer(LinkView(path=path, url=url, expires_at=expires_at))

    async def call_back(
        self, request_id: PathId, caller: Recorder, version: Version, body: CallBody
    ) -> Response:
        """Write down a call back (电话回访) or a visit: yes closes the request, partly and no
        reopen it. Without ``resolved`` nobody was reached, or nothing was said: it goes on
        waiting. Not for who handled it."""
        return shown(
            await self._service.call_back(
                request_id, reader_of(caller), seen=version, call=body.call()
            )
        )


def router(service: FollowUpService, answered: Lookup, public_url: str | None = None) -> APIRouter:
    """The routes of following up; ``answered`` as for ``Once``; ``public_url`` is the address by
    which the world reaches this service."""
    routes = FollowUpRoutes(service, public_url)
    api = APIRouter(prefix=f"{PREFIX}/requests/{{request_id}}", tags=["follow-up"])
    api.get("/follow-up-link", response_model=LinkView)(routes.link)
    once = Depends(Once(answered, RequestView.of))
    api.post("/call-backs", response_model=RequestView, dependencies=[once])(routes.call_back)
    return api
