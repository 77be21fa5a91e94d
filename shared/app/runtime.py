"""A service while it runs: starts without store or broker, waits for them, stops in good order."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from shared.app.supervisor import Background, Supervisor, named
from shared.bus import Bus, Hearing, Publisher, topology
from shared.errors import LinliError, Unavailable
from shared.mongo import Database
from shared.relay import Relay
from shared.settings import CommonSettings
from shared.telemetry import start_tracing, stop_tracing
from shared.web.callers import Gate
from shared.web.health import Readiness

log = logging.getLogger(__name__)

MIGRATE_SECONDS, MIGRATE_SECONDS_MAX = 0.5, 2.0


class Runtime:
    """Store, bus, relay and background tasks of one service, from start to stop."""

    def __init__(
        self,
        name: str,
        settings: CommonSettings,
        database: Database,
        hearings: Sequence[Hearing],
        background: Sequence[Background],
    ) -> None:
        self._name = name
        self._settings = settings
        self._database = database
        self._publisher = Publisher(settings.amqp_url, name, topology(name, hearings))
        self._bus = Bus(
            settings.amqp_url,
            name,
            hearings,
            publisher=self._publisher,
            store_ping=database.ping,
            prefetch=settings.prefetch,
        )
        relay = Relay(database, self._publisher, name)
        self._relay = Supervisor({"relay": relay.run})
        self._background = Supervisor(named(background))
        checks = {
            "store": self._store_ready,
            "broker": self._bus.ping,
            "relay": self._relay.check,
            "background": self._background.check,
        }
        self.readiness = Readiness(checks, settings.ready_seconds)
        self._migrated = asyncio.Event()
        self._starting: asyncio.Task[None] | None = None

    async def start(self, gate: Gate) -> None:
        """Begin; what needs the store begins once the store is there, and until then ``gate`` is
        closed.

        Waits a moment for it, so that a service whose parts are there answers from its first
        request.
        """
        start_tracing(self._name, self._settings.otlp_endpoint, self._settings.trace_ratio)
        gate.closed = True
        self._starting = asyncio.create_task(self._start(gate))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._settings.ready_seconds):
                await self._migrated.wait()

    async def stop(self) -> None:
        """Take nothing new, finish what is in hand, tell what is committed, let go of
        everything."""
        self.readiness.stopping = True
        seconds = self._settings.drain_seconds
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        await self._bus.stop()
        await self._background.stop(seconds)
        await self._relay.stop(seconds)
        await self._publisher.close()
        await self._database.close()
        await asyncio.to_thread(stop_tracing)

    async def _start(self, gate: Gate) -> None:
        await self._migrate()
        gate.closed = False
        self._migrated.set()
        self._relay.start()
        self._background.start()
        await self._bus.start()

    async def _migrate(self) -> None:
        """Try until the store is there and all indexes are made."""
        pause = MIGRATE_SECONDS
        while True:
            try:
                return await self._database.migrate()
            except LinliError as error:
                log.warning("the store is not ready", extra={"reason": error.code})
            except Exception:
                log.exception("the indexes cannot be made")
            await asyncio.sleep(pause)
            pause = min(pause * 2, MIGRATE_SECONDS_MAX)

    async def _store_ready(self) -> None:
        await self._database.ping()
        if not self._migrated.is_set():
            raise Unavailable("health.migrating")
