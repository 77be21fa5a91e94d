"""Routes for tests, made once for all tests of a process, each test with its own behind them."""

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from copy import copy
from functools import cache
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

Make = Callable[..., APIRouter | Iterable[APIRouter]]
Made = tuple[Make, int, tuple[str, ...]]
"""What makes routes, over how many things and over those of which names."""

_BEHIND: ContextVar[Mapping["StandIn", Any]] = ContextVar("behind")


class StandIn:
    """Stands in kept routes for what is behind them, and hands every look-up on to it.

    ``find`` finds it; if not told, it is what the client that calls has here. While routes are
    made there is nothing behind them yet, so that an attribute is a stand-in, too.
    """

    __slots__ = ("_find",)

    def __init__(self, find: Callable[[], Any] | None = None) -> None:
        self._find = find or (lambda: _BEHIND.get()[self])

    def __getattr__(self, name: str) -> Any:
        if _BEHIND.get(None) is None:
            return StandIn(lambda: getattr(self._find(), name))
        return getattr(self._find(), name)

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self._find()(*given, **named)


class MadeOnce(APIRouter):
    """The routes of ``make(*behind, **named)``, for ``web_client``.

    FastAPI takes a millisecond for each route that it makes: a process makes those of one ``make``
    once, and everybody has copies of them with his own behind. ``make`` is a function of a module,
    gives one router or several, and does no more than keep what it is given; whatever remembers
    anything has to be given to it.
    """

    def __init__(self, make: Make, *behind: Any, **named: Any) -> None:
        super().__init__()
        self.made: Made = (make, len(behind), tuple(named))
        routes, stand_ins = _made(*self.made)
        self.routes = [copy(route) for route in routes]
        self.behind = dict(zip(stand_ins, (*behind, *named.values()), strict=True))


def with_behind(app: ASGIApp, behind: Mapping[StandIn, Any]) -> ASGIApp:
    """The application with this in place of the stand-ins."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        before = _BEHIND.set(behind)
        try:
            await app(scope, receive, send)
        finally:
            _BEHIND.reset(before)

    return call


@cache
def _made(make: Make, count: int, names: tuple[str, ...]) -> tuple[list[APIRoute], list[StandIn]]:
    """The routes of ``make`` over stand-ins, and these in order."""
    stand_ins = [StandIn() for _ in range(count + len(names))]
    made = make(*stand_ins[:count], **dict(zip(names, stand_ins[count:], strict=True)))
    routers = [made] if isinstance(made, APIRouter) else made
    found = [route for router in routers for route in router.routes]
    return [route for route in found if isinstance(route, APIRoute)], stand_ins
