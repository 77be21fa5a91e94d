"""Publishing with confirms: what returns without an error, RabbitMQ keeps."""

import asyncio
import contextlib
from collections.abc import Sequence

import aio_pika
import aiormq
from aio_pika.abc import AbstractChannel, AbstractRobustConnection

from shared.bus import burst
from shared.bus.parcel import Parcel
from shared.bus.topology import EVENTS_EXCHANGE, Topology, declare
from shared.errors import Invalid, LinliError, Unavailable

CONNECT_TIMEOUT_SECONDS = 5.0
CONFIRM_TIMEOUT_SECONDS = 10.0
END_TIMEOUT_SECONDS = 3.0
RETRY_AFTER_SECONDS = 2
BURST_MESSAGES = 100

_FAULTS = (
    aio_pika.exceptions.AMQPError,
    aiormq.exceptions.AMQPError,
    OSError,
    RuntimeError,  # a channel or connection that was closed meanwhile
)


def broker_away() -> Unavailable:
    """The broker did not answer in time; whether it kept the message is unknown."""
    return Unavailable("broker.unavailable", retry_after_seconds=RETRY_AFTER_SECONDS)


class Unroutable(LinliError):
    """No queue wants the message: a part of the topology is missing."""


class Publisher:
    """One connection and channel for all that this process publishes; opens when first needed.

    Every method raises ``Unavailable`` when the broker is away; repeating is safe, as every reader
    knows an envelope that it has handled.
    """

    def __init__(self, url: str, name: str, wanted: Topology) -> None:
        self._url = url
        self._name = name
        self._topology = wanted
        self._connection: AbstractRobustConnection | None = None
        self._channel: AbstractChannel | None = None
        self._opening = asyncio.Lock()

    async def publish_events(self, parcels: Sequence[Parcel]) -> list[Exception | None]:
        """Tell all of these at once, in this order; each one's outcome, None when confirmed.

        ``Unroutable`` for one that no queue wants, ``Unavailable`` for one that was not confirmed.
        """
        channel = await self._confirming()
        sent: list[burst.Confirmation] = []
        try:
            async with asyncio.timeout(CONFIRM_TIMEOUT_SECONDS):
                for start in range(0, len(parcels), BURST_MESSAGES):
                    async with channel.lock:
                        few = parcels[start : start + BURST_MESSAGES]
                        sent += burst.send(channel, few, EVENTS_EXCHANGE)
                outcomes = await asyncio.gather(*sent, return_exceptions=True)
        except (TimeoutError, asyncio.QueueFull) as error:
            raise broker_away() from error
        return [_translated(o) if isinstance(o, BaseException) else None for o in outcomes]

    async def publish(self, parcel: Parcel, *, exchange: str, routing_key: str) -> None:
        """Put one message elsewhere: a retry queue's exchange, or a queue by the default one."""
        channel = await self._confirming()
        try:
            async with asyncio.timeout(CONFIRM_TIMEOUT_SECONDS):
                await _sent(channel, parcel, exchange, routing_key)
        except (TimeoutError, *_FAULTS) as error:
            raise _translated(error) from error

    async def ping(self) -> None:
        """A round trip to the broker: a channel of its own, opened and closed."""
        await self._open()
        assert self._connection is not None
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_SECONDS):
                channel = await self._connection.channel(publisher_confirms=False)
                await channel.close()
        except (aio_pika.exceptions.AMQPError, OSError, TimeoutError, RuntimeError) as error:
            raise broker_away() from error

    async def close(self) -> None:
        """Let go of the connection."""
        connection, self._connection = self._connection, None
        self._channel = None
        await _ended(connection)

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
        if self._channel is not None:
            return self._channel
        async with self._opening:
            if self._channel is None:
                try:
                    async with asyncio.timeout(2 * CONNECT_TIMEOUT_SECONDS):
                        self._channel = await self._connect()
                except aio_pika.exceptions.ChannelPreconditionFailed as error:
                    await self._drop()
                    raise Unavailable(
                        "broker.other_topology", retry_after_seconds=60, why=str(error)[:200]
                    ) from error
                except (aio_pika.exceptions.AMQPError, OSError, TimeoutError) as error:
                    await self._drop()
                    raise broker_away() from error
                except ValueError as error:
                    raise Invalid("broker.bad_url", why=type(error).__name__) from None
            return self._channel

    async def _connect(self) -> AbstractChannel:
        self._connection = await aio_pika.connect_robust(
            self._url,
            timeout=CONNECT_TIMEOUT_SECONDS,
            reconnect_interval=1,
            client_properties={"connection_name": f"{self._name} tells"},
        )
        # Declared on a channel of its own: a refusal closes the channel that it happens on.
        declaring = await self._connection.channel(publisher_confirms=False)
        await declare(declaring, self._topology)
        await declaring.close()
        return await self._connection.channel(publisher_confirms=True, on_return_raises=True)

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        await _ended(connection)


async def _ended(connection: AbstractRobustConnection | None) -> None:
    """Close it, without waiting for a broker that does not answer."""
    if connection is not None and not connection.is_closed:
        with contextlib.suppress(TimeoutError, *_FAULTS):
            async with asyncio.timeout(END_TIMEOUT_SECONDS):
                await connection.close()


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


def _translated(error: BaseException) -> Exception:
    """The library's fault in our words; anything that is none of its faults goes through."""
    if isinstance(error, aiormq.exceptions.PublishError):
        back = error.message
        return Unroutable("broker.unroutable", routing_key=back.routing_key if back else None)
    if isinstance(error, TimeoutError | aiormq.exceptions.AMQPError | OSError | RuntimeError):
        unavailable = broker_away()
        unavailable.__cause__ = error
        return unavailable
    raise error
