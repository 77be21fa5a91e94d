"""From the store to the bus: what is committed is told, in order within an aggregate.

One relay of a service works at a time, by a lease in the service's own store; another takes over
within its 5 seconds. Its source is the index of untold events, never a high-water mark. It is woken
by the write door of its own process, by a change stream for the writes of others, and by a slow
poll as the net below.
"""

import asyncio
import contextlib
import logging
import time

from prometheus_client import Counter, Gauge

from shared.bus import Parcel, Publisher, Unroutable
from shared.clock import new_id
from shared.errors import Unavailable
from shared.faults import fault_point
from shared.mongo import Database, Untold

log = logging.getLogger(__name__)

BATCH_DOCUMENTS = 500
LEASE_SECONDS = 5.0
RENEW_SECONDS = 1.0
POLL_SECONDS = 1.0
BACKOFF_SECONDS_MAX = 5.0

TOLD = Counter("linli_events_told_total", "Events told to the bus", ["service"])
UNROUTABLE = Counter("linli_events_unroutable_total", "Events that no queue wanted", ["service"])
OLDEST = Gauge(
    "linli_oldest_untold_timestamp_seconds", "Unix time of the oldest untold event", ["service"]
)


class Relay:
    """Tells what the service's store has not told yet, for as long as it runs."""

    def __init__(self, database: Database, publisher: Publisher, service: str) -> None:
        self._database = database
        self._publisher = publisher
        self._service = service
        self._lease = database.lease("relay", new_id("own"), seconds=LEASE_SECONDS)
        self._renewed = -RENEW_SECONDS

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set, then tell what is left once more and give up the lease."""
        listening = asyncio.create_task(self._listen())
        backoff = POLL_SECONDS
        try:
            while not stop.is_set():
                try:
                    if await self._held():
                        await self.drain()
                    backoff = POLL_SECONDS
                except Unavailable as error:
                    log.warning("relay waits", extra={"reason": error.code})
                    backoff = min(backoff * 2, BACKOFF_SECONDS_MAX)
                await self._woken(stop, backoff)
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening
            with contextlib.suppress(Unavailable):
                if await self._held():
                    await self.drain()
                await self.give_up()

    async def give_up(self) -> None:
        """Let another relay of the service have its turn at once."""
        self._renewed = -RENEW_SECONDS
        await self._lease.give_up()

    async def drain(self) -> int:
        """Tell all that is untold now; how many events that were.

        What cannot be routed stays untold and is tried again: a queue may not be declared yet.
        """
        total = 0
        for name in self._database.told_from:
            total += await self._drain(name)
        OLDEST.labels(self._service).set(0)
        return total

    async def _drain(self, collection: str) -> int:
        """One collection, oldest first; told ones are struck off while the next are sent."""
        total = 0
        after = ""
        clearing: asyncio.Task[None] | None = None
        in_hand: set[str] = set()
        try:
            while await self._held():
                found = await self._database.untold(collection, after=after, limit=BATCH_DOCUMENTS)
                if not found:
                    break
                after = max(document.first for document in found)
                OLDEST.labels(self._service).set(found[0].events[0]["time"].timestamp())
                fresh = [document for document in found if document.id not in in_hand]
                told = await self._tell(fresh)
                fault_point("relay.published")
                if clearing is not None:
                    await clearing
                in_hand = {document.id for document, _ in told}
                clearing = asyncio.create_task(self._database.clear_told(collection, told))
                total += sum(len(ids) for _, ids in told)
        finally:
            if clearing is not None:
                await clearing
        return total

    async def _tell(self, documents: list[Untold]) -> list[tuple[Untold, list[str]]]:
        """Publish all events of these documents; which of each were confirmed."""
        parcels = [parcel for document in documents for parcel in _parcels(document)]
        results = await self._publisher.publish_events(parcels)
        self._note([p.type for p, error in zip(parcels, results, strict=True) if _lost(error)])
        outcomes = iter(results)
        told: list[tuple[Untold, list[str]]] = []
        for document in documents:
            each = [(event["id"], next(outcomes)) for event in document.events]
            # Only the confirmed head of a document counts: what follows a gap is told again.
            confirmed = []
            for event_id, error in each:
                if error is not None:
                    break
                confirmed.append(event_id)
            if confirmed:
                told.append((document, confirmed))
        TOLD.labels(self._service).inc(sum(len(ids) for _, ids in told))
        if not told and documents:
            raise Unavailable("broker.nothing_confirmed", retry_after_seconds=1)
        return told

    def _note(self, unroutable: list[str]) -> None:
        """Count and log what no queue wants, by type, never silently gone."""
        if unroutable:
            UNROUTABLE.labels(self._service).inc(len(unroutable))
            facts = {"types": sorted(set(unroutable)), "events": len(unroutable)}
            log.error("no queue wants these events", extra=facts)

    async def _held(self) -> bool:
        """Whether the lease is ours, renewed at most once a second."""
        now = time.monotonic()
        if now - self._renewed < RENEW_SECONDS:
            return True
        if await self._lease.take():
            self._renewed = now
            return True
        return False

    async def _woken(self, stop: asyncio.Event, seconds: float) -> None:
        """Until somebody writes, the poll is due, or it is time to stop."""
        bell = self._database.bell
        waits = [asyncio.create_task(bell.wait()), asyncio.create_task(stop.wait())]
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        bell.clear()

    async def _listen(self) -> None:
        """Ring the bell for what other processes write; the poll covers what this misses."""
        while True:
            try:
                async with self._database.watch() as next_write:
                    while True:
                        if await next_write() is not None:
                            self._database.bell.set()
            except Unavailable:
                await asyncio.sleep(POLL_SECONDS)


def _lost(error: Exception | None) -> bool:
    return isinstance(error, Unroutable)


def _parcels(document: Untold) -> list[Parcel]:
    return [Parcel(e["id"], e["type"], e["time"], e["body"]) for e in document.events]
