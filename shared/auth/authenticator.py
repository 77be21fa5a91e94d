"""From the headers of a request to its caller."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from shared.auth.api_keys import KeyRing, parse_key
from shared.auth.caller import Caller
from shared.auth.key_reader import KeyReader
from shared.auth.tokens import TokenReader
from shared.clock import Clock
from shared.errors import NotAuthenticated

_KEY_START = "linli_"
_CODE_START_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request says of its sender."""

    authorization: str | None
    api_key: str | None
    address: str | None


CodeReader = Callable[[str, str | None], Awaitable[Caller]]
"""From a code and the address that it came from to its caller; ``NotAuthenticated``,
``TooMany``."""


class Authenticator:
    """Tells callers by bearer token, by API key where a ring of keys is at hand, and by a
    service's own codes: ``codes`` has their readers by the four signs that such a code begins
    with."""

    def __init__(
        self,
        tokens: TokenReader,
        clock: Clock,
        *,
        ring: KeyRing | None = None,
        pepper: str = "",
        environment: str = "dev",
        codes: Mapping[str, CodeReader] | None = None,
    ) -> None:
        self._tokens = tokens
        self._codes = codes or {}
        self._keys = None if ring is None else KeyReader(ring, clock, pepper, environment)

    async def caller(self, sent: Credentials) -> Caller:
        """Who sent these credentials; ``NotAuthenticated``, or ``Unavailable`` if that cannot be
        told now."""
        if sent.authorization and sent.api_key:
            raise NotAuthenticated("auth.ambiguous")
        if sent.api_key:
            return await self._machine(sent.api_key, sent.address)
        scheme, _, token = (sent.authorization or "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise NotAuthenticated("auth.missing")
        if token.startswith(_KEY_START):
            return await self._machine(token, sent.address)
        read = self._codes.get(token[:_CODE_START_LENGTH])
        if read is not None:
            return await read(token, sent.address)
        return await self._tokens.read(token)

    async def _machine(self, text: str, address: str | None) -> Caller:
        if self._keys is None:
            parse_key(text)
            raise NotAuthenticated("auth.key_unknown")
        return await self._keys.read(text, address)
