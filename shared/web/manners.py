"""The one door in front of all routes: ids, limits on the body, errors, headers, metrics, logs.

Plain ASGI and the only middleware: every layer costs each request, and errors of all kinds come
to one place here.
"""

import logging
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any

from fastapi import Response
from prometheus_client import Histogram
from starlette.requests import ClientDisconnect
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.envelope import CALL, Call
from shared.errors import TooLarge, Unavailable
from shared.telemetry import LOG_IDS, AccessLog, span, tracing
from shared.web.exchange import SCOPE_KEY, Exchange
from shared.web.once import Replayed
from shared.web.problems import Problem, ProblemForm, problem_of
from shared.web.takes import JSON, JSON_ONLY, Takes, media_type_of, unsupported

log = logging.getLogger(__name__)

SECONDS = Histogram(
    "linli_http_request_seconds",
    "Time to answer a request",
    ["method", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
UNMATCHED = "unmatched"
LENGTH_DIGITS_MAX = 18
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_JSON = JSON.encode()
_HEADERS: list[tuple[bytes, bytes]] = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
]


class Manners:
    """Wraps the router; ``bodies`` names the routes that take other bodies than JSON of the common
    size, ``problem_forms`` by path prefix how errors look that are not to be problem+json."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        body_bytes_max: int,
        access_log: AccessLog | None,
        bodies: Sequence[tuple[Route, Takes]] = (),
        problem_forms: Mapping[str, ProblemForm] | None = None,
    ) -> None:
        self._app = app
        self._body_bytes_max = body_bytes_max
        self._access_log = access_log
        self._bodies = bodies
        self._problem_forms = problem_forms or {}
        self._seconds: dict[tuple[str, str, int], Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever happens behind, it is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        exchange = Exchange(scope)
        scope[SCOPE_KEY] = exchange
        ids = {"request_id": exchange.request_id, "trace_id": exchange.trace_id}
        logging_as = LOG_IDS.set(ids)
        calling_as = CALL.set(Call(traceparent=exchange.traceparent))
        try:
            await self._answer(scope, receive, _dressed(exchange, send))
        finally:
            if exchange.at_end is not None:
                exchange.at_end()
            CALL.reset(calling_as)
            LOG_IDS.reset(logging_as)
            self._note(scope, exchange, perf_counter() - began)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not tracing():
            await self._attempt(scope, receive, send)
            return
        exchange: Exchange = scope[SCOPE_KEY]
        with span(f"HTTP {exchange.method}", "server", exchange.traceparent) as step:
            exchange.traceparent = step.traceparent
            CALL.set(Call(traceparent=step.traceparent))
            await self._attempt(scope, receive, send)
            route = _template(scope)
            step.rename(f"{exchange.method} {route}")
            step.note("http.request.method", exchange.method)
            step.note("http.route", route)
            step.note("http.response.status_code", exchange.status)

    async def _attempt(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange: Exchange = scope[SCOPE_KEY]
        try:
            await self._app(scope, self._bounded(scope, receive), send)
        except ClientDisconnect:
            exchange.status = exchange.status or 499
        except Replayed as known:
            headers = {**known.headers, "Idempotency-Replayed": "true"}
            again = Response(known.body, known.status, headers, "application/json")
            await again(scope, receive, send)
        except Exception as error:
            problem = self._problem(error, scope)
            if exchange.status:
                raise  # the answer has begun: all that is left is to break it off
            await self._shown(problem, exchange)(scope, receive, send)

    def _problem(self, error: Exception, scope: Scope) -> Problem:
        problem = problem_of(error)
        exchange: Exchange = scope[SCOPE_KEY]
        if problem.status == 500:
            log.error("a bug in a route", exc_info=error, extra={"method": exchange.method})
        elif isinstance(error, Unavailable):
            log.warning("a part is away", extra={"reason": error.code})
        if problem.status == 405:
            problem.headers["Allow"] = ", ".join(sorted(self._methods(scope)))
        return problem

    def _shown(self, problem: Problem, exchange: Exchange) -> Response:
        for prefix, form in self._problem_forms.items():
            if exchange.path.startswith(prefix):
                return form(problem, exchange)
        return problem.response(exchange)

    def _methods(self, scope: Scope) -> set[str]:
        """All that the address takes: the router knows only the first route that it found."""
        routes: Sequence[Route] = scope["app"].routes
        found = (route.methods for route in routes if route.matches(scope)[0] != Match.NONE)
        told = {method for methods in found for method in methods or ()}
        return told | {"HEAD"} if "GET" in told else told

    def _bounded(self, scope: Scope, receive: Receive) -> Receive:
        """Refuse what is too large or of a wrong type; count what does not tell its size."""
        headers = scope[SCOPE_KEY].headers
        length = headers.get(b"content-length")
        chunked = b"transfer-encoding" in headers
        if length is None and not chunked:
            return receive
        if length == b"0" and not chunked:
            return receive
        if headers.get(b"content-type") == _JSON and self._is_common(length) and not chunked:
            return receive
        bytes_max = self._bytes_max(scope)
        if chunked or length is None:
            return _counting(receive, bytes_max)
        if not length.isdigit() or _size(length) > bytes_max:
            raise _too_large(bytes_max)
        return receive

    def _is_common(self, length: bytes | None) -> bool:
        """Whether the size is one that every route takes; most bodies are, and cost nothing
        more."""
        return length is not None and length.isdigit() and _size(length) <= self._body_bytes_max

    def _bytes_max(self, scope: Scope) -> int:
        """How large the body may be; ``UnsupportedType`` if it is of none that is read here."""
        takes = self._takes(scope) if self._bodies else None
        allowed = JSON_ONLY if takes is None else takes.media_types
        sent = scope[SCOPE_KEY].headers.get(b"content-type", b"")
        if media_type_of(sent.decode("latin-1")) not in allowed:
            raise unsupported(allowed)
        return (takes and takes.bytes_max) or self._body_bytes_max

    def _takes(self, scope: Scope) -> Takes | None:
        """What the route takes that the request will come to."""
        for route, takes in self._bodies:
            if route.matches(scope)[0] == Match.FULL:
                return takes
        return None

    def _note(self, scope: Scope, exchange: Exchange, seconds: float) -> None:
        method = exchange.method if exchange.method in METHODS else "OTHER"
        route, status = _template(scope), exchange.status
        key = (method, route, status)
        child = self._seconds.get(key)
        if child is None:
            child = self._seconds[key] = SECONDS.labels(method, route, str(status))
        child.observe(seconds)
        if self._access_log is not None:
            ids = f'"request_id":"{exchange.request_id}","trace_id":"{exchange.trace_id}"'
            self._access_log.write(method, route, status, seconds, ids)


def _size(digits: bytes) -> int:
    """What a ``Content-Length`` says; one of absurd length is never turned into a number."""
    return int(digits.lstrip(b"0")[:LENGTH_DIGITS_MAX] or b"0")


def _template(scope: Scope) -> str:
    route = scope.get("route")
    return UNMATCHED if route is None else str(route.path)


def _dressed(exchange: Exchange, send: Send) -> Send:
    """Adds the headers of every answer, and remembers its status."""

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            exchange.status = message["status"]
            headers = message["headers"]
            headers.extend(_HEADERS)
            headers.extend(exchange.limit_headers)
            headers.append((b"x-request-id", exchange.request_id.encode()))
        await send(message)

    return dressed


def _counting(receive: Receive, bytes_max: int) -> Receive:
    """Counts a body that did not tell its size, and stops it where it becomes too large."""
    total = 0

    async def counted() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > bytes_max:
            raise _too_large(bytes_max)
        return message

    return counted


def _too_large(bytes_max: int) -> TooLarge:
    return TooLarge("http.too_large", limit_bytes=bytes_max)
