"""Routes that are open to everybody, and bodies that are no JSON."""

from contextlib import ExitStack
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, Response

from shared.auth import Caller
from shared.envelope import CALL
from shared.errors import Conflict, Unavailable
from shared.testing_web import WebClient, web_client
from shared.tests.things import WRITER, Writing, problem
from shared.web import Anyone, Sent, Takes, no_content
from shared.web import takes as bodies
from shared.web.exchange import Exchange
from shared.web.problems import Problem
from shared.web.routes import BadRoute

Guest = Annotated[Caller, Depends(Anyone("asking"))]
Dear = Annotated[Caller, Depends(Anyone("asking dearly", cost=3))]
Form = Annotated[Sent, Depends(Takes("text/csv", "multipart/form-data", bytes_max=2000))]
CSV = {"content-type": "text/csv; charset=utf-8"}


def doors() -> APIRouter:
    router = APIRouter()

    @router.get("/open")
    async def ask(guest: Guest) -> dict[str, object]:
        return {"kind": guest.kind, "id": guest.id, "actor": CALL.get().actor}

    @router.get("/dear")
    async def ask_dearly(guest: Dear) -> dict[str, object]:
        return {}

    @router.get("/broken")
    async def broken(guest: Guest) -> dict[str, object]:
        raise Conflict("store.conflict")

    @router.get("/unlisted", include_in_schema=False)
    async def unlisted(guest: Guest) -> dict[str, object]:
        return {}

    @router.post("/open")
    async def send(guest: Guest, sent: Form) -> dict[str, object]:
        told = sent.body.decode("latin-1")
        return {"type": sent.media_type, "boundary": sent.boundary, "body": told}

    @router.post("/closed")
    async def send_known(caller: Writing, sent: Form) -> dict[str, object]:
        return {"body": sent.body.decode("latin-1")}

    return router


@pytest.fixture
def client() -> WebClient:
    return web_client(doors(), body_bytes_max=1024)


async def send(
    client: WebClient, path: str, body: bytes, *, chunked: bool = False, **headers: str
) -> object:
    """The status, or the problem's code."""
    told = {"transfer-encoding": "chunked"} if chunked else {"content-length": str(len(body))}
    sent = {**CSV, **{name.replace("_", "-"): value for name, value in headers.items()}, **told}
    pieces = [body[at : at + 500] for at in range(0, len(body), 500)]
    reply = await client.raw("POST", path, sent, pieces)
    return reply.status if reply.status < 400 else reply.json()["code"]


async def test_an_open_route_lets_in_who_says_nothing_and_who_says_nonsense(
    client: WebClient,
) -> None:
    for headers in ({}, {"authorization": "Bearer nonsense"}, {"x-api-key": "nonsense"}):
        reply = await client.raw("GET", "/open", headers, [])

        assert reply.status == 200
        assert reply.json() == {"kind": "guest", "id": "anyone:asking", "actor": "anyone:asking"}


async def test_guests_are_counted_by_address_and_door_and_what_is_dear_costs_more() -> None:
    client = web_client(doors(), open_rate_per_second=0.5, open_rate_burst=4)

    first = await client.call("GET", "/dear")
    assert first.headers["ratelimit-policy"] == '"address";q=4;w=8'
    assert first.headers["ratelimit"] == '"address";r=1;t=6'
    refused = await client.call("GET", "/dear")
    problem(refused, 429, "http.rate_limited")
    assert refused.headers["retry-after"] == "4"
    assert refused.headers["ratelimit"] == '"address";r=0;t=8'

    assert (await client.call("GET", "/open")).headers["ratelimit"] == '"address";r=3;t=2'


def test_a_route_that_is_open_and_asks_for_a_scope_does_not_start() -> None:
    both = APIRouter()

    @both.get("/x")
    async def two(guest: Guest, caller: Writing) -> Response:
        return no_content()

    with pytest.raises(BadRoute, match="instead of one"):
        web_client(both)


def test_a_route_that_says_twice_which_bodies_it_takes_does_not_start() -> None:
    both = APIRouter()

    @both.post("/x")
    async def two(
        guest: Guest, sent: Form, other: Annotated[Sent, Depends(Takes("text/xml"))]
    ) -> Response:
        return no_content()

    with pytest.raises(BadRoute, match="which bodies"):
        web_client(both)


