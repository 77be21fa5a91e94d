"""Every list of every service comes as a table to who may read it, and only to them."""

import csv
import io
import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from shared.auth import Caller
from shared.testing_web import Reply, WebClient
from shared.web.routes import OPEN_ROUTES, scope_of
from tests.contracts.test_routes import COMMUNITY, SERVICES, app_of, cached_app, described, keys

LISTS_MIN = 12
"""As many as there were when this was written: if the walk finds fewer, it has lost its way."""


def lists_of(app: FastAPI, document: Any) -> list[APIRoute]:
    """The routes that answer with a page, as the description says."""
    pages = {
        name
        for name, schema in document["components"]["schemas"].items()
        if {"items", "next_cursor"} <= set(schema.get("properties", ()))
    }
    found = []
    for route in app.routes:
        if not isinstance(route, APIRoute) or route.path in OPEN_ROUTES:
            continue
        if not route.include_in_schema:  # another address of a route that is described
            continue
        if "GET" in (route.methods or ()):
            content = document["paths"][route.path_format]["get"]["responses"]["200"]["content"]
            shown = content.get("application/json", {}).get("schema", {}).get("$ref", "")
            if shown.rpartition("/")[2] in pages:
                found.append(route)
    return found


async def ask(app: FastAPI, route: APIRoute, scope: str | None) -> Reply:
    path = re.sub(r"{\w+}", "x_1", route.path)
    scopes = frozenset({scope} if scope else ())
    caller = Caller(id="per_1", communities=(COMMUNITY,), scopes=scopes)
    accept = {"accept": "text/csv"}
    return await WebClient(app, keys()[0]).call("GET", path, caller, headers=accept)


async def test_every_list_says_that_it_comes_as_a_table() -> None:
    documents = {service: await described(service) for service in SERVICES}
    lists = [
        (document["paths"][route.path_format]["get"], route)
        for service, document in documents.items()
        for route in lists_of(cached_app(service), document)
    ]

    assert len(lists) >= LISTS_MIN
    for operation, route in lists:
        assert "text/csv" in operation["responses"]["200"]["content"], route.path


@pytest.mark.parametrize("service", SERVICES)
async def test_whatever_answers_with_items_is_a_list(service: str) -> None:
    """What only looks like one would never come as a table."""
    schemas = (await described(service))["components"]["schemas"]
    shown = {name: set(each.get("properties", ())) for name, each in schemas.items()}
    bare = [name for name in shown if name.endswith("View") and shown[name] == {"items"}]

    assert bare == []


@pytest.mark.mongo
@pytest.mark.parametrize("service", SERVICES)
async def test_a_list_is_a_table_to_who_has_its_scope_and_a_problem_to_others(
    service: str, mongo_url: str, mongo_name: str
) -> None:
    app = app_of(service, mongo_url, mongo_name)
    for route in lists_of(app, await described(service)):
        reply = await ask(app, route, scope_of(route))
        if reply.status != 200:  # it asks for more than this caller says, or for what is not there
            assert 400 <= reply.status < 500, (route.path, reply.body)
            assert reply.headers["content-type"] == "application/problem+json"
            continue
        header = next(csv.reader(io.StringIO(reply.body.decode("utf-8-sig"), newline="")))
        assert reply.headers["content-type"] == "text/csv; charset=utf-8", route.path
        assert len(header) == len(set(header)) > 1
        if scope_of(route) is not None:
            assert (await ask(app, route, "test:nothing:read")).status == 403
