"""From the store to the bus: what is committed is told, in order within an aggregate.

One relay of a service works at a time, by a lease in the service's own store; another takes over
within its 5 seconds. Its source is the index of untold events, never a high-water mark; what its
own process has just committed it takes from memory instead of reading it again. It is woken by the
write door of its own process, by a change stream for the writes of others, and by a slow poll as
the net below.
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
UNROUTABLE_SECONDS = 5.0
"""So long an event that no queue wants is left alone before it is tried again."""
END_SECONDS = 2.0

STRIDE_EVENTS, STRIDE_SECONDS = 20, 0.05
"""Who has told so many at once is under load, and rests so long: a few large batches cost the store
and the service far less than many small ones. An idle relay tells at once."""

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
        self._holding = False
        self._rivalled = asyncio.Event()
        self._asked = -RENEW_SECONDS
        self._unwanted: dict[str, float] = {}
        """Documents with an event that no queue wants, and its time; left alone for a while."""
        self._looked_again = -UNROUTABLE_SECONDS
        self._looked = -POLL_SECONDS
        """When the store was last asked for what is untold."""
        self._found: set[str] = set()
        """Events that it gave then and that were told, which may lie in memory as well."""

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set, then tell what is left once more and give up the lease."""
        listening = asyncio.create_task(self._listen())
        backoff = POLL_SECONDS
        try:
            while not stop.is_set():
                try:
                    if await self._tell_on() >= STRIDE_EVENTS:
                        await _pause(stop, STRIDE_SECONDS)
                    backoff = POLL_SECONDS
                except Unavailable as error:
                    log.warning("relay waits", extra={"reason": error.code})
                    backoff = min(backoff * 2, BACKOFF_SECONDS_MAX)
                await self._woken(stop, backoff)
            with contextlib.suppress(Unavailable):
                if await self._held():
                    await self.drain()
        finally:
            # Neither waits for a store that is silent: the lease runs out by itself.
            listening.cancel()
            await asyncio.wait({listening}, timeout=END_SECONDS)
            with contextlib.suppress(Unavailable, TimeoutError):
                async with asyncio.timeout(END_SECONDS):
                    await self.give_up()

    async def give_up(self) -> None:
        """Let another relay of the service have its turn at once."""
        self._holding, self._asked = False, -RENEW_SECONDS
        await self._lease.give_up()

    @property
    def listening(self) -> bool:
        """Whether it hears of the writes of others by a change stream."""
        return self._rivalled.is_set()

    async def _tell_on(self) -> int:
        """Tell what there is to tell, by the cheapest way that misses nothing."""
        fresh = self._database.fresh
        if not await self._held():
            fresh.miss()
            return 0
        due = time.monotonic() - self._looked >= POLL_SECONDS
        look = due or self._rivalled.is_set() or not fresh.whole
        try:
            return await (self.drain() if look else self._tell_fresh())
        except BaseException:
            fresh.miss()
            raise

    async def _tell_fresh(self) -> int:
        """Tell what this process has committed since the store was last asked.

        What fails here is left to the store: it is untold there, and the next who looks finds it.
        """
        fresh = self._database.fresh
        total = 0
        for name in self._database.told_from:
            while taken := fresh.take(name, BATCH_DOCUMENTS):
                documents = [d for d in taken if d.id not in self._unwanted and self._is_new(d)]
                told = await self._tell(documents) if documents else []
                fault_point("relay.published")
                await self._database.clear_told(name, told)
                total += sum(len(ids) for _, ids in told)
        return total

    def _is_new(self, document: Untold) -> bool:
        """Whether it was not told when the store was asked; each write of a document is."""
        return document.events[0]["id"] not in self._found

    async def drain(self) -> int:
        """Tell all that is untold now; how many events that were.

        What cannot be routed stays untold and is tried again in a while, as a queue may not be
        declared yet; it keeps nothing else waiting but what its own document has to tell.
        """
        if time.monotonic() - self._looked_again >= UNROUTABLE_SECONDS:
            self._looked_again = time.monotonic()
            self._unwanted.clear()
        self._looked = time.monotonic()
        self._found.clear()
        self._database.fresh.begin()
        total = 0
        for name in self._database.told_from:
            total += await self._drain(name)
        OLDEST.labels(self._service).set(min(self._unwanted.values(), default=0))
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
                after = max(document.place(after) for document in found)
                OLDEST.labels(self._service).set(found[0].events[0]["time"].timestamp())
                told = await self._tell([d for d in found if not self._passed(d, in_hand)])
                fault_point("relay.published")
                if clearing is not None:
                    await clearing
                in_hand = {document.id for document, _ in told}
                self._found.update(event_id for _, ids in told for event_id in ids)
                clearing = asyncio.create_task(self._database.clear_told(collection, told))
                total += sum(len(ids) for _, ids in told)
                if len(found) < BATCH_DOCUMENTS:
                    break  # what came meanwhile has rung the bell
        finally:
            if clearing is not None:
                await clearing
        return total

    def _passed(self, document: Untold, in_hand: set[str]) -> bool:
        return document.id in in_hand or document.id in self._unwanted

    async def _tell(self, documents: list[Untold]) -> list[tuple[Untold, list[str]]]:
        """Publish all events of these documents; which of each were confirmed."""
        parcels = [parcel for document in documents for parcel in _parcels(document)]
        results = await self._publisher.publish_events(parcels)
        if any(results):
            self._database.fresh.miss()
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
            if any(_lost(error) for _, error in each):
                self._unwanted[document.id] = document.events[0]["time"].timestamp()
        TOLD.labels(self._service).inc(sum(len(ids) for _, ids in told))
        if not told and not all(error is None or _lost(error) for error in results):
            raise Unavailable("broker.nothing_confirmed", retry_after_seconds=1)
        return told

    def _note(self, unroutable: list[str]) -> None:
        """Count and log what no queue wants, by type, never silently gone."""
        if unroutable:
            UNROUTABLE.labels(self._service).inc(len(unroutable))
            facts = {"types": sorted(set(unroutable)), "events": len(unroutable)}
            log.error("no queue wants these events", extra=facts)

    async def _held(self) -> bool:
        """Whether the lease is ours; asked for at most once a second."""
        now = time.monotonic()
        if now - self._asked >= RENEW_SECONDS:
            self._holding = await self._lease.take()
            self._asked = now
            if self._holding and self._lease.has_rivals:
                self._rivalled.set()
            else:
                self._rivalled.clear()
        return self._holding

    async def _woken(self, stop: asyncio.Event, seconds: float) -> None:
        """Until somebody writes, the poll is due, or it is time to stop."""
        bell = self._database.bell
        waits = [asyncio.create_task(bell.wait()), asyncio.create_task(stop.wait())]
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        bell.clear()

    async def _listen(self) -> None:
        """Ring the bell for what other processes write; the poll covers what this misses.

        Only while there are others: a change stream costs the store a quarter of every write.
        """
        while True:
            await self._rivalled.wait()
            try:
                async with self._database.watch() as next_write:
                    self._database.bell.set()  # for what was written while it was opened
                    while self._rivalled.is_set():
                        if await next_write() is not None:
                            self._database.bell.set()
            except Unavailable:
                await asyncio.sleep(POLL_SECONDS)
            except Exception:
                log.exception("no bell for what others write: the poll finds it")
                await asyncio.sleep(BACKOFF_SECONDS_MAX)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


def _lost(error: Exception | None) -> bool:
    return isinstance(error, Unroutable)


def _parcels(document: Untold) -> list[Parcel]:
    return [Parcel(e["id"], e["type"], e["time"], e["body"]) for e in document.events]
