"""The endpoints of each community, kept at hand for a moment: no event waits for a look-up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.notifications.domain.endpoint import Endpoint, EndpointState, wants
from shared.clock import Clock
from shared.errors import NotFound
from shared.store import Store

KEPT_FOR = timedelta(seconds=1.5)
"""So long at most another replica's change goes unseen; one's own is seen at once."""
ENDPOINTS_MAX = 200
"""Endpoints of one community that are served, the oldest first."""

_SERVED = [state.value for state in EndpointState if state is not EndpointState.DELETED]


@dataclass(frozen=True, slots=True)
class _Page:
    """What was there at ``read_at``, and perhaps a little more."""

    read_at: datetime
    endpoints: tuple[Endpoint, ...]

    def holds(self, now: datetime, since: datetime | None) -> bool:
        """Whether it is new enough, and newer than ``since`` if that matters."""
        return self.read_at + KEPT_FOR > now and (since is None or self.read_at > since)


class EndpointBook:
    """What this process knows of endpoints, a moment old at most."""

    def __init__(self, store: Store[Endpoint], clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._pages: dict[str, _Page] = {}
        self._erased = 0

    async def wanting(
        self, community: str, event_type: str, data: Mapping[str, Any], *, told_at: datetime
    ) -> list[Endpoint]:
        """The community's endpoints that this event is for, those of its companies too.

        What was read before the event was told does not count: whoever registered an endpoint
        before it gets it, at whichever replica they did.
        """
        known = await self._of(community, told_at)
        return [each for each in known if wants(each, event_type, data)]

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

    async def _of(self, community: str, since: datetime | None = None) -> tuple[Endpoint, ...]:
        now = self._clock.now()
        page = self._pages.get(community)
        if page is not None and page.holds(now, since):
            return page.endpoints
        erased = self._erased
        where = {"community": community, "state": {"$in": _SERVED}}
        endpoints = tuple(await self._store.find(where, limit=ENDPOINTS_MAX))
        if erased == self._erased:  # otherwise what was read may be older than the change
            self._pages[community] = _Page(now, endpoints)
        return endpoints
