"""One service's ear: FastStream subscribers over the queues that its hearings name."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence

from aio_pika.abc import AbstractIncomingMessage
from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitMessage, RabbitQueue
from faststream.rabbit.schemas.queue import QueueType

from shared.bus.acks import Acks
from shared.bus.consumer import Consumer, StoreGate, reason
from shared.bus.publisher import Publisher, ended, with_heartbeat
from shared.bus.topology import Hearing
from shared.clock import SystemClock
from shared.errors import Unavailable

log = logging.getLogger(__name__)

DRAIN_SECONDS = 15.0
RECONNECT_SECONDS = 1.0


class Bus:
    """Hears what the service wants to hear, for as long as it runs.

    ``start`` returns at once: while the broker is away it keeps trying in the background.
    """

    def __init__(
        self,
        url: str,
        service: str,
        hearings: Sequence[Hearing],
        *,
        publisher: Publisher,
        store_ping: Callable[[], Awaitable[None]],
        prefetch: int = 400,
    ) -> None:
        gate = StoreGate(store_ping)
        self._publisher = publisher
        self._acks = Acks()
        self._consumers = [
            Consumer(service, h, publisher, gate, self._acks, SystemClock()) for h in hearings
        ]
        self._broker = RabbitBroker(
            with_heartbeat(url),
            # Settled by hand in Consumer; no injection, which would cost a thread per parameter.
            ack_policy=AckPolicy.MANUAL,
            apply_types=False,
            decoder=_undecoded,
            logger=None,
            fail_fast=True,
            reconnect_interval=RECONNECT_SECONDS,
        )
        self._subscribers = [
            self._broker.subscriber(
                RabbitQueue(consumer.queue, QueueType.QUORUM, declare=False),
                channel=Channel(prefetch_count=prefetch),
                no_reply=True,
            )
            for consumer in self._consumers
        ]
        for subscriber, consumer in zip(self._subscribers, self._consumers, strict=True):
            subscriber(_taking(consumer))
        self._starting: asyncio.Task[None] | None = None
        self._hearing = asyncio.Event()

    async def start(self) -> None:
        """Begin to hear as soon as the broker is there."""
        self._starting = asyncio.create_task(self._start())

    async def ready(self) -> None:
        """Wait until every queue is being read."""
        await self._hearing.wait()

    async def ping(self) -> None:
        """Ask the broker by a round trip; ``Unavailable`` if it is away or nothing is heard yet."""
        await self._publisher.ping()
        if self._consumers and not self._hearing.is_set():
            raise Unavailable("broker.not_hearing", retry_after_seconds=1)

    async def stop(self) -> None:
        """Take no more, finish what is in hand (15 s at most), let go of the connection."""
        if self._starting is not None:
            self._starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._starting
        reading = [(s._queue_obj, s._consumer_tag) for s in self._subscribers]
        cancelled = (queue.cancel(tag) for queue, tag in reading if queue and tag)
        await asyncio.gather(*(ended(each) for each in cancelled))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await asyncio.gather(*(consumer.idle.wait() for consumer in self._consumers))
                await self._acks.sent()
        await ended(self._broker.stop())

    async def _start(self) -> None:
        while True:
            try:
                await self._publisher.ping()  # declares the topology that is then read
                await self._broker.start()
            except Exception as error:  # whatever it is, a service must not stay deaf for it
                log.warning("no broker yet", extra={"reason": reason(error)[:200]})
                await ended(self._broker.stop(), seconds=None)
                await asyncio.sleep(RECONNECT_SECONDS)
            else:
                self._hearing.set()
                return


async def _undecoded(message: RabbitMessage) -> RabbitMessage:
    """Hand the whole message on: the consumer reads the envelope itself."""
    return message


def _taking(consumer: Consumer) -> Callable[[RabbitMessage], Awaitable[None]]:
    async def take(message: RabbitMessage) -> None:
        raw: AbstractIncomingMessage = message.raw_message
        await consumer.take(raw)

    return take
