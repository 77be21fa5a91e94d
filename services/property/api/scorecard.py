"""Scorecards over HTTP: everybody sees the figures; who works with them opens each to its
records."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from services.property.api.forms import PREFIX, viewer
from services.property.api.scorecard_forms import (
    ScorecardLineView,
    ScorecardView,
    ShareView,
    VerificationView,
)
from services.property.domain.score_rules import Measure
from services.property.domain.scorecard import ScorecardState
from services.property.service.scorecard import Question, ScorecardService
from shared.auth import Caller
from shared.web import answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, filter_of
from shared.web.story import StoryView

Reading = Annotated[Caller, Depends(needs("property:scorecard:read"))]
Auditing = Annotated[Caller, Depends(needs("property:scorecard:audit"))]

PATH = "/scorecards/{scorecard_id}"


async def _filters(
    contractor_id: QueryId = None,
    month: Annotated[str | None, Query(pattern=r"^[0-9]{4}-[0-9]{2}$", max_length=7)] = None,
    state: ScorecardState | None = None,
) -> dict[str, Any]:
    return filter_of(contractor_id=contractor_id, month=month, state=state)


Filters = Annotated[dict[str, Any], Depends(_filters)]


def router(service: ScorecardService) -> APIRouter:
    """The routes of scorecards."""
    router = APIRouter(prefix=PREFIX, tags=["scorecards"])
    _reading(router, service)
    _auditing(router, service)
    return router


def _reading(router: APIRouter, service: ScorecardService) -> None:
    @router.get("/scorecards", response_model=PageView[ScorecardLineView])
    async def list_scorecards(caller: Reading, page: Paging, where: Filters) -> Response:
        """The scorecards that the caller sees, the newest month first, and of a month its last
        edition first; the points of one that is open are in it alone."""
        found = await service.page(viewer(caller), where, cursor=page.cursor, limit=page.limit)
        return listing([ScorecardLineView.of(card) for card in found.items], found.next_cursor)

    @router.get(PATH, response_model=ScorecardView)
    async def read_scorecard(scorecard_id: PathId, caller: Reading) -> Response:
        """One scorecard: while its month runs, what was due by now is counted as it is now; once
        sealed, it stays as it was sealed."""
        shown = await service.get(viewer(caller), scorecard_id)
        view = ScorecardView.shown(shown, f"{PREFIX}/scorecards")
        return answer(view, shown.card.version)


def _auditing(router: APIRouter, service: ScorecardService) -> None:
    @router.get(f"{PATH}/figures/{{measure}}/records", response_model=PageView[ShareView])
    async def list_figure_records(
        scorecard_id: PathId,
        measure: Measure,
        caller: Auditing,
        page: Paging,
        met: bool | None = None,
    ) -> Response:
        """The records that made a figure, all of them or only those that met it or did not; a
        page may be short and be followed by another."""
        question = Question(measure, met)
        found = await service.records(
            viewer(caller), scorecard_id, question, cursor=page.cursor, limit=page.limit
        )
        return listing([ShareView.of(share) for share in found.items], found.next_cursor)

    @router.get(f"{PATH}/verification", response_model=VerificationView)
    async def verify_scorecard(scorecard_id: PathId, caller: Auditing) -> Response:
        """Work out a sealed scorecard again: whether its seal and its place in the chain hold, and
        which of its records are different by now."""
        return answer(VerificationView.of(await service.verify(viewer(caller), scorecard_id)))

    @router.get(f"{PATH}/story", response_model=StoryView)
    async def read_scorecard_story(scorecard_id: PathId, caller: Auditing) -> Response:
        """Everything that happened to one scorecard, oldest first."""
        return answer(StoryView.of(await service.story(viewer(caller), scorecard_id)))
