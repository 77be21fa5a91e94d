"""One attempt, against receivers on real sockets that behave, and that do not."""

import asyncio
import contextlib
import gzip
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web

from services.notifications.domain.address import AddressRules, networks
from services.notifications.domain.attempt import RESPONSE_BYTES_MAX, Exchange, Result
from services.notifications.tests.receiver import Wire, on_the_wire, receiving, request_of
from services.notifications.webhook import WebhookPost
from services.notifications.webhook.post import Limits
from shared.testing import FakeClock

LOOPBACK = AddressRules(private=networks(["127.0.0.0/8", "::1/128"]), http=True)
BODY = '{"specversion": "1.0",  "data": {"text": "邻里"}}'.encode()
HEADERS = {
    "content-type": "application/cloudevents+json",
    "webhook-id": "msg_1",
    "webhook-timestamp": "1795507200",
    "webhook-signature": "v1,abc",
}
SOON = Limits(total_seconds=0.4, connect_seconds=0.3)


@contextlib.asynccontextmanager
async def posting(
    rules: AddressRules = LOOPBACK, limits: Limits | None = None
) -> AsyncIterator[Callable[[str], Any]]:
    post = WebhookPost(rules, FakeClock(), limits=limits)

    async def send(url: str) -> Exchange:
        return await post(url, HEADERS, BODY)

    try:
        yield send
    finally:
        await post.close()


async def wire(behave: Wire, limits: Limits = SOON) -> Exchange:
    async with on_the_wire(behave) as url, posting(limits=limits) as send:
        exchange: Exchange = await send(url)
        return exchange


async def test_the_receiver_gets_exactly_these_bytes_and_headers() -> None:
    async with receiving() as receiver, posting() as send:
        exchange = await send(receiver.url)
    assert (exchange.result, exchange.code, exchange.response_body) == (Result.DELIVERED, 200, "ok")
    (got,) = receiver.got
    assert got.body == BODY
    assert {name: got.headers[name] for name in HEADERS} == HEADERS
    assert got.headers["user-agent"].startswith("Linli-Webhooks/1 (+https://")
    assert got.headers["accept-encoding"] == "identity"


async def test_the_times_of_each_step_are_told() -> None:
    async with receiving() as receiver, posting() as send:
        first = (await send(receiver.url.replace("127.0.0.1", "localhost"))).timings
    assert first.dns_ms is not None
    assert first.connect_ms is not None
    assert first.first_byte_ms is not None
    assert 0 <= first.dns_ms + first.connect_ms <= first.first_byte_ms <= first.total_ms


async def test_a_connection_is_kept_for_the_next_attempt() -> None:
    async with receiving() as receiver, posting() as send:
        await send(receiver.url)
        second = await send(receiver.url)
    assert second.timings.connect_ms is None
    assert receiver.got[0].peer == receiver.got[1].peer


async def test_no_cookie_is_kept() -> None:
    async def with_cookie(_: web.Request) -> web.Response:
        return web.Response(headers={"set-cookie": "session=1"})

    async with receiving(with_cookie) as receiver, posting() as send:
        await send(receiver.url)
        await send(receiver.url)
    assert "cookie" not in receiver.got[1].headers


async def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    async with receiving() as receiver, posting() as send:
        assert (await send(receiver.url)).result is Result.DELIVERED


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_a_redirect_is_a_failure_and_is_not_followed(code: int) -> None:
    async def elsewhere(_: web.Request) -> web.Response:
        return web.Response(status=code, headers={"location": "/other"})

    async with receiving(elsewhere) as receiver, posting() as send:
        exchange = await send(receiver.url)
    assert exchange.result is Result.REDIRECTED
    assert exchange.response_headers["location"] == "/other"
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("code", "result"),
    [(410, Result.GONE), (404, Result.REFUSED), (429, Result.THROTTLED), (500, Result.FAILED)],
)
async def test_an_answer_that_is_no_success_is_told_by_its_class(code: int, result: Result) -> None:
    async def no(_: web.Request) -> web.Response:
        return web.Response(status=code, text="no", headers={"retry-after": "77"})

    async with receiving(no) as receiver, posting() as send:
        exchange = await send(receiver.url)
    assert (exchange.result, exchange.code, exchange.response_body) == (result, code, "no")
    assert exchange.retry_after_seconds == 77


