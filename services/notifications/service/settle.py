"""Deliveries follow their endpoint: held while it takes nothing, then due again, or cancelled."""

from services.notifications.domain.endpoint import Endpoint, EndpointState
from services.notifications.service.ports import Deliveries
from shared.clock import Clock
from shared.store import Store


class Settlement:
    """Brings an endpoint's deliveries in line with its state, as often as it is asked to."""

    def __init__(self, store: Store[Endpoint], deliveries: Deliveries, clock: Clock) -> None:
        self._store = store
        self._deliveries = deliveries
        self._clock = clock

    async def settle(self, endpoint_id: str) -> None:
        """Act on the state as it is, not as some event told it, until it has stayed the same.

        So two that settle at the same time end right, whichever of them is slower. ``NotFound``.
        """
        before = None
        endpoint = await self._store.get(endpoint_id)
        while endpoint.state is not before:
            before = endpoint.state
            await self._follow(endpoint)
            endpoint = await self._store.get(endpoint_id)

    async def _follow(self, endpoint: Endpoint) -> None:
        if endpoint.state is EndpointState.ENABLED:
            await self._deliveries.release_all(endpoint.id, at=self._clock.now())
        elif endpoint.state is EndpointState.DELETED:
            await self._deliveries.cancel_all(endpoint.id, at=self._clock.now())
        else:
            await self._deliveries.hold_all(endpoint.id)
