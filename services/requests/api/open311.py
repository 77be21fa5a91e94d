"""Open311 GeoReport v2 (wiki.open311.org): what any city's client can ask of us.

Reading asks for nobody's name and shows only what is public in itself; reporting takes an API key
that was given the scope to submit requests. Every address is there with one slash after the
endpoint and with two, since clients differ in where the endpoint ends.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.requests.api import open311_views as views
from services.requests.api.open311_format import Format, Tree, format_of, shown
from services.requests.api.open311_forms import (
    Flag,
    Jurisdiction,
    ReportForm,
    UpdateForm,
    first_told,
    period,
    sought,
)
from services.requests.domain.machine import SUBMIT
from services.requests.domain.publication import Sought, Window
from services.requests.domain.report import Client
from services.requests.domain.request import ServiceRequest
from services.requests.service.open311 import Open311Service, Published
from services.requests.service.photo import PhotoService
from shared.auth import Caller, KeyReader
from shared.clock import Clock
from shared.envelope import CALL
from shared.errors import Conflict, NotAllowed, NotAuthenticated
from shared.photos.photo import JPEG, PHOTO_BYTES_MAX, PNG, WEBP
from shared.web import Anyone, Sent, Takes
from shared.web.exchange import SCOPE_KEY, Exchange, lang_for
from shared.web.form_data import FormData, read_form
from shared.web.forms import PathId
from shared.web.takes import MULTIPART, URLENCODED

PREFIX = "/open311/v2"
FORM_BYTES_MAX = PHOTO_BYTES_MAX + 64 * 1024
KEY_CHARACTERS_MAX = 200
WRITTEN, PICTURES = ("text/xml", "application/json"), (JPEG, PNG, WEBP)
LIST_COST = 10
"""A list of a thousand rows takes four tenths of a second of a processor."""
RECENT = timedelta(days=1)  # what updates are of, if no time is told

Reader = Annotated[Caller, Depends(Anyone("open311"))]
Searcher = Annotated[Caller, Depends(Anyone("open311", LIST_COST))]
Reporter = Annotated[Caller, Depends(Anyone("open311_report"))]
Reported = Annotated[
    Sent,
    Depends(Takes(URLENCODED, MULTIPART, bytes_max=FORM_BYTES_MAX, form=ReportForm)),
]
Updated = Annotated[
    Sent,
    Depends(Takes(URLENCODED, MULTIPART, bytes_max=FORM_BYTES_MAX, form=UpdateForm)),
]
KeyQuery = Annotated[str | None, Query(max_length=KEY_CHARACTERS_MAX)]
Wanted = Annotated[Sought, Depends(sought)]
Period = Annotated[Window | None, Depends(period)]


class Open311Routes:
    """One method for each route; ``fmt`` is ``xml`` or ``json``."""

    def __init__(
        self,
        service: Open311Service,
        photos: PhotoService,
        keys: KeyReader,
        clock: Clock,
        about: views.About,
    ) -> None:
        self._service = service
        self._photos = photos
        self._keys = keys
        self._clock = clock
        self._about = about

    async def discovery(
        self, guest: Reader, request: Request, fmt: PathId, jurisdiction_id: Jurisdiction = None
    ) -> Response:
        """Where the endpoint is, what it speaks, whom to ask for a key."""
        form, lang = format_of(fmt), lang_for(request)
        kinds = await self._service.offered(jurisdiction_id)
        about = replace(self._about, url=self._base(request))
        return shown("discovery", views.discovery(about, kinds, lang), form)

    async def services(
        self, guest: Reader, request: Request, fmt: PathId, jurisdiction_id: Jurisdiction = None
    ) -> Response:
        """What may be asked for."""
        form, lang = format_of(fmt), lang_for(request)
        kinds = await self._service.offered(jurisdiction_id)
        return shown("services", [views.service(kind, lang) for kind in kinds], form)

    async def definition(
        self,
        guest: Reader,
        request: Request,
        service_code: PathId,
        fmt: PathId,
        jurisdiction_id: Jurisdiction = None,
    ) -> Response:
        """What is asked beside the description."""
        form, lang = format_of(fmt), lang_for(request)
        kind = await self._service.definition(jurisdiction_id, service_code)
        return shown("service_definition", views.definition(kind, lang), form)

    async def report(
        self,
        guest: Reporter,
        request: Request,
        fmt: PathId,
        sent: Reported,
        api_key: KeyQuery = None,
        jurisdiction_id: Jurisdiction = None,
    ) -> Response:
        """Ask for something, as a form: ``service_code``, a place and, if the service asks for
        them, ``attribute[code]``; pictures may come along as files."""
        form, lang = format_of(fmt), lang_for(request)
        filled = read_form(sent)
        client = await self._client(request, filled, api_key)
        told = ReportForm.of(filled)
        jurisdiction = first_told(filled, "jurisdiction_id") or jurisdiction_id
        made = await self._made(client, jurisdiction, told, filled)
        return shown("service_requests", views.receipt(made, told.account_id, lang), form)

    async def find(
        self,
        guest: Searcher,
        request: Request,
        fmt: PathId,
        wanted: Wanted,
        jurisdiction_id: Jurisdiction = None,
        extensions: Flag = None,
    ) -> Response:
        """Public requests, the latest first: those named, else those of at most 90 days and 1,000
        at once, or page by page."""
        form = format_of(fmt)
        found = await self._service.find(jurisdiction_id, wanted)
        # A thousand rows take a tenth of a second to write: aside, so that others have their turn.
        return await asyncio.to_thread(self._shown, found, request, form, extensions)

    async def get(
        self,
        guest: Reader,
        request: Request,
        service_request_id: PathId,
        fmt: PathId,
        jurisdiction_id: Jurisdiction = None,
        extensions: Flag = None,
    ) -> Response:
        """One public request, by its id or by its number."""
        form = format_of(fmt)
        found = await self._service.get(jurisdiction_id, service_request_id)
        return self._shown([found], request, form, extensions)

    async def token(
        self, guest: Reader, token: PathId, fmt: PathId, jurisdiction_id: Jurisdiction = None
    ) -> Response:
        """The request that a token stands for. Ours have their ids at once, so a token is what
        people were told: the request's number, or the id itself."""
        form = format_of(fmt)
        found = await self._service.get(jurisdiction_id, token)
        tree: Tree = [{"service_request_id": found.request.id, "token": token}]
        return shown("service_requests", tree, form)

    async def updates(
        self,
        guest: Searcher,
        request: Request,
        fmt: PathId,
        asked: Period,
        api_key: KeyQuery = None,
        jurisdiction_id: Jurisdiction = None,
    ) -> Response:
        """What happened to the requests that the client made, of the last day if no time is told
        (an extension of mySociety's)."""
        form, lang = format_of(fmt), lang_for(request)
        client = await self._client(request, FormData(), api_key)
        now = self._clock.now()
        found = await self._service.progress(
            client, jurisdiction_id, asked or Window(now - RECENT, now)
        )
        tree = [views.update(each, lang) for each in found]
        return shown("service_request_updates", tree, form)

    async def add_update(
        self,
        guest: Reporter,
        request: Request,
        fmt: PathId,
        sent: Updated,
        api_key: KeyQuery = None,
        jurisdiction_id: Jurisdiction = None,
    ) -> Response:
        """Put something down on a request that the client made; its state stays ours to say."""
        form = format_of(fmt)
        filled = read_form(sent)
        client = await self._client(request, filled, api_key)
        told = UpdateForm.of(filled)
        jurisdiction = first_told(filled, "jurisdiction_id") or jurisdiction_id
        update = await self._service.add(
            client, jurisdiction, told.service_request_id, told.description
        )
        return shown("service_request_updates", [{"update_id": update.id}], form)

    async def media(
        self,
        guest: Reader,
        service_request_id: PathId,
        photo_id: PathId,
        jurisdiction_id: Jurisdiction = None,
    ) -> Response:
        """A photo of a public request."""
        found = await self._service.get(jurisdiction_id, service_request_id)
        photo, content = await self._photos.of(found.request, photo_id)
        headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
        return Response(content, media_type=photo.media_type, headers=headers)

    async def _client(self, request: Request, filled: FormData, told: str | None) -> Client:
        """The client whose key was sent; ``NotAllowed`` without one that holds and may report."""
        key = (first_told(filled, "api_key") or told or "").strip()
        if not key:
            raise NotAllowed("open311.key_missing")
        exchange: Exchange = request.scope[SCOPE_KEY]
        address = request.client.host if request.client else None
        try:
            caller = await self._keys.read(key[:KEY_CHARACTERS_MAX], address)
        except NotAuthenticated:
            raise NotAllowed("open311.key_invalid") from None
        if SUBMIT not in caller.scopes:
            raise NotAllowed("open311.key_elsewhere")
        exchange.caller = caller
        CALL.set(replace(CALL.get(), actor=caller.id))
        return Client(caller.id, caller.communities, caller.estates)

    async def _made(
        self, client: Client, jurisdiction: str | None, told: ReportForm, filled: FormData
    ) -> ServiceRequest:
        """The request that a report makes; sent again, the one that it made."""
        pictures = [content for _, content in filled.files]
        report = told.report(pictures)
        known = await self._service.sent_before(client, jurisdiction, report)
        if known is not None:
            return known
        try:
            async with self._photos.submitting(pictures) as photos:
                return await self._service.submit(client, jurisdiction, report, photos=photos)
        except Conflict as conflict:
            known = await self._service.sent_before(client, jurisdiction, report)
            if known is None or "external_ref" not in str(conflict.facts.get("fields")):
                raise
            return known

    def _shown(
        self, found: list[Published], request: Request, form: Format, extensions: str | None
    ) -> Response:
        lang, base = lang_for(request), self._base(request)
        extended = (extensions or "").strip().lower() in ("true", "1", "yes")
        tree = [views.request(each, lang, base, extended=extended) for each in found]
        return shown("service_requests", tree, form)

    def _base(self, request: Request) -> str:
        return (self._about.url or str(request.base_url)).rstrip("/") + PREFIX


