"""Visits as they are kept, each alarm with those who are to be told of it."""

from collections.abc import Sequence
from dataclasses import replace

from services.pairing.domain.member import Member
from services.pairing.domain.post import Post
from services.pairing.domain.visit import Visit
from services.pairing.service.helping import holders_of
from shared.clock import Clock
from shared.envelope import Envelope
from shared.events import Event
from shared.events.pairing_visit import VisitAlarm
from shared.recent import Recent
from shared.store import Store

VISITS = "care.visits"
"""The service whose post looks after visits; a post for all of ``care`` does as well."""
KEPT_SECONDS, COMMUNITIES_KEPT = 30.0, 1_000
TOLD_MAX = 50
"""Holders named in alarms of one visit who are remembered, the latest."""


class AlarmingVisits:
    """A store of visits that names in each alarm the members who hold the post by then, and in the
    visit who they are; all else is the store's own.

    Who holds it may be known half a minute late; the branches in the alarm are told anyway.
    """

    def __init__(
        self, store: Store[Visit], posts: Store[Post], members: Store[Member], clock: Clock
    ) -> None:
        self.get, self.find = store.get, store.find
        self.page, self.story = store.page, store.story
        self._save = store.save
        self._posts = posts
        self._members = members
        self._clock = clock
        self._holders: Recent[tuple[Member, ...]] = Recent(
            clock, seconds=KEPT_SECONDS, size=COMMUNITIES_KEPT
        )

    async def save(
        self, aggregate: Visit, events: Sequence[Event], *, handling: Envelope | None = None
    ) -> Visit:
        """See ``Store.save``."""
        if not any(isinstance(each, VisitAlarm) for each in events):
            return await self._save(aggregate, events, handling=handling)
        holders = await self._holders.get(aggregate.community, self._of_post) or ()
        told = [_addressed(each, holders) for each in events]
        people = (*aggregate.told_person_ids, *(each.person_id for each in holders))
        named = replace(aggregate, told_person_ids=tuple(dict.fromkeys(people))[-TOLD_MAX:])
        return await self._save(named, told, handling=handling)

    async def _of_post(self, community: str) -> tuple[Member, ...]:
        now = self._clock.now()
        return tuple(await holders_of(VISITS, community, self._posts, self._members, at=now))


def _addressed(event: Event, holders: Sequence[Member]) -> Event:
    if not isinstance(event, VisitAlarm):
        return event
    return event.model_copy(update={"post_holder_ids": tuple(each.id for each in holders)})
