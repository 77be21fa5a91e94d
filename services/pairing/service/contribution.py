"""The record of who did what: drafted from help, submitted by members, confirmed by branches."""

from services.pairing.domain import contribution as domain
from services.pairing.domain.care_task import CareTask
from services.pairing.domain.contribution import Contribution, ContributionState, ReturnReason
from services.pairing.domain.member import Member
from services.pairing.service.onlooker import Onlooker
from shared.clock import derived_id
from shared.envelope import Envelope
from shared.events.pairing import CareTaskCompleted
from shared.store import Page, Store, check_seen


class ContributionService:
    """What one can do with contributions. An action finds only what its onlooker may see."""

    def __init__(
        self, store: Store[Contribution], members: Store[Member], tasks: Store[CareTask]
    ) -> None:
        self._store = store
        self._members = members
        self._tasks = tasks

    async def submit(
        self, contribution_id: str, onlooker: Onlooker, *, minutes: int | None, seen: int | None
    ) -> Contribution:
        """Put a record before the branch, its time corrected if ``minutes`` is given."""
        contribution = await self._seen(contribution_id, onlooker, seen)
        return await self._store.save(*domain.submit(contribution, minutes=minutes))

    async def confirm(
        self, contribution_id: str, onlooker: Onlooker, *, by: str, seen: int | None
    ) -> Contribution:
        """Confirm a record of the onlooker's branch. ``NotAllowed`` if it is their own."""
        contribution = await self._seen(contribution_id, onlooker, seen)
        return await self._store.save(*domain.confirm(contribution, by=by))

    async def give_back(
        self,
        contribution_id: str,
        onlooker: Onlooker,
        *,
        by: str,
        reason: ReturnReason,
        note: str | None,
        seen: int | None,
    ) -> Contribution:
        """Return a record of the onlooker's branch. ``NotAllowed`` if it is their own."""
        contribution = await self._seen(contribution_id, onlooker, seen)
        returned = domain.give_back(contribution, by=by, reason=reason, note=note)
        return await self._store.save(*returned)

    async def get(self, contribution_id: str, onlooker: Onlooker) -> Contribution:
        """One record; ``NotFound`` if the onlooker may not see it."""
        return await self._seen(contribution_id, onlooker, None)

    async def page(
        self,
        onlooker: Onlooker,
        *,
        state: ContributionState | None,
        cursor: str | None,
        limit: int,
    ) -> Page[Contribution]:
        """The records that the onlooker may see, newest first."""
        where = dict(onlooker.where())
        if state is not None:
            where["state"] = state.value
        return await self._store.page(
            where, communities=onlooker.communities, cursor=cursor, limit=limit
        )

    async def story(self, contribution_id: str, onlooker: Onlooker) -> list[Envelope]:
        """All that happened to the record, oldest first; ``NotFound``."""
        await self._seen(contribution_id, onlooker, None)
        return await self._store.story(contribution_id, communities=onlooker.communities)

    async def on_care_task_completed(self, event: CareTaskCompleted, envelope: Envelope) -> None:
        """Draft the helper's record of what they did; the same event always makes the same one."""
        task = await self._tasks.get(event.care_task_id)
        member = await self._members.get(event.helper_id)
        draft_id = derived_id("ctr", envelope.id)
        draft, events = domain.draft(id=draft_id, member=member, task=task)
        await self._store.save(draft, events, handling=envelope)

    async def _seen(
        self, contribution_id: str, onlooker: Onlooker, seen: int | None
    ) -> Contribution:
        contribution = await self._store.get(contribution_id, communities=onlooker.communities)
        onlooker.check(
            contribution.id, person_id=contribution.person_id, branch_id=contribution.branch_id
        )
        check_seen(contribution, seen)
        return contribution
