"""Figures of contributions over HTTP: a member's handbook, and statements of branches."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.pairing.api.figures_forms import (
    HandbookRecordView,
    HandbookView,
    StatementQuery,
    StatementView,
    days_asked,
    statement_asked,
)
from services.pairing.api.forms import PREFIX, oneself, onlooker_of_records
from services.pairing.service.handbook import Days, HandbookService
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.tally import StatementService
from shared.auth import Caller
from shared.clock import Clock
from shared.days import day_of
from shared.web import answer, listing, needs
from shared.web.counted import page_of
from shared.web.forms import PageView, Paging, QueryId

Reading = Annotated[Caller, Depends(needs("pairing:handbook:read"))]
Counting = Annotated[Caller, Depends(needs("pairing:statement:read"))]
Asked = Annotated[StatementQuery, Depends(statement_asked)]
AskedDays = Annotated[Days, Depends(days_asked)]


def router(books: HandbookService, statements: StatementService, clock: Clock) -> APIRouter:
    """The routes of figures."""
    router = APIRouter(prefix=PREFIX, tags=["contributions"])
    _handbook(router, books)
    _statements(router, statements, clock)
    return router


def _handbook(router: APIRouter, books: HandbookService) -> None:
    @router.get("/handbook", response_model=HandbookView)
    async def read_handbook(
        caller: Reading, days: AskedDays, member_id: QueryId = None, community: QueryId = None
    ) -> Response:
        """A member's handbook: one's own, or as branch or staff that of ``member_id``.

        From ``first_on`` to ``last_on``, both included; this year until today if not told.
        """
        book = await books.read(_whose(caller, member_id, community), member_id, days)
        return answer(HandbookView.of(book))

    @router.get("/handbook/records", response_model=PageView[HandbookRecordView])
    async def list_handbook_records(
        caller: Reading,
        page: Paging,
        days: AskedDays,
        member_id: QueryId = None,
        community: QueryId = None,
    ) -> Response:
        """The confirmed records of the same days one by one, oldest first; as CSV to keep."""
        found = await books.records(
            _whose(caller, member_id, community),
            member_id,
            days,
            cursor=page.cursor,
            limit=page.limit,
        )
        return listing([HandbookRecordView.of(each) for each in found.items], found.next_cursor)


def _statements(router: APIRouter, statements: StatementService, clock: Clock) -> None:
    @router.get("/contribution-statements", response_model=PageView[StatementView])
    async def list_statements(
        caller: Counting, page: Paging, days: AskedDays, asked: Asked, community: QueryId = None
    ) -> Response:
        """What was confirmed of acts from ``first_on`` to ``last_on``: of a branch, or for staff
        of communities; this year until today if not told.

        ``by``, up to three times: one row for each value; without it one row of all.
        """
        onlooker = _bounded(onlooker_of_records(caller), caller, community)
        question = asked.question(onlooker, days, day_of(clock.now()))
        found = page_of(await statements.rows(question), page)
        shown = [StatementView.of(row, question.by) for row in found.items]
        return listing(shown, found.next_cursor)


def _whose(caller: Caller, member_id: str | None, community: str | None) -> Onlooker:
    onlooker = oneself(caller) if member_id is None else onlooker_of_records(caller)
    return _bounded(onlooker, caller, community)


def _bounded(onlooker: Onlooker, caller: Caller, community: str | None) -> Onlooker:
    """The onlooker, bound to this one of the caller's communities."""
    if community is None:
        return onlooker
    caller.may(community)
    bound = tuple(name for name in onlooker.communities if name == community)
    return Onlooker(bound, onlooker.person_id, onlooker.branch_id)
