"""Routes that are made once for many tests: what is behind them is never shared."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.routing import APIRoute

from shared.auth import Caller
from shared.testing_routes import MadeOnce
from shared.testing_web import WebClient, web_client
from shared.web.callers import needs

READER = Caller("per_1", scopes=frozenset({"test:shelf:read"}))
Reads = Annotated[Caller, Depends(needs("test:shelf:read"))]
MADE: list[str] = []


class Shelf:
    """Something behind a route, and what it has in its turn."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.box: Shelf = self

    async def tell(self) -> str:
        await asyncio.sleep(0)
        return self.name


class ShelfRoutes:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def tell(self, caller: Reads) -> Response:
        return Response(await self._shelf.tell())


def routers(shelf: Shelf, *, other: Shelf) -> list[APIRouter]:
    MADE.append("once more")
    found = []
    for path, kept in (("/shelf", shelf), ("/box", shelf.box), ("/other", other)):
        found.append(APIRouter())
        found[-1].get(path)(ShelfRoutes(kept).tell)
    return found


def doors(name: str) -> MadeOnce:
    shelf = Shelf(name)
    shelf.box = Shelf(f"{name}, in it")
    return MadeOnce(routers, shelf, other=Shelf(f"{name}, beside it"))


async def told(client: WebClient, path: str) -> str:
    reply = await client.call("GET", path, READER)
    assert reply.status == 200, reply.body
    return reply.body.decode()


async def test_each_client_comes_to_its_own_also_at_the_same_time() -> None:
    clients = {name: web_client(doors(name)) for name in ("a", "b")}
    asked = [(name, path) for path in ("/shelf", "/box", "/other") for name in clients]
    answers = await asyncio.gather(*(told(clients[name], path) for name, path in asked))
    assert answers == ["a", "b", "a, in it", "b, in it", "a, beside it", "b, beside it"]


def test_the_routes_are_made_once_and_each_door_has_copies() -> None:
    first, second = doors("a"), doors("b")
    assert len(MADE) == 1
    for route, other in zip(first.routes, second.routes, strict=True):
        assert isinstance(route, APIRoute)
        assert isinstance(other, APIRoute)
        assert route is not other
        assert route.dependant is other.dependant


async def test_clients_of_the_same_routes_know_their_own_callers_alone() -> None:
    one, other = web_client(doors("a")), web_client(doors("b"))
    forged = {"authorization": f"Bearer {other.token(READER)}"}
    reply = await one.call("GET", "/shelf", headers=forged)
    assert (reply.status, await told(other, "/shelf")) == (401, "b")


async def test_what_counts_calls_is_not_shared() -> None:
    limits: dict[str, Any] = {"rate_per_second": 0.001, "rate_burst": 1}
    for _ in range(2):
        client = web_client(doors("a"), **limits)
        assert await told(client, "/shelf") == "a"
        assert (await client.call("GET", "/shelf", READER)).status == 429
