"""Real receivers on a real socket, well-behaved and otherwise."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]
Wire = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Got:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes
    peer: object


@dataclass
class Receiver:
    """An HTTP server; ``got`` has all that came, ``answer`` says what to do next."""

    url: str = ""
    got: list[Got] = field(default_factory=list)
    answer: Behaviour | None = None
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Note it, then behave."""
        peer = request.transport.get_extra_info("peername") if request.transport else None
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.got.append(Got(headers, await request.read(), peer))
        self.came.set()
        return web.Response(text="ok") if self.answer is None else await self.answer(request)

    async def wait_for(self, count: int, seconds: float = 10) -> None:
        """Until so many requests came."""
        async with asyncio.timeout(seconds):
            while len(self.got) < count:
                self.came.clear()
                await self.came.wait()

    def ids(self) -> list[str]:
        """The message ids in the order they came."""
        return [each.headers["webhook-id"] for each in self.got]


@contextlib.asynccontextmanager
async def receiving(answer: Behaviour | None = None) -> AsyncIterator[Receiver]:
    """A receiver on loopback."""
    receiver = Receiver(answer=answer)
    app = web.Application(client_max_size=2**20)
    app.router.add_route("*", "/{path:.*}", receiver.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        address, port = runner.addresses[0][:2]
        receiver.url = f"http://{address}:{port}/hook"
        yield receiver
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def on_the_wire(behave: Wire) -> AsyncIterator[str]:
    """A server that speaks bytes; gives its URL."""
    open_: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await behave(reader, writer)
        open_.discard(writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/hook"
    finally:
        server.close()
        for writer in open_:
            writer.close()
        await server.wait_closed()


async def request_of(reader: asyncio.StreamReader) -> bytes:
    """The head of a request."""
    return await reader.readuntil(b"\r\n\r\n")
