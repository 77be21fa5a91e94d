"""Drafts of contributions, made by themselves from work that was reported done."""

from contextlib import suppress
from datetime import UTC, datetime

from services.pairing.domain import contribution as domain
from services.pairing.domain.care_task import MINUTES_MAX, CareTask
from services.pairing.domain.contribution import Contribution, Outcome
from services.pairing.domain.deed import Deed
from services.pairing.domain.member import Member
from services.pairing.domain.points import ContributionKind
from shared.clock import derived_id
from shared.envelope import Envelope
from shared.errors import AlreadyHeard, NotFound
from shared.events.pairing import CareTaskCompleted
from shared.events.pairing_activity import ActivityAttended
from shared.events.pairing_visit import VisitCompleted
from shared.store import Store


class DraftingService:
    """One draft for each helper of each piece of work, however often that is heard of."""

    def __init__(
        self, store: Store[Contribution], members: Store[Member], tasks: Store[CareTask]
    ) -> None:
        self._store = store
        self._members = members
        self._tasks = tasks

    async def on_care_task_completed(self, event: CareTaskCompleted, envelope: Envelope) -> None:
        """Draft the helper's record of what they did; the same event always makes the same one."""
        task = await self._tasks.get(event.care_task_id)
        member = await self._members.get(event.helper_id)
        draft = domain.draft(
            id=derived_id("ctr", envelope.id),
            member=member,
            deed=domain.done_task(task),
            care_task_id=task.id,
        )
        await self._keep(draft, envelope)

    async def on_visit_completed(self, event: VisitCompleted, envelope: Envelope) -> None:
        """Draft a record for each of those whose report it is; one for a visit and a helper."""
        for helper_id in event.helper_ids:
            draft = domain.draft(
                id=derived_id("ctr", event.visit_id, helper_id),
                member=await self._members.get(helper_id),
                deed=_of_time(
                    ContributionKind.VISIT, event.made_at or envelope.time, event.minutes
                ),
                visit_id=event.visit_id,
            )
            await self._keep(draft, envelope)

    async def on_activity_attended(self, event: ActivityAttended, envelope: Envelope) -> None:
        """Draft a record for who was there; one for an activity and a member."""
        draft = domain.draft(
            id=derived_id("ctr", event.activity_id, event.member_id),
            member=await self._members.get(event.member_id),
            deed=_of_time(
                ContributionKind.VOLUNTEERING, event.held_at or envelope.time, event.minutes
            ),
            activity_id=event.activity_id,
        )
        await self._keep(draft, envelope)

    async def _keep(self, draft: Outcome, envelope: Envelope) -> None:
        """Keep the draft unless it is there already, whatever has become of it since."""
        try:
            await self._store.get(draft[0].id)
        except NotFound:
            with suppress(AlreadyHeard):
                await self._store.save(*draft, handling=envelope)


def _of_time(kind: ContributionKind, at: datetime, minutes: int) -> Deed:
    """What took this long; a time that cannot be is left for the member to say."""
    return Deed(kind, at.astimezone(UTC), minutes if 1 <= minutes <= MINUTES_MAX else None)
