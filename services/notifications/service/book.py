"""The endpoints of each community, kept at hand for a moment: no event waits for a look-up."""

from datetime import datetime, timedelta

from services.notifications.domain.endpoint import Endpoint, EndpointState, wants
from shared.clock import Clock
from shared.errors import NotFound
from shared.store import Store

KEPT_FOR = timedelta(seconds=1.5)
"""So long at most another replica's change goes unseen; one's own is seen at once."""
ENDPOINTS_MAX = 200
"""Endpoints of one community that are served, the oldest first."""

_SERVED = [state.value for state in EndpointState if state is not EndpointState.DELETED]


class EndpointBook:
    """What this process knows of endpoints, a moment old at most."""

    def __init__(self, store: Store[Endpoint], clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._pages: dict[str, tuple[datetime, tuple[Endpoint, ...]]] = {}
        self._erased = 0

    async def wanting(self, community: str, event_type: str) -> list[Endpoint]:
        """The community's endpoints that an event of this type is for."""
        return [each for each in await self._of(community) if wants(each, event_type)]

    async def get(self, community: str, endpoint_id: str) -> Endpoint | None:
        """The endpoint; None if there is none."""
        for endpoint in await self._of(community):
            if endpoint.id == endpoint_id:
                return endpoint
        try:
            return await self._store.get(endpoint_id)
        except NotFound:
            return None

    def forget(self, community: str) -> None:
        """An endpoint of the community has changed: look it up anew next time."""
        self._erased += 1
        self._pages.pop(community, None)

    async def _of(self, community: str) -> tuple[Endpoint, ...]:
        page = self._pages.get(community)
        if page is not None and page[0] > self._clock.now():
            return page[1]
        erased = self._erased
        where = {"community": community, "state": {"$in": _SERVED}}
        endpoints = tuple(await self._store.find(where, limit=ENDPOINTS_MAX))
        if erased == self._erased:  # otherwise what was read may be older than the change
            self._pages[community] = (self._clock.now() + KEPT_FOR, endpoints)
        return endpoints
