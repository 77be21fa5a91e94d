"""Activities: announced, signed up for by many at once, and who was there."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from services.pairing.domain import activity as domain
from services.pairing.domain.activity import Activity, ActivityState, Outcome, Plan, SignUp
from services.pairing.domain.member import Member, MemberState
from services.pairing.service.onlooker import Onlooker
from shared.clock import Clock, new_id
from shared.deciding import written
from shared.envelope import Envelope
from shared.errors import Conflict, NotAllowed
from shared.events.pairing_register import PersonErased, PersonLeft
from shared.store import Order, Page, Store

PersonGone = PersonLeft | PersonErased

OWN_MAX = 200
"""Activities to come that one person has signed up for: far beyond any calendar."""
CONTENDED_TRIES = 50
"""At one activity everybody wants in at the same moment, from every replica."""
GIVING_WAY_TRIES = 10
GIVING_WAY_SECONDS = 0.1
"""How often, and how far apart, the earlier of two sign-ups looks whether the later has gone."""
STARTS = "plan.starts_at"
SOONEST, LATEST = Order(((STARTS, 1),), ids=1), Order(((STARTS, -1),), ids=-1)


class ActivityService:
    """The use cases. Onlookers without a person answer for activities; others sign up for them.

    Each that is about one: ``NotFound`` outside the onlooker's communities; ``Stale`` if ``seen``
    has moved on; ``WrongState``.
    """

    def __init__(
        self,
        store: Store[Activity],
        members: Store[Member],
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._store = store
        self._members = members
        self._clock = clock
        self._new_id = new_id
        self._turns = Turns()

    async def plan(self, community: str, *, branch_id: str | None, told: Plan) -> Activity:
        """Announce one. ``Invalid`` for times or a room that cannot be."""
        planned = domain.plan(
            id=self._new_id("act"),
            community=community,
            branch_id=branch_id,
            told=told,
            at=self._clock.now(),
        )
        return await self._store.save(*planned)

    async def change(
        self, activity_id: str, onlooker: Onlooker, *, told: Plan, seen: int | None
    ) -> Activity:
        """Say anew what it is. ``Conflict`` for less room than is taken."""
        now = self._clock.now()
        await self.managed(activity_id, onlooker)
        return await self._changed(
            activity_id, onlooker, lambda known: domain.change(known, told=told, at=now), seen
        )

    async def cancel(self, activity_id: str, onlooker: Onlooker, *, seen: int | None) -> Activity:
        """Call it off."""
        await self.managed(activity_id, onlooker)
        return await self._changed(activity_id, onlooker, domain.cancel, seen)

    async def sign_up(self, activity_id: str, onlooker: Onlooker, *, person_id: str) -> Activity:
        """Sign somebody up: the first to ask have the places, the others wait in their order.

        ``NotAllowed`` for somebody else than oneself; ``Conflict`` as the domain says.
        """
        _check_oneself(onlooker, person_id)
        async with self._turns.of(activity_id):  # before anything is read: who asks first is first
            signed = await self._signed_up(activity_id, onlooker, person_id)
        elsewhere = await self._gives_way(signed, person_id)
        if elsewhere is not None:
            await self.sign_off(activity_id, onlooker, person_id=person_id)
            raise Conflict("activity.overlaps", activity_id=elsewhere)
        return signed

    async def sign_off(self, activity_id: str, onlooker: Onlooker, *, person_id: str) -> Activity:
        """Take somebody off: who waited longest moves up. ``NotAllowed``; ``Conflict``."""
        _check_oneself(onlooker, person_id)
        return await self._changed(
            activity_id,
            onlooker,
            lambda known: domain.sign_off(known, person_id=person_id, at=self._clock.now()),
            None,
        )

    async def on_person_gone(self, event: PersonGone, _: Envelope) -> None:
        """Who has left the register makes room; a repeat finds nothing to leave."""
        for activity in await self._own(event.person_id):
            onlooker = Onlooker((activity.community,))
            with contextlib.suppress(Conflict):  # it has begun, or they signed off meanwhile
                await self.sign_off(activity.id, onlooker, person_id=event.person_id)

    async def record(
        self,
        activity_id: str,
        onlooker: Onlooker,
        *,
        minutes: Mapping[str, int],
        seen: int | None,
    ) -> Activity:
        """Note who was there; what is noted already is left as it is."""
        now = self._clock.now()
        await self.managed(activity_id, onlooker)
        return await self._changed(
            activity_id,
            onlooker,
            lambda known: domain.record(known, minutes=minutes, at=now),
            seen,
        )

    async def get(self, activity_id: str, onlooker: Onlooker) -> Activity:
        """One activity."""
        return await self._store.get(activity_id, communities=onlooker.communities)

    async def managed(self, activity_id: str, onlooker: Onlooker) -> Activity:
        """One activity that the onlooker answers for: a branch for its own."""
        activity = await self.get(activity_id, onlooker)
        onlooker.check(activity.id, branch_id=activity.branch_id)
        return activity

    async def page(
        self, onlooker: Onlooker, *, past: bool, mine: bool, cursor: str | None, limit: int
    ) -> Page[Activity]:
        """Those to come, the soonest first, or those that have begun, the latest first; ``mine``:
        that the onlooker has signed up for."""
        now = self._clock.now()
        where: dict[str, object] = {STARTS: {"$lte" if past else "$gt": now}}
        if mine:
            where["going"] = onlooker.person_id or ""
        return await self._store.page(
            where,
            communities=onlooker.communities,
            order=LATEST if past else SOONEST,
            cursor=cursor,
            limit=limit,
        )

    async def story(self, activity_id: str, onlooker: Onlooker) -> list[Envelope]:
        """All that happened to it, oldest first; for who answers for it."""
        await self.managed(activity_id, onlooker)
        return await self._store.story(activity_id, communities=onlooker.communities)

    async def _changed(
        self,
        activity_id: str,
        onlooker: Onlooker,
        decide: Callable[[Activity], Outcome],
        seen: int | None,
    ) -> Activity:
        async with self._turns.of(activity_id):
            return await self._written(activity_id, onlooker, decide, seen)

    async def _written(
        self,
        activity_id: str,
        onlooker: Onlooker,
        decide: Callable[[Activity], Outcome],
        seen: int | None,
    ) -> Activity:
        async def write(known: Activity) -> Activity:
            activity, events = decide(known)
            return await self._store.save(activity, events) if events else activity

        return await written(
            lambda: self.get(activity_id, onlooker), write, seen=seen, tries=CONTENDED_TRIES
        )

    async def _signed_up(self, activity_id: str, onlooker: Onlooker, person_id: str) -> Activity:
        activity = await self.get(activity_id, onlooker)
        member_id = await self._member_id(activity.community, person_id)
        others = await self._own(person_id)

        def decide(known: Activity) -> Outcome:
            who = SignUp(person_id, member_id, self._clock.now())
            return domain.sign_up(known, who=who, others=others)

        return await self._written(activity_id, onlooker, decide, None)

    async def _gives_way(self, signed: Activity, person_id: str) -> str | None:
        """The activity at the same time to which this sign-up, which is kept, gives way.

        Of two that were kept at one moment, one at least sees the other here. The later gives way;
        the earlier waits for that, and gives way itself to one that stays: that had looked before.
        """
        for _ in range(GIVING_WAY_TRIES):
            others = await self._own(person_id)
            first = domain.gives_way(signed, others, person_id)
            staying = domain.meeting(signed, others)
            if first is not None or staying is None:
                return first
            await asyncio.sleep(GIVING_WAY_SECONDS)
        return staying

    async def _own(self, person_id: str) -> Sequence[Activity]:
        where = {"going": person_id, "state": ActivityState.PLANNED.value}
        return await self._store.find(where, limit=OWN_MAX)

    async def _member_id(self, community: str, person_id: str) -> str | None:
        where = {"community": community, "person_id": person_id}
        found = await self._members.find(where, limit=1)
        return found[0].id if found and found[0].state is not MemberState.LEFT else None


class Turns:
    """Lets those of this process who want the same thing at once have it one after the other, in
    the order in which they came, so that only other replicas can come between."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._wanted: dict[str, int] = {}

    @asynccontextmanager
    async def of(self, id: str) -> AsyncIterator[None]:  # noqa: A002  the field's own name
        """One's turn; what nobody wants any more is forgotten."""
        lock = self._locks.setdefault(id, asyncio.Lock())
        self._wanted[id] = self._wanted.get(id, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._wanted[id] -= 1
            if not self._wanted[id]:
                del self._wanted[id], self._locks[id]


def _check_oneself(onlooker: Onlooker, person_id: str) -> None:
    if onlooker.person_id not in (None, person_id):
        raise NotAllowed("activity.for_others")
