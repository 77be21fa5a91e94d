"""Deadline rules over HTTP: how soon a community promises what, and how that changes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.requests.api.deadline_rules_forms import DeadlineRulesBody, DeadlineRulesView
from services.requests.service.deadline_rules import DeadlineRulesService
from shared.auth import Caller
from shared.web import Once, answer, needs
from shared.web.forms import QueryId, Version
from shared.web.once import Lookup

Reading = Annotated[Caller, Depends(needs("requests:request:read"))]
Managing = Annotated[Caller, Depends(needs("requests:deadline_rules:manage"))]


class DeadlineRulesRoutes:
    """One method for each route. Who has several communities names the one that is meant."""

    def __init__(self, service: DeadlineRulesService) -> None:
        self._service = service

    async def get(self, caller: Reading, community: QueryId = None) -> Response:
        """How soon what is promised to those who ask now."""
        rules = await self._service.get(caller.one_community(community))
        return answer(DeadlineRulesView.of(rules), rules.version)

    async def change(
        self,
        caller: Managing,
        version: Version,
        body: DeadlineRulesBody,
        community: QueryId = None,
    ) -> Response:
        """Say the whole of them anew. Requests submitted before keep what they were promised."""
        where = caller.one_community(community)
        rules = await self._service.change(where, body.rules(), seen=version)
        return answer(DeadlineRulesView.of(rules), rules.version)


def router(service: DeadlineRulesService, answered: Lookup) -> APIRouter:
    """The routes; ``answered`` finds what an Idempotency-Key was answered before."""
    routes = DeadlineRulesRoutes(service)
    api = APIRouter(prefix="/api/requests/v1/deadline-rules", tags=["deadline rules"])
    api.get("", response_model=DeadlineRulesView)(routes.get)
    changing = Depends(Once(answered, DeadlineRulesView.of))
    api.put("", response_model=DeadlineRulesView, dependencies=[changing])(routes.change)
    return api