async def test_a_route_is_sent_what_it_takes_and_told_which_it_is(client: WebClient) -> None:
    headers = {
        "content-type": 'Multipart/Form-Data; boundary="a b"; charset=utf-8',
        "content-length": "4",
    }
    reply = await client.raw("POST", "/open", headers, [b"\x00\xff\r\n"])

    assert reply.json() == {
        "type": "multipart/form-data",
        "boundary": "a b",
        "body": "\x00\xff\r\n",
    }


async def test_what_a_route_does_not_take_is_not_read_and_the_refusal_names_what_is(
    client: WebClient,
) -> None:
    for kind in ("application/json", "text/xml", ""):
        headers = {"content-type": kind, "content-length": "2", "accept-language": "en"}
        reply = await client.raw("POST", "/open", headers, [b"{}"])

        refused = problem(reply, 415, "http.unsupported_type")
        assert "multipart/form-data, text/csv" in refused["detail"]


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_route_has_its_own_bound_of_size(client: WebClient, chunked: bool) -> None:
    assert await send(client, "/open", b"a" * 2000, chunked=chunked) == 200
    assert await send(client, "/open", b"a" * 2001, chunked=chunked) == "http.too_large"


async def test_a_length_of_any_digits_opens_no_way_round_the_bound(client: WebClient) -> None:
    for told, status in (("0" * 30 + "2", 200), ("0" * 30 + "2001", 413), ("9" * 5000, 413)):
        reply = await client.raw("POST", "/open", {**CSV, "content-length": told}, [b"ab"])

        assert reply.status == status


async def test_nobody_unknown_sends_a_large_body(client: WebClient) -> None:
    assert await send(client, "/closed", b"a" * 1500) == "auth.missing"
    token = f"Bearer {client.token(WRITER)}"
    assert await send(client, "/closed", b"a" * 1500, authorization=token) == 200


async def test_bodies_in_hand_are_bounded_and_leave_room_when_done(
    client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "IN_HAND_BYTES_MAX", 600)
    assert await send(client, "/open", b"a" * 601) == "http.busy"
    assert await send(client, "/open", b"a", chunked=True) == "http.busy"
    for _ in range(3):
        assert await send(client, "/open", b"a" * 600) == 200


def test_one_client_does_not_take_all_the_room() -> None:
    form = bodies.Takes("text/csv")
    length = [(b"content-length", str(bodies.IN_HAND_BYTES_EACH_MAX // 4).encode())]
    sent = Exchange({"method": "POST", "path": "/", "headers": length})
    with ExitStack() as held:
        for _ in range(4):
            held.enter_context(form.room(sent, "192.0.2.1"))
        with pytest.raises(Unavailable), form.room(sent, "::ffff:192.0.2.1"):
            pass
        for _ in range(4):
            held.enter_context(form.room(sent, "192.0.2.2"))
        with pytest.raises(Unavailable), form.room(sent, "192.0.2.3"):
            pass

    with form.room(sent, "192.0.2.1"):
        pass


async def test_a_body_that_comes_too_slowly_is_given_up(
    client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "READ_SECONDS_MAX", 0.0)

    async def never(receive: object) -> bytes:
        raise TimeoutError

    monkeypatch.setattr(bodies, "whole_body", never)
    assert await send(client, "/open", b"a") == "http.too_slow"


async def test_errors_below_an_address_have_the_form_that_is_read_there() -> None:
    def plain(problem: Problem, exchange: Exchange) -> Response:
        return Response(f"{problem.code} for {exchange.path}", problem.status)

    client = web_client(doors(), problem_forms={"/broken": plain})

    broken = await client.call("GET", "/broken")
    assert (broken.status, broken.body) == (409, b"store.conflict for /broken")
    lost = await client.call("GET", "/broken/too")
    assert (lost.status, lost.body) == (404, b"http.not_found for /broken/too")
    problem(await client.call("GET", "/other"), 404, "http.not_found")


async def test_the_description_says_what_is_open_and_which_bodies_are_taken(
    client: WebClient,
) -> None:
    paths = (await client.call("GET", "/openapi.json")).json()["paths"]

    assert "/unlisted" not in paths
    assert paths["/open"]["post"]["security"] == []
    assert "x-scope" not in paths["/open"]["post"]
    assert set(paths["/closed"]["post"]["requestBody"]["content"]) == {
        "multipart/form-data",
        "text/csv",
    }
    assert paths["/closed"]["post"]["x-scope"] == "t:thing:write"
