"""Acknowledgements of one turn of the event loop, in one write to the socket.

The library's own ``ack`` writes, and waits for the socket, once for every message; a consumer that
settles a whole batch of the write door at once pays for that as much as for its handlers. As with
``shared/bus/burst.py``, only public attributes of the pinned version are used.
"""

import asyncio

import aiormq
from aio_pika.abc import AbstractIncomingMessage
from aiormq.abc import ChannelFrame
from pamqp.frame import marshal


class Acks:
    """Gathers what was handled; an acknowledgement that is lost means that it comes again."""

    def __init__(self) -> None:
        self._due: dict[aiormq.abc.AbstractChannel, list[int]] = {}
        self._sending: set[asyncio.Task[None]] = set()

    def add(self, message: AbstractIncomingMessage) -> None:
        """Acknowledge it with the others of this turn.

        ``ChannelInvalidStateError`` if its channel is gone: the broker has it back already.
        """
        tag = message.delivery_tag
        if tag is None:  # sent without asking for an acknowledgement
            return
        due = self._due.get(message.channel)
        if due is not None:
            due.append(tag)
            return
        self._due[message.channel] = [tag]
        task = asyncio.get_running_loop().create_task(self._send(message.channel))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def sent(self) -> None:
        """Wait until all that was gathered is on its way."""
        if self._sending:
            await asyncio.wait(self._sending)

    async def _send(self, channel: aiormq.abc.AbstractChannel) -> None:
        await asyncio.sleep(0)  # those who are settled in the same turn come along
        tags = self._due.pop(channel)
        if channel.is_closed:
            return
        number = channel.number
        payload = b"".join(marshal(aiormq.spec.Basic.Ack(tag), number) for tag in tags)
        await channel.connection.write_queue.put(ChannelFrame(payload=payload, should_close=False))
