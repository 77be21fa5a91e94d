"""What could not be handled: look at it, send it back to its queue, or drop it."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from shared.bus.consumer import ATTEMPTS, FIRST_SEEN, REASON
from shared.bus.publisher import CONNECT_TIMEOUT_SECONDS, broker_away
from shared.bus.topology import dead_queue
from shared.errors import LinliError, Malformed, NotFound

LOOK_AT_MAX = 10_000
_ALL = 0
"""As a delivery tag: all that is not settled yet."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message that could not be handled; ``first_seen`` is when its queue first had it."""

    queue: str
    id: str
    type: str
    reason: str
    attempts: int
    first_seen: datetime | None
    body: bytes


Choice = Callable[[DeadLetter], bool]


class DeadLetters:
    """The dead letters of a broker, by the queue that could not handle them.

    Errors: ``NotFound`` for a queue without one; ``Unavailable`` when the broker is away.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    async def count(self, queue: str) -> int:
        """How many there are."""
        async with self._channel() as channel:
            found = await self._queue(channel, queue)
            return found.declaration_result.message_count or 0

    async def oldest(self, queue: str, *, limit: int = 100) -> list[DeadLetter]:
        """The oldest of them; they stay where they are."""
        async with self._channel() as channel:
            found = await self._queue(channel, queue)
            return [_letter(queue, message) async for message in _taken(found, limit)]

    async def replay(self, queue: str, choice: Choice) -> list[DeadLetter]:
        """Send the chosen back to their queue as if they were new; returns them.

        Each is confirmed there before it is struck off here: a fault between leaves it in both,
        and its reader knows an event that it has handled.
        """
        done: list[DeadLetter] = []
        async with self._channel() as channel:
            found = await self._queue(channel, queue)
            sent: set[tuple[str, bytes]] = set()
            async for message in _taken(found, LOOK_AT_MAX):
                letter = _letter(queue, message)
                # One that is dead again at once is not sent back again.
                if (letter.id, letter.body) in sent or not choice(letter):
                    continue
                sent.add((letter.id, letter.body))
                again = aio_pika.Message(
                    message.body,
                    message_id=message.message_id,
                    type=message.type,
                    timestamp=message.timestamp,
                    content_type=message.content_type,
                    delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                )
                await channel.default_exchange.publish(again, queue, mandatory=True)
                await message.ack()
                done.append(letter)
        return done

    async def drop(self, queue: str, choice: Choice) -> list[DeadLetter]:
        """Forget the chosen for good; returns them."""
        done: list[DeadLetter] = []
        async with self._channel() as channel:
            found = await self._queue(channel, queue)
            async for message in _taken(found, LOOK_AT_MAX):
                letter = _letter(queue, message)
                if choice(letter):
                    await message.ack()
                    done.append(letter)
        return done

    @contextlib.asynccontextmanager
    async def _channel(self) -> AsyncIterator[AbstractChannel]:
        """Gives back at the end, in order, all that was looked at and not settled.

        By a word of its own: what closing the channel gives back may come too late for whoever
        looks next.
        """
        try:
            connection = await aio_pika.connect(self._url, timeout=CONNECT_TIMEOUT_SECONDS)
            async with connection:
                channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
                yield channel
                beneath = await channel.get_underlay_channel()
                await beneath.basic_nack(_ALL, multiple=True, requeue=True)
        except LinliError:
            raise
        except ValueError as error:
            raise Malformed("broker.bad_url", why=type(error).__name__) from None
        except (aio_pika.exceptions.AMQPError, OSError, TimeoutError) as error:
            raise broker_away() from error

    async def _queue(self, channel: AbstractChannel, queue: str) -> AbstractQueue:
        try:
            return await channel.declare_queue(dead_queue(queue), passive=True)
        except aio_pika.exceptions.ChannelNotFoundEntity:
            raise NotFound("dead_letters.no_queue", queue=queue) from None


async def _taken(queue: AbstractQueue, limit: int) -> AsyncIterator[AbstractIncomingMessage]:
    for _ in range(limit):
        message = await queue.get(fail=False, no_ack=False)
        if message is None:
            return
        yield message


def _letter(queue: str, message: AbstractIncomingMessage) -> DeadLetter:
    headers: dict[str, Any] = dict(message.headers)
    attempts = headers.get(ATTEMPTS)
    return DeadLetter(
        queue=queue,
        id=message.message_id or "",
        type=message.type or "",
        # Without our header it was the broker's own net: too many deliveries.
        reason=str(headers.get(REASON) or "delivery_limit"),
        attempts=attempts if isinstance(attempts, int) else 0,
        first_seen=_moment(headers.get(FIRST_SEEN)),
        body=message.body,
    )


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None
