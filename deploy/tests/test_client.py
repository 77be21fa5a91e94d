"""The client shows why it was refused, tries again what may pass, and waits no longer than told."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from deploy import client as module
from deploy.client import Client, Refused, TooLate, until


class Backend:
    """A service that answers what the test tells it to and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, Any]] = []
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(
            (request.method, request.path_qs, {k.lower(): v for k, v in request.headers.items()})
        )
        status, body = self.answers.pop(0)
        if isinstance(body, str):
            return web.Response(text=body, status=status, content_type="text/html")
        return web.json_response(body, status=status, headers={"location": "/there"})


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
async def urls(backend: Backend) -> AsyncIterator[dict[str, str]]:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", backend.answer)
    async with TestServer(app) as server:
        yield {"property": str(server.make_url("")).rstrip("/")}


@pytest.fixture
async def client(urls: dict[str, str]) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, urls, "secret")


async def test_a_post_bears_the_token_and_a_quoted_idempotency_key(
    client: Client, backend: Backend
) -> None:
    backend.answers = [(201, {"id": "inc_1"})]
    reply = await client.post("property", "/incidents", {"kind": "vehicle"}, key="one")
    assert (reply.status, reply["id"], reply.headers["location"]) == (201, "inc_1", "/there")
    ((method, path, headers),) = backend.asked
    assert (method, path) == ("POST", "/api/property/v1/incidents")
    assert headers["authorization"] == "Bearer secret"
    assert headers["idempotency-key"] == '"one"'


async def test_somebody_without_an_account_fills_in_a_page_as_a_browser_does(
    urls: dict[str, str], backend: Backend
) -> None:
    backend.answers = [(200, "<p>thanks</p>"), (409, "<p>over</p>")]
    async with aiohttp.ClientSession() as session:
        guest = Client(session, urls, None)
        reply = await guest.fill("property", "/api/page", {"resolved": "yes"})
        assert reply.body == "<p>thanks</p>"
        with pytest.raises(Refused) as caught:
            await guest.fill("property", "/api/page", {"resolved": "yes"})
    assert caught.value.status == 409
    method, path, headers = backend.asked[0]
    assert (method, path) == ("POST", "/api/page")
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in headers


async def test_a_refusal_shows_the_problem_and_every_fault(
    client: Client, backend: Backend
) -> None:
    fault = {"pointer": "/dwelling_id", "detail": "No such dwelling."}
    backend.answers = [(422, {"detail": "It cannot be accepted.", "errors": [fault]})]
    with pytest.raises(Refused) as caught:
        await client.get("property", "/incidents/x")
    assert caught.value.status == 422
    assert "-> 422: It cannot be accepted.; /dwelling_id No such dwelling." in str(caught.value)


@pytest.mark.parametrize("status", [429, 503])
async def test_what_may_pass_later_is_sent_again_with_the_same_key(
    client: Client, backend: Backend, status: int
) -> None:
    backend.answers = [(status, {"title": "later"}), (status, {}), (201, {"id": "inc_1"})]
    assert (await client.post("property", "/incidents", {}, key="one")).status == 201
    assert {asked[2]["idempotency-key"] for asked in backend.asked} == {'"one"'}
    assert len(backend.asked) == 3


async def test_a_service_that_stays_away_is_given_up_at_the_deadline(
    client: Client, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS_MAX", 0.0)
    backend.answers = [(503, {"title": "store away"})]
    with pytest.raises(Refused, match="503: store away"):
        await client.get("property", "/incidents")
    async with aiohttp.ClientSession() as session:
        nobody = Client(session, {"property": "http://127.0.0.1:9"}, "secret")
        with pytest.raises(TooLate, match=r"127\.0\.0\.1:9"):
            await nobody.get("property", "/incidents")


async def test_a_list_is_read_page_after_page(client: Client, backend: Backend) -> None:
    backend.answers = [
        (200, {"items": [1, 2], "next_cursor": "c"}),
        (200, {"items": [3], "next_cursor": None}),
    ]
    assert await client.items("property", "/incidents", state="reported") == [1, 2, 3]
    assert backend.asked[1][1] == "/api/property/v1/incidents?state=reported&cursor=c"


async def test_until_takes_the_first_answer_that_is_there_and_a_404_is_none() -> None:
    missing = Refused("GET", "/x", 404, {})
    answers: list[Any] = [None, missing, [], "there"]

    async def ask() -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert await until(ask, "it") == "there"


async def test_until_names_what_it_waited_for_and_passes_other_refusals_on() -> None:
    async def nothing() -> None:
        return None

    async def forbidden() -> None:
        raise Refused("GET", "/x", 403, {})

    with pytest.raises(TooLate, match="waiting for the task"):
        await until(nothing, "the task", seconds=0.01)
    with pytest.raises(Refused):
        await until(forbidden, "the task")
