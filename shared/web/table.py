"""Which route a request is for, found by a look-up instead of by asking one route after the other.

Starlette asks every route in turn by its regular expression: a hundred of them cost as much as a
small write. What the table does not find is left to Starlette's router, with its 404 and 405.
What may be asked for by GET may be by HEAD (RFC 9110, 9.3.2): it runs the same, and the server
leaves the body out.
"""

from collections.abc import Sequence

from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

_Key = tuple[str, int, str | None]


class Table:
    """Plain paths by themselves, the others by method, number of parts and last part.

    A path that is spelt out goes before one with parameters, whichever was made first.
    """

    def __init__(self, router: ASGIApp, routes: Sequence[APIRoute]) -> None:
        self._router = router
        self._plain: dict[tuple[str, str], APIRoute] = {}
        self._others: dict[_Key, list[APIRoute]] = {}
        for route in routes:
            for method in route.methods or ():
                if "{" not in route.path:
                    self._plain.setdefault((method, route.path), route)
                elif ":path}" not in route.path:
                    self._others.setdefault(_key(method, route.path), []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request to its route; what is no request is the router's."""
        if scope["type"] != "http":
            await self._router(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            asked = {**scope, "method": "GET"}
            try:
                await self(asked, receive, send)
            finally:
                scope["route"] = asked.get("route")
            return
        route = self._plain.get((scope["method"], scope["path"]))
        if route is not None:
            scope["route"], scope["endpoint"], scope["path_params"] = route, route.endpoint, {}
        else:
            route = self._matching(scope)
        await (self._router if route is None else route.app)(scope, receive, send)

    def _matching(self, scope: Scope) -> APIRoute | None:
        method, path = scope["method"], scope["path"]
        parts, last = path.count("/"), path.rpartition("/")[2]
        for key in ((method, parts, last), (method, parts, None)):
            for route in self._others.get(key, ()):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    scope.update(found)
                    return route
        return None


def _key(method: str, path: str) -> _Key:
    last = path.rpartition("/")[2]
    return method, path.count("/"), None if "{" in last else last
