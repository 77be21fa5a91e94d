"""Take one due delivery in hand, attempt it, and write down what came of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from services.notifications.domain.attempt import Attempt, Result
from services.notifications.domain.delivery import (
    LEASE,
    Delivery,
    claim,
    conclude,
    give_back,
    is_claimable,
    put_behind,
    trigger,
)
from services.notifications.domain.endpoint import Endpoint, receives
from services.notifications.service.book import EndpointBook
from services.notifications.service.endpoint import EndpointService
from services.notifications.service.ports import Attempts, Deliveries, Messages
from services.notifications.service.sender import Sender, Sending
from services.notifications.service.settle import Settlement
from shared.clock import Clock
from shared.errors import Unavailable
from shared.faults import fault_point

log = logging.getLogger(__name__)

CLAIM_TRIES = 5
"""Each that is refused means that another replica did something with it meanwhile."""

RECORD_AGAIN_AFTER_SECONDS = (0.2, 1.0, 5.0)
"""A result is worth some patience with the store: without it the receiver is posted to twice."""


@dataclass(frozen=True, slots=True)
class Records:
    """What the dispatch reads and writes."""

    deliveries: Deliveries
    messages: Messages
    attempts: Attempts


@dataclass(frozen=True, slots=True)
class Pace:
    """The time; how long a claim holds; by what part the next wait is changed (-0.2 to 0.2)."""

    clock: Clock
    jitter: Callable[[], float]
    lease: timedelta = LEASE


class Dispatch:
    """Several may serve the same delivery at once, here or elsewhere: one of them gets it."""

    def __init__(
        self,
        records: Records,
        book: EndpointBook,
        endpoints: EndpointService,
        settlement: Settlement,
        sender: Sender,
        pace: Pace,
    ) -> None:
        self._deliveries = records.deliveries
        self._messages = records.messages
        self._attempts = records.attempts
        self._book = book
        self._endpoints = endpoints
        self._settlement = settlement
        self._sender = sender
        self._clock = pace.clock
        self._pace = pace

    async def serve(self, found: Delivery) -> Attempt | None:
        """Attempt what was found due, or what comes before it in its order; None: nothing to do."""
        endpoint = await self._book.get(found.community, found.endpoint_id)
        if endpoint is None:
            return None
        if not receives(endpoint):
            await self._settlement.settle(endpoint.id)
            return None
        in_hand = await self._claim(found)
        if in_hand is None:
            return None
        claimed, body = in_hand
        fault_point("notifications.claimed")
        attempt = await self._attempt(endpoint, claimed, body)
        fault_point("notifications.sent")
        await self._record(claimed, attempt)
        return attempt

    async def _claim(self, found: Delivery) -> tuple[Delivery, bytes] | None:
        """What may go now, taken in hand, and its message; None if there is nothing.

        Who is refused in an ordered story looks again: another replica may have put it behind the
        one before it, which was ending just then, and nobody else would come for it until the end
        of that one's lease. If another has claimed it, the next look finds it in flight.
        """
        for _ in range(CLAIM_TRIES):
            due = await self._first(found)
            body = await self._messages.body(due.message_id) if due else None
            if due is None or body is None:
                # Without its message yet: the fan-out is still at it; the next look finds both.
                return None
            claimed = claim(due, at=self._clock.now(), lease=self._pace.lease)
            if await self._deliveries.change(due, claimed):
                return claimed, body
            if found.ordering_key is None:
                return None
        return None

    async def _first(self, found: Delivery) -> Delivery | None:
        """The delivery that may go now. In an ordered story only the foremost unfinished may."""
        at = self._clock.now()
        if found.ordering_key is None:
            return found if is_claimable(found, at=at) else None
        first = await self._deliveries.foremost(found.endpoint_id, found.ordering_key)
        if first is None or is_claimable(first, at=at):
            return first
        if first.id != found.id and first.next_at is not None and is_claimable(found, at=at):
            await self._deliveries.change(found, put_behind(found, first))
        return None

    async def _attempt(self, endpoint: Endpoint, claimed: Delivery, body: bytes) -> Attempt:
        sending = Sending(
            message_id=claimed.message_id,
            body=body,
            trigger=trigger(claimed),
            delivery_id=claimed.id,
            n=claimed.tried,
        )
        try:
            return await self._sender.send(endpoint, sending)
        except asyncio.CancelledError:
            # The process is stopping: no rung is charged, and another worker need not wait.
            again = give_back(claimed, at=self._clock.now())
            await asyncio.shield(self._deliveries.change(claimed, again))
            raise

    async def _record(self, claimed: Delivery, attempt: Attempt) -> None:
        concluded = conclude(
            claimed, attempt.exchange, at=self._clock.now(), jitter=self._pace.jitter()
        )
        await _patiently(
            lambda: asyncio.gather(
                self._attempts.add(attempt), self._deliveries.change(claimed, concluded)
            )
        )
        if attempt.exchange.result is Result.GONE:
            await self._endpoints.disable(claimed.endpoint_id, reason=Result.GONE.value)


async def _patiently(write: Callable[[], Awaitable[object]]) -> None:
    """Repeat a write, which changes nothing the second time, while the store is away."""
    for wait in (*RECORD_AGAIN_AFTER_SECONDS, None):
        try:
            await write()
        except Unavailable:
            if wait is None:
                raise
            await asyncio.sleep(wait)
        else:
            return
