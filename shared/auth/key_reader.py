"""From an API key as it was sent to the machine that sent it."""

from collections import OrderedDict

from shared.auth.api_keys import KeyRing, check_key, parse_key
from shared.auth.caller import Caller
from shared.clock import Clock
from shared.errors import LinliError, NotAuthenticated

USED_EVERY_SECONDS = 60
USED_REMEMBERED_MAX = 10_000


class KeyReader:
    """Reads the keys of one ring and one environment, and notes now and then that one was used."""

    def __init__(self, ring: KeyRing, clock: Clock, pepper: str, environment: str) -> None:
        self._ring = ring
        self._clock = clock
        self._pepper = pepper
        self._environment = environment
        self._used: OrderedDict[str, float] = OrderedDict()

    async def read(self, text: str, address: str | None) -> Caller:
        """Whom the key speaks for; ``NotAuthenticated``, or ``Unavailable`` if that cannot be told
        now."""
        key = parse_key(text)
        if key.environment != self._environment:
            raise NotAuthenticated("auth.key_unknown")
        now = self._clock.now()
        kept = await self._ring.find(key.public_id)
        caller = check_key(key, kept, pepper=self._pepper, now=now, address=address)
        await self._note_use(key.public_id)
        return caller

    async def _note_use(self, public_id: str) -> None:
        """Coarse last use; that it could not be noted is no reason to refuse the call."""
        now = self._clock.now()
        if now.timestamp() - self._used.get(public_id, float("-inf")) < USED_EVERY_SECONDS:
            return
        self._used[public_id] = now.timestamp()
        self._used.move_to_end(public_id)
        if len(self._used) > USED_REMEMBERED_MAX:
            self._used.popitem(last=False)
        try:
            await self._ring.used(public_id, now)
        except LinliError:
            self._used.pop(public_id, None)
