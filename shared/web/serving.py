"""Runs a route: what FastAPI reads off its signature, made ready once instead of at each request.

FastAPI's own way resolves every dependency through a general machine and validates a body that was
parsed into Python objects first; here the same fields and the same models are used directly, which
is more than twice as fast (``docs/decisions/0007-routes-made-ready.md``). A route of a shape that
is not known here (forms, several bodies, background tasks) goes FastAPI's own way.
"""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response, params
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_params_to_args
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import to_json
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

ERRORS_TOLD_MAX = 500
"""A body with more faults is told so and no more: to word a hundred thousand takes seconds."""

Errors = list[dict[str, Any]]
Runner = Callable[[Request, bytes], Awaitable[Response]]

_STACKS = ("fastapi_middleware_astack", "fastapi_inner_astack", "fastapi_function_astack")
_UNKNOWN_HERE = (
    "websocket_param_name",
    "http_connection_param_name",
    "response_param_name",
    "background_tasks_param_name",
    "security_scopes_param_name",
    "concurrency",
)


async def whole_body(receive: Receive) -> bytes:
    """The body, all of it; ``ClientDisconnect`` if the client goes before it is here."""
    message = await receive()
    if not message.get("more_body") and message["type"] == "http.request":
        return bytes(message.get("body", b""))
    parts = []
    while message["type"] == "http.request":
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)
        message = await receive()
    raise ClientDisconnect


def runner(route: APIRoute) -> Runner:
    """How to run a route for a request and its body."""
    if any(_is_special(dependant) for dependant in _all(route.dependant)):
        return _fastapi_runner(route)
    bodies = route.dependant.body_params
    if len(bodies) > 1 or any(not _is_model(field.field_info) for field in bodies):
        return _fastapi_runner(route)
    return _own_runner(route)


def _own_runner(route: APIRoute) -> Runner:
    gather = _gatherer(route.dependant)
    body = _Body.of(route.dependant)
    call: Any = route.dependant.call
    status = route.status_code or 200

    async def run(request: Request, raw: bytes) -> Response:
        errors: Errors = []
        values = await gather(request, errors)
        if body is not None:
            body.read(raw, values, errors)
        if errors:
            raise RequestValidationError(errors)
        result = await call(**values)
        if isinstance(result, Response):
            return result
        return Response(to_json(result), status, media_type="application/json")

    return run


def _fastapi_runner(route: APIRoute) -> Runner:
    handle = route.get_route_handler()

    async def run(request: Request, raw: bytes) -> Response:
        async def known() -> Message:
            return {"type": "http.request", "body": raw, "more_body": False}

        async with AsyncExitStack() as stack:
            for name in _STACKS:
                request.scope[name] = stack
            return await handle(Request(request.scope, known))

    return run


Gatherer = Callable[[Request, Errors], Awaitable[dict[str, Any]]]


def _gatherer(dependant: Dependant) -> Gatherer:
    """What finds the arguments of a call: dependencies, then what path, query and headers say."""
    inner = [(d.name, d.call, _gatherer(d)) for d in dependant.dependencies]
    sources = [
        (fields, where)
        for fields, where in (
            (dependant.path_params, "path_params"),
            (dependant.query_params, "query_params"),
            (dependant.header_params, "headers"),
            (dependant.cookie_params, "cookies"),
        )
        if fields
    ]
    request_name = dependant.request_param_name

    async def gather(request: Request, errors: Errors) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, call, arguments in inner:
            found = await arguments(request, errors)
            value = None if errors else await call(**found)  # type: ignore[misc]
            if name is not None:
                values[name] = value
        for fields, where in sources:
            found, wrong = request_params_to_args(fields, getattr(request, where))
            values.update(found)
            errors.extend(wrong)
        if request_name is not None:
            values[request_name] = request
        return values

    return gather


@dataclass(frozen=True, slots=True)
class _Body:
    """The one body of a route, read from its bytes by pydantic's own JSON parser."""

    name: str
    adapter: TypeAdapter[Any]
    field: Any

    @classmethod
    def of(cls, dependant: Dependant) -> "_Body | None":
        if not dependant.body_params:
            return None
        field = dependant.body_params[0]
        annotation: Any = field.field_info.annotation
        return cls(field.name, TypeAdapter(annotation), field.field_info)

    def read(self, raw: bytes, values: dict[str, Any], errors: Errors) -> None:
        if not raw:
            if self.field.is_required():
                errors.append({"type": "missing", "loc": ("body",), "msg": "Field required"})
            else:
                values[self.name] = self.field.get_default(call_default_factory=True)
            return
        try:
            values[self.name] = self.adapter.validate_json(raw)
        except ValidationError as error:
            if error.error_count() > ERRORS_TOLD_MAX:
                errors.append({"type": "too_many_faults", "loc": ("body",), "msg": "", "ctx": {}})
                return
            for item in error.errors(include_url=False, include_input=False):
                errors.append({**item, "loc": ("body", *item["loc"])})


def _is_model(info: Any) -> bool:
    """A body of one model, or of one model or nothing; not a form, not a value put into an
    object."""
    if isinstance(info, params.Form) or not isinstance(info, params.Body) or info.embed:
        return False
    choices = getattr(info.annotation, "__args__", None) or (info.annotation,)
    return all(
        isinstance(choice, type) and (choice is type(None) or issubclass(choice, BaseModel))
        for choice in choices
    )


def _is_special(dependant: Dependant) -> bool:
    return any(getattr(dependant, name) is not None for name in _UNKNOWN_HERE)


def _all(dependant: Dependant) -> list[Dependant]:
    return [dependant, *(each for inner in dependant.dependencies for each in _all(inner))]
