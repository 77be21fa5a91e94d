"""The API described: ``/openapi.json``, and a page of our own that needs nothing from elsewhere."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.routing import APIRoute

from shared.texts import LANGS, Lang
from shared.web.exchange import SCOPE_KEY, Exchange
from shared.web.page import page
from shared.web.problems import MEDIA_TYPE
from shared.web.routes import OPEN_ROUTES, scope_of, takes_of
from shared.web.takes import Takes

_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
    "Vary": "Accept-Language",
}
_SECURITY_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
_TEXT: dict[str, Any] = {"type": "string"}
_BINARY: dict[str, Any] = {"type": "string", "format": "binary"}
_PROBLEM = {
    "title": "Problem",
    "description": "RFC 9457",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "instance": _TEXT,
        "code": _TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": _TEXT, "code": _TEXT, "detail": _TEXT},
            },
        },
        "request_id": _TEXT,
        "trace_id": _TEXT,
    },
}


def router(app: FastAPI) -> APIRouter:
    """``/openapi.json`` and ``/docs``."""
    routes = APIRouter(include_in_schema=False)
    pages: dict[Lang, str] = {}

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = openapi(app)
        return app.openapi_schema

    @routes.get("/openapi.json")
    async def openapi_json() -> Response:
        return JSONResponse(described())

    @routes.get("/docs")
    async def docs(request: Request) -> Response:
        exchange: Exchange = request.scope[SCOPE_KEY]
        asked = request.query_params.get("lang")
        lang = asked if asked in LANGS else exchange.lang
        if lang not in pages:
            pages[lang] = page(described(), lang)
        return HTMLResponse(pages[lang], headers={**_PAGE_HEADERS, "Content-Language": lang})

    return routes


def openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 description, with each route's scope and our form of errors."""
    routes = [route for route in app.routes if isinstance(route, APIRoute)]
    document = get_openapi(title=app.title, version=app.version, routes=routes)
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for own in ("HTTPValidationError", "ValidationError"):
        schemas.pop(own, None)
    schemas["Problem"] = _PROBLEM
    components["securitySchemes"] = _SECURITY_SCHEMES
    for route in routes:
        if route.path in OPEN_ROUTES or not route.include_in_schema:
            continue
        for method in route.methods or ():
            operation = document["paths"][route.path_format].get(method.lower())
            if operation is not None:
                _complete(operation, scope_of(route), takes_of(route))
    return document


def _complete(operation: dict[str, Any], scope: str | None, takes: Takes | None) -> None:
    if scope is not None:
        operation["x-scope"] = scope
    operation["security"] = [] if scope is None else [{"bearer": []}, {"apiKey": []}]
    if takes is not None:
        content = {media_type: {"schema": _BINARY} for media_type in sorted(takes.media_types)}
        operation.setdefault("requestBody", {"content": content})
    responses = operation["responses"]
    responses.pop("422", None)
    reference = {"schema": {"$ref": "#/components/schemas/Problem"}}
    responses["default"] = {"description": "Problem", "content": {MEDIA_TYPE: reference}}
