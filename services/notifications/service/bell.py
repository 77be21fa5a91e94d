"""The bell between whoever makes a delivery due and the worker in the same process.

It is a hint and no more: what rings unheard is found by the worker's own look at the store.
"""

import asyncio
from collections import deque
from collections.abc import Iterable

from services.notifications.domain.delivery import Delivery

HINTS_MAX = 10_000


class Bell:
    """Hands over what has just become due; beyond its limit the oldest hints are forgotten."""

    def __init__(self) -> None:
        self._hints: deque[Delivery] = deque(maxlen=HINTS_MAX)
        self._rung = asyncio.Event()

    def ring(self, due: Iterable[Delivery]) -> None:
        """Say what is due now."""
        self._hints.extend(due)
        if self._hints:
            self._rung.set()

    async def heard(self) -> list[Delivery]:
        """Wait until it rings; everything that was said since the last time."""
        await self._rung.wait()
        self._rung.clear()
        hints = list(self._hints)
        self._hints.clear()
        return hints
