"""Thanks over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.pairing.api.encouragement_forms import ThanksBody, ThanksInWordsView, ThanksView
from services.pairing.api.forms import PREFIX, onlooker_of_records
from services.pairing.service.thanks import ThanksService
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging
from shared.web.once import Lookup

Giving = Annotated[Caller, Depends(needs("pairing:thanks:give"))]
Looking = Annotated[Caller, Depends(needs("pairing:thanks:read"))]


def router(service: ThanksService, answered: Lookup) -> APIRouter:
    """The routes of thanks."""
    router = APIRouter(prefix=f"{PREFIX}/thanks", tags=["contributions"])
    made = [Depends(Once(answered, ThanksView.of, status=201))]

    @router.post("", status_code=201, response_model=ThanksView, dependencies=made)
    async def give_thanks(body: ThanksBody, caller: Giving) -> Response:
        """Thank a member of one's branch or community; not oneself."""
        given = await service.give(
            onlooker_of_records(caller),
            body.member_id,
            by=caller.id,
            words=body.words,
            contribution_id=body.contribution_id,
        )
        return answer(ThanksView.of(given), given.version, 201, f"{PREFIX}/thanks/{given.id}")

    @router.get("", response_model=PageView[ThanksInWordsView])
    async def list_thanks(caller: Looking, page: Paging) -> Response:
        """Thanks, newest first: members see those to them, a branch those to its members."""
        found = await service.page(
            onlooker_of_records(caller), cursor=page.cursor, limit=page.limit
        )
        return listing([ThanksInWordsView.of(each) for each in found.items], found.next_cursor)

    return router
