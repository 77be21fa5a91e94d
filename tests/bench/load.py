"""A light HTTP/1.1 client: prepared bytes on kept connections, so that the server limits."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

SETTLE_SECONDS = 0.5

Request = bytes | Callable[[], bytes]
"""What is sent: the same again and again, or made anew each time, which is not counted."""


@dataclass
class Result:
    """What a run gave: rate per second and latencies in milliseconds."""

    rate: float
    latencies_ms: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float | None:
        """The latency that this share of the answers did not exceed; None without any."""
        if not self.latencies_ms:
            return None
        ordered = sorted(self.latencies_ms)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


class Failed(Exception):
    """The server answered something else than success; the figures would mean nothing."""


class _Connection(asyncio.Protocol):
    """Sends the next request as soon as the answer is whole."""

    def __init__(self, request: Request, times: list[float]) -> None:
        self._request = request
        self._times = times
        self._buffer = b""
        self._sent = 0.0
        self._transport: asyncio.Transport | None = None
        self.measuring = False
        self.over = False
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop has a class of its own
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found or len(rest) < _length(head):
            return
        if self.measuring:
            self._times.append(time.perf_counter() - self._sent)
        if not head.startswith(b"HTTP/1.1 2"):
            self._fail(Failed(self._buffer[:400].decode(errors="replace")))
            return
        self._buffer = b""
        if self.over:
            self._finish()
        else:
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(Failed("connection lost"))

    def _send(self) -> None:
        assert self._transport is not None
        request = self._request if isinstance(self._request, bytes) else self._request()
        self._sent = time.perf_counter()
        self._transport.write(request)

    def _finish(self) -> None:
        if not self.done.done():
            self.done.set_result(None)
        if self._transport is not None:
            self._transport.close()

    def _fail(self, error: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(error)
        if self._transport is not None:
            self._transport.close()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def prepared(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A POST as bytes."""
    lines = [f"POST {path} HTTP/1.1", "host: 127.0.0.1", "content-type: application/json"]
    lines += [f"content-length: {len(body)}", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def run(port: int, request: Request, *, in_flight: int, seconds: float) -> Result:
    """Keep this many requests in flight; count those answered after a short warm-up."""
    loop = asyncio.get_running_loop()
    times: list[float] = []
    connections: list[_Connection] = []
    for _ in range(in_flight):
        _, made = await loop.create_connection(
            lambda: _Connection(request, times), "127.0.0.1", port
        )
        connections.append(made)
    finished = asyncio.gather(*(c.done for c in connections))
    await asyncio.wait([finished], timeout=SETTLE_SECONDS)
    begun = time.perf_counter()
    for connection in connections:
        connection.measuring = True
    await asyncio.wait([finished], timeout=seconds)
    elapsed = time.perf_counter() - begun
    counted = list(times)
    for connection in connections:
        connection.over = True
    async with asyncio.timeout(30):
        await finished
    return Result(len(counted) / elapsed, [1000 * value for value in counted])
