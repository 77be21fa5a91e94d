"""A gate in front of a broker: shut it, and the broker is away; freeze it, and it falls silent.

For tests. What stands behind it is real and goes on undisturbed, so that a test can take a broker
from one service without taking it from the other tests.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from deploy.local.ports import HOST

_CHUNK_BYTES = 65_536


class Gate:
    """Forwards TCP from a port of its own to the address in a URL; made by ``Gate.before``."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._server: asyncio.Server | None = None
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._passing: set[asyncio.Task[None]] = set()
        self.port = 0

    @classmethod
    async def before(cls, url: str) -> "Gate":
        """An open gate before the broker of this URL (``amqp://`` or ``mongodb://``, one host)."""
        gate = cls(url)
        await gate.open()
        return gate

    @property
    def url(self) -> str:
        """The same URL by way of the gate."""
        credentials, at, _ = self._target.netloc.rpartition("@")
        return urlunsplit(self._target._replace(netloc=f"{credentials}{at}{HOST}:{self.port}"))

    async def open(self) -> None:
        """Let connections through (again), at the same port as before."""
        self._flowing.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._pass, HOST, self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Break the connections there are and refuse new ones: the broker is away."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        passing = list(self._passing)
        for task in passing:
            task.cancel()
        await asyncio.gather(*passing, return_exceptions=True)

    def freeze(self) -> None:
        """Keep connections open and let nothing through: the broker hangs. ``thaw`` ends it."""
        self._flowing.clear()

    def thaw(self) -> None:
        """Let through what was held back, and all that follows."""
        self._flowing.set()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._passing.add(task)
        ends = [writer]
        try:
            behind, ahead = await asyncio.open_connection(self._target.hostname, self._target.port)
            ends.append(ahead)
            await _either(self._pump(reader, ahead), self._pump(behind, writer))
        except (OSError, asyncio.CancelledError):
            pass  # either end has gone, or the gate was shut: both ends are closed below
        finally:
            self._passing.discard(task)
            for end in ends:
                end.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while chunk := await source.read(_CHUNK_BYTES):
            await self._flowing.wait()
            sink.write(chunk)
            await sink.drain()


async def _either(*pumps: Coroutine[Any, Any, None]) -> None:
    """Until one of them ends; the others are ended with it."""
    tasks = [asyncio.create_task(pump) for pump in pumps]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
