"""Registering members and finding them."""

from collections.abc import Callable, Sequence

from services.pairing.domain import member as domain
from services.pairing.domain.member import Member, Profile
from shared.clock import new_id
from shared.envelope import Envelope
from shared.errors import Conflict
from shared.store import Page, Store


class MemberService:
    """What one can do with members."""

    def __init__(self, store: Store[Member], new_id: Callable[[str], str] = new_id) -> None:
        self._store = store
        self._new_id = new_id

    async def register(self, *, community: str, person_id: str, profile: Profile) -> Member:
        """Register a person as a member. ``Conflict`` if the community has them already."""
        member, events = domain.register(
            id=self._new_id("mem"),
            community=community,
            person_id=person_id,
            profile=profile,
        )
        try:
            return await self._store.save(member, events)
        except Conflict as conflict:
            if "person_id" not in str(conflict.facts.get("fields")):
                raise
            raise Conflict("member.exists", person_id=person_id) from None

    async def get(self, member_id: str, *, communities: Sequence[str]) -> Member:
        """One member; ``NotFound``."""
        return await self._store.get(member_id, communities=communities)

    async def page(
        self, *, communities: Sequence[str], branch_id: str | None, cursor: str | None, limit: int
    ) -> Page[Member]:
        """The members of these communities, of one branch if it is named, newest first."""
        where = {} if branch_id is None else {"branch_id": branch_id}
        return await self._store.page(where, communities=communities, cursor=cursor, limit=limit)

    async def story(self, member_id: str, *, communities: Sequence[str]) -> list[Envelope]:
        """All that happened to the member's record, oldest first; ``NotFound``."""
        return await self._store.story(member_id, communities=communities)
