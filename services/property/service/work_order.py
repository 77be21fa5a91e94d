"""Work orders: moved on by the company and the committee."""

from typing import Any

from services.property.domain import work_steps as steps
from services.property.domain.work_order import WorkOrder
from services.property.domain.work_steps import Acceptance, Completion
from services.property.service.viewer import Target, Viewer, page_for, seen_by, story_for
from shared.clock import Clock
from shared.envelope import Envelope
from shared.store import Page, Store


class WorkOrderService:
    """What one can do with work orders."""

    def __init__(self, store: Store[WorkOrder], clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def get(self, viewer: Viewer, id: str) -> WorkOrder:  # noqa: A002
        """One work order. Errors: ``NotFound``."""
        return await seen_by(viewer, self._store, id)

    async def page(
        self, viewer: Viewer, where: dict[str, Any], *, cursor: str | None, limit: int
    ) -> Page[WorkOrder]:
        """The work orders that this viewer sees, newest first."""
        return await page_for(viewer, self._store, where, cursor=cursor, limit=limit)

    async def story(self, viewer: Viewer, id: str) -> list[Envelope]:  # noqa: A002
        """Everything that happened to one work order, oldest first. Errors: ``NotFound``."""
        return await story_for(viewer, self._store, id)

    async def assign(self, target: Target, *, assignee_id: str) -> WorkOrder:
        """Give the work to somebody. Errors: ``NotFound``, ``Stale``, ``WrongState``."""
        new, events = steps.assign(await self._load(target), assignee_id=assignee_id)
        return await self._store.save(new, events)

    async def accept(self, target: Target) -> WorkOrder:
        """The assignee signs for it (签收). Errors: ``NotFound``, ``Stale``, ``WrongState``."""
        new, events = steps.accept(await self._load(target))
        return await self._store.save(new, events)

    async def start(self, target: Target) -> WorkOrder:
        """The assignee is on the spot. Errors: ``NotFound``, ``Stale``, ``WrongState``."""
        new, events = steps.start(await self._load(target))
        return await self._store.save(new, events)

    async def complete(self, target: Target, *, note: str) -> WorkOrder:
        """The assignee says that it is done. Errors: ``NotFound``, ``Stale``, ``WrongState``."""
        order = await self._load(target)
        new, events = steps.complete(order, Completion(note), at=self._clock.now())
        return await self._store.save(new, events)

    async def accept_work(self, target: Target, *, by: str) -> WorkOrder:
        """The work holds (验收通过). Errors: ``NotFound``, ``Stale``, ``WrongState``."""
        new, events = steps.accept_work(
            await self._load(target), Acceptance(by), at=self._clock.now()
        )
        return await self._store.save(new, events)

    async def send_back(self, target: Target, *, reason: str) -> WorkOrder:
        """The work does not hold (返工). Errors: ``NotFound``, ``Stale``, ``WrongState``."""
        new, events = steps.send_back(await self._load(target), reason=reason)
        return await self._store.save(new, events)

    async def cancel(self, target: Target, *, reason: str, again: bool = False) -> WorkOrder:
        """The work is not to be done any more; ``again``: not by this order, another follows.

        Errors: ``NotFound``, ``Stale``; see ``steps.cancel``.
        """
        new, events = steps.cancel(await self._load(target), reason=reason, again=again)
        return await self._store.save(new, events)

    async def _load(self, target: Target) -> WorkOrder:
        return await seen_by(target.viewer, self._store, target.id, seen=target.seen)
