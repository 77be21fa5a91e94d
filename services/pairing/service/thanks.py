"""Thanks: given by branches and staff, read by whom they are for."""

from collections.abc import Callable

from services.pairing.domain import thanks as domain
from services.pairing.domain.contribution import Contribution
from services.pairing.domain.member import Member
from services.pairing.domain.thanks import Thanks
from services.pairing.service.membership import member_of
from services.pairing.service.onlooker import Onlooker
from shared.clock import Clock, new_id
from shared.errors import Invalid
from shared.store import Page, Store


class ThanksService:
    """What one can do with thanks."""

    def __init__(
        self,
        store: Store[Thanks],
        members: Store[Member],
        contributions: Store[Contribution],
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._store = store
        self._members = members
        self._contributions = contributions
        self._clock = clock
        self._new_id = new_id

    async def give(
        self,
        onlooker: Onlooker,
        member_id: str,
        *,
        by: str,
        words: str | None,
        contribution_id: str | None,
    ) -> Thanks:
        """Thank a member within the onlooker's bounds. ``Invalid`` for another's record."""
        member = await member_of(self._members, onlooker, member_id)
        if contribution_id is not None:
            record = await self._contributions.get(
                contribution_id, communities=onlooker.communities
            )
            if record.member_id != member.id:
                raise Invalid("thanks.anothers_record", pointer="/contribution_id")
        given = domain.give(
            id=self._new_id("thk"),
            member=member,
            by=by,
            at=self._clock.now(),
            words=words,
            contribution_id=contribution_id,
        )
        return await self._store.save(*given)

    async def page(self, onlooker: Onlooker, *, cursor: str | None, limit: int) -> Page[Thanks]:
        """The thanks that the onlooker may see, newest first."""
        return await self._store.page(
            onlooker.where(), communities=onlooker.communities, cursor=cursor, limit=limit
        )
