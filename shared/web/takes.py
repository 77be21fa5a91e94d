"""``Takes``: which bodies a route reads, where that is not JSON of the common size."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message as Mail

from fastapi import Request
from starlette.types import Receive

from shared.errors import Unavailable
from shared.web.exchange import SCOPE_KEY, Exchange
from shared.web.limits import household
from shared.web.problems import TooSlow, UnsupportedType
from shared.web.serving import whole_body

JSON = "application/json"
JSON_ONLY = frozenset({JSON})
URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
AT_ONCE_MAX = 16
"""Bodies of one such route in hand at once: 160 MB if each is the largest photo."""
AT_ONCE_EACH_MAX = 8
"""Of one client address: who sends slowly does not keep everybody out."""
READ_SECONDS_MAX = 60.0
"""A body of 10 MB comes in this time over 1.4 Mbit/s."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A body as it was sent."""

    media_type: str
    """In lower case, without parameters; empty if there was no body."""
    boundary: str | None
    """Between the parts of a multipart body."""
    body: bytes


class Takes:
    """A dependency that gives the body, and says of which types and of what size it may be.

    ``bytes_max`` None: as large as any. The gate is before it: nobody's body is read who is not
    let in. Errors: ``UnsupportedType``, ``TooLarge``, ``TooSlow`` (408); ``Unavailable`` while 16
    bodies of the route are in hand, or 8 from one address.
    """

    __slots__ = ("_in_hand", "bytes_max", "media_types")

    def __init__(self, *media_types: str, bytes_max: int | None = None) -> None:
        self.media_types = frozenset(media_types)
        self.bytes_max = bytes_max
        self._in_hand: Counter[str] = Counter()

    async def __call__(self, request: Request) -> Sent:
        """The body; it is here already."""
        exchange: Exchange = request.scope[SCOPE_KEY]
        header = exchange.header(b"content-type") if exchange.body else None
        return Sent(media_type_of(header), _boundary_of(header), exchange.body)

    @contextmanager
    def room(self, address: str | None) -> Iterator[None]:
        """Room in memory for one body from this address, until it is done with."""
        who = household(address)
        if self._in_hand.total() >= AT_ONCE_MAX or self._in_hand[who] >= AT_ONCE_EACH_MAX:
            raise Unavailable("http.busy", retry_after_seconds=1)
        self._in_hand[who] += 1
        try:
            yield
        finally:
            self._in_hand[who] -= 1
            self._in_hand += Counter()  # forgets who has none

    async def read(self, exchange: Exchange, receive: Receive) -> bytes:
        """The whole body, if it comes in time: who sends slowly holds the room of others."""
        sent = media_type_of(exchange.header(b"content-type"))
        if sent and sent not in self.media_types:
            raise unsupported(self.media_types)
        try:
            async with asyncio.timeout(READ_SECONDS_MAX):
                return await whole_body(receive)
        except TimeoutError:
            raise TooSlow("http.too_slow", limit_seconds=int(READ_SECONDS_MAX)) from None


def unsupported(allowed: Collection[str]) -> UnsupportedType:
    """The refusal of a body that is of none of the allowed types."""
    return UnsupportedType("http.unsupported_type", allowed=", ".join(sorted(allowed)))


def media_type_of(header: str | None) -> str:
    """The type that a ``Content-Type`` header names, in lower case; empty without one."""
    return (header or "").split(";", 1)[0].strip().lower()


def _boundary_of(header: str | None) -> str | None:
    mail = Mail()
    mail["content-type"] = header or ""
    told = mail.get_param("boundary")
    return told if isinstance(told, str) else None
