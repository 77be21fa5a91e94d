"""Every route of every service says which one scope it needs, or that it is open; and holds to
it."""

import atexit
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from shared.auth import ROLE_SCOPES, Caller, SigningKey, generate_keys
from shared.settings import CommonSettings
from shared.testing_service import deployed
from shared.testing_web import Reply, WebClient
from shared.web.routes import OPEN_ROUTES, scope_of

SERVICES = ("requests", "pairing", "property", "notifications")
OWN_SETTINGS: dict[str, dict[str, Any]] = {
    "notifications": {"secret_key": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="},
}
NO_STORE = "mongodb://127.0.0.1:9/?directConnection=true"
COMMUNITY = "hongmiao"
OPEN_BELOW = ("/api/requests/v1/open/", "/open311/v2/")
"""Where routes may be open to everybody; a route anywhere else asks for a scope."""


@cache
def keys() -> tuple[SigningKey, Path]:
    """The issuer of these tests, and the folder of its keys."""
    folder = Path(mkdtemp(prefix="linli-routes-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    return generate_keys(folder), folder


def app_of(service: str, mongo_url: str = NO_STORE, mongo_name: str = "") -> FastAPI:
    """A service as it is put together; nothing of it runs."""
    kind: type[CommonSettings] = import_module(f"services.{service}.settings").Settings
    settings = kind(
        **deployed(keys()[1], mongo_url, mongo_name, "amqp://127.0.0.1:9/"),
        rate_per_second=0,
        **OWN_SETTINGS.get(service, {}),
    )
    app: FastAPI = import_module(f"services.{service}.app").create_app(settings)
    return app


cached_app = cache(app_of)


async def described(service: str) -> Any:
    """The description of a service, as it is served; the application makes it once."""
    return (await WebClient(cached_app(service)).call("GET", "/openapi.json")).json()


def routes(*, open_to_anyone: bool = False) -> Iterator[Any]:
    """Service, method, and route of all that asks for a scope; or of all that asks for none, but
    of what every service has."""
    for service in SERVICES:
        for route in cached_app(service).routes:
            assert isinstance(route, APIRoute), f"{route} is no plain route"
            if route.path in OPEN_ROUTES or (scope_of(route) is None) is not open_to_anyone:
                continue
            for method in sorted(route.methods or ()):
                yield pytest.param(service, method, route, id=f"{method} {route.path}")


async def ask(app: FastAPI, method: str, route: APIRoute, *scopes: str) -> Reply:
    """A call of the route by a caller with these scopes; by nobody if there are none."""
    client = WebClient(app, keys()[0])
    path = re.sub(r"{\w+}", "x_1", route.path)
    caller = Caller(id="per_1", communities=(COMMUNITY,), scopes=frozenset(scopes))
    body: Any = {} if method in ("POST", "PUT", "PATCH") else None
    return await client.call(method, path, caller if scopes else None, json=body)


@pytest.mark.parametrize(("service", "method", "route"), list(routes()))
async def test_a_route_refuses_who_is_unknown_and_who_has_another_scope(
    service: str, method: str, route: APIRoute
) -> None:
    needed = scope_of(route)
    assert needed is not None
    others = set().union(*ROLE_SCOPES.values()) - {needed}

    assert re.fullmatch(rf"{service}:[a-z_]+:[a-z_]+", needed)
    assert route.path.startswith(f"/api/{service}/v1/")
    assert (await ask(cached_app(service), method, route)).status == 401
    refused = await ask(cached_app(service), method, route, *others)
    assert (refused.status, refused.json()["code"]) == (403, "auth.scope_missing")


@pytest.mark.mongo
@pytest.mark.parametrize("service", SERVICES)
async def test_a_route_lets_in_who_has_its_scope_and_an_open_one_everybody(
    service: str, mongo_url: str, mongo_name: str
) -> None:
    app = app_of(service, mongo_url, mongo_name)
    refused = {}
    for route in app.routes:
        if isinstance(route, APIRoute) and route.path not in OPEN_ROUTES:
            scopes = [scope for scope in (scope_of(route),) if scope is not None]
            for method in route.methods or ():
                reply = await ask(app, method, route, *scopes)
                if reply.status in (401, 403) or reply.status >= 500:
                    refused[f"{method} {route.path}"] = reply.body.decode()

    assert refused == {}


@pytest.mark.parametrize(("service", "method", "route"), list(routes(open_to_anyone=True)))
def test_a_route_is_open_only_below_the_addresses_that_are_meant(
    service: str, method: str, route: APIRoute
) -> None:
    assert route.path.startswith(OPEN_BELOW)


@pytest.mark.parametrize("service", SERVICES)
async def test_what_is_open_says_nothing_of_anybody(service: str) -> None:
    client = WebClient(cached_app(service))
    open_here = {
        route.path
        for route in cached_app(service).routes
        if isinstance(route, APIRoute) and route.path in OPEN_ROUTES
    }

    assert open_here == OPEN_ROUTES
    for path in OPEN_ROUTES - {"/health/ready"}:
        assert (await client.call("GET", path)).status == 200


def test_every_scope_that_a_role_has_opens_a_route_and_every_route_opens_to_some_role() -> None:
    needed = {str(scope_of(parameter.values[2])) for parameter in routes()}
    given = set().union(*ROLE_SCOPES.values())

    assert sorted(needed - given) == []
    assert sorted(given - needed) == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_text_in_a_path_or_a_query_has_a_bound(service: str) -> None:
    paths = cached_app(service).openapi()["paths"]
    unbounded = {
        f"{method} {path}: {parameter['name']}"
        for path, methods in paths.items()
        for method, operation in methods.items()
        for parameter in operation.get("parameters", ())
        for shape in parameter["schema"].get("anyOf", [parameter["schema"]])
        if shape.get("type") == "string" and not {"maxLength", "enum", "const"} & set(shape)
    }
    assert unbounded == set()
