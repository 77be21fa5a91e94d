"""The clock of visits: makes those whose time to be made has come, and sees to those in hand."""

import asyncio

from prometheus_client import Counter, Gauge

from services.pairing.service.rota import RotaService
from services.pairing.service.visit_clock import VisitClock
from shared.clock import Clock
from shared.due import EVERY_SECONDS, Due

PLANNED = Counter("linli_pairing_rotas_total", "Pairings whose next visits were made")
CHANGED = Counter("linli_pairing_visit_alarms_total", "Visits that time alone has changed")
LATE = Gauge("linli_pairing_visit_late_seconds", "How long the oldest alarm of a visit has waited")


class VisitWorker:
    """Serves rotas and visits until it is stopped; any number of replicas may."""

    def __init__(
        self,
        rotas: RotaService,
        visits: VisitClock,
        clock: Clock,
        *,
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        self._rotas = rotas
        self._visits = visits
        self._clock = clock
        self._due = Due(self.sweep, every_seconds=every_seconds)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until the event is set."""
        await self._due.run(stop)

    async def sweep(self) -> None:
        """All that is due by now: visits are made first, as some of them may be due at once."""
        PLANNED.inc(await self._rotas.sweep())
        oldest = await self._visits.longest_due()
        LATE.set((self._clock.now() - oldest).total_seconds() if oldest else 0.0)
        if oldest is not None:
            CHANGED.inc(await self._visits.ring())
