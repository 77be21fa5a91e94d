"""What becomes of one message: handled and acknowledged, tried again later, or put among the dead.

====================================  =========================================================
outcome                               action
====================================  =========================================================
handled, or handled before            acknowledged, after the commit
``Stale``                             decided again at once, up to 5 times; then as ``Unavailable``
the store is away                     waits in hand until it is back; after 10 minutes, or 10 faults
                                      of a store that answers, it waits on the last rung, and that
                                      is not counted
``Awaited``                           waits, on short rungs first
``Unavailable``, or a bug             waits on the next rung; after 10 tries among the dead
``Invalid``, ``NotFound``, unknown    among the dead at once, with the reason
====================================  =========================================================

If even that cannot be published the message goes back to its queue.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aio_pika.abc import AbstractIncomingMessage
from prometheus_client import Counter, Histogram
from pydantic import ValidationError

from shared.bus.acks import Acks
from shared.bus.order import Order
from shared.bus.parcel import Parcel
from shared.bus.publisher import Publisher
from shared.bus.topology import RUNGS, Hearing, dead_queue, retry_queue
from shared.clock import Clock
from shared.envelope import CALL, Call, Envelope, malformed, open_envelope
from shared.errors import (
    AlreadyHeard,
    Awaited,
    Conflict,
    Invalid,
    LinliError,
    NotFound,
    Stale,
    Unavailable,
)
from shared.events import Event
from shared.faults import fault_point
from shared.telemetry import LOG_IDS, new_traceparent, span, trace_id, tracing

log = logging.getLogger(__name__)

STALE_TRIES_MAX = 5
STALE_JITTER_SECONDS = 0.05
TRIES_MAX = 10
STORE_WAIT_SECONDS = 600.0
STORE_PROBE_SECONDS = 1.0
STORE_REFUSALS_MAX = 10

_LADDER = ("1s", "10s", "60s", "5m")
_AWAITED_LADDER = ("1s", "1s", "1s", "10s", "10s", "60s", "60s", "5m")

CONSUMED = Counter("linli_events_consumed_total", "Messages by outcome", ["queue", "outcome"])
HANDLING = Histogram("linli_event_handling_seconds", "Time to handle a message", ["queue"])

ATTEMPTS, FIRST_SEEN = "x-linli-attempts", "x-linli-first-seen"
REASON, QUEUE = "x-linli-reason", "x-linli-queue"


class UnknownEvent(Invalid):
    """A type or a version that this service does not know."""


class StoreGate:
    """Holds messages in hand while the store is away, so that no try is burnt on it."""

    def __init__(self, ping: Callable[[], Awaitable[None]]) -> None:
        self._ping = ping
        self._probing = asyncio.Lock()

    async def wait(self, refusals: int, until: float) -> bool:
        """Until the store answers; False if it does not before ``until`` (the loop's time).

        A store that answers and yet refuses the same message again and again is given a moment
        each time, and after ten of them it is False as well.
        """
        if refusals >= STORE_REFUSALS_MAX:
            return False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                if refusals:
                    await asyncio.sleep(STORE_PROBE_SECONDS)
                async with self._probing:
                    while not await self._answers():  # noqa: ASYNC110  the store rings no bell
                        await asyncio.sleep(STORE_PROBE_SECONDS)
                    return True
        return False

    async def _answers(self) -> bool:
        try:
            await self._ping()
        except Unavailable:
            return False
        return True


class Consumer:
    """Takes the messages of one queue."""

    def __init__(
        self,
        service: str,
        hearing: Hearing,
        publisher: Publisher,
        gate: StoreGate,
        acks: Acks,
        clock: Clock,
    ) -> None:
        self.queue = hearing.queue(service)
        self.in_flight = 0
        self.idle = asyncio.Event()
        self.idle.set()
        self._service = service
        self._hearing = hearing
        self._publisher = publisher
        self._gate = gate
        self._acks = acks
        self._clock = clock
        self._order = Order()
        self._seconds = HANDLING.labels(self.queue)

    async def take(self, message: AbstractIncomingMessage) -> None:
        """Do for this message what the table above says; it is settled when this returns."""
        self.in_flight += 1
        self.idle.clear()
        try:
            with self._seconds.time():
                await self._settle(message)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("message goes back to its queue", extra={"queue": self.queue})
            self._count("requeued")
            await asyncio.sleep(STORE_PROBE_SECONDS)  # not a hot loop: it comes back at once
            with contextlib.suppress(Exception):  # the channel is gone: the broker has it back
                await message.reject(requeue=True)
        finally:
            self.in_flight -= 1
            if not self.in_flight:
                self.idle.set()

    async def _settle(self, message: AbstractIncomingMessage) -> None:
        fault_point("bus.received")
        try:
            outcome = await self._handle(message.body)
        except (Invalid, NotFound, Conflict) as error:
            await self._dead(message, error)
        except Exception as error:
            if not isinstance(error, LinliError):
                log.exception("a bug in a handler", extra={"queue": self.queue})
            await self._later(message, error)
        else:
            fault_point("bus.committed")
            self._count(outcome)
        self._acks.add(message)

    async def _handle(self, body: bytes) -> str:
        until = asyncio.get_running_loop().time() + STORE_WAIT_SECONDS
        envelope = open_envelope(body)
        event = self._read(envelope)
        # The task is this message's own, so neither variable needs to be put back.
        ids = {"event_id": envelope.id, "correlation": envelope.correlationid}
        LOG_IDS.set({**ids, "trace_id": trace_id(envelope.traceparent)})
        async with self._order.of(envelope.correlationid):
            if not tracing():
                traceparent = envelope.traceparent or new_traceparent()
                CALL.set(Call(actor=envelope.actor, traceparent=traceparent))
                return await self._held(event, envelope, until)
            with span(f"hear {envelope.type}", "consumer", envelope.traceparent) as step:
                CALL.set(Call(actor=envelope.actor, traceparent=step.traceparent))
                return await self._held(event, envelope, until)

    async def _held(self, event: Event | None, envelope: Envelope, until: float) -> str:
        """Decide, and keep the message and its place in the story while the store is away."""
        refusals = 0
        while True:
            try:
                return await self._decided(event, envelope)
            except Unavailable as error:
                if not error.code.startswith("store.") or not await self._gate.wait(
                    refusals, until
                ):
                    raise
                refusals += 1

    async def _decided(self, event: Event | None, envelope: Envelope) -> str:
        for attempt in range(1, STALE_TRIES_MAX + 1):
            try:
                await self._hearing.handler(event, envelope)
            except AlreadyHeard:
                return "heard_before"
            except Stale:
                if attempt == STALE_TRIES_MAX:
                    raise
                # Not for security: two readers of one document step out of each other's way.
                await asyncio.sleep(random.random() * STALE_JITTER_SECONDS * attempt)
            else:
                return "handled"
        raise AssertionError("unreachable")

    def _read(self, envelope: Envelope) -> Event | None:
        wanted = self._hearing.event
        if wanted is None:
            return None
        if envelope.type != wanted.type:
            raise UnknownEvent("event.unknown_type", type=envelope.type)
        try:
            return wanted.model_validate(envelope.data)
        except ValidationError as error:
            raise malformed(error, "data") from None

    async def _later(self, message: AbstractIncomingMessage, error: Exception) -> None:
        """Wait on the ladder; after the last try, among the dead."""
        tries = _whole(message.headers.get(ATTEMPTS)) + 1
        if isinstance(error, Unavailable) and error.code.startswith(("store.", "broker.")):
            tries -= 1
            rung = _LADDER[-1]
        elif tries >= TRIES_MAX:
            await self._dead(message, error)
            return
        else:
            ladder = _AWAITED_LADDER if isinstance(error, Awaited) else _LADDER
            rung = ladder[min(tries, len(ladder)) - 1]
        parcel = self._parcel(message, error, tries)
        await self._publisher.publish(
            parcel, exchange=retry_queue(self._service, rung), routing_key=self.queue
        )
        self._count("retried")
        log.warning(
            "message waits", extra={"queue": self.queue, "rung": rung, "reason": reason(error)}
        )

    async def _dead(self, message: AbstractIncomingMessage, error: Exception) -> None:
        tries = _whole(message.headers.get(ATTEMPTS)) + 1
        parcel = self._parcel(message, error, tries)
        await self._publisher.publish(parcel, exchange="", routing_key=dead_queue(self.queue))
        self._count("dead")
        log.error("message is dead", extra={"queue": self.queue, "reason": reason(error)})

    def _parcel(self, message: AbstractIncomingMessage, error: Exception, tries: int) -> Parcel:
        now = self._clock.now()
        first_seen = message.headers.get(FIRST_SEEN) or now.isoformat()
        return Parcel(
            message_id=message.message_id or "",
            type=message.type or "",
            time=message.timestamp or datetime.fromtimestamp(0, UTC),
            body=message.body,
            headers={
                ATTEMPTS: tries,
                FIRST_SEEN: str(first_seen),
                REASON: reason(error),
                QUEUE: self.queue,
            },
        )

    def _count(self, outcome: str) -> None:
        CONSUMED.labels(self.queue, outcome).inc()


def reason(error: Exception) -> str:
    """Why, in one line without personal data: a code and facts, or the name of a bug's class."""
    return (str(error) if isinstance(error, LinliError) else type(error).__name__)[:300]


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


assert set(_LADDER) | set(_AWAITED_LADDER) <= set(RUNGS)
