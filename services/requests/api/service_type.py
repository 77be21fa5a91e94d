"""Service types over HTTP: what can be asked for, in Chinese and English, and how that changes."""

from operator import attrgetter
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from services.requests.api.service_type_forms import (
    NewServiceTypeBody,
    ServiceTypeBody,
    ServiceTypeView,
)
from services.requests.domain.service_type import Group, about
from services.requests.service.service_type import ServiceTypeService
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, PathId, QueryId, Version
from shared.web.once import Lookup

PREFIX = "/api/requests/v1/service-types"
VERSION_MAX = 1_000_000
WORDS_LENGTH_MAX = 100

Reading = Annotated[Caller, Depends(needs("requests:request:read"))]
Managing = Annotated[Caller, Depends(needs("requests:service_type:manage"))]


class ServiceTypeRoutes:
    """One method for each route. Who has several communities names the one that is meant."""

    def __init__(self, service: ServiceTypeService) -> None:
        self._service = service

    async def find(
        self,
        caller: Reading,
        community: QueryId = None,
        group: Group | None = None,
        q: Annotated[str, Query(max_length=WORDS_LENGTH_MAX)] = "",
        inactive: bool = False,
    ) -> Response:
        """All that can be asked for, in one page; ``inactive`` adds what cannot any more.

        ``q``: words that are to stand in name, description or keywords, in either language.
        """
        kinds = await self._service.all(caller.one_community(community))
        shown = [
            ServiceTypeView.of(kind)
            for kind in kinds.values()
            if (kind.active or inactive) and group in (None, kind.group) and about(kind, q)
        ]
        return listing(shown, None)

    async def get(
        self, service_code: PathId, caller: Reading, community: QueryId = None
    ) -> Response:
        """One service type as it is now; what it asks, and who handles it how soon."""
        kind = await self._service.get(caller.one_community(community), service_code)
        return answer(ServiceTypeView.of(kind), kind.version)

    async def version(
        self,
        service_code: PathId,
        number: Annotated[int, Path(ge=1, le=VERSION_MAX)],
        caller: Reading,
        community: QueryId = None,
    ) -> Response:
        """A service type as it was at a version: what an older request was asked."""
        where = caller.one_community(community)
        kind = await self._service.version(where, service_code, number)
        return answer(ServiceTypeView.of(kind), kind.version)

    async def add(
        self, caller: Managing, body: NewServiceTypeBody, community: QueryId = None
    ) -> Response:
        """A service type of the community's own."""
        wanted = body.kind(body.service_code)
        kind = await self._service.add(caller.one_community(community), wanted)
        return answer(ServiceTypeView.of(kind), kind.version, 201, f"{PREFIX}/{kind.code}")

    async def change(
        self,
        service_code: PathId,
        caller: Managing,
        version: Version,
        body: ServiceTypeBody,
        community: QueryId = None,
    ) -> Response:
        """Say the whole of it anew: its next version, unless nothing is different.

        Requests submitted before keep what they were promised.
        """
        wanted = body.kind(service_code)
        kind = await self._service.change(caller.one_community(community), wanted, seen=version)
        return answer(ServiceTypeView.of(kind), kind.version)


def router(service: ServiceTypeService, answered: Lookup) -> APIRouter:
    """The routes; ``answered`` finds what an Idempotency-Key was answered before."""
    routes = ServiceTypeRoutes(service)
    api = APIRouter(prefix=PREFIX, tags=["service types"])
    api.get("", response_model=PageView[ServiceTypeView])(routes.find)
    api.get("/{service_code}", response_model=ServiceTypeView)(routes.get)
    api.get("/{service_code}/versions/{number}", response_model=ServiceTypeView)(routes.version)
    adding = Depends(Once(answered, ServiceTypeView.of, status=201, named=attrgetter("code")))
    api.post("", status_code=201, response_model=ServiceTypeView, dependencies=[adding])(routes.add)
    changing = Depends(Once(answered, ServiceTypeView.of))
    api.put("/{service_code}", response_model=ServiceTypeView, dependencies=[changing])(
        routes.change
    )
    return api
