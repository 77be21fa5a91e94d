"""Endpoints over HTTP."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import Field, StringConstraints

from services.notifications.api.forms import PREFIX, Managing, whose
from services.notifications.api.views import AttemptView, EndpointView, FreshEndpointView
from services.notifications.domain.address import URL_CHARACTERS_MAX
from services.notifications.domain.endpoint import (
    DESCRIPTION_CHARACTERS_MAX,
    FILTER_CHARACTERS_MAX,
    FILTERS_MAX,
    ROTATION_HOURS,
    ROTATION_HOURS_MAX,
    Endpoint,
    EndpointState,
    Wishes,
)
from services.notifications.service.endpoint import EndpointService, Target
from shared.auth import Caller
from shared.errors import NotAllowed
from shared.web import Body, Once, answer, listing, no_content
from shared.web.forms import Paging, PathId, Ref, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

PATH = "/endpoints/{endpoint_id}"


class EndpointBody(Body):
    """Where to post; of what: exact types, or prefixes such as ``property.``; none: everything.

    Whatever is asked for, nothing that names a care household and nothing confidential is posted;
    to a property company, what becomes of its own incidents and work orders, and nothing else.

    The community may be left out by a caller who has only one. ``ordered``: of one story (one
    ``correlationid``) a later event is not posted before the earlier one has arrived.
    """

    community: Ref | None = None
    url: Annotated[str, StringConstraints(min_length=1, max_length=URL_CHARACTERS_MAX)]
    description: Annotated[str, StringConstraints(max_length=DESCRIPTION_CHARACTERS_MAX)] = ""
    event_types: list[Annotated[str, StringConstraints(max_length=FILTER_CHARACTERS_MAX)]] = Field(
        default=[], max_length=FILTERS_MAX
    )
    ordered: bool = False
    company: Ref | None = None
    """The property company whose it is; one of a company's need not say so."""

    def wishes(self, company: str | None) -> Wishes:
        """In the words of the domain; ``company``: whose it is to be."""
        return Wishes(self.url, self.description, tuple(self.event_types), self.ordered, company)


class RotationBody(Body):
    """How long the secrets before the new one still hold; 0: not a moment."""

    overlap_hours: Annotated[int, Field(strict=True, ge=0, le=ROTATION_HOURS_MAX)] = ROTATION_HOURS


def router(service: EndpointService, lookup: Lookup) -> APIRouter:
    """The routes of endpoints."""
    router = APIRouter(prefix=PREFIX, tags=["endpoints"])
    _making(router, service, lookup)
    _reading(router, service)
    _deciding(router, service, lookup)
    return router


def _making(router: APIRouter, service: EndpointService, lookup: Lookup) -> None:
    revealing = _revealing(service, lookup)
    made = Once(lookup=revealing, view=EndpointView.of, status=201)
    rotated = Once(lookup=revealing, view=EndpointView.of)

    @router.post(
        "/endpoints",
        status_code=201,
        response_model=FreshEndpointView,
        dependencies=[Depends(made)],
    )
    async def register_endpoint(body: EndpointBody, caller: Managing) -> Response:
        """A new endpoint; the answer shows its signing secret, once."""
        community = caller.one_community(body.community)
        wishes = body.wishes(_owner(caller, body.company))
        endpoint, secret = await service.register(community, wishes)
        return _fresh(endpoint, secret, 201, location=f"{PREFIX}/endpoints/{endpoint.id}")

    @router.post(
        f"{PATH}/secret-rotation",
        response_model=FreshEndpointView,
        dependencies=[Depends(rotated)],
    )
    async def rotate_secret(
        endpoint_id: PathId, body: RotationBody, caller: Managing, version: Version
    ) -> Response:
        """A new signing secret, shown once; for a while it and those before it both sign."""
        target = _target(endpoint_id, caller, version)
        endpoint, secret = await service.rotate(target, overlap_hours=body.overlap_hours)
        return _fresh(endpoint, secret, 200)


