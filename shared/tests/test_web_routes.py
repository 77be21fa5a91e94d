"""What a route must be like, and what it reads of headers."""

from datetime import UTC

import pytest
from fastapi import APIRouter, Depends, Response
from pydantic import TypeAdapter, ValidationError

from shared.testing_web import WebClient, web_client
from shared.tests.things import THINGS, WRITER, ThingBody, ThingView, Writing, problem, things
from shared.web import needs, no_content
from shared.web.forms import Moment
from shared.web.routes import BadRoute


@pytest.fixture
def client() -> WebClient:
    return web_client(things())


@pytest.mark.parametrize(
    ("header", "version"), [('"3"', "3"), ("*", "None"), (None, "None"), (' "12" ', "12")]
)
async def test_if_match_tells_the_version_that_was_seen(
    client: WebClient, header: str | None, version: str
) -> None:
    headers = {} if header is None else {"if-match": header}
    reply = await client.call("PUT", f"{THINGS}/a", WRITER, headers=headers)

    assert reply.json()["actor"] == version


@pytest.mark.parametrize("header", ["3", 'W/"3"', '"3", "4"', '"0"', '"x"', '""', '"99999999999"'])
async def test_an_if_match_that_is_no_version_is_malformed(client: WebClient, header: str) -> None:
    reply = await client.call("PUT", f"{THINGS}/a", WRITER, headers={"if-match": header})

    body = problem(reply, 400, "http.if_match_malformed")
    assert body["errors"][0]["pointer"] == "header:If-Match"


@pytest.mark.parametrize(
    ("name", "values", "status"),
    [
        ("if-match", ('"3"', '"4"'), 400),
        ("authorization", ("Bearer nobody", "Bearer {token}"), 401),
        ("authorization", ("Bearer {token}", "Bearer {token}"), 401),
        ("content-type", ("text/plain", "application/json"), 415),
    ],
)
async def test_of_two_headers_where_one_is_due_neither_is_believed(
    client: WebClient, name: str, values: tuple[str, str], status: int
) -> None:
    token = client.token(WRITER)
    own = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    lines = [line for line in own.items() if line[0] != name]
    lines += [(name, value.format(token=token)) for value in values]
    sent = [(name.encode(), value.encode()) for name, value in [*lines, ("content-length", "2")]]

    reply = await client.lines("PUT", f"{THINGS}/a", sent, [b"{}"])
    assert reply.status == status


@pytest.mark.parametrize("told", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_is_none_in_utc_is_refused(told: str) -> None:
    with pytest.raises(ValidationError, match="datetime_parsing"):
        TypeAdapter(Moment).validate_python(told)


def test_a_time_is_kept_in_utc() -> None:
    told = TypeAdapter(Moment).validate_json('"2026-01-31T08:30:00+08:00"')

    assert (told.isoformat(), told.tzinfo) == ("2026-01-31T00:30:00+00:00", UTC)


def test_a_route_without_a_scope_or_with_two_does_not_start() -> None:
    none = APIRouter()

    @none.get("/x")
    async def bare() -> Response:
        return no_content()

    two = APIRouter()

    @two.get("/x", dependencies=[Depends(needs("t:thing:read"))])
    async def both(caller: Writing) -> Response:
        return no_content()

    for router in (none, two):
        with pytest.raises(BadRoute, match="instead of one"):
            web_client(router)


def test_a_part_that_would_run_in_a_thread_does_not_start() -> None:
    slow = APIRouter()

    @slow.get("/x")
    def thread(caller: Writing) -> Response:
        return no_content()

    with pytest.raises(BadRoute, match="not async"):
        web_client(slow)


async def test_a_route_of_a_shape_of_its_own_goes_the_frameworks_way() -> None:
    router = APIRouter()

    @router.post("/two")
    async def two(caller: Writing, first: ThingBody, second: ThingBody) -> dict[str, str]:
        return {"names": first.name + second.name, "by": caller.id}

    client = web_client(router)
    sent = {"first": {"name": "a"}, "second": {"name": "b"}}
    reply = await client.call("POST", "/two", WRITER, json=sent)
    assert reply.json() == {"names": "ab", "by": "per_writer"}

    problem(await client.call("POST", "/two", json=sent), 401, "auth.missing")
    wrong = await client.call("POST", "/two", WRITER, json={"first": {"name": "a"}})
    (fault,) = problem(wrong, 422, "http.invalid")["errors"]
    assert (fault["pointer"], fault["code"]) == ("#/second", "missing")


async def test_an_answer_that_is_no_response_is_shown_as_json() -> None:
    router = APIRouter()

    @router.post("/plain", status_code=201)
    async def plain(caller: Writing) -> ThingView:
        return ThingView(id="a", actor=caller.id)

    reply = await web_client(router).call("POST", "/plain", WRITER)

    assert (reply.status, reply.json()) == (201, {"id": "a", "actor": "per_writer"})
