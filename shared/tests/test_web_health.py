"""Whether a service says truly how it is, and describes itself."""

import asyncio
import re

import pytest

from shared.errors import Unavailable
from shared.testing_web import WebClient, web_client
from shared.tests.things import THINGS, WRITER, problem, things
from shared.web.health import Readiness


async def well() -> None:
    """A part that answers."""


async def away() -> None:
    raise Unavailable("broker.unavailable")


async def silent() -> None:
    await asyncio.Event().wait()


async def broken() -> None:
    raise RuntimeError("13800001111")


async def test_alive_is_alive_whatever_else_is_away() -> None:
    reply = await web_client(checks={"store": away}).call("GET", "/health/live")

    assert (reply.status, reply.json()) == (200, {"status": "live"})


async def test_ready_names_the_parts_it_asked() -> None:
    reply = await web_client(checks={"store": well, "broker": well}).call("GET", "/health/ready")

    assert reply.status == 200
    assert reply.json() == {"status": "ready", "parts": {"store": "ok", "broker": "ok"}}


async def test_not_ready_says_which_part_and_why() -> None:
    client = web_client(checks={"store": well, "broker": away, "worker": broken})
    reply = await client.call("GET", "/health/ready", headers={"accept-language": "en"})

    body = problem(reply, 503, "health.not_ready")
    assert "broker, worker" in body["detail"]
    found = [(fault["pointer"], fault["code"]) for fault in body["errors"]]
    assert found == [("part:broker", "broker.unavailable"), ("part:worker", "health.broken")]
    assert b"13800001111" not in reply.body


async def test_a_part_that_stays_silent_is_not_waited_for() -> None:
    readiness = Readiness({"store": silent, "broker": well}, seconds=0.01)

    assert await readiness.faults() == {"store": "health.silent"}


async def test_a_stopping_service_is_not_ready() -> None:
    readiness = Readiness({"store": well}, seconds=1)
    readiness.stopping = True

    assert await readiness.faults() == {"service": "health.stopping"}


async def test_requests_are_counted_by_route_and_never_by_what_is_in_it() -> None:
    client = web_client(things())
    await client.call("PUT", f"{THINGS}/13800001111", WRITER)
    await client.call("GET", "/13800001111")
    reply = await client.call("GET", "/metrics")

    text = reply.body.decode()
    route = f'method="PUT",route="{THINGS}/{{thing_id}}",status="200"'
    assert f"linli_http_request_seconds_count{{{route}}}" in text
    assert 'route="unmatched",status="404"' in text
    assert "13800001111" not in text


@pytest.fixture
def client() -> WebClient:
    return web_client(things())


async def test_the_description_names_scopes_and_our_form_of_errors(client: WebClient) -> None:
    document = (await client.call("GET", "/openapi.json")).json()

    post = document["paths"][THINGS]["post"]
    assert post["x-scope"] == "t:thing:write"
    assert post["security"] == [{"bearer": []}, {"apiKey": []}]
    errors = {"400", "401", "403", "413", "415", "422", "429", "503"}
    assert set(post["responses"]) == {"201", "default"} | errors
    assert "application/problem+json" in post["responses"]["default"]["content"]
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert not [path for path in document["paths"] if path.startswith(("/health", "/metrics"))]


@pytest.mark.parametrize(
    ("path", "header", "lang"),
    [("/docs", "", "zh"), ("/docs", "en", "en"), ("/docs?lang=en", "zh", "en")],
)
async def test_the_page_needs_nothing_from_elsewhere_and_speaks_two_languages(
    client: WebClient, path: str, header: str, lang: str
) -> None:
    reply = await client.call("GET", path, headers={"accept-language": header})

    page = reply.body.decode()
    assert reply.headers["content-language"] == lang
    assert f'<html lang="{lang}">' in page
    assert "t:thing:write" in page
    assert '<details id="ThingBody">' in page
    assert not re.search(r"(href|src)=.(https?:)?//|url\(|@import|<link", page)
    assert "<code>http.too_large</code>" in page
    assert "<script" not in page
    assert "default-src 'none'" in reply.headers["content-security-policy"]