def _reading(router: APIRouter, service: EndpointService) -> None:
    @router.get("/endpoints")
    async def list_endpoints(
        caller: Managing, page: Paging, state: EndpointState | None = None
    ) -> Response:
        """The endpoints, newest first; deleted ones only if asked for."""
        found = await service.page(
            caller.communities,
            state=state,
            whose=whose(caller),
            cursor=page.cursor,
            limit=page.limit,
        )
        return listing([EndpointView.of(each) for each in found.items], found.next_cursor)

    @router.get(PATH, response_model=EndpointView)
    async def read_endpoint(endpoint_id: PathId, caller: Managing) -> Response:
        """One endpoint."""
        return _shown(await service.get(_target(endpoint_id, caller)))

    @router.get(f"{PATH}/story", response_model=StoryView)
    async def read_endpoint_story(endpoint_id: PathId, caller: Managing) -> Response:
        """Everything that happened to one endpoint, oldest first."""
        return answer(StoryView.of(await service.story(_target(endpoint_id, caller))))


def _deciding(router: APIRouter, service: EndpointService, lookup: Lookup) -> None:
    once = [Depends(Once(lookup=lookup, view=EndpointView.of))]

    @router.post(f"{PATH}/pause", response_model=EndpointView, dependencies=once)
    async def pause_endpoint(endpoint_id: PathId, caller: Managing, version: Version) -> Response:
        """Hold what is due to it."""
        return _shown(await service.pause(_target(endpoint_id, caller, version)))

    @router.post(f"{PATH}/resumption", response_model=EndpointView, dependencies=once)
    async def resume_endpoint(endpoint_id: PathId, caller: Managing, version: Version) -> Response:
        """Go on, with what was held first."""
        return _shown(await service.resume(_target(endpoint_id, caller, version)))

    @router.post(f"{PATH}/test", response_model=AttemptView)
    async def try_endpoint(endpoint_id: PathId, caller: Managing) -> Response:
        """Post a signed test event now, and show how that went."""
        return answer(AttemptView.of(await service.test(_target(endpoint_id, caller))))

    @router.delete(PATH, status_code=204)
    async def delete_endpoint(endpoint_id: PathId, caller: Managing, version: Version) -> Response:
        """Nothing is posted to it any more; its log stays."""
        await service.delete(_target(endpoint_id, caller, version))
        return no_content()


def _target(endpoint_id: str, caller: Caller, seen: int | None = None) -> Target:
    return Target(endpoint_id, caller.communities, seen, whose(caller))


def _owner(caller: Caller, told: str | None) -> str | None:
    """Whose a new endpoint is; ``NotAllowed`` if the caller does not answer for those."""
    mine = whose(caller)
    if mine is None:
        return told
    if mine.company == "" or told not in (None, mine.company):
        raise NotAllowed("endpoint.not_yours")
    return mine.company


def _revealing(service: EndpointService, lookup: Lookup) -> Lookup:
    """A kept answer holds no secret; whoever has lost the first answer is shown it again."""

    async def reveal(key: str) -> dict[str, Any] | None:
        kept = await lookup(key)
        if kept is None:
            return None
        view = json.loads(kept["body"])
        view["secret"] = await service.secret(view["id"], view["secrets"][0]["id"])
        headers = {**kept["headers"], "Cache-Control": "no-store"}
        return {**kept, "headers": headers, "body": json.dumps(view, ensure_ascii=False)}

    return reveal


def _fresh(endpoint: Endpoint, secret: str, status: int, location: str | None = None) -> Response:
    view = FreshEndpointView.showing(endpoint, secret)
    response = answer(view, endpoint.version, status=status, location=location)
    response.headers["Cache-Control"] = "no-store"
    return response


def _shown(endpoint: Endpoint) -> Response:
    return answer(EndpointView.of(endpoint), endpoint.version)
