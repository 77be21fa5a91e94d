"""Visits as they are kept, each alarm with those who are to be told of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.pairing.domain.member import Member
from services.pairing.domain.post import Post
from services.pairing.domain.visit import Visit
from services.pairing.service.helping import holders_of
from shared.clock import Clock
from shared.envelope import Envelope
from shared.events import Event
from shared.events.pairing_visit import VisitAlarm
from shared.recent import Recent
from shared.store import NEWEST_FIRST, OLDEST_FIRST, Order, Page, Store

VISITS = "care.visits"
"""The service whose post looks after visits; a post for all of ``care`` does as well."""
KEPT_SECONDS, COMMUNITIES_KEPT = 30.0, 1_000


class AlarmingVisits:
    """A store of visits: it names in each alarm the members who hold the post by then.

    Who holds it may be known half a minute late; the branches in the alarm are told anyway.
    """

    def __init__(
        self, store: Store[Visit], posts: Store[Post], members: Store[Member], clock: Clock
    ) -> None:
        self._store = store
        self._posts = posts
        self._members = members
        self._clock = clock
        self._holders: Recent[tuple[str, ...]] = Recent(
            clock, seconds=KEPT_SECONDS, size=COMMUNITIES_KEPT
        )

    async def get(
        self,
        id: str,  # noqa: A002  as in Store
        *,
        communities: Sequence[str] | None = None,
        seen: int | None = None,
        handling: Envelope | None = None,
    ) -> Visit:
        """See ``Store.get``."""
        return await self._store.get(id, communities=communities, seen=seen, handling=handling)

    async def find(
        self,
        where: Mapping[str, Any],
        *,
        order: Order = OLDEST_FIRST,
        skip: int = 0,
        limit: int = 100,
    ) -> list[Visit]:
        """See ``Store.find``."""
        return await self._store.find(where, order=order, skip=skip, limit=limit)

    async def page(
        self,
        where: Mapping[str, Any],
        *,
        communities: Sequence[str],
        order: Order = NEWEST_FIRST,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Visit]:
        """See ``Store.page``."""
        return await self._store.page(
            where, communities=communities, order=order, cursor=cursor, limit=limit
        )

    async def save(
        self, aggregate: Visit, events: Sequence[Event], *, handling: Envelope | None = None
    ) -> Visit:
        """See ``Store.save``."""
        told = [await self._addressed(each, aggregate.community) for each in events]
        return await self._store.save(aggregate, told, handling=handling)

    async def story(
        self,
        id: str,  # noqa: A002  as in Store
        *,
        communities: Sequence[str] | None = None,
    ) -> list[Envelope]:
        """See ``Store.story``."""
        return await self._store.story(id, communities=communities)

    async def _addressed(self, event: Event, community: str) -> Event:
        if not isinstance(event, VisitAlarm):
            return event
        holders = await self._holders.get(community, self._of_post)
        return event.model_copy(update={"post_holder_ids": holders or ()})

    async def _of_post(self, community: str) -> tuple[str, ...]:
        now = self._clock.now()
        found = await holders_of(VISITS, community, self._posts, self._members, at=now)
        return tuple(each.id for each in found)
