"""Drafts of contributions, made by themselves from work that was reported done."""

from services.pairing.domain import contribution as domain
from services.pairing.domain.care_task import CareTask
from services.pairing.domain.contribution import Contribution
from services.pairing.domain.member import Member
from shared.clock import derived_id
from shared.envelope import Envelope
from shared.events.pairing import CareTaskCompleted
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
        draft, events = domain.draft(
            id=derived_id("ctr", envelope.id),
            member=member,
            deed=domain.done_task(task),
            care_task_id=task.id,
        )
        await self._store.save(draft, events, handling=envelope)
