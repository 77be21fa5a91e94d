"""Coverage over HTTP: where members lead, where some lack, and how many are wanted."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.pairing.api.coverage_forms import (
    CoverageGoalsBody,
    CoverageGoalsView,
    CoverageView,
    SumsView,
)
from services.pairing.api.forms import PREFIX
from services.pairing.domain.coverage import LEVELS, Level
from services.pairing.service.coverage import CoverageService
from shared.auth import Caller
from shared.errors import NotAllowed
from shared.web import Once, answer, listing, needs
from shared.web.forms import CURSOR_LENGTH_MAX, PageView, Paging, PathId, Version
from shared.web.once import Lookup

UNITS_DEFAULT, UNITS_MAX = 1_000, 2_000
"""Enough for a whole community of some 24 buildings and all its care households in one call."""

Looking = Annotated[Caller, Depends(needs("pairing:coverage:read"))]
Managing = Annotated[Caller, Depends(needs("pairing:coverage:manage"))]
REGISTER = "pairing:household:read"
"""Who may look into the register of care households sees which ones lack a helper."""


def router(service: CoverageService, answered: Lookup) -> APIRouter:
    """The routes of coverage and of its goals."""
    router = APIRouter(prefix=f"{PREFIX}/coverage", tags=["coverage"])
    _reading(router, service)
    _managing(router, service, answered)
    return router


def _reading(router: APIRouter, service: CoverageService) -> None:
    @router.get("", response_model=PageView[SumsView])
    async def list_coverage(caller: Looking, page: Paging) -> Response:
        """The sums of each of the caller's communities of which anything is known."""
        found = await service.page(caller.communities, cursor=page.cursor, limit=page.limit)
        return listing([SumsView.of(sums) for sums in found.items], found.next_cursor)

    @router.get("/{community}", response_model=CoverageView)
    async def read_coverage(
        community: PathId,
        caller: Looking,
        level: Annotated[list[Level] | None, Query(max_length=len(Level))] = None,
        missing_only: bool = False,
        cursor: Annotated[str | None, Query(max_length=CURSOR_LENGTH_MAX)] = None,
        limit: Annotated[int, Query(ge=1, le=UNITS_MAX)] = UNITS_DEFAULT,
    ) -> Response:
        """A whole community: target, actual and missing of every level and of every unit."""
        caller.may(community)
        coverage = await service.of(
            community,
            levels=_levels(caller, level or []),
            missing_only=missing_only,
            cursor=cursor,
            limit=limit,
        )
        view = CoverageView.of(coverage)
        return answer(view)

    @router.get("/{community}/goals", response_model=CoverageGoalsView)
    async def read_coverage_goals(community: PathId, caller: Looking) -> Response:
        """How many members the community wants."""
        caller.may(community)
        goals = await service.goals(community)
        return answer(CoverageGoalsView.of(goals), goals.version)


def _managing(router: APIRouter, service: CoverageService, answered: Lookup) -> None:
    once = [Depends(Once(answered, CoverageGoalsView.of))]

    @router.put("/{community}/goals", response_model=CoverageGoalsView, dependencies=once)
    async def change_coverage_goals(
        community: PathId, body: CoverageGoalsBody, caller: Managing, version: Version
    ) -> Response:
        """Want other numbers from now on."""
        caller.may(community)
        goals = await service.change_goals(community, body.goals(), seen=version)
        return answer(CoverageGoalsView.of(goals), goals.version)

    @router.post("/{community}/recount", response_model=SumsView)
    async def recount_coverage(community: PathId, caller: Managing) -> Response:
        """Count from scratch, whatever is kept; the figures come out the same."""
        caller.may(community)
        return answer(SumsView.of(await service.recount(community)))


def _levels(caller: Caller, asked: list[Level]) -> list[Level]:
    """The levels asked for, all if none is; without households for who may not know of them."""
    allowed = REGISTER in caller.scopes
    if Level.HOUSEHOLD in asked and not allowed:
        raise NotAllowed("auth.scope_missing", scope=REGISTER)
    wanted = asked or LEVELS
    return [each for each in LEVELS if each in wanted and (allowed or each is not Level.HOUSEHOLD)]
