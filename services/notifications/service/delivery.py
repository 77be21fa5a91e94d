"""What one can do with a delivery: look at it, with its attempts, and have it sent again."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.notifications.domain import delivery as domain
from services.notifications.domain.attempt import Attempt
from services.notifications.domain.delivery import Delivery, Status
from services.notifications.domain.endpoint import Endpoint, EndpointAction, Whose, check
from services.notifications.service.bell import Bell
from services.notifications.service.dispatch import Records
from shared.clock import Clock
from shared.errors import NotFound, Stale
from shared.store import Page, Store


@dataclass(frozen=True, slots=True)
class Filter:
    """Which deliveries are asked for."""

    endpoint_id: str | None = None
    status: Status | None = None
    whose: Whose | None = None
    """Who asks; None: whoever."""


class DeliveryService:
    """The delivery log of the communities."""

    def __init__(
        self, records: Records, endpoints: Store[Endpoint], bell: Bell, clock: Clock
    ) -> None:
        self._deliveries = records.deliveries
        self._messages = records.messages
        self._attempts = records.attempts
        self._endpoints = endpoints
        self._bell = bell
        self._clock = clock

    async def page(
        self, communities: Sequence[str], asked: Filter, *, cursor: str | None, limit: int
    ) -> Page[Delivery]:
        """One page, newest first."""
        return await self._deliveries.page(
            communities=communities,
            endpoint_id=asked.endpoint_id,
            status=asked.status,
            whose=asked.whose,
            cursor=cursor,
            limit=limit,
        )

    async def get(
        self,
        id: str,  # noqa: A002  the field's own name
        communities: Sequence[str],
        whose: Whose | None = None,
    ) -> tuple[Delivery, list[Attempt]]:
        """The delivery and what was tried, oldest first; ``NotFound``."""
        delivery = await self._found(id, communities, whose)
        return delivery, await self._attempts.of(id)

    async def redeliver(
        self,
        id: str,  # noqa: A002  the field's own name
        communities: Sequence[str],
        whose: Whose | None = None,
    ) -> Delivery:
        """Send it again, with the same message id and a new signature.

        Errors: ``NotFound``, also once the message is past its retention; ``WrongState`` if it is
        under way already or its endpoint is deleted; ``Stale`` if somebody was faster.
        """
        delivery = await self._found(id, communities, whose)
        check(await self._endpoints.get(delivery.endpoint_id), EndpointAction.REDELIVER)
        again = domain.redeliver(delivery, at=self._clock.now())
        if await self._messages.body(delivery.message_id) is None:
            raise NotFound("message.not_kept")
        if not await self._deliveries.change(delivery, again):
            raise Stale("delivery.stale")
        self._bell.ring([again])
        return again

    async def _found(
        self,
        id: str,  # noqa: A002  the field's own name
        communities: Sequence[str],
        whose: Whose | None,
    ) -> Delivery:
        delivery = await self._deliveries.get(id, communities=communities)
        if whose is not None and not whose.holds(delivery.company):
            raise NotFound("delivery.not_found")
        return delivery
