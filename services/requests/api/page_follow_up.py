"""The page behind the one-click link: shows what was asked for and done, and takes the answer.

Looking at it changes nothing: programs that look through messages open every link. The token is in
the address, as a link's must be; it opens one answer, and no more once that is given.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError

from services.requests.api.page import mendable
from services.requests.api.page_report import PAGES, facts, hidden, moment, name_of
from services.requests.api.page_tracking import rating_fields, said
from services.requests.domain.follow_up_link import waits
from services.requests.domain.request import ServiceRequest
from services.requests.service.follow_up import FollowUpService
from services.requests.service.service_type import ServiceTypeService
from shared.auth import Caller
from shared.clock import Clock
from shared.errors import LinliError
from shared.texts import Lang, label, text
from shared.web import Anyone, Sent, Takes
from shared.web.exchange import SCOPE_KEY
from shared.web.fields import Fields
from shared.web.form_data import FormData, read_form
from shared.web.forms import PathId
from shared.web.markup import Html, lang_of, other_langs, page, tag, together
from shared.web.problems import Problem
from shared.web.takes import MULTIPART, URLENCODED

LINKS = f"{PAGES}/follow-ups"
FORM_BYTES_MAX = 32 * 1024
COST = 2

Looker = Annotated[Caller, Depends(Anyone("follow-up", COST))]
Filled = Annotated[Sent, Depends(Takes(URLENCODED, MULTIPART, bytes_max=FORM_BYTES_MAX))]
LangQuery = Annotated[str | None, Query(max_length=8)]


class FollowUpPages:
    """To answer without an account."""

    def __init__(self, service: FollowUpService, types: ServiceTypeService, clock: Clock) -> None:
        self._service = service
        self._types = types
        self._clock = clock

    async def show(
        self, guest: Looker, request: Request, token: PathId, lang: LangQuery = None
    ) -> Response:
        """What was asked for, what was done, and the question whether it is solved."""
        reads = lang_of(lang, request.scope[SCOPE_KEY])
        return await self._shown(await self._service.of(token), reads)

    async def act(self, guest: Looker, request: Request, token: PathId, sent: Filled) -> Response:
        """Take the answer: once."""
        form = read_form(sent)
        lang = lang_of(form.first("lang"), request.scope[SCOPE_KEY])
        try:
            done = await self._service.answer(token, said(form))
        except (LinliError, RequestValidationError) as error:
            asked = await self._service.of(token)
            return await self._shown(asked, lang, form, mendable(error))
        return await self._shown(done, lang)

    async def _shown(
        self,
        asked: ServiceRequest,
        lang: Lang,
        sent: FormData | None = None,
        wrong: Problem | None = None,
    ) -> Response:
        kind = await self._types.get(asked.community, asked.service_code)
        fields = Fields(lang, sent, wrong)
        waiting = waits(asked, at=self._clock.now())
        question = _question(fields, lang) if waiting else _answered(lang)
        body = together(
            other_langs(lang),
            fields.summary(),
            _facts(asked, name_of(kind, lang), lang, waiting),
            question,
        )
        return page(text("page.follow_up", lang), body, lang, wrong.status if wrong else 200)


def _question(fields: Fields, lang: Lang) -> Html:
    return tag(
        "form",
        hidden("lang", lang),
        *rating_fields(fields, lang),
        tag("button", text("page.rate", lang)),
        method="post",
    )


def _answered(lang: Lang) -> Html:
    return tag("p", text("page.answered", lang), class_="done", role="status")


def _facts(asked: ServiceRequest, category: str, lang: Lang, waiting: bool) -> Html:
    """So much as tells its requester which one it is: whoever has the link may read it. What was
    done is told until that is answered; messages with links in them lie about for years."""
    told = {
        "page.number": asked.number,
        "page.category": category,
        "page.state": label(f"request.{asked.state}", lang),
        "page.submitted_at": moment(asked.submitted_at),
        "page.resolved_at": moment(asked.resolved_at),
        "page.resolution": asked.resolution if waiting else None,
    }
    return facts(told, lang)


def router(service: FollowUpService, types: ServiceTypeService, clock: Clock) -> APIRouter:
    """The routes of the page."""
    pages = FollowUpPages(service, types, clock)
    api = APIRouter(prefix=LINKS, tags=["pages"], default_response_class=Response)
    html: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {}}}}
    api.get("/{token}", responses=html)(pages.show)
    api.post("/{token}", responses=html)(pages.act)
    return api
