"""The clock of property: does what time alone brings, in any number of replicas at once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import Counter

from shared.due import EVERY_SECONDS, Due

CHANGED = Counter("linli_property_alarms_total", "What time alone has changed", ["sweep"])

Sweep = Callable[[], Awaitable[int]]
"""Does all that is due by now, and says how much that was."""


class PropertyWorker:
    """Makes its sweeps in turn, again and again, until it is stopped."""

    def __init__(
        self, sweeps: Mapping[str, Sweep], *, every_seconds: float = EVERY_SECONDS
    ) -> None:
        """``sweeps`` by the names that their counts are shown by."""
        self._sweeps = sweeps
        self._due = Due(self.sweep, every_seconds=every_seconds)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until the event is set."""
        await self._due.run(stop)

    async def sweep(self) -> None:
        """All that is due by now, of every sort."""
        for name, sweep in self._sweeps.items():
            CHANGED.labels(name).inc(await sweep())
