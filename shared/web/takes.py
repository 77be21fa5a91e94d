"""``Takes``: which bodies a route reads, where that is not JSON of the common size."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message as Mail

from fastapi import Request
from pydantic import BaseModel
from starlette.types import Receive

from shared.errors import Unavailable
from shared.web.exchange import SCOPE_KEY, Exchange
from shared.web.limits import household
from shared.web.problems import TooSlow, UnsupportedType
from shared.web.serving import whole_body

JSON = "application/json"
JSON_ONLY = frozenset({JSON})
URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
IN_HAND_BYTES_MAX, IN_HAND_BYTES_EACH_MAX = 64 * 1024 * 1024, 32 * 1024 * 1024
"""Of all such bodies in hand, and of those from one client address: who sends slowly neither keeps
everybody out nor fills the memory, and a form's parts take as much again."""
READ_SECONDS_MAX = 60.0
"""A body of 10 MB comes in this time over 1.4 Mbit/s."""


_in_hand: Counter[str] = Counter()
"""Bytes by address, in this process."""


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

    ``bytes_max`` None: as large as any. ``form``: which fields a form of these types has, to be
    told in the API's description. The gate is before it: nobody's body is read who is not
    let in. Errors: ``UnsupportedType``, ``TooLarge``, ``TooSlow`` (408); ``Unavailable`` while
    bodies of 64 MB are in hand, on all routes together, or 32 MB from one address.
    """

    __slots__ = ("bytes_max", "form", "media_types")

    def __init__(
        self,
        *media_types: str,
        bytes_max: int | None = None,
        form: type[BaseModel] | None = None,
    ) -> None:
        self.media_types = frozenset(media_types)
        self.bytes_max = bytes_max
        self.form = form

    async def __call__(self, request: Request) -> Sent:
        """The body; it is here already."""
        exchange: Exchange = request.scope[SCOPE_KEY]
        header = exchange.header(b"content-type") if exchange.body else None
        return Sent(media_type_of(header), _boundary_of(header), exchange.body)

    @contextmanager
    def room(self, exchange: Exchange, address: str | None) -> Iterator[None]:
        """Room in memory for one body from this address, until it is done with."""
        told = exchange.header(b"content-length")
        size = (self.bytes_max or 0) if told is None else int(told)
        who = household(address)
        left = min(
            IN_HAND_BYTES_MAX - _in_hand.total(), IN_HAND_BYTES_EACH_MAX - _in_hand.get(who, 0)
        )
        if size > left:
            raise Unavailable("http.busy", retry_after_seconds=1)
        _in_hand[who] += size
        try:
            yield
        finally:
            _in_hand[who] -= size
            if not _in_hand[who]:
                del _in_hand[who]

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
