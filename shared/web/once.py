"""``Idempotency-Key``: what is sent twice happens once
(draft-ietf-httpapi-idempotency-key-header-07).

The answer is kept in the document that the request wrote, by the same write, for 24 hours. So an
answer is there exactly if its effect is; errors leave none, and may be tried again.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from operator import attrgetter
from typing import Any

from fastapi import Request
from pydantic import BaseModel

from shared.envelope import CALL, Answer
from shared.errors import Conflict, Invalid, Malformed
from shared.web.exchange import SCOPE_KEY, Exchange
from shared.web.forms import etag, url

KEY_LENGTH_MAX = 255
RETRY_AFTER_SECONDS = 1
_BARE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+")
_QUOTED = re.compile(r'"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')

Lookup = Callable[[str], Awaitable[dict[str, Any] | None]]
"""Finds the answer kept for an ``Idempotency-Key``: ``Documents.answered``."""


class Replayed(Exception):
    """Not a fault: the answer is known already, and is given again."""

    def __init__(self, kept: dict[str, Any]) -> None:
        super().__init__("replayed")
        self.status: int = kept["status"]
        self.headers: dict[str, str] = kept["headers"]
        self.body: str = kept["body"]


class Once:
    """A dependency of a route that writes one aggregate.

    ``lookup`` finds a kept answer (``Documents.answered``); ``view`` makes the answer's view from
    the aggregate as saved. With status 201 the answer's ``Location`` is the request's path and what
    ``named`` says, the aggregate's id if not told. Errors: ``Malformed`` for a bad key, ``Invalid``
    for a key that came with another body before, ``Conflict`` while the first one still runs,
    ``NotFound`` for an answer of a community that is not the caller's any more.
    """

    def __init__(
        self,
        lookup: Lookup,
        view: Callable[[Any], BaseModel],
        status: int = 200,
        named: Callable[[Any], str] = attrgetter("id"),
    ) -> None:
        self._lookup = lookup
        self._view = view
        self._status = status
        self._named = named
        self._running: set[str] = set()

    async def __call__(self, request: Request) -> None:
        """Gives the known answer again, or lets the request run and its answer be kept."""
        exchange: Exchange = request.scope[SCOPE_KEY]
        header = exchange.header(b"idempotency-key")
        if header is None or exchange.caller is None or exchange.at_end is not None:
            return
        caller = exchange.caller
        key = _digest(caller.kind, caller.id, exchange.method, exchange.path, read_key(header))
        if key in self._running:
            raise Conflict("idempotency.running", retry_after_seconds=RETRY_AFTER_SECONDS)
        self._running.add(key)
        exchange.at_end = lambda: self._running.discard(key)
        fingerprint = hashlib.sha256(exchange.body).hexdigest()
        kept = await self._lookup(key)
        if kept is not None:
            if kept["fingerprint"] != fingerprint:
                raise Invalid("idempotency.reused", pointer="header:Idempotency-Key")
            caller.may(kept["community"])  # who has left it since is told nothing of it any more
            raise Replayed(kept)
        render = self._renderer(exchange.path)
        CALL.set(replace(CALL.get(), answer=Answer(key, fingerprint, render)))

    def _renderer(self, path: str) -> Callable[[Any], dict[str, Any]]:
        def render(aggregate: Any) -> dict[str, Any]:
            headers = {"ETag": etag(aggregate.version)}
            if self._status == 201:
                headers["Location"] = url(f"{path.rstrip('/')}/{self._named(aggregate)}")
            body = self._view(aggregate).model_dump_json()
            told = {"status": self._status, "headers": headers, "body": body}
            return {**told, "community": aggregate.community}

        return render


class Keyed:
    """A dependency that tells whether the call bears an ``Idempotency-Key``."""

    async def __call__(self, request: Request) -> bool:
        """Whether it does."""
        exchange: Exchange = request.scope[SCOPE_KEY]
        return exchange.header(b"idempotency-key") is not None


def read_key(header: str) -> str:
    """The key in a header: a quoted string (RFC 8941, 3.3.3), or bare; ``Malformed`` if neither."""
    header = header.strip()
    quoted = _QUOTED.fullmatch(header)
    bare = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else header
    sound = bool(quoted) or bool(_BARE.fullmatch(header))
    if not sound or not 0 < len(bare) <= KEY_LENGTH_MAX:
        raise Malformed(
            "idempotency.malformed", pointer="header:Idempotency-Key", length_max=KEY_LENGTH_MAX
        )
    return bare


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
