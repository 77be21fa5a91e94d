"""The HTTP/1.1 connection: uvicorn's own, with bounds on heads, on what waits its turn and on
time, without trailers, with its refusals as problem+json, and with head and body of an answer in
one write.

The parser bounds no head by itself, so one client could fill the memory before anybody asks who it
is. And it gives what follows a chunked body as if it were headers: a proxy that checks or sets a
header would be talked over by it.
"""

import asyncio
from http import HTTPStatus
from typing import Any

from httptools import HttpParserError
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.web.exchange import Exchange
from shared.web.problems import Problem

HEAD_BYTES_MAX = 64 * 1024
"""Of request line and headers, beside what the first read of them brings."""
PIPELINED_MAX = 64
"""Requests that wait on one connection for the answers to those before them."""
REQUEST_SECONDS_MAX = 75.0
"""For a request to come whole, head and body; a route may allow less."""
READ_SECONDS_MAX = 120.0
"""For a client to take what is written: a photo of 2 MB in this time is 140 kbit/s."""


class Corked:
    """A transport that keeps the head of an answer back until its body, or its end, is here.

    uvicorn writes the two one after the other; a write to a socket costs as much as all of the
    validation of a small body.
    """

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._head = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send it, after the head that waits; a head waits."""
        if self._head:
            data, self._head = self._head + data, b""
        elif data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 1"):
            self._head = data
            return
        self._transport.write(data)

    def flush(self) -> None:
        """Send the head that waits, if any: there is no body."""
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)

    def close(self) -> None:
        """Send what waits, and close."""
        self.flush()
        self._transport.close()


class Connection(HttpToolsProtocol):
    """One connection of a client."""

    _in_head = False
    _awaited = True
    """Whether a request is to come in, or is coming in."""
    _bare_bytes = 0
    """Read for it since it began or more of its body came: of a head, or of trailers."""
    _begun = _fed = False
    """Whether, in what was read last, it began or more of its body came."""
    _late: asyncio.TimerHandle | None = None
    _stuck: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is here."""
        super().connection_made(Corked(transport))  # type: ignore[arg-type]
        self._await()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._let_be(self._late)
        self._let_be(self._stuck)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client does not take what is written: for a while it may."""
        self._stuck = self.loop.call_later(READ_SECONDS_MAX, self.transport.abort)
        super().pause_writing()

    def resume_writing(self) -> None:
        """It took it."""
        self._let_be(self._stuck)
        super().resume_writing()

    def on_response_complete(self) -> None:
        """The answer is whole: if it has no body, its head is sent now."""
        self.transport.flush()  # type: ignore[attr-defined]
        super().on_response_complete()

    def on_message_begin(self) -> None:
        """A head comes in."""
        self._in_head = self._begun = self._awaited = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole: whatever else comes as a header is a trailer, and dropped."""
        if len(self.pipeline) >= PIPELINED_MAX:
            raise HttpParserError("too many requests wait")
        self._in_head = False
        super().on_headers_complete()
        self.headers = []

    def on_body(self, body: bytes) -> None:
        """More of the body."""
        self._fed = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._awaited = False
        self._let_be(self._late)
        self._late = None
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Read on; a head, or trailers, without end are refused (431) and the connection closed."""
        self._begun = self._fed = False
        super().data_received(data)
        if not self._awaited:
            return
        if self._begun:
            self._await()
        self._bare_bytes = 0 if self._begun or self._fed else self._bare_bytes + len(data)
        if self._bare_bytes > HEAD_BYTES_MAX:
            self._refuse(Problem(431, "http.head_too_large", {"limit_bytes": HEAD_BYTES_MAX}))

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP/1.1 is told so in the form of all our errors."""
        self._refuse(Problem(400, "http.malformed"))

    def _await(self) -> None:
        self._let_be(self._late)
        self._late = self.loop.call_later(REQUEST_SECONDS_MAX, self._too_late)

    def _too_late(self) -> None:
        self._refuse(Problem(408, "http.too_slow", {"limit_seconds": int(REQUEST_SECONDS_MAX)}))

    @staticmethod
    def _let_be(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()

    def _refuse(self, problem: Problem) -> None:
        """Say why, if it is this request's turn to be answered, and close."""
        if self.transport.is_closing():
            return
        if self._is_next():
            self._write(problem)
        self.transport.close()

    def _is_next(self) -> bool:
        """Answers come in the order of requests: a refusal is none to what was asked before."""
        cycle = self.cycle
        if cycle is None:
            return True
        if self._in_head:
            return cycle.response_complete
        return not cycle.response_started and not self.pipeline

    def _write(self, problem: Problem) -> None:
        exchange = Exchange({"method": "-", "path": "-", "headers": []})
        response = problem.response(exchange)
        headers = [
            *response.raw_headers,
            (b"x-request-id", exchange.request_id.encode()),
            (b"connection", b"close"),
        ]
        status = HTTPStatus(problem.status)
        head = f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode()
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        self.transport.write(head + lines + b"\r\n" + bytes(response.body))
