"""The record of who did what: drafted from help, told by members, confirmed by branches."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.pairing.domain import contribution as domain
from services.pairing.domain import revocation
from services.pairing.domain.contribution import (
    Contribution,
    ContributionState,
    Outcome,
    ReturnReason,
)
from services.pairing.domain.deed import Correction, Deed
from services.pairing.domain.member import Member
from services.pairing.domain.points import ContributionKind
from services.pairing.service.membership import member_of
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.points_rules import PointsRulesService
from shared import bulk
from shared.clock import Clock, new_id
from shared.envelope import Envelope
from shared.errors import Invalid
from shared.store import Page, Store, check_seen

CONFIRMED_AT_ONCE_MAX = 100


@dataclass(frozen=True, slots=True)
class Target:
    """One record, how far whoever acts on it may see, and the version decided on, if told."""

    contribution_id: str
    onlooker: Onlooker
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records a list is to hold; None: any."""

    state: ContributionState | None = None
    kind: ContributionKind | None = None
    member_id: str | None = None

    def where(self) -> dict[str, str]:
        """The same as a filter."""
        told = {"state": self.state, "kind": self.kind, "member_id": self.member_id}
        return {name: str(value) for name, value in told.items() if value is not None}


class ContributionService:
    """What one can do with contributions. An action finds only what its onlooker may see."""

    def __init__(
        self,
        store: Store[Contribution],
        members: Store[Member],
        rules: PointsRulesService,
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._store = store
        self._members = members
        self._rules = rules
        self._clock = clock
        self._new_id = new_id

    async def report(
        self, onlooker: Onlooker, deed: Deed, *, by: str, member_id: str | None = None
    ) -> Contribution:
        """Tell what a member did: the onlooker, or one whom it may see; the record is submitted.

        Errors: ``NotFound``; ``Conflict`` for somebody who is no member; ``Invalid`` as the domain
        says.
        """
        member = await member_of(self._members, onlooker, member_id)
        told = domain.report(
            id=self._new_id("ctr"), member=member, deed=deed, by=by, at=self._clock.now()
        )
        return await self._store.save(*told)

    async def submit(self, target: Target, correction: Correction) -> Contribution:
        """Put one's record before the branch, corrected where the correction says so."""
        found = await self._seen(target)
        member = await self._members.get(found.member_id)
        now = self._clock.now()
        return await self._store.save(
            *domain.submit(found, correction=correction, member=member, at=now)
        )

    async def confirm(self, target: Target, *, by: str) -> Contribution:
        """Confirm a record of the onlooker's branch. ``NotAllowed`` if it is their own."""
        found, now = await self._seen(target), self._clock.now()
        rules = (await self._rules.get(found.community)).rules
        return await self._store.save(*domain.confirm(found, by=by, at=now, rules=rules))

    async def confirm_all(
        self, targets: Sequence[Target], *, by: str
    ) -> list[bulk.Outcome[Contribution]]:
        """Confirm each as ``confirm`` does; in their order. What is refused hinders no other, and
        one that is confirmed already stays so, so that all may be sent again.

        Errors: ``Invalid`` for one that is named twice; ``Unavailable``.
        """
        ids = [target.contribution_id for target in targets]
        for place, id_ in enumerate(ids):
            if id_ in ids[:place]:
                raise Invalid("contribution.named_twice", pointer=f"/items/{place}")
        works = (self._confirmed(n, target, by) for n, target in enumerate(targets, start=1))
        return list(await asyncio.gather(*works))

    async def _confirmed(self, number: int, target: Target, by: str) -> bulk.Outcome[Contribution]:
        try:
            found = await self.get(target.contribution_id, target.onlooker)
            if found.state is ContributionState.CONFIRMED:
                return bulk.Outcome(number, found.id, found, known=True)
            confirmed = await self.confirm(target, by=by)
        except bulk.REFUSALS as fault:
            return bulk.Outcome(number, target.contribution_id, fault=fault)
        return bulk.Outcome(number, confirmed.id, confirmed)

    async def give_back(
        self, target: Target, *, by: str, reason: ReturnReason, note: str | None
    ) -> Contribution:
        """Return a record of the onlooker's branch. ``NotAllowed`` if it is their own."""
        return await self._changed(
            target, lambda it: domain.give_back(it, by=by, reason=reason, note=note)
        )

    async def question(
        self, target: Target, *, by: str, reason: ReturnReason, note: str | None
    ) -> Contribution:
        """Ask for a confirmed record to be revoked. ``NotAllowed`` if it is their own."""
        now = self._clock.now()
        return await self._changed(
            target, lambda it: revocation.question(it, by=by, reason=reason, note=note, at=now)
        )

    async def uphold(self, target: Target, *, by: str) -> Contribution:
        """Drop the question: the record stays confirmed."""
        return await self._changed(target, lambda it: revocation.uphold(it, by=by))

    async def revoke(self, target: Target, *, by: str) -> Contribution:
        """Agree as a second person that a confirmed record is not to count."""
        now = self._clock.now()
        return await self._changed(target, lambda it: revocation.revoke(it, by=by, at=now))

    async def get(self, contribution_id: str, onlooker: Onlooker) -> Contribution:
        """One record; ``NotFound`` if the onlooker may not see it."""
        return await self._seen(Target(contribution_id, onlooker))

    async def page(
        self, onlooker: Onlooker, wanted: Wanted, *, cursor: str | None, limit: int
    ) -> Page[Contribution]:
        """The records that the onlooker may see and that are wanted, newest first."""
        return await self._store.page(
            {**wanted.where(), **onlooker.where()},
            communities=onlooker.communities,
            cursor=cursor,
            limit=limit,
        )

    async def story(self, contribution_id: str, onlooker: Onlooker) -> list[Envelope]:
        """All that happened to the record, oldest first; ``NotFound``."""
        await self._seen(Target(contribution_id, onlooker))
        return await self._store.story(contribution_id, communities=onlooker.communities)

    async def _changed(
        self, target: Target, decide: Callable[[Contribution], Outcome]
    ) -> Contribution:
        return await self._store.save(*decide(await self._seen(target)))

    async def _seen(self, target: Target) -> Contribution:
        onlooker = target.onlooker
        found = await self._store.get(target.contribution_id, communities=onlooker.communities)
        onlooker.check(found.id, person_id=found.person_id, branch_id=found.branch_id)
        check_seen(found, target.seen)
        return found
