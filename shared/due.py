"""Does again and again what may have become due, for as long as a service runs."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from shared.errors import Unavailable

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
BACKOFF_SECONDS_MAX = 30.0

Sweep = Callable[[], Awaitable[object]]
"""Does all that is due by now; whatever was missed while nobody looked is due still."""


class Due:
    """Calls ``sweep`` every so many seconds; while the store is away less and less often."""

    def __init__(self, sweep: Sweep, *, every_seconds: float = EVERY_SECONDS) -> None:
        self._sweep = sweep
        self._every_seconds = every_seconds

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set; a sweep that has begun is finished."""
        pause = self._every_seconds
        while not stop.is_set():
            try:
                await self._sweep()
                pause = self._every_seconds
            except Unavailable as error:
                log.warning("cannot look for what is due", extra={"reason": error.code})
                pause = min(pause * 2, BACKOFF_SECONDS_MAX)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await stop.wait()
