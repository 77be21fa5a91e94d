"""From the headers of a request to its caller."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from shared.auth.api_keys import KeyRing, check_key, parse_key
from shared.auth.caller import Caller
from shared.auth.tokens import TokenReader
from shared.clock import Clock
from shared.errors import LinliError, NotAuthenticated

_KEY_START = "linli_"
_CODE_START_LENGTH = 4
_USED_EVERY_SECONDS = 60
_USED_REMEMBERED_MAX = 10_000


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
        self._clock = clock
        self._ring = ring
        self._pepper = pepper
        self._environment = environment
        self._used: OrderedDict[str, float] = OrderedDict()

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
        key = parse_key(text)
        if self._ring is None or key.environment != self._environment:
            raise NotAuthenticated("auth.key_unknown")
        now = self._clock.now()
        kept = await self._ring.find(key.public_id)
        caller = check_key(key, kept, pepper=self._pepper, now=now, address=address)
        await self._note_use(key.public_id)
        return caller

    async def _note_use(self, public_id: str) -> None:
        """Coarse last use; that it could not be noted is no reason to refuse the call."""
        assert self._ring is not None
        now = self._clock.now()
        if now.timestamp() - self._used.get(public_id, float("-inf")) < _USED_EVERY_SECONDS:
            return
        self._used[public_id] = now.timestamp()
        self._used.move_to_end(public_id)
        if len(self._used) > _USED_REMEMBERED_MAX:
            self._used.popitem(last=False)
        try:
            await self._ring.used(public_id, now)
        except LinliError:
            self._used.pop(public_id, None)
