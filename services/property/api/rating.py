"""Ratings over HTTP: committee and volunteers rate the month that runs."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from services.property.api.forms import PREFIX, viewer
from services.property.domain.rating import SCORE_MAX, SCORE_MIN, Rating
from services.property.service.rating import RatingService
from shared.auth import Caller
from shared.web import Body, Once, View, answer, listing, needs
from shared.web.forms import PageView, Paging, QueryId, Ref, filter_of
from shared.web.once import Lookup

Giving = Annotated[Caller, Depends(needs("property:rating:give"))]
Reading = Annotated[Caller, Depends(needs("property:rating:read"))]


class RatingBody(Body):
    """A contractor, and from 1 (bad) to 5 how its month is."""

    contractor_id: Ref
    score: Annotated[int, Field(strict=True, ge=SCORE_MIN, le=SCORE_MAX)]


class RatingView(View):
    """A rating; of whom, is nobody's business."""

    id: str
    community: str
    version: int
    contractor_id: str
    month: str
    score: int
    given_at: datetime

    @classmethod
    def of(cls, rating: Rating) -> "RatingView":
        """As the caller sees it."""
        return cls(**{name: getattr(rating, name) for name in cls.model_fields})


async def _filters(
    contractor_id: QueryId = None,
    month: Annotated[str | None, Query(pattern=r"^[0-9]{4}-[0-9]{2}$", max_length=7)] = None,
) -> dict[str, Any]:
    return filter_of(contractor_id=contractor_id, month=month)


Filters = Annotated[dict[str, Any], Depends(_filters)]


def router(service: RatingService, lookup: Lookup) -> APIRouter:
    """The routes of ratings."""
    router = APIRouter(prefix=PREFIX, tags=["scorecards"])
    once = Depends(Once(lookup=lookup, view=RatingView.of))

    @router.post("/ratings", response_model=RatingView, dependencies=[once])
    async def give_rating(body: RatingBody, caller: Giving, community: QueryId = None) -> Response:
        """Rate a contractor's month that runs, once for each person; given again, it is anew."""
        where = caller.one_community(community)
        rating = await service.give(where, body.contractor_id, score=body.score, by=caller.id)
        return answer(RatingView.of(rating), rating.version)

    @router.get("/ratings", response_model=PageView[RatingView])
    async def list_ratings(caller: Reading, page: Paging, where: Filters) -> Response:
        """The ratings that the caller sees, newest first."""
        found = await service.page(viewer(caller), where, cursor=page.cursor, limit=page.limit)
        return listing([RatingView.of(each) for each in found.items], found.next_cursor)

    return router
