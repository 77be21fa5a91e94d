"""Many messages in one write to the socket, each still confirmed on its own.

``aiormq.Channel.basic_publish`` takes a task, a lock and a socket write for every message; a relay
that has hundreds at hand pays that for nothing. Here the frames of all of them are put together and
handed to the channel's own writer, and the channel's own bookkeeping sees to their confirmations,
returns and the end of the connection. Only public attributes of the pinned version are used;
``shared/tests/test_bus.py`` holds them to it. Measured: ``docs/bench.md``, row relay-vs-publish.
"""

import asyncio
from collections.abc import Sequence
from functools import lru_cache, partial

import aiormq
from aiormq.abc import ChannelFrame
from pamqp.body import ContentBody
from pamqp.frame import marshal
from pamqp.header import ContentHeader

from shared.bus.parcel import Parcel

Confirmation = asyncio.Future[object]


async def send(
    channel: aiormq.Channel, parcels: Sequence[Parcel], exchange: str
) -> list[Confirmation]:
    """Publish them all, in this order, by their types; the confirmation of each to wait for.

    Waits while the writer has its hands full (it queues ten writes), and whoever is cancelled then
    has sent nothing. Nothing is awaited between handing the messages to the writer and numbering
    them, so nobody who holds the channel's lock can come in between.
    """
    payload = b"".join(part for p in parcels for part in _frames(p, exchange, channel))
    await channel.write_queue.put(ChannelFrame(payload=payload, should_close=False))
    confirmations: list[Confirmation] = []
    for parcel in parcels:
        channel.delivery_tag += 1
        confirmation = channel.create_future()
        channel.confirmations[channel.delivery_tag] = confirmation
        channel.message_id_delivery_tag[parcel.message_id] = channel.delivery_tag
        confirmation.add_done_callback(partial(_forget, channel, parcel.message_id))
        confirmations.append(confirmation)
    return confirmations


def _frames(parcel: Parcel, exchange: str, channel: aiormq.Channel) -> list[bytes]:
    header = ContentHeader(properties=parcel.properties(), body_size=len(parcel.body))
    size = channel.max_content_size
    bodies = [parcel.body[at : at + size] for at in range(0, len(parcel.body), size)]
    return [
        _publish_frame(exchange, parcel.type, channel.number),
        marshal(header, channel.number),
        *(marshal(ContentBody(body), channel.number) for body in bodies),
    ]


def _forget(channel: aiormq.Channel, message_id: str, _: object) -> None:
    channel.message_id_delivery_tag.pop(message_id, None)


@lru_cache(maxsize=1024)
def _publish_frame(exchange: str, routing_key: str, channel_number: int) -> bytes:
    frame = aiormq.spec.Basic.Publish(exchange=exchange, routing_key=routing_key, mandatory=True)
    return marshal(frame, channel_number)
