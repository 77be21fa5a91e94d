"""What a client may do to a connection before anybody asks who it is."""

import asyncio
import json
from typing import Any

import pytest
from fastapi import APIRouter, Response
from uvicorn import Config
from uvicorn.server import ServerState

from shared.testing_web import WebClient, web_client
from shared.tests.things import THINGS, WRITER, ThingBody, Writing
from shared.web import answer, no_content
from shared.web import connection as http
from shared.web.connection import HEAD_BYTES_MAX, PIPELINED_MAX, Connection, Corked

BODY = b'{"name": "a"}'


class Wire(asyncio.Transport):
    """Keeps what is written; nothing goes anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.writes = 0
        self.closed = asyncio.Event()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)
        self.writes += 1

    def close(self) -> None:
        self.closed.set()

    def abort(self) -> None:
        self.closed.set()

    def is_closing(self) -> bool:
        return self.closed.is_set()

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


class Line:
    """A connection to an application, and what it said."""

    def __init__(self, client: WebClient) -> None:
        self.token = client.token(WRITER)
        config = Config(client.app, ws="none", access_log=False, log_config=None)
        config.load()
        self.state = ServerState()
        self.connection = Connection(config, self.state, {})
        self.wire = Wire()
        self.connection.connection_made(self.wire)

    async def say(self, *parts: bytes) -> tuple[int, dict[str, str], Any]:
        for part in parts:
            self.connection.data_received(part)
        async with asyncio.timeout(5):
            await asyncio.gather(*self.state.tasks)
        head, _, body = self.wire.written.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        return int(first.split()[1]), headers, json.loads(body)


@pytest.fixture
async def line() -> Line:
    return made_line()


def made_line() -> Line:
    router = APIRouter()

    @router.post(THINGS)
    async def make(body: ThingBody, caller: Writing) -> Response:
        return answer(body)

    @router.delete(THINGS)
    async def drop(caller: Writing) -> Response:
        return no_content()

    return Line(web_client(router))


def request(line: Line, *headers: str, body: bytes = BODY) -> bytes:
    told = [
        f"POST {THINGS} HTTP/1.1",
        "Host: here",
        f"Authorization: Bearer {line.token}",
        "Content-Type: application/json",
        *headers,
    ]
    return "\r\n".join(told).encode() + b"\r\n\r\n" + body


async def test_a_sound_request_is_answered(line: Line) -> None:
    status, _, body = await line.say(request(line, f"Content-Length: {len(BODY)}"))

    assert (status, body["name"]) == (200, "a")
    assert not line.wire.closed.is_set()


async def test_head_and_body_of_an_answer_are_one_write(line: Line) -> None:
    for writes in (1, 2):
        line.wire.written = b""
        status, _, body = await line.say(request(line, f"Content-Length: {len(BODY)}"))
        assert (status, body["name"], line.wire.writes) == (200, "a", writes)


async def test_an_answer_without_a_body_is_sent_as_soon_as_it_is_whole(line: Line) -> None:
    line.connection.data_received(request(line, body=b"").replace(b"POST", b"DELETE", 1))
    async with asyncio.timeout(5):
        await asyncio.gather(*line.state.tasks)

    assert line.wire.written.startswith(b"HTTP/1.1 204 ")
    assert line.wire.written.endswith(b"\r\n\r\n")


def test_a_head_that_waits_goes_out_before_the_end() -> None:
    wire = Wire()
    corked = Corked(wire)
    corked.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert wire.written.endswith(b"Continue\r\n\r\n")
    corked.write(b"HTTP/1.1 200 OK\r\n\r\n")
    assert b"200" not in wire.written
    corked.close()
    assert wire.written.endswith(b"200 OK\r\n\r\n")
    assert wire.is_closing()
    assert corked.is_closing()


async def test_what_follows_a_body_in_chunks_is_no_header(line: Line) -> None:
    chunked = b"%x\r\n%s\r\n0\r\nX-API-Key: another\r\n\r\n" % (len(BODY), BODY)
    status, _, _ = await line.say(request(line, "Transfer-Encoding: chunked", body=chunked))

    assert status == 200  # with both a token and a key it would be 401


ENDLESS = {
    "address": (b"GET /", b"a" * 1000),
    "header": (b"GET / HTTP/1.1\r\nX-A: ", b"a" * 1000),
    "headers": (b"GET / HTTP/1.1\r\n", b"X-A: a\r\n" * 100),
}


@pytest.mark.parametrize("kind", ENDLESS)
async def test_a_head_without_end_is_refused_and_cut_off(line: Line, kind: str) -> None:
    begun, more = ENDLESS[kind]
    reads = 0
    line.connection.data_received(begun)
    while not line.wire.closed.is_set() and reads * len(more) <= 2 * HEAD_BYTES_MAX:
        line.connection.data_received(more)
        reads += 1
    status, headers, body = await line.say()

    assert (status, body["code"]) == (431, "http.head_too_large")
    assert headers["content-type"] == "application/problem+json"
    assert headers["connection"] == "close"
    assert reads * len(more) <= HEAD_BYTES_MAX + 2 * len(more)


async def test_trailers_without_end_are_cut_off(line: Line) -> None:
    chunked = b"%x\r\n%s\r\n0\r\nX-A: " % (len(BODY), BODY)
    line.connection.data_received(request(line, "Transfer-Encoding: chunked", body=chunked))
    reads = 0
    while not line.wire.closed.is_set() and reads * 1000 <= 2 * HEAD_BYTES_MAX:
        line.connection.data_received(b"a" * 1000)
        reads += 1
    line.connection.connection_lost(None)
    status, _, body = await line.say()

    assert (status, body["code"]) == (431, "http.head_too_large")
    assert reads * 1000 <= HEAD_BYTES_MAX + 2000


async def test_a_long_body_in_small_pieces_is_none_of_that(line: Line) -> None:
    line.connection.data_received(request(line, "Content-Length: 200000", body=b""))
    for _ in range(199):
        line.connection.data_received(b" " * 1000)
    status, _, _ = await line.say(BODY.rjust(1000))

    assert status == 200


async def test_heads_on_one_connection_are_not_counted_together(line: Line) -> None:
    padding = "X-A: " + "a" * (HEAD_BYTES_MAX // 2)
    for _ in range(4):
        whole = request(line, padding, f"Content-Length: {len(BODY)}")
        half = len(whole) // 2
        line.wire.written = b""
        status, _, _ = await line.say(whole[:half], whole[half:])
        assert status == 200


async def test_what_is_no_http_is_a_problem_too(line: Line) -> None:
    status, headers, body = await line.say(b"\x16\x03\x01 hello\r\n\r\n")

    assert (status, body["code"]) == (400, "http.malformed")
    assert body["title"]
    assert body["detail"] != body["code"]
    assert headers["x-request-id"] == body["request_id"].lower()
    assert line.wire.closed.is_set()


async def test_a_refusal_is_no_answer_to_what_was_asked_before(line: Line) -> None:
    whole = request(line, f"Content-Length: {len(BODY)}")
    line.connection.data_received(whole + b"NONSENSE\r\n\r\n")
    assert line.wire.closed.is_set()
    assert line.wire.written == b""

    async with asyncio.timeout(5):
        await asyncio.gather(*line.state.tasks)
    assert b" 400 " not in line.wire.written


async def test_a_fault_in_a_body_is_told_as_long_as_nothing_else_was_answered(line: Line) -> None:
    chunked = request(line, "Transfer-Encoding: chunked", body=b"")
    line.connection.data_received(chunked)
    line.connection.data_received(b"no number\r\n")

    assert line.wire.written.startswith(b"HTTP/1.1 400 ")
    assert line.wire.closed.is_set()
    line.connection.connection_lost(None)
    async with asyncio.timeout(5):
        await asyncio.gather(*line.state.tasks)


async def test_requests_wait_for_one_another_but_not_too_many(line: Line) -> None:
    whole = request(line, f"Content-Length: {len(BODY)}")
    line.connection.data_received(whole * (PIPELINED_MAX + 1))
    assert not line.wire.closed.is_set()
    async with asyncio.timeout(5):
        while line.wire.written.count(b"HTTP/1.1 200 ") <= PIPELINED_MAX:
            await asyncio.gather(*line.state.tasks)

    line.connection.data_received(whole * (PIPELINED_MAX + 2))
    assert line.wire.closed.is_set()


@pytest.mark.parametrize("begun", [b"", b"POST / HTTP/1.1\r\nX-A:", b"whole head"])
async def test_a_request_that_comes_too_slowly_is_given_up(
    begun: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "REQUEST_SECONDS_MAX", 0.01)
    line = made_line()
    if begun == b"whole head":
        begun = request(line, "Content-Length: 9", body=b"{")
    line.connection.data_received(begun)
    async with asyncio.timeout(5):
        await line.wire.closed.wait()

    assert line.wire.written.startswith(b"HTTP/1.1 408 ")
    assert b"http.too_slow" in line.wire.written
    line.connection.connection_lost(None)
    await asyncio.gather(*line.state.tasks)


async def test_the_rest_of_a_body_that_was_refused_already_has_its_time_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http, "REQUEST_SECONDS_MAX", 0.01)
    line = made_line()
    status, _, _ = await line.say(request(line, "Content-Length: 99999999", body=b""))
    assert status == 413
    answered = line.wire.written
    async with asyncio.timeout(5):
        await line.wire.closed.wait()

    assert line.wire.written == answered


async def test_whoever_is_answered_in_time_is_not_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http, "REQUEST_SECONDS_MAX", 0.01)
    line = made_line()
    whole = request(line, f"Content-Length: {len(BODY)}")
    await line.say(whole[:9], whole[9:])
    await asyncio.sleep(0.03)

    assert not line.wire.closed.is_set()


async def test_a_client_that_does_not_read_is_cut_off(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "READ_SECONDS_MAX", 0.01)
    line.connection.pause_writing()
    line.connection.resume_writing()
    await asyncio.sleep(0.03)
    assert not line.wire.closed.is_set()

    line.connection.pause_writing()
    async with asyncio.timeout(5):
        await line.wire.closed.wait()
