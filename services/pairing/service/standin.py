"""Looking at who stands in for whom, and ending it before its time."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from services.pairing.domain import standin as domain
from services.pairing.domain.member import Member
from services.pairing.domain.standin import StandIn, StandInEnd, StandInState
from services.pairing.service.onlooker import Onlooker, within
from shared.clock import Clock
from shared.envelope import Envelope
from shared.store import Page, Store, check_seen

OWN_MAX = 20
"""Memberships of one person: one in each of their communities."""


class StandInService:
    """What one can do with stand-ins. A member sees those in which they stand in themselves."""

    def __init__(self, store: Store[StandIn], members: Store[Member], clock: Clock) -> None:
        self._store = store
        self._members = members
        self._clock = clock

    async def get(self, stand_in_id: str, onlooker: Onlooker) -> StandIn:
        """One; ``NotFound``."""
        stand_in = await self._store.get(stand_in_id, communities=onlooker.communities)
        if onlooker.person_id is not None:
            member = await self._members.get(stand_in.member_id)
            onlooker.check(stand_in_id, person_id=member.person_id)
        return stand_in

    async def page(
        self,
        onlooker: Onlooker,
        *,
        state: StandInState | None,
        cursor: str | None,
        limit: int,
        bounds: Mapping[str, Any] = MappingProxyType({}),
    ) -> Page[StandIn]:
        """Those that the onlooker may see, newest first; within these bounds, as a query."""
        where: dict[str, Any] = {} if state is None else {"state": state.value}
        if onlooker.person_id is not None:
            where["member_id"] = {"$in": await self._own_ids(onlooker)}
        return await self._store.page(
            within(where, bounds), communities=onlooker.communities, cursor=cursor, limit=limit
        )

    async def story(self, stand_in_id: str, onlooker: Onlooker) -> list[Envelope]:
        """All that happened to it, oldest first; ``NotFound``."""
        await self.get(stand_in_id, onlooker)
        return await self._store.story(stand_in_id, communities=onlooker.communities)

    async def end(self, stand_in_id: str, onlooker: Onlooker, *, seen: int | None) -> StandIn:
        """End it from now on: who stands in says no, or an officer does; others are looked for."""
        stand_in = await self.get(stand_in_id, onlooker)
        check_seen(stand_in, seen)
        own = onlooker.person_id is not None
        reason = StandInEnd.DECLINED if own else StandInEnd.RELEASED
        return await self._store.save(*domain.end(stand_in, reason=reason, at=self._clock.now()))

    async def _own_ids(self, onlooker: Onlooker) -> list[str]:
        where: Mapping[str, Any] = {
            "community": {"$in": list(onlooker.communities)},
            "person_id": onlooker.person_id,
        }
        return [each.id for each in await self._members.find(where, limit=OWN_MAX)]
