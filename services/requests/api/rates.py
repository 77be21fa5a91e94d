"""The three rates over HTTP: always a part and its whole."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.requests.api.rates_forms import RatesQuery, RatesView, asked
from services.requests.api.request import PREFIX
from services.requests.domain.submission import BEIJING
from services.requests.service.rates import ROWS_MAX, RatesService
from shared.auth import Caller
from shared.clock import Clock
from shared.errors import Malformed
from shared.store import decode_cursor, encode_cursor
from shared.web import listing, needs
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
        communities = caller.communities if community is None else (community,)
        question = wanted.question(communities, clock.now().astimezone(BEIJING).date())
        rows = await service.rows(question)
        start = _start(page.cursor)
        end = start + page.limit
        shown = [RatesView.of(row, question.by) for row in rows[start:end]]
        return listing(shown, encode_cursor(str(end)) if end < len(rows) else None)

    return api


def _start(cursor: str | None) -> int:
    """Where in the rows a page begins: they are in a stable order, counted anew each time."""
    if cursor is None:
        return 0
    place = decode_cursor(cursor)
    if not place.isdecimal() or len(place) > len(str(ROWS_MAX)):
        raise Malformed("cursor.malformed", pointer="cursor")
    return int(place)
