"""A gate in front of a broker: shut it, and the broker is away; freeze it, and it falls silent.

For tests. What stands behind it is real and goes on undisturbed, so that a test can take a broker
from one service without taking it from the other tests.
"""

import asyncio
import socket
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from deploy.local.ports import HOST

_CHUNK_BYTES = 65_536


class Gate:
    """Forwards TCP from a port of its own to the address in a URL; made by ``Gate.before``."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._listener: socket.socket | None = None
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
        if self._listener is None:
            # Not asyncio's server: one that is closed in the round of the loop in which somebody
            # connects leaves that connection open for good (and nobody knows of it).
            self._listener = socket.create_server((HOST, self.port))
            self._listener.setblocking(False)
            self.port = self._listener.getsockname()[1]
            asyncio.get_running_loop().add_reader(self._listener, self._accept, self._listener)

    async def shut(self) -> None:
        """Break the connections there are and refuse new ones: the broker is away."""
        listener, self._listener = self._listener, None
        if listener is not None:
            asyncio.get_running_loop().remove_reader(listener)
            listener.close()
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

    def _accept(self, listener: socket.socket) -> None:
        try:
            client, _ = listener.accept()
        except OSError:
            return  # whoever came has gone again
        client.setblocking(False)
        task = asyncio.create_task(self._pass(client))
        self._passing.add(task)
        task.add_done_callback(self._passing.discard)
        # also of a task that was ended before its first step
        task.add_done_callback(lambda _: client.close())

    async def _pass(self, client: socket.socket) -> None:
        ends: list[asyncio.StreamWriter] = []
        try:
            reader, writer = await asyncio.open_connection(sock=client)
            ends.append(writer)
            behind, ahead = await asyncio.open_connection(self._target.hostname, self._target.port)
            ends.append(ahead)
            await _either(self._pump(reader, ahead), self._pump(behind, writer))
        except (OSError, asyncio.CancelledError):
            pass  # either end has gone, or the gate was shut: both ends are closed below
        finally:
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
