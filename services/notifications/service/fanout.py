"""One event becomes one message, and one delivery for each endpoint that wants it and may have it.

The deliveries are written first and the message last: it is the mark that its fan-out is complete.
So whoever finds the message of a predecessor knows that its deliveries are there, and order can be
kept.
"""

import asyncio
from datetime import timedelta

from services.notifications.domain.delivery import Delivery, Status
from services.notifications.domain.endpoint import Endpoint
from services.notifications.domain.message import Message, depth_after
from services.notifications.domain.privacy import is_withheld
from services.notifications.service.bell import Bell
from services.notifications.service.book import EndpointBook
from services.notifications.service.ports import Deliveries, Messages
from services.notifications.service.settle import Settlement
from shared.clock import Clock, derived_id
from shared.envelope import Envelope
from shared.errors import Awaited
from shared.events.notifications import (
    EndpointDeleted,
    EndpointDisabled,
    EndpointPaused,
    EndpointRegistered,
    EndpointResumed,
    EndpointSecretRotated,
)
from shared.faults import fault_point

GOES_ON_AFTER = timedelta(seconds=10)
"""An event this old goes out without predecessors that were never heard: late news beats none."""
LOOKS_AGAIN_AFTER_SECONDS = (0.02, 0.05, 0.1)
"""A predecessor that another replica is just writing is there before the bus would try again."""

_OF_ENDPOINTS = frozenset(event.type for event in (EndpointRegistered, EndpointSecretRotated))
_OF_STATES = frozenset(
    event.type for event in (EndpointPaused, EndpointResumed, EndpointDisabled, EndpointDeleted)
)

_ULID_CHARACTERS = 26


class FanOut:
    """Hears every event; what was heard before changes nothing when it is heard again."""

    def __init__(
        self,
        book: EndpointBook,
        messages: Messages,
        deliveries: Deliveries,
        settlement: Settlement,
        bell: Bell,
        clock: Clock,
    ) -> None:
        self._book = book
        self._messages = messages
        self._deliveries = deliveries
        self._settlement = settlement
        self._bell = bell
        self._clock = clock

    async def hear(self, envelope: Envelope) -> None:
        """Make its message and deliveries. ``Awaited`` while what it follows from is missing."""
        if envelope.type in _OF_STATES | _OF_ENDPOINTS:
            self._book.forget(envelope.community)
        message = Message(
            id=message_id(envelope.id),
            community=envelope.community,
            event_id=envelope.id,
            event_type=envelope.type,
            subject=envelope.subject,
            sequence=envelope.sequence,
            depth=await self._depth(envelope),
            body=envelope.to_bytes(),
            created_at=self._clock.now(),
        )
        await self._deliver(message, envelope)
        await self._messages.add(message)
        fault_point("notifications.message_written")
        if envelope.type in _OF_STATES:
            await self._settlement.settle(envelope.subject)

    async def _deliver(self, message: Message, envelope: Envelope) -> None:
        if is_withheld(envelope.type, envelope.data):
            return
        wanting = await self._book.wanting(
            message.community, message.event_type, envelope.data, told_at=envelope.time
        )
        story = envelope.correlationid
        deliveries = [_delivery(message, endpoint, story) for endpoint in wanting]
        self._messages.announce(message)
        added = await asyncio.gather(*(self._deliveries.add(each) for each in deliveries))
        # The worker in this process knows the message already: it need not wait for the write.
        self._bell.ring(each for each, new in zip(deliveries, added, strict=True) if new)

    async def _depth(self, envelope: Envelope) -> int:
        before = (envelope.subject, envelope.sequence - 1) if envelope.sequence > 1 else None
        cause = message_id(envelope.causationid) if envelope.causationid else None
        for wait in (*LOOKS_AGAIN_AFTER_SECONDS, None):
            found = await self._messages.depths(before=before, cause=cause)
            missing = (before is not None and found[0] is None) or (
                cause is not None and found[1] is None
            )
            if not missing:
                break
            if wait is not None:
                await asyncio.sleep(wait)
            elif self._clock.now() - envelope.time < GOES_ON_AFTER:
                raise Awaited("message.predecessor_awaited", event=envelope.id)
        return depth_after(envelope.sequence, (each for each in found if each is not None))


def message_id(event_id: str) -> str:
    """The id of an event's message: the same ULID under another name, and no dot ever."""
    bare = event_id.rpartition("_")[2]
    if len(bare) == _ULID_CHARACTERS and bare.isascii() and bare.isalnum():
        return f"msg_{bare}"
    return derived_id("msg", event_id)


def _delivery(message: Message, endpoint: Endpoint, correlation_id: str) -> Delivery:
    return Delivery(
        id=derived_id("del", message.event_id, endpoint.id),
        community=message.community,
        endpoint_id=endpoint.id,
        message_id=message.id,
        event_type=message.event_type,
        status=Status.PENDING,
        depth=message.depth,
        created_at=message.created_at,
        next_at=message.created_at,
        ordering_key=correlation_id if endpoint.ordered else None,
        company=endpoint.company,
    )
