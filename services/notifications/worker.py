"""The loop that attempts what is due: fast by the bell, sure by its own look at the store.

Several run at once, in one process or many, and none leads: each claims what it can by a
conditional write. Endpoints take turns, and none has more than its share in flight, so one that
hangs or has fifty thousand overdue delays no other.
"""

import asyncio
import contextlib
import functools
import itertools
import logging
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from prometheus_client import Counter, Gauge

from services.notifications.domain.delivery import Delivery
from services.notifications.service.bell import Bell
from services.notifications.service.dispatch import Dispatch
from services.notifications.service.ports import Deliveries
from shared.clock import Clock
from shared.errors import LinliError

log = logging.getLogger(__name__)

BATCH = 100
"""Deliveries read at once, and waiting for one endpoint at most; the store keeps the rest."""
MEASURED_EVERY = 10
"""Looks between two measurements of the longest wait."""

ATTEMPTS = Counter("linli_webhook_attempts_total", "Attempts by class of result", ["result"])
IN_FLIGHT = Gauge("linli_webhook_in_flight", "Deliveries in hand in this process")
LONGEST_DUE = Gauge(
    "linli_webhook_longest_due_seconds", "How long the oldest delivery has waited for a worker"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """In flight at most, in all and to one endpoint; how often to look; how long to wind up."""

    in_flight: int = 200
    in_flight_per_endpoint: int = 2
    poll_seconds: float = 0.5
    wind_up_seconds: float = 5.0


@dataclass(slots=True)
class _Lane:
    """One endpoint's turn: what waits for it here, and how much of it is in flight."""

    waiting: deque[Delivery] = field(default_factory=deque)
    running: int = 0
    queued: bool = False
    more_in_store: bool = False
    progressed: bool = False


class Worker:
    """Serves what is due until it is stopped; what it has in hand it finishes or gives back."""

    def __init__(
        self,
        dispatch: Dispatch,
        deliveries: Deliveries,
        bell: Bell,
        clock: Clock,
        limits: Limits | None = None,
    ) -> None:
        self._dispatch = dispatch
        self._deliveries = deliveries
        self._bell = bell
        self._clock = clock
        self._limits = limits or Limits()
        self._lanes: dict[str, _Lane] = {}
        self._turns: deque[str] = deque()
        self._known: set[str] = set()
        self._tasks: set[asyncio.Task[bool]] = set()
        self._look = asyncio.Event()
        self._ending = False

    async def run(self, stop: asyncio.Event) -> None:
        """Work until the event is set."""
        self._ending = False
        try:
            async with asyncio.TaskGroup() as group:
                loops = [group.create_task(self._listen()), group.create_task(self._watch())]
                await stop.wait()
                for loop in loops:
                    loop.cancel()
        finally:
            await self._wind_up()

    async def _listen(self) -> None:
        while True:
            self._take(await self._bell.heard())

    async def _watch(self) -> None:
        for turn in itertools.count():
            try:
                await self._sweep()
                if turn % MEASURED_EVERY == 0:
                    await self._measure()
            except LinliError as error:
                log.warning("cannot look for what is due", extra={"reason": str(error)})
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._limits.poll_seconds):
                    await self._look.wait()
            self._look.clear()

    async def _sweep(self) -> None:
        """One look at what is due, a batch at a time, each next one behind the last endpoint."""
        at, after = self._clock.now(), ""
        while True:
            found = await self._deliveries.due(at, after=after, limit=BATCH)
            if len(found) == BATCH:
                after = found[-1].endpoint_id
                self._lane(after).more_in_store = True
            self._take(found)
            if len(found) < BATCH:
                return

    async def _measure(self) -> None:
        at = self._clock.now()
        oldest = await self._deliveries.longest_due(at)
        LONGEST_DUE.set((at - oldest).total_seconds() if oldest else 0.0)

    def _take(self, found: Iterable[Delivery]) -> None:
        for delivery in found:
            if delivery.id in self._known:
                continue
            lane = self._lane(delivery.endpoint_id)
            if len(lane.waiting) >= BATCH:
                lane.more_in_store = True
                continue
            self._known.add(delivery.id)
            lane.waiting.append(delivery)
            self._queue(delivery.endpoint_id, lane)
        self._start()

    def _start(self) -> None:
        """Let one after the other of the endpoints have a turn, while there is room."""
        while self._turns and len(self._tasks) < self._limits.in_flight and not self._ending:
            endpoint_id = self._turns.popleft()
            lane = self._lanes[endpoint_id]
            lane.queued = False
            lane.running += 1
            found = lane.waiting.popleft()
            task = asyncio.create_task(self._serve(found))
            self._tasks.add(task)
            task.add_done_callback(functools.partial(self._served, lane, found))
            self._queue(endpoint_id, lane)
        IN_FLIGHT.set(len(self._tasks))

    async def _serve(self, found: Delivery) -> bool:
        """Whether an attempt was made."""
        try:
            attempt = await self._dispatch.serve(found)
        except LinliError as error:
            log.warning("a delivery waits", extra={"id": found.id, "reason": str(error)})
            return False
        except Exception:
            log.exception("a bug in a delivery", extra={"id": found.id})
            return False
        if attempt is not None:
            ATTEMPTS.labels(attempt.exchange.result.value).inc()
        return attempt is not None

    def _served(self, lane: _Lane, found: Delivery, task: asyncio.Task[bool]) -> None:
        """A place is free: for the endpoint's next, or the next endpoint's."""
        self._tasks.discard(task)
        self._known.discard(found.id)
        lane.running -= 1
        endpoint_id = found.endpoint_id
        if not task.cancelled() and task.result():
            lane.progressed = True
            if found.ordering_key is not None:  # the next one of the story may go now
                self._take([found])
        self._queue(endpoint_id, lane)
        if not lane.waiting and lane.more_in_store and lane.progressed:
            lane.more_in_store = lane.progressed = False
            self._look.set()
        if not lane.waiting and not lane.running and self._lanes.get(endpoint_id) is lane:
            del self._lanes[endpoint_id]
        self._start()

    def _lane(self, endpoint_id: str) -> _Lane:
        return self._lanes.setdefault(endpoint_id, _Lane())

    def _queue(self, endpoint_id: str, lane: _Lane) -> None:
        room = lane.running < self._limits.in_flight_per_endpoint
        if lane.waiting and room and not lane.queued:
            lane.queued = True
            self._turns.append(endpoint_id)

    async def _wind_up(self) -> None:
        """Begin nothing more; finish what is in hand, and after a while give it back."""
        self._ending = True
        if not self._tasks:
            return
        _, unfinished = await asyncio.wait(self._tasks, timeout=self._limits.wind_up_seconds)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
