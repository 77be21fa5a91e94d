"""The API described: ``/openapi.json``, and a page of our own that needs nothing from elsewhere."""

from collections.abc import Collection
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.routing import APIRoute

from shared.texts import LANGS, Lang, errors
from shared.web.docs_answers import complete, error_schemas
from shared.web.docs_words import tell
from shared.web.exchange import SCOPE_KEY, Exchange
from shared.web.page import page
from shared.web.routes import OPEN_ROUTES, scope_of, takes_of
from shared.web.takes import MULTIPART, URLENCODED, Takes

_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
    "Vary": "Accept-Language",
}
_SECURITY_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
_BINARY: dict[str, Any] = {"type": "string", "format": "binary"}


def router(app: FastAPI, own_forms: Collection[str] = ()) -> APIRouter:
    """``/openapi.json``, in English unless ``?lang=zh`` asks for Chinese: what tools read is the
    same whoever asks; and ``/docs`` in the reader's language (``?lang=`` or ``Accept-Language``).

    ``own_forms``: the prefixes of the paths whose errors are not problem+json.
    """
    routes = APIRouter(include_in_schema=False)
    documents: dict[Lang, dict[str, Any]] = {}
    pages: dict[Lang, str] = {}

    def described(lang: Lang) -> dict[str, Any]:
        if lang not in documents:
            documents[lang] = openapi(app, lang, own_forms)
        return documents[lang]

    @routes.get("/openapi.json")
    async def openapi_json(request: Request) -> Response:
        lang: Lang = "zh" if request.query_params.get("lang") == "zh" else "en"
        return JSONResponse(described(lang), headers={"Content-Language": lang})

    @routes.get("/docs")
    async def docs(request: Request) -> Response:
        exchange: Exchange = request.scope[SCOPE_KEY]
        asked = request.query_params.get("lang")
        lang = asked if asked in LANGS else exchange.lang
        if lang not in pages:
            pages[lang] = page(described(lang), lang)
        return HTMLResponse(pages[lang], headers={**_PAGE_HEADERS, "Content-Language": lang})

    return routes


def openapi(app: FastAPI, lang: Lang, own_forms: Collection[str] = ()) -> dict[str, Any]:
    """The OpenAPI 3.1 description: every field, error and scope in words of one language.

    ``x-errors`` has all codes that a problem of this service can bear.
    """
    routes = [route for route in app.routes if isinstance(route, APIRoute)]
    document = get_openapi(title=app.title, version=app.version, routes=routes)
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for fastapis_own in ("HTTPValidationError", "ValidationError"):
        schemas.pop(fastapis_own, None)
    schemas.update(error_schemas(own_forms))
    components["securitySchemes"] = _SECURITY_SCHEMES
    for route in routes:
        if route.path in OPEN_ROUTES or not route.include_in_schema:
            continue
        for method in route.methods or ():
            operation = document["paths"][route.path_format].get(method.lower())
            if operation is not None:
                _guard(operation, scope_of(route), takes_of(route))
                complete(operation, route, own_forms, lang)
    tell(document, lang)
    document["x-errors"] = errors(app.title.rpartition(" ")[2], lang)
    return document


def _guard(operation: dict[str, Any], scope: str | None, takes: Takes | None) -> None:
    """Say who may call, and with which bodies."""
    if scope is not None:
        operation["x-scope"] = scope
    operation["security"] = [] if scope is None else [{"bearer": []}, {"apiKey": []}]
    if takes is not None:
        content = {each: {"schema": _body(takes, each)} for each in sorted(takes.media_types)}
        operation.setdefault("requestBody", {"content": content})


def _body(takes: Takes, media_type: str) -> dict[str, Any]:
    if takes.form is not None and media_type in (URLENCODED, MULTIPART):
        return takes.form.model_json_schema()
    return dict(_BINARY)
