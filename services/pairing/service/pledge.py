"""Pledges: made by members, followed by confirmed records, looked after when their time comes."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from services.pairing.domain import pledge as domain
from services.pairing.domain.contribution import Contribution
from services.pairing.domain.member import Member
from services.pairing.domain.pledge import Goal, Pledge, PledgeState
from services.pairing.domain.tally import Question, period, total
from services.pairing.service.membership import member_of
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.tally import Tallies
from shared.clock import Clock, new_id
from shared.envelope import Envelope
from shared.errors import AlreadyHeard, Stale
from shared.events.pairing import ContributionConfirmed
from shared.events.pairing_contribution import ContributionRevoked
from shared.store import NEWEST_FIRST, Order, Page, Store, check_seen

BATCH, PLEDGES_MAX = 100, 1_000
NEXT_FIRST = Order((("next_at", 1),), ids=1)
COUNTING = (PledgeState.OPEN.value, PledgeState.MISSED.value, PledgeState.KEPT.value)


@dataclass(frozen=True, slots=True)
class Progress:
    """A pledge, and how much of its goal is done by confirmed records."""

    pledge: Pledge
    done: int


@dataclass(frozen=True, slots=True)
class PledgeParts:
    """What pledges are decided from."""

    pledges: Store[Pledge]
    members: Store[Member]
    contributions: Store[Contribution]
    tallies: Tallies


class PledgeService:
    """What one can do with pledges. An action finds only what its onlooker may see."""

    def __init__(
        self, parts: PledgeParts, clock: Clock, new_id: Callable[[str], str] = new_id
    ) -> None:
        self._parts = parts
        self._store = parts.pledges
        self._clock = clock
        self._new_id = new_id

    async def make(self, onlooker: Onlooker, goal: Goal) -> Pledge:
        """Pledge as the member that the onlooker is. ``Conflict`` for who is none."""
        member = await member_of(self._parts.members, onlooker, None)
        where = {"member_id": member.id, "state": PledgeState.OPEN.value}
        already = await self._store.find(where, limit=domain.OPEN_MAX)
        made = domain.make(
            id=self._new_id("plg"),
            member=member,
            goal=goal,
            open_count=len(already),
            at=self._clock.now(),
        )
        return await self._store.save(*made)

    async def withdraw(self, pledge_id: str, onlooker: Onlooker, *, seen: int | None) -> Pledge:
        """Give one's own pledge up."""
        pledge = await self._seen(pledge_id, onlooker, seen)
        return await self._store.save(*domain.withdraw(pledge))

    async def remind(self, pledge_id: str, onlooker: Onlooker, *, seen: int | None) -> Pledge:
        """Remind a member of the onlooker's branch; once a day at most."""
        pledge = await self._seen(pledge_id, onlooker, seen)
        return await self._store.save(*domain.remind(pledge, at=self._clock.now()))

    async def get(self, pledge_id: str, onlooker: Onlooker) -> Progress:
        """One pledge with its progress."""
        return await self._with_progress(await self._seen(pledge_id, onlooker, None))

    async def page(
        self, onlooker: Onlooker, where: dict[str, Any], *, cursor: str | None, limit: int
    ) -> Page[Progress]:
        """The pledges that the onlooker may see, newest first, each with its progress."""
        found = await self._store.page(
            {**where, **onlooker.where()},
            communities=onlooker.communities,
            cursor=cursor,
            limit=limit,
        )
        shown = [await self._with_progress(each) for each in found.items]
        return Page(shown, found.next_cursor)

    async def story(self, pledge_id: str, onlooker: Onlooker) -> Sequence[Envelope]:
        """All that happened to it, oldest first; ``NotFound``."""
        await self._seen(pledge_id, onlooker, None)
        return await self._store.story(pledge_id, communities=onlooker.communities)

    async def on_contribution_counted(
        self, event: ContributionConfirmed | ContributionRevoked, envelope: Envelope
    ) -> None:
        """A record counts, or does so no more: look at the member's pledges of that day."""
        record = await self._parts.contributions.get(event.contribution_id)
        where = {"member_id": record.member_id, "state": {"$in": COUNTING}}
        for pledge in await self._store.find(where, order=NEWEST_FIRST, limit=PLEDGES_MAX):
            if domain.covers(pledge, record.done_on):
                with suppress(AlreadyHeard):
                    await self._settle(pledge, handling=envelope)

    async def ring(self) -> None:
        """Remind of, and end, what is due by now; whoever else does so at once is let go first."""
        now = self._clock.now()
        where = {"state": PledgeState.OPEN.value, "next_at": {"$lte": now}}
        for pledge in await self._store.find(where, order=NEXT_FIRST, limit=BATCH):
            with suppress(Stale):
                await self._settle(pledge, handling=None)

    async def _settle(self, pledge: Pledge, *, handling: Envelope | None) -> None:
        done = (await self._with_progress(pledge)).done
        followed = domain.settle(pledge, done=done, at=self._clock.now())
        if followed is not None:
            await self._store.save(*followed, handling=handling)

    async def _with_progress(self, pledge: Pledge) -> Progress:
        goal = pledge.goal
        question = Question(
            period(goal.first_on, goal.last_on),
            (pledge.community,),
            member_id=pledge.member_id,
            kind=goal.kind,
        )
        rows = await self._parts.tallies.rows(question, limit=1)
        return Progress(pledge, domain.done_of(goal, total(rows)))

    async def _seen(self, pledge_id: str, onlooker: Onlooker, seen: int | None) -> Pledge:
        pledge = await self._store.get(pledge_id, communities=onlooker.communities)
        onlooker.check(pledge.id, person_id=pledge.person_id, branch_id=pledge.branch_id)
        check_seen(pledge, seen)
        return pledge