def router(routes: Open311Routes) -> APIRouter:
    """The routes of Open311."""
    api = APIRouter(tags=["Open311"])
    told: tuple[tuple[str, str, Callable[..., Awaitable[Response]]], ...] = (
        ("GET", "/discovery.{fmt}", routes.discovery),
        ("GET", "/services.{fmt}", routes.services),
        ("GET", "/services/{service_code}.{fmt}", routes.definition),
        ("POST", "/requests.{fmt}", routes.report),
        ("GET", "/requests.{fmt}", routes.find),
        ("GET", "/requests/{service_request_id}.{fmt}", routes.get),
        ("GET", "/tokens/{token}.{fmt}", routes.token),
        ("GET", "/servicerequestupdates.{fmt}", routes.updates),
        ("POST", "/servicerequestupdates.{fmt}", routes.add_update),
        ("GET", "/media/{service_request_id}/{photo_id}", routes.media),
    )
    for slash in ("", "/"):
        for method, path, endpoint in told:
            kinds = PICTURES if endpoint == routes.media else WRITTEN
            api.add_api_route(
                PREFIX + slash + path,
                endpoint,
                methods=[method],
                response_class=Response,
                responses={200: {"content": {kind: {} for kind in kinds}}},
                include_in_schema=not slash,
            )
    return api