async def test_of_a_big_answer_16_kb_are_read_and_the_connection_is_cut() -> None:
    sent = 0

    async def much(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            for _ in range(10_000):
                await response.write(b"x" * 10_000)
                sent += 10_000
        return response

    async with receiving(much) as receiver, posting() as send:
        exchange = await send(receiver.url)
    assert exchange.result is Result.DELIVERED
    assert exchange.truncated
    assert len(exchange.response_body) == RESPONSE_BYTES_MAX
    assert sent < 50_000_000


async def test_an_answer_of_exactly_16_kb_is_whole() -> None:
    async def full(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * RESPONSE_BYTES_MAX)

    async with receiving(full) as receiver, posting() as send:
        exchange = await send(receiver.url)
    assert not exchange.truncated
    assert len(exchange.response_body) == RESPONSE_BYTES_MAX


async def test_a_compressed_answer_is_not_expanded() -> None:
    bomb = gzip.compress(b"\x00" * 5_000_000)

    async def compressed(_: web.Request) -> web.Response:
        return web.Response(body=bomb, headers={"content-encoding": "gzip"})

    async with receiving(compressed) as receiver, posting() as send:
        exchange = await send(receiver.url)
    assert exchange.result is Result.DELIVERED
    assert len(exchange.response_body) <= len(bomb)


async def test_what_is_no_text_can_still_be_kept() -> None:
    async def odd(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nserver: \xff\xfe\r\ncontent-length: 2\r\n\r\n\xff\x00")
        await writer.drain()
        await reader.read()

    exchange = await wire(odd)
    assert exchange.result is Result.DELIVERED
    exchange.response_headers["server"].encode()
    exchange.response_body.encode()


async def test_a_body_that_drips_ends_at_the_deadline() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.02)

    exchange = await wire(drip)
    assert (exchange.result, exchange.code) == (Result.TIMED_OUT, 200)
    assert 390 <= exchange.timings.total_ms < 1500


async def test_headers_that_drip_end_at_the_deadline() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for n in range(1000):
            writer.write(b"x-%d: y\r\n" % n)
            await writer.drain()
            await asyncio.sleep(0.02)

    exchange = await wire(drip)
    assert (exchange.result, exchange.code) == (Result.TIMED_OUT, None)


async def test_a_receiver_that_hangs_is_left_at_the_deadline() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    assert (await wire(hang)).result is Result.TIMED_OUT


async def test_a_receiver_that_never_finishes_its_tls_is_left_before_the_deadline() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    limits = Limits(total_seconds=30, connect_seconds=0.3)
    async with on_the_wire(hang) as url, posting(limits=limits) as send:
        exchange = await send(url.replace("http:", "https:"))
    assert exchange.result is Result.TIMED_OUT
    assert exchange.timings.total_ms < 2000


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 2OO OK\r\n\r\n",
    ],
)
async def test_an_answer_that_breaks_off_or_is_none_is_a_failure(answer: bytes) -> None:
    async def broken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(answer)
        await writer.drain()

    assert (await wire(broken)).result is Result.BROKEN


async def test_a_closed_port_is_tried_twice_at_once_and_is_then_unreachable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = 0
    dialled = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    dialled.bind(("127.0.0.1", 0))  # taken, and nobody listens
    url = f"http://127.0.0.1:{dialled.getsockname()[1]}/"
    post = WebhookPost(LOOPBACK, FakeClock())
    once = post._once

    async def counted(*args: Any) -> Exchange:
        nonlocal tried
        tried += 1
        return await once(*args)

    monkeypatch.setattr(post, "_once", counted)
    exchange = await post(url, HEADERS, BODY)
    await post.close()
    dialled.close()
    assert (exchange.result, tried) == (Result.UNREACHABLE, 2)


async def test_a_receiver_without_a_certificate_that_holds_is_not_trusted() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 this is not TLS\r\n\r\n")
        await writer.drain()

    async with on_the_wire(plain) as url, posting() as send:
        assert (await send(url.replace("http:", "https:"))).result is Result.UNTRUSTED


async def test_a_name_that_is_not_there_is_unresolved(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    async with posting() as send:
        assert (await send("http://nowhere.example/")).result is Result.UNRESOLVED


async def test_a_bug_of_ours_is_a_fault_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    post = WebhookPost(LOOPBACK, FakeClock())

    async def bug(*_: Any) -> Exchange:
        raise KeyError

    monkeypatch.setattr(post, "_once", bug)
    assert (await post("http://127.0.0.1/", HEADERS, BODY)).result is Result.OWN_FAULT
