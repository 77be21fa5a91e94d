"""Pages for people without an account: to ask for something and to follow it, by any phone.

No script and no cookie: what a form has to remember stands in the form itself. The tracking code
is sent in a body, never in an address, so it stands in no log and no history.
"""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError

from services.requests.api import page_report, page_tracking
from services.requests.api.intake import SUBMIT_COST
from services.requests.api.request import reader_of
from services.requests.api.tracking import CodeHolders
from services.requests.domain.reader import Reader
from services.requests.domain.request import ServiceRequest
from services.requests.domain.service_type import ServiceType, offered
from services.requests.domain.tracking import TrackingCode
from services.requests.service.conversation import ConversationService
from services.requests.service.estate import EstateService
from services.requests.service.photo import PhotoService
from services.requests.service.request import RequestService
from services.requests.service.service_type import ServiceTypeService
from services.requests.service.tracking import TrackingService
from shared.auth import Caller
from shared.envelope import CALL
from shared.errors import LinliError
from shared.photos.photo import PHOTO_BYTES_MAX
from shared.photos.upload import FIELD, FORM_BYTES_MAX
from shared.texts import Lang, text
from shared.web import Anyone, Sent, Takes
from shared.web.exchange import SCOPE_KEY
from shared.web.form_data import FormData, read_form
from shared.web.forms import PathId
from shared.web.markup import lang_of, page
from shared.web.problems import Problem, problem_of
from shared.web.takes import MULTIPART, URLENCODED

PAGES = page_report.PAGES
FORM_MAX = PHOTO_BYTES_MAX + 2 * FORM_BYTES_MAX
TRACKING_COST = 2

Looker = Annotated[Caller, Depends(Anyone("page"))]
Asker = Annotated[Caller, Depends(Anyone("intake_page", SUBMIT_COST))]
Holder = Annotated[Caller, Depends(Anyone("tracking_page", TRACKING_COST))]
Filled = Annotated[Sent, Depends(Takes(URLENCODED, MULTIPART, bytes_max=FORM_MAX))]
LangQuery = Annotated[str | None, Query(max_length=8)]
CodeQuery = Annotated[str | None, Query(max_length=64)]


class ReportPages:
    """To ask for something on an estate, whose address stands on a notice in each entrance."""

    def __init__(
        self,
        tracking: TrackingService,
        photos: PhotoService,
        types: ServiceTypeService,
        estates: EstateService,
    ) -> None:
        self._tracking = tracking
        self._photos = photos
        self._types = types
        self._estates = estates

    async def show(
        self,
        guest: Looker,
        request: Request,
        estate_id: PathId,
        service_code: CodeQuery = None,
        lang: LangQuery = None,
    ) -> Response:
        """What one may ask for; with ``service_code`` the form for it."""
        reads = lang_of(lang, request.scope[SCOPE_KEY])
        estate = await self._estates.known(estate_id)
        kinds = await self._types.all(estate.community)
        if service_code is None:
            active = [kind for kind in kinds.values() if kind.active]
            title = f"{estate.name} {text('page.report', reads)}".strip()
            return page(title, page_report.categories(active, reads), reads)
        kind = offered(kinds, service_code)
        return self._form(kind, reads, FormData())

    async def send(
        self, guest: Asker, request: Request, estate_id: PathId, sent: Filled
    ) -> Response:
        """Ask for it: shows the number and the tracking code, or the form with what is wrong."""
        form = read_form(sent)
        lang = lang_of(form.first("lang"), request.scope[SCOPE_KEY])
        estate = await self._estates.known(estate_id)
        kinds = await self._types.all(estate.community)
        kind = offered(kinds, form.first("service_code") or "")
        try:
            made, code = await self._made(form, kind, estate_id)
        except (LinliError, RequestValidationError) as error:
            problem = mendable(error)
            return self._form(kind, lang, form, problem)
        return page(text("page.received", lang), page_report.receipt(made, code, lang), lang, 201)

    async def _made(
        self, form: FormData, kind: ServiceType, estate_id: str
    ) -> tuple[ServiceRequest, TrackingCode]:
        submission = page_report.asked(form, kind, estate_id).read(None)
        contents = [content for name, content in form.files if name == FIELD]
        async with self._photos.submitting(contents) as photos:
            return await self._tracking.submit(
                replace(submission, photos=photos), code=form.first("tracking_code")
            )

    def _form(
        self, kind: ServiceType, lang: Lang, sent: FormData, problem: Problem | None = None
    ) -> Response:
        shown = page_report.form(kind, self._tracking.new_code(), lang, sent, problem)
        return page(
            page_report.name_of(kind, lang), shown, lang, problem.status if problem else 200
        )


