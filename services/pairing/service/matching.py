"""Asking for a matching, looking at it, and deciding what becomes of what it proposes."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from services.pairing.domain import matching as domain
from services.pairing.domain.matching import Matching, MatchingCause, MatchingState
from services.pairing.domain.matching_item import ItemState, MatchingItem
from services.pairing.domain.pairing import PairingMode
from services.pairing.service.matching_parts import Bounds, MatchingStores
from services.pairing.service.onlooker import Onlooker
from shared.clock import Clock, derived_id, new_id
from shared.envelope import Envelope
from shared.errors import AlreadyHeard, Conflict, Invalid
from shared.store import NEWEST_FIRST, Page, check_seen

ALL_MODES = tuple(PairingMode)
SETTLING = timedelta(seconds=10)
"""After a change others may follow at once: one matching is worked out for all of them."""
REST_FACTOR = 10
"""And a community is given ten times as much time as its last matching took."""
BUNDLED_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Wish:
    """Accept or decline these items, or (None) all that are open and the onlooker's."""

    accepted: bool
    items: tuple[int, ...] | None = None


class MatchingService:
    """What one can do with matchings."""

    def __init__(
        self, stores: MatchingStores, clock: Clock, new_id: Callable[[str], str] = new_id
    ) -> None:
        self._stores = stores
        self._store = stores.matchings
        self._clock = clock
        self._new_id = new_id

    async def ask(self, community: str, *, modes: Sequence[PairingMode], by: str) -> Matching:
        """Have one worked out, in these modes; it is due at once. ``Invalid`` without a mode."""
        now = self._clock.now()
        asked = Matching(
            id=self._new_id("mat"),
            community=community,
            version=0,
            state=MatchingState.REQUESTED,
            cause=MatchingCause.ASKED,
            modes=tuple(modes),
            asked_by=by,
            asked_at=now,
            alarm_at=now,
        )
        return await self._store.save(*domain.request(asked))

    async def ask_after(self, cause: MatchingCause, envelope: Envelope) -> None:
        """Have one worked out after what was heard, unless one is waiting to be that will see it.

        A repeat finds the one that it made.
        """
        community = envelope.community
        waiting = {"community": community, "state": MatchingState.REQUESTED.value}
        if await self._store.find(waiting, limit=1):
            return
        now = self._clock.now()
        asked = Matching(
            id=derived_id("mat", envelope.id, "matching"),
            community=community,
            version=0,
            state=MatchingState.REQUESTED,
            cause=cause,
            modes=ALL_MODES,
            asked_by=None,
            asked_at=now,
            alarm_at=now + await self._patience(community),
        )
        with suppress(AlreadyHeard):
            await self._store.save(*domain.request(asked), handling=envelope)

    async def get(self, matching_id: str, onlooker: Onlooker) -> Matching:
        """One matching; ``NotFound``."""
        return await self._store.get(matching_id, communities=onlooker.communities)

    async def page(
        self, onlooker: Onlooker, *, state: MatchingState | None, cursor: str | None, limit: int
    ) -> Page[Matching]:
        """The matchings of these communities, newest first."""
        where = {} if state is None else {"state": state.value}
        return await self._store.page(
            where, communities=onlooker.communities, cursor=cursor, limit=limit
        )

    async def items(
        self,
        matching_id: str,
        onlooker: Onlooker,
        bounds: Bounds,
        *,
        cursor: str | None,
        limit: int,
    ) -> Page[MatchingItem]:
        """What it proposes, by number; a branch sees its members' and who has nobody."""
        await self.get(matching_id, onlooker)
        return await self._stores.items.page(matching_id, bounds, cursor=cursor, limit=limit)

    async def of_helper(
        self, onlooker: Onlooker, *, cursor: str | None, limit: int
    ) -> Page[MatchingItem]:
        """What was accepted for the onlooker themselves, newest first."""
        return await self._stores.items.of_person(
            onlooker.person_id or "", onlooker.communities, cursor=cursor, limit=limit
        )

    async def story(self, matching_id: str, onlooker: Onlooker) -> list[Envelope]:
        """All that happened to it, oldest first; ``NotFound``."""
        return await self._store.story(matching_id, communities=onlooker.communities)

    async def decide(
        self, matching_id: str, onlooker: Onlooker, wish: Wish, *, by: str, seen: int | None
    ) -> Matching:
        """Accept or decline; it is carried out within moments.

        Errors: ``NotFound``; ``Invalid`` for an item that is not open, or not the onlooker's;
        ``Conflict`` for a part of what hangs together; ``WrongState`` if it is over.
        """
        matching = await self.get(matching_id, onlooker)
        check_seen(matching, seen)
        decided = domain.decide(
            matching,
            accepted=wish.accepted,
            by=by,
            branch_id=onlooker.branch_id,
            items=wish.items,
            at=self._clock.now(),
        )
        if wish.items is not None:
            await self._check(matching, onlooker, wish.items)
        return await self._store.save(*decided)

    async def withdraw(self, matching_id: str, onlooker: Onlooker, *, seen: int | None) -> Matching:
        """Take it back. What was accepted before is carried out all the same."""
        matching = await self.get(matching_id, onlooker)
        check_seen(matching, seen)
        withdrawn = await self._store.save(*domain.withdraw(matching))
        await self._stores.items.overtake(matching_id)
        return withdrawn

    async def _check(
        self, matching: Matching, onlooker: Onlooker, numbers: tuple[int, ...]
    ) -> None:
        items = self._stores.items
        found = {
            item.number: item
            for item in await items.some(matching.id, numbers, limit=len(numbers))
            if item.state is ItemState.OPEN and onlooker.branch_id in (None, item.branch_id)
        }
        for place, number in enumerate(numbers):
            if number not in found:
                raise Invalid("matching.no_such_item", pointer=f"/items/{place}", number=number)
        bundles = {item.bundle for item in found.values() if item.bundle is not None}
        together = await items.of_bundles(matching.id, sorted(bundles), limit=BUNDLED_MAX)
        missing = sorted(item.number for item in together if item.number not in found)
        if missing:
            raise Conflict("matching.belongs_together", pointer="/items", numbers=missing[:20])

    async def _patience(self, community: str) -> timedelta:
        """How long to wait for more changes."""
        over = [MatchingState.PROPOSED.value, MatchingState.SETTLED.value]
        where = {"community": community, "state": {"$in": over}}
        last = await self._store.find(where, order=NEWEST_FIRST, limit=1)
        took = last[0].figures.seconds if last and last[0].figures else 0.0
        return max(SETTLING, timedelta(seconds=REST_FACTOR * took))
