"""Puts the gate in front of every route, and refuses at start what would be unsafe or slow
later."""

import inspect
from collections.abc import Awaitable, Callable, Iterator, Sequence

from fastapi import APIRouter, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.web.callers import Gate, Needs
from shared.web.exchange import SCOPE_KEY
from shared.web.serving import runner, whole_body

Admission = Callable[[Scope], Awaitable[None]]

OPEN_ROUTES = frozenset({"/health/live", "/health/ready", "/metrics", "/openapi.json", "/docs"})
"""The only routes that ask for no scope."""


class BadRoute(Exception):
    """A route is not made as routes must be; a mistake in the code, seen at start."""


def guarded(routers: Sequence[APIRouter], gate: Gate) -> list[APIRoute]:
    """The routes of these routers, each behind the gate.

    ``BadRoute`` if a route asks for no scope or for several, or would run in a thread.
    """
    routes = []
    for router in routers:
        for route in router.routes:
            if not isinstance(route, APIRoute):
                raise BadRoute(f"{route}: only plain API routes, not nested routers or mounts")
            _check_async(route)
            route.app = _served(route, _admission(gate, scope_of(route)))
            routes.append(route)
    return routes


def opened(router: APIRouter) -> list[APIRoute]:
    """The routes of a router that ask for no scope; ``BadRoute`` for one not in ``OPEN_ROUTES``."""
    routes = [route for route in router.routes if isinstance(route, APIRoute)]
    for route in routes:
        _check_async(route)
        if route.path not in OPEN_ROUTES:
            raise BadRoute(f"{_name(route)}: is not one of the open routes")
        route.app = _served(route, _nobody_asked)
    return routes


def scope_of(route: APIRoute) -> str:
    """The one scope that a route asks for; ``BadRoute`` if it is none or several."""
    scopes = {call.scope for call in _calls(route.dependant) if isinstance(call, Needs)}
    if len(scopes) != 1:
        raise BadRoute(f"{_name(route)}: asks for {len(scopes)} scopes instead of one")
    return scopes.pop()


def _admission(gate: Gate, needed: str) -> Admission:
    async def admit(scope: Scope) -> None:
        client = scope.get("client")
        await gate.admit(scope[SCOPE_KEY], needed, client[0] if client else None)

    return admit


async def _nobody_asked(scope: Scope) -> None:
    """Lets everybody in."""


def _served(route: APIRoute, admit: Admission) -> ASGIApp:
    """Admit first: nobody's body is read, let alone parsed, before we know who it is.

    No layer here catches errors: they all come to ``Manners``.
    """
    run = runner(route)

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        await admit(scope)
        body = await whole_body(receive)
        scope[SCOPE_KEY].body = body
        response = await run(Request(scope), body)
        await response(scope, receive, send)

    return served


def _check_async(route: APIRoute) -> None:
    for call in _calls(route.dependant):
        method = call if inspect.isroutine(call) else getattr(call, "__call__", None)  # noqa: B004
        if inspect.isclass(call) or not inspect.iscoroutinefunction(method):
            raise BadRoute(f"{_name(route)}: {call!r} is not async and would run in a thread")


def _calls(dependant: Dependant) -> Iterator[object]:
    if dependant.call is not None:
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _calls(inner)


def _name(route: APIRoute) -> str:
    return f"{' '.join(sorted(route.methods or ()))} {route.path}"
