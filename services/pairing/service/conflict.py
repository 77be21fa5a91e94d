"""Saying that two people must not be paired, and that they may be."""

from collections.abc import Collection, Sequence
from typing import Any

from services.pairing.domain import conflict as domain
from services.pairing.domain.conflict import ConflictState, PersonConflict
from shared.clock import Clock, derived_id
from shared.envelope import Envelope
from shared.errors import NotFound
from shared.store import Page, Store


class ConflictService:
    """What one can do with conflicts. Each: ``NotFound`` outside ``communities``."""

    def __init__(self, store: Store[PersonConflict], clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def register(
        self, person_ids: Collection[str], *, community: str, by: str
    ) -> PersonConflict:
        """Two people must not be paired: their pairings part by the event.

        Errors: ``Invalid`` unless it is two; ``WrongState`` if it is on record already.
        """
        first, second = domain.in_order(person_ids)
        conflict_id = derived_id("cfl", community, first, second)
        try:
            known = await self._store.get(conflict_id)
        except NotFound:
            new = PersonConflict(
                id=conflict_id,
                community=community,
                version=0,
                state=ConflictState.STANDING,
                person_ids=(first, second),
                by=by,
                at=self._clock.now(),
            )
            return await self._store.save(*domain.register(new))
        return await self._store.save(*domain.register_again(known, by=by, at=self._clock.now()))

    async def lift(
        self, conflict_id: str, *, communities: Sequence[str], by: str, seen: int | None
    ) -> PersonConflict:
        """The two may be paired again. ``WrongState``; ``Stale`` if ``seen`` has moved on."""
        conflict = await self._store.get(conflict_id, communities=communities, seen=seen)
        return await self._store.save(*domain.lift(conflict, by=by, at=self._clock.now()))

    async def get(self, conflict_id: str, *, communities: Sequence[str]) -> PersonConflict:
        """One conflict."""
        return await self._store.get(conflict_id, communities=communities)

    async def page(
        self,
        *,
        communities: Sequence[str],
        state: ConflictState | None,
        person_id: str | None,
        cursor: str | None,
        limit: int,
    ) -> Page[PersonConflict]:
        """The conflicts of these communities, of one person if one is named, newest first."""
        where: dict[str, Any] = {} if state is None else {"state": state.value}
        if person_id is not None:
            where["person_ids"] = person_id
        return await self._store.page(where, communities=communities, cursor=cursor, limit=limit)

    async def story(self, conflict_id: str, *, communities: Sequence[str]) -> list[Envelope]:
        """All that happened to it, oldest first."""
        return await self._store.story(conflict_id, communities=communities)
