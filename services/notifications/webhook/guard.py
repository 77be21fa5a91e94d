"""The address guard: what is dialled was checked, and what was checked is dialled.

The resolver hands on only checked addresses; it is not asked about IP literals, so the socket
factory checks the concrete address of every dial again (webhooks.md, 7)
by hooks that aiohttp offers.
"""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from services.notifications.domain.address import AddressRules, is_allowed

RESOLVE_SECONDS_MAX = 3.0
RESOLVERS = 16
"""Look-ups at once. Threads of our own: a name server that hangs blocks nothing else here."""

AddrInfo = tuple[int, int, int, str, tuple[Any, ...]]


class AddressDenied(Exception):
    """The receiver's address may not be dialled; says neither which nor why, for it is shown."""


class Guard(AbstractResolver):
    """Resolver and socket factory of one connector."""

    def __init__(self, rules: AddressRules) -> None:
        self._rules = rules
        self._threads = ThreadPoolExecutor(RESOLVERS, thread_name_prefix="resolve")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """All addresses of the name, within 3 s.

        ``AddressDenied`` if any of them is denied: one good and one bad make no receiver.
        ``OSError`` if there is none, or no answer in time.
        """
        loop = asyncio.get_running_loop()
        look_up = loop.run_in_executor(self._threads, _look_up, host, port, family)
        try:
            async with asyncio.timeout(RESOLVE_SECONDS_MAX):
                found = await look_up
        except TimeoutError:
            raise OSError("no answer from the name server in time") from None
        for each in found:
            self._check(each["host"], port)
        return found

    def dial(self, address: AddrInfo) -> socket.socket:
        """A socket for this very address; ``AddressDenied``."""
        family, kind, protocol, _, target = address
        self._check(str(target[0]), int(target[1]))
        dialled = socket.socket(family=family, type=kind, proto=protocol)
        dialled.setblocking(False)
        return dialled

    async def close(self) -> None:
        """Let go of the threads; one that still waits for a name server ends with it."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _check(self, address: str, port: int) -> None:
        if not is_allowed(address, port, self._rules):
            raise AddressDenied


def _look_up(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    infos = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
    return [
        ResolveResult(
            hostname=host,
            host=str(address[0]),
            port=port,
            family=kind,
            proto=protocol,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )
        for kind, _, protocol, _, address in infos
    ]
