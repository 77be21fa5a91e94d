"""Puts the gate in front of every route, and refuses at start what would be unsafe or slow
later."""

import inspect
from collections.abc import Awaitable, Callable, Iterator, Sequence

from fastapi import APIRouter, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.web.callers import Anyone, Gate, Needs
from shared.web.csv_export import exported
from shared.web.exchange import SCOPE_KEY, Exchange
from shared.web.serving import runner, whole_body
from shared.web.takes import Takes

Admission = Callable[[Scope, str | None], Awaitable[None]]

OPEN_ROUTES = frozenset({"/health/live", "/health/ready", "/metrics", "/openapi.json", "/docs"})
"""The routes of every service that ask nobody anything: about itself, and of nobody's data."""


class BadRoute(Exception):
    """A route is not made as routes must be; a mistake in the code, seen at start."""


def guarded(routers: Sequence[APIRouter], gate: Gate) -> list[APIRoute]:
    """The routes of these routers, each behind the gate.

    ``BadRoute`` if a route asks for no scope or for several and does not open itself to
    ``Anyone``, or would run in a thread.
    """
    routes = []
    for router in routers:
        for route in router.routes:
            if not isinstance(route, APIRoute):
                raise BadRoute(f"{route}: only plain API routes, not nested routers or mounts")
            _check_async(route)
            route.app = _served(route, _admission(gate, door_of(route)))
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


def door_of(route: APIRoute) -> Needs | Anyone:
    """What lets callers in: one scope or ``Anyone``; ``BadRoute`` if it is none of them or
    several."""
    doors = [call for call in _calls(route.dependant) if isinstance(call, Needs | Anyone)]
    asked = {door.scope if isinstance(door, Needs) else door.guest.id for door in doors}
    if len(asked) != 1:
        raise BadRoute(f"{_name(route)}: asks for {len(asked)} scopes instead of one")
    return doors[0]


def scope_of(route: APIRoute) -> str | None:
    """The one scope that a route asks for; None if it is open to anyone."""
    door = door_of(route)
    return door.scope if isinstance(door, Needs) else None


def takes_of(route: APIRoute) -> Takes | None:
    """The bodies that a route reads beside the common ones; ``BadRoute`` if it says so twice."""
    told = [call for call in _calls(route.dependant) if isinstance(call, Takes)]
    if len(told) > 1:
        raise BadRoute(f"{_name(route)}: says more than once which bodies it takes")
    return told[0] if told else None


def uses(route: APIRoute, kind: type) -> bool:
    """Whether a dependency of this kind is among a route's."""
    return any(isinstance(call, kind) for call in _calls(route.dependant))


def _admission(gate: Gate, door: Needs | Anyone) -> Admission:
    async def admit(scope: Scope, address: str | None) -> None:
        if isinstance(door, Anyone):
            gate.welcome(scope[SCOPE_KEY], door, address)
        else:
            await gate.admit(scope[SCOPE_KEY], door.scope, address)

    return admit


async def _nobody_asked(scope: Scope, address: str | None) -> None:
    """Lets everybody in."""


def _address(scope: Scope) -> str | None:
    client = scope.get("client")
    return client[0] if client else None


def _served(route: APIRoute, admit: Admission) -> ASGIApp:
    """Admit first: nobody's body is read, let alone parsed, before we know who it is.

    No layer here catches errors: they all come to ``Manners``.
    """
    run = exported(route, runner(route))
    takes = takes_of(route)

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        await admit(scope, _address(scope))
        body = await whole_body(receive)
        scope[SCOPE_KEY].body = body
        response = await run(Request(scope), body)
        await response(scope, receive, send)

    if takes is None:
        return served

    async def served_with_room(scope: Scope, receive: Receive, send: Send) -> None:
        address = _address(scope)
        await admit(scope, address)
        exchange: Exchange = scope[SCOPE_KEY]
        with takes.room(exchange, address):
            exchange.body = body = await takes.read(exchange, receive)
            response = await run(Request(scope), body)
        await response(scope, receive, send)

    return served_with_room


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
