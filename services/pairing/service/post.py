"""Posts: their duties, who holds them, and the ends of terms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.pairing.domain import post as domain
from services.pairing.domain.member import Member, MemberState
from services.pairing.domain.post import Post, PostState, Remit
from services.pairing.service.giving import given, let_go, let_go_now
from services.pairing.service.onlooker import Onlooker
from shared.alarms import Alarms
from shared.clock import Clock, new_id
from shared.envelope import Envelope
from shared.errors import Conflict
from shared.events.pairing_members import MemberLeft
from shared.store import Page, Store


@dataclass(frozen=True, slots=True)
class Term:
    """From when until when somebody is to hold a post; None: from now, and until released."""

    since: datetime | None = None
    until: datetime | None = None


class PostService:
    """What one can do with posts. Who answers for a branch appoints and releases its members."""

    def __init__(
        self,
        store: Store[Post],
        members: Store[Member],
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._store = store
        self._members = members
        self._clock = clock
        self._new_id = new_id
        self.terms = Alarms(store, clock, field="term_ends_at", tick=domain.release_if_due)

    async def register(self, *, community: str, code: str, remit: Remit) -> Post:
        """Make a post. ``Conflict`` if the community has one of this code."""
        post, events = domain.register(
            id=self._new_id("pst"), community=community, code=code, remit=remit
        )
        try:
            return await self._store.save(post, events)
        except Conflict as conflict:
            if "code" not in str(conflict.facts.get("fields")):
                raise
            raise Conflict("post.exists", pointer="/code") from None

    async def change(
        self, post_id: str, remit: Remit, *, communities: Sequence[str], seen: int | None
    ) -> Post:
        """Say the whole of it anew."""
        post = await self._store.get(post_id, communities=communities, seen=seen)
        after, events = domain.change(post, remit=remit)
        return await self._store.save(after, events) if events else post

    async def appoint(
        self, post_id: str, onlooker: Onlooker, member_id: str, term: Term, *, seen: int | None
    ) -> Post:
        """Give the post to a member.

        ``Invalid`` ``member.unknown`` for one that is not in the post's community, or not of the
        onlooker's branch; else as the domain says.
        """
        post = await self._store.get(post_id, communities=onlooker.communities, seen=seen)
        member = await given(self._members, member_id, post.community, onlooker)
        now = self._clock.now()
        since = now if term.since is None else term.since
        appointed = domain.appoint(post, member=member, since=since, until=term.until, at=now)
        saved = await self._store.save(*appointed)
        if (await self._members.get(member_id)).state is not MemberState.LEFT:
            return saved
        # They left while this was being written, and that may have been heard of before it was.
        await let_go_now(self._store, saved.id, lambda p: domain.let_go(p, member_id=member_id))
        raise Conflict("member.has_left", pointer="/member_id", member_id=member_id)

    async def release(
        self, post_id: str, onlooker: Onlooker, member_id: str, *, seen: int | None
    ) -> Post:
        """Take the post from a member; ``Conflict`` if they do not hold it."""
        post = await self._store.get(post_id, communities=onlooker.communities, seen=seen)
        await given(self._members, member_id, post.community, onlooker)
        return await self._store.save(*domain.release(post, member_id=member_id))

    async def close(self, post_id: str, *, communities: Sequence[str], seen: int | None) -> Post:
        """Do away with the post; its code is free again."""
        post = await self._store.get(post_id, communities=communities, seen=seen)
        return await self._store.save(*domain.close(post))

    async def get(self, post_id: str, *, communities: Sequence[str]) -> Post:
        """One post; ``NotFound``."""
        return await self._store.get(post_id, communities=communities)

    async def page(
        self,
        *,
        communities: Sequence[str],
        state: PostState | None,
        cursor: str | None,
        limit: int,
    ) -> Page[Post]:
        """The posts of these communities, newest first."""
        where = {} if state is None else {"state": state.value}
        return await self._store.page(where, communities=communities, cursor=cursor, limit=limit)

    async def story(self, post_id: str, *, communities: Sequence[str]) -> list[Envelope]:
        """All that happened to the post, oldest first; ``NotFound``."""
        return await self._store.story(post_id, communities=communities)

    async def on_member_left(self, event: MemberLeft, envelope: Envelope) -> None:
        """Take all posts from who has left, unless they are back; a repeat finds nothing more."""
        member = await self._members.get(event.member_id)
        if member.state is not MemberState.LEFT:
            return
        where = {"holders.member_id": member.id, "state": PostState.OPEN.value}
        await let_go(
            self._store, where, lambda p: domain.let_go(p, member_id=member.id), handling=envelope
        )
