"""The three rates over HTTP: always a part and its whole."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.requests.api.rates_forms import RatesQuery, RatesView, asked
from services.requests.api.request import PREFIX
from services.requests.service.rates import RatesService
from shared.auth import Caller
from shared.clock import Clock
from shared.days import day_of
from shared.sandbox import counted
from shared.web import listing, needs
from shared.web.counted import page_of
from shared.web.forms import PageView, Paging, QueryId

Assessor = Annotated[Caller, Depends(needs("requests:rate:read"))]
Asked = Annotated[RatesQuery, Depends(asked)]


def router(service: RatesService, clock: Clock) -> APIRouter:
    """The route of rates."""
    api = APIRouter(prefix=PREFIX, tags=["rates"])

    @api.get("/rates", response_model=PageView[RatesView])
    async def rates(
        caller: Assessor, wanted: Asked, page: Paging, community: QueryId = None
    ) -> Response:
        """响应率、解决率、满意率: response, resolution and satisfaction in the communities.

        Of the follow-ups from ``first_on`` to ``last_on``, days in Beijing, both included; this
        month until today if not told. ``by``, up to three times: one row for each value; without
        it one row of all.
        """
        if community is not None:
            caller.may(community)
        communities = counted(caller.communities) if community is None else (community,)
        question = wanted.question(communities, day_of(clock.now()))
        rows = await service.rows(question)
        found = page_of(rows, page)
        shown = [RatesView.of(row, question.by) for row in found.items]
        return listing(shown, found.next_cursor)

    return api
