"""HTTP without a network, for tests: an application called in this process, by callers of any
kind."""

import json as jsonlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Scope

from shared.auth import (
    ROLE_SCOPES,
    Authenticator,
    Caller,
    CodeReader,
    Grant,
    KeyRing,
    KeySet,
    SigningKey,
    TokenReader,
    issue_token,
)
from shared.clock import Clock, SystemClock
from shared.testing_routes import Made, MadeOnce, StandIn, with_behind
from shared.web.application import Web, application
from shared.web.health import Check, Readiness
from shared.web.problems import ProblemForm

PEPPER = "only for tests, and long enough to be taken"
COMMUNITY = "hongmiao"


def person(role: str, **facts: Any) -> Caller:
    """Somebody of the sample community with one role and its scopes; ``facts`` go before."""
    given: dict[str, Any] = {
        "id": f"per_{role}",
        "roles": (role,),
        "communities": (COMMUNITY,),
        "scopes": ROLE_SCOPES[role],
    }
    return Caller(**{**given, **facts})


def english(**headers: str) -> dict[str, str]:
    """Headers by keyword, ``if_match="…"``, and English for the answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"accept-language": "en", **named}


@dataclass(frozen=True)
class Route:
    """A route below a service's prefix, a role that may call it, and what with."""

    method: str
    path: str
    role: str = ""
    body: dict[str, Any] | None = None
    query: str = ""
    versioned: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def item(self) -> bool:
        """Whether it is about one thing, by its id."""
        return "{id}" in self.path

    def at(self, prefix: str, ids: Mapping[str, str]) -> str:
        """The path to the thing that is there; ids by the noun that the path begins with."""
        noun = self.path.split("/")[1]
        return prefix + self.path.replace("{id}", ids.get(noun, "")) + self.query


def routes_of(prefix: str, routers: Iterable[APIRouter]) -> set[str]:
    """All routes of a service, as a ``Route`` says them."""
    return {
        f"{method} {re.sub('{[a-z_]+}', '{id}', route.path.removeprefix(prefix))}"
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, read as JSON."""
        return jsonlib.loads(self.body)


@dataclass(slots=True)
class WebClient:
    """Calls an ASGI application; ``key`` signs the tokens of the callers it speaks for."""

    app: ASGIApp
    key: SigningKey = field(default_factory=SigningKey.generate)
    clock: Clock = field(default_factory=SystemClock)

    async def call(
        self,
        method: str,
        path: str,
        caller: Caller | None = None,
        *,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One request; ``json`` is sent as the body. ``path`` may have a query."""
        sent = dict(headers or {})
        body = b""
        if json is not None:
            body = jsonlib.dumps(json).encode()
            sent.setdefault("content-type", "application/json")
        if body:
            sent.setdefault("content-length", str(len(body)))
        if caller is not None:
            sent["authorization"] = f"Bearer {self.token(caller)}"
        return await self.raw(method, path, sent, [body])

    async def raw(
        self, method: str, path: str, headers: Mapping[str, str], chunks: list[bytes]
    ) -> Reply:
        """One request, its body in these pieces."""
        lines = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        return await self.lines(method, path, lines, chunks)

    async def lines(
        self, method: str, path: str, headers: list[tuple[bytes, bytes]], chunks: list[bytes]
    ) -> Reply:
        """The same with its header lines as they go over the wire, names in lower case."""
        answer: list[Message] = []
        pieces = list(chunks) or [b""]

        async def receive() -> Message:
            if not pieces:
                return {"type": "http.disconnect"}
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

        async def send(message: Message) -> None:
            answer.append(message)

        await self.app(_scope(method, path, headers), receive, send)
        start = answer[0]
        return Reply(
            status=start["status"],
            headers={name.decode().lower(): value.decode() for name, value in start["headers"]},
            body=b"".join(message.get("body", b"") for message in answer[1:]),
        )

    def token(self, caller: Caller, lifetime: timedelta = timedelta(hours=1)) -> str:
        """A token that speaks for this caller."""
        grant = Grant(
            person=caller.id,
            roles=caller.roles,
            communities=caller.communities,
            branch=caller.branch,
            company=caller.company,
            scopes=tuple(sorted(caller.scopes)),
        )
        return issue_token(self.key, grant, now=self.clock.now(), lifetime=lifetime)


def web_client(
    *routers: APIRouter,
    ring: KeyRing | None = None,
    checks: Mapping[str, Check] | None = None,
    codes: Mapping[str, CodeReader] | None = None,
    **options: Any,
) -> WebClient:
    """A client of an application with these routers and nothing behind them but themselves; they
    may be ``MadeOnce``.

    ``options`` are those of ``shared.web.application.Web``.
    """
    key = SigningKey.generate()
    tokens = TokenReader(keys_of(key), issuer="linli", audience="linli")
    authenticator = Authenticator(tokens, SystemClock(), ring=ring, pepper=PEPPER, codes=codes)
    kept = [router for router in routers if isinstance(router, MadeOnce)]
    behind = {stand_in: found for router in kept for stand_in, found in router.behind.items()}
    if len(kept) == len(routers) and not checks and options.keys() <= {"problem_forms"}:
        forms = options.get("problem_forms", {})
        app = _kept(tuple(router.made for router in kept), tuple(forms.items()))
        return WebClient(with_behind(app, {**behind, _AUTHENTICATOR: authenticator}), key)
    web = Web(
        name="test",
        routers=routers,
        authenticator=authenticator,
        readiness=Readiness(checks or {}, seconds=1),
        **options,
    )
    return WebClient(with_behind(application(web), behind) if behind else application(web), key)


_AUTHENTICATOR: Any = StandIn()


@cache
def _kept(made: tuple[Made, ...], forms: tuple[tuple[str, ProblemForm], ...]) -> FastAPI:
    """An application of routes that are made once, without limits: it keeps nothing of a call."""
    web = Web(
        name="test",
        routers=[
            MadeOnce(make, *[None] * count, **dict.fromkeys(names)) for make, count, names in made
        ],
        authenticator=_AUTHENTICATOR,
        readiness=Readiness({}, seconds=1),
        problem_forms=dict(forms),
    )
    return application(web)


async def never_answered(_: str) -> None:
    """A ``Lookup`` that knows no answer, for routes over fakes: these keep none."""


def keys_of(key: SigningKey) -> KeySet:
    """The public half of a key, as a set of keys."""

    async def load() -> dict[str, Any]:
        return key.jwks()

    return KeySet(load)


def _scope(method: str, path: str, headers: list[tuple[bytes, bytes]]) -> Scope:
    path, _, query = path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