class TrackingPages:
    """To follow what one asked for, by its code."""

    def __init__(
        self,
        holders: CodeHolders,
        requests: RequestService,
        additions: tuple[PhotoService, ConversationService],
        types: ServiceTypeService,
    ) -> None:
        self._holders = holders
        self._requests = requests
        self._photos, self._talk = additions
        self._types = types

    async def show(self, guest: Looker, request: Request, lang: LangQuery = None) -> Response:
        """Where the code is asked for."""
        reads = lang_of(lang, request.scope[SCOPE_KEY])
        return page(text("page.track", reads), page_tracking.entrance(reads), reads)

    async def act(self, guest: Holder, request: Request, sent: Filled) -> Response:
        """How the request of a code stands, after what its holder asked to be done, if anything."""
        form = read_form(sent)
        lang = lang_of(form.first("lang"), request.scope[SCOPE_KEY])
        code = form.first("code") or ""
        try:
            caller = await self._holders(code, request.client.host if request.client else None)
        except LinliError as error:
            problem = mendable(error)
            shown = page_tracking.entrance(lang, problem)
            return page(text("page.track", lang), shown, lang, problem.status)
        CALL.set(replace(CALL.get(), actor=caller.id))
        request_id = str(caller.below).rpartition("/")[2]
        wrong: Problem | None = None
        try:
            await self._done(form, request_id, reader_of(caller))
        except (LinliError, RequestValidationError) as error:
            wrong = mendable(error)
        found = await self._requests.get(request_id, reader_of(caller))
        kind = await self._types.get(found.community, found.service_code)
        after = page_tracking.Shown(code, lang, form, wrong)
        stands = page_tracking.status(found, page_report.name_of(kind, lang), after)
        return page(text("page.track", lang), stands, lang, wrong.status if wrong else 200)

    async def _done(self, form: FormData, request_id: str, reader: Reader) -> None:
        """What the form asks to be done; one that only shows the request asks for nothing."""
        action = form.first("action")
        if action == "withdraw":
            await self._requests.withdraw(request_id, reader, seen=None)
        elif action == "rate":
            said = page_tracking.said(form)
            await self._requests.follow_up(request_id, reader, seen=None, said=said)
        elif action == "update":
            words = page_tracking.written(form)
            await self._talk.write(request_id, reader, seen=None, text=words)
        elif action == "photo":
            content = next((content for name, content in form.files if name == FIELD), b"")
            await self._photos.add(request_id, reader, seen=None, content=content)


def mendable(error: Exception) -> Problem:
    """What its sender can mend, to be told on the page; anything else goes on as it is."""
    problem = problem_of(error)
    if problem.status >= 500:
        raise error
    return problem


def router(report: ReportPages, tracking: TrackingPages) -> APIRouter:
    """The routes of the pages."""
    api = APIRouter(prefix=PAGES, tags=["pages"], default_response_class=Response)
    html: dict[str, Any] = {"content": {"text/html": {}}}
    shown: dict[int | str, dict[str, Any]] = {200: html}
    api.get("/estates/{estate_id}", responses=shown)(report.show)
    api.post("/estates/{estate_id}", status_code=201, responses={201: html})(report.send)
    api.get("/tracking", responses=shown)(tracking.show)
    api.post("/tracking", responses=shown)(tracking.act)
    return api
