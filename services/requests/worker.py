"""The clock of the service: looks every second for requests whose time has come."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import Counter, Gauge

from services.requests.service.deadline import DeadlineService
from shared.clock import Clock
from shared.due import EVERY_SECONDS, Due

CHANGED = Counter("linli_requests_alarms_total", "Requests that time alone has changed")
LATE = Gauge(
    "linli_requests_alarm_late_seconds", "How long the oldest alarm has waited to be heeded"
)


ANONYMISED = Counter(
    "linli_requests_anonymised_total", "What was kept long enough and made anonymous", ["kind"]
)

PHOTOS_EVERY_SECONDS = 300.0
"""So often photos are forgotten whose submission failed; any number of replicas may."""
KEPT_EVERY_SECONDS = 3600.0
"""Rules are in days, so nobody waits for a minute; a change takes effect within the hour."""


class KeptSweeper:
    """Makes anonymous, hour by hour, what was kept long enough; any number of replicas may."""

    def __init__(
        self,
        sweeps: Mapping[str, Callable[[], Awaitable[int]]],
        *,
        every_seconds: float = KEPT_EVERY_SECONDS,
    ) -> None:
        self._sweeps = sweeps
        self._due = Due(self._sweep, every_seconds=every_seconds)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until the event is set."""
        await self._due.run(stop)

    async def _sweep(self) -> None:
        for kind, sweep in self._sweeps.items():
            ANONYMISED.labels(kind).inc(await sweep())


class Worker:
    """Serves the alarms of requests until it is stopped; any number of replicas may."""

    def __init__(
        self, deadlines: DeadlineService, clock: Clock, *, every_seconds: float = EVERY_SECONDS
    ) -> None:
        self._deadlines = deadlines
        self._clock = clock
        self._due = Due(self._sweep, every_seconds=every_seconds)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until the event is set."""
        await self._due.run(stop)

    async def _sweep(self) -> None:
        oldest = await self._deadlines.longest_due()
        LATE.set((self._clock.now() - oldest).total_seconds() if oldest else 0.0)
        if oldest is not None:
            CHANGED.inc(await self._deadlines.ring())
