"""Publishing with confirms: what returns without an error, RabbitMQ keeps."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Sequence

import aio_pika
import aiormq
from aio_pika.abc import AbstractChannel, AbstractRobustConnection
from aio_pika.connection import make_url

from shared.bus import burst
from shared.bus.parcel import Parcel
from shared.bus.topology import EVENTS_EXCHANGE, Topology, declare
from shared.errors import Invalid, LinliError, Unavailable

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_SECONDS = 5.0
CONFIRM_TIMEOUT_SECONDS = 10.0
END_SECONDS = 3.0
RETRY_AFTER_SECONDS = 2
BURST_MESSAGES = 100
HEARTBEAT_SECONDS = 10
"""A broker that is silent for three of these and a bit is given up, and connected to anew."""

_FAULTS = (
    aio_pika.exceptions.AMQPError,
    aiormq.exceptions.AMQPError,
    OSError,
    RuntimeError,  # a channel or connection that was closed meanwhile
)
_GONE = aiormq.exceptions.ChannelNotFoundEntity


def with_heartbeat(url: str) -> str:
    """The address, with our heartbeat unless it names another."""
    given = make_url(url)
    return str(make_url(url, heartbeat=given.query.get("heartbeat", HEARTBEAT_SECONDS)))


def broker_away() -> Unavailable:
    """The broker did not answer in time; whether it kept the message is unknown."""
    return Unavailable("broker.unavailable", retry_after_seconds=RETRY_AFTER_SECONDS)


class Unroutable(LinliError):
    """No queue wants the message: a part of the topology is missing."""


class Publisher:
    """One connection and channel for all that this process publishes; opens when first needed.

    Every method raises ``Unavailable`` when the broker is away; repeating is safe, as every reader
    knows an envelope that it has handled. The topology is declared with the first connection, and
    again whenever the broker comes back or turns out to have lost a part of it.
    """

    def __init__(self, url: str, name: str, wanted: Topology) -> None:
        self._url = url
        self._name = name
        self._topology = wanted
        self._connection: AbstractRobustConnection | None = None
        self._channel: AbstractChannel | None = None
        self._declared = False
        self._opening = asyncio.Lock()

    async def publish_events(self, parcels: Sequence[Parcel]) -> list[Exception | None]:
        """Tell all of these at once, in this order; each one's outcome, None when confirmed.

        ``Unroutable`` for one that no queue wants, ``Unavailable`` for one that was not confirmed:
        what a slow broker has confirmed in time counts, whatever becomes of the rest.
        """
        channel = await self._confirming()
        sent: list[burst.Confirmation] = []
        with contextlib.suppress(TimeoutError, *_FAULTS):
            async with asyncio.timeout(CONFIRM_TIMEOUT_SECONDS):
                for start in range(0, len(parcels), BURST_MESSAGES):
                    async with channel.lock:
                        few = parcels[start : start + BURST_MESSAGES]
                        sent += await burst.send(channel, few, EVENTS_EXCHANGE)
                await asyncio.gather(*sent, return_exceptions=True)
        outcomes = [self._outcome(confirmation) for confirmation in sent]
        return outcomes + [broker_away() for _ in parcels[len(sent) :]]

    async def publish(self, parcel: Parcel, *, exchange: str, routing_key: str) -> None:
        """Put one message elsewhere: a retry queue's exchange, or a queue by the default one."""
        channel = await self._confirming()
        try:
            async with asyncio.timeout(CONFIRM_TIMEOUT_SECONDS):
                await _sent(channel, parcel, exchange, routing_key)
        except (TimeoutError, *_FAULTS) as error:
            raise self._translated(error) from error

    async def ping(self) -> None:
        """A round trip to the broker: a channel of its own, opened and closed."""
        await self._open()
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_SECONDS):
                async with self._connected().channel(publisher_confirms=False):
                    pass
        except (TimeoutError, *_FAULTS) as error:
            raise broker_away() from error

    async def close(self) -> None:
        """Let go of the connection."""
        await self._drop()

    async def _confirming(self) -> aiormq.Channel:
        """The channel beneath the robust one, whose publish costs half as much."""
        channel = await self._open()
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_SECONDS):
                beneath = await channel.get_underlay_channel()
        except (TimeoutError, *_FAULTS) as error:
            raise broker_away() from error
        assert isinstance(beneath, aiormq.Channel)
        return beneath

    async def _open(self) -> AbstractChannel:
        if self._channel is not None and self._declared:
            return self._channel
        try:
            async with asyncio.timeout(2 * CONNECT_TIMEOUT_SECONDS), self._opening:
                return await self._opened()
        except aio_pika.exceptions.ChannelPreconditionFailed as error:
            why = str(error)[:200]
            code = "broker.other_topology"
            raise Unavailable(code, retry_after_seconds=60, why=why) from error
        except (TimeoutError, *_FAULTS) as error:
            raise broker_away() from error
        except ValueError as error:
            raise Invalid("broker.bad_url", why=type(error).__name__) from None

    async def _opened(self) -> AbstractChannel:
        if self._channel is None:
            try:
                self._channel = await self._connect()
            finally:
                if self._channel is None:  # who gives up must leave no connection behind
                    await self._drop()
        elif not self._declared:
            await self._declare()
        return self._channel

    async def _connect(self) -> AbstractChannel:
        connection = self._connection = aio_pika.RobustConnection(
            make_url(with_heartbeat(self._url)),
            client_properties={"connection_name": f"{self._name} tells"},
            reconnect_interval=1,
        )
        await connection.connect(timeout=CONNECT_TIMEOUT_SECONDS)
        await self._declare()
        connection.reconnect_callbacks.add(self._reconnected)
        return await connection.channel(publisher_confirms=True, on_return_raises=True)

    async def _declare(self) -> None:
        # On a channel of its own: a refusal closes the channel that it happens on.
        declaring = await self._connected().channel(publisher_confirms=False)
        try:
            await declare(declaring, self._topology)
        finally:
            await ended(declaring.close())
        self._declared = True

    async def _reconnected(self, *_: object) -> None:
        """The broker is back, and may have lost everything: readers wait for their queues."""
        self._declared = False
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_SECONDS):
                await self._declare()
        except (TimeoutError, *_FAULTS) as error:
            log.warning("the topology is not declared", extra={"reason": type(error).__name__})

    def _connected(self) -> AbstractRobustConnection:
        if self._connection is None:
            raise broker_away()  # closed meanwhile
        return self._connection

    def _outcome(self, confirmation: burst.Confirmation) -> Exception | None:
        if not confirmation.done() or confirmation.cancelled():
            confirmation.cancel()
            return broker_away()
        error = confirmation.exception()
        return None if error is None else self._translated(error)

    def _translated(self, error: BaseException) -> Exception:
        """The library's fault in our words; anything that is none of its faults goes through."""
        if isinstance(error, aiormq.exceptions.PublishError):
            back = error.message
            return Unroutable("broker.unroutable", routing_key=back.routing_key if back else None)
        if isinstance(error, _GONE):
            self._declared = False
        if isinstance(error, (TimeoutError, *_FAULTS)):
            unavailable = broker_away()
            unavailable.__cause__ = error
            return unavailable
        raise error

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        self._channel = None
        self._declared = False
        if connection is not None and not connection.is_closed:
            await ended(connection.close())


_ENDING: set[asyncio.Future[object]] = set()
"""What did not end in time ends when the broker answers again, or with the process."""


async def ended(ending: Awaitable[object], *, seconds: float | None = END_SECONDS) -> None:
    """End something at a broker that may be away or silent: neither its fault nor its silence is
    ours; with ``seconds=None`` it is over on return.

    Cancelling it would not do: the library's own end waits for its socket to be empty.
    """
    task = asyncio.ensure_future(ending)
    _ENDING.add(task)
    task.add_done_callback(_forget)
    await asyncio.wait({task}, timeout=seconds)


def _forget(task: asyncio.Future[object]) -> None:
    _ENDING.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.debug("not ended in good order", extra={"reason": type(error).__name__})


async def _sent(channel: aiormq.Channel, parcel: Parcel, exchange: str, routing_key: str) -> None:
    """Publish and wait for the broker's confirmation."""
    await channel.basic_publish(
        parcel.body,
        exchange=exchange,
        routing_key=routing_key,
        properties=parcel.properties(),
        mandatory=True,
        wait=False,  # for the socket: the confirmation is what counts
    )
