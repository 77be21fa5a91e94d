"""The work itself: taken, signed for or refused, begun, waited with, gone on with, completed."""

from collections.abc import Callable, Sequence

from services.property.domain import work_steps as steps
from services.property.domain.work_order import Outcome, PauseReason, WorkOrder
from services.property.domain.work_steps import Completion
from services.property.service.photo import Claims
from services.property.service.viewer import Target, change_for, written_for
from services.property.service.work_sight import check_takes, check_works
from shared.clock import Clock
from shared.store import Store

Step = Callable[[WorkOrder], Outcome]


class WorkDoingService:
    """What the company's workers and volunteers do.

    Each: ``NotFound``, ``Stale``, ``NotAllowed``, ``WrongState``.
    """

    def __init__(self, store: Store[WorkOrder], photos: Claims, clock: Clock) -> None:
        self._store = store
        self._photos = photos
        self._clock = clock

    async def take(self, target: Target, *, worker_id: str) -> WorkOrder:
        """The first to take work that is offered has it; again, it is theirs still.

        Errors: ``Conflict`` ``work_order.taken`` for everybody else.
        """
        now = self._clock.now()

        def decide(order: WorkOrder) -> Outcome:
            check_takes(target.viewer, order, worker_id)
            return steps.take(order, worker_id=worker_id, at=now)

        return await change_for(target, self._store, decide)

    async def accept(self, target: Target) -> WorkOrder:
        """The assignee signs for it (签收)."""
        return await self._worked(target, steps.accept)

    async def refuse(self, target: Target, *, reason: str) -> WorkOrder:
        """Who was given it cannot do it, or it is taken from them."""
        return await self._worked(target, lambda order: steps.refuse(order, reason=reason))

    async def start(self, target: Target, *, photos: Sequence[str] = ()) -> WorkOrder:
        """The assignee is on the spot; ``Invalid`` for photos that are not there for them."""
        return await self._shown(
            target, photos, lambda order: steps.start(order, photos_before=photos)
        )

    async def pause(self, target: Target, *, reason: PauseReason) -> WorkOrder:
        """The work waits, and its clock with it; ``Invalid`` beyond a hundred times."""
        now = self._clock.now()
        return await self._worked(target, lambda order: steps.pause(order, reason=reason, at=now))

    async def resume(self, target: Target) -> WorkOrder:
        """The work goes on, on the spot."""
        now = self._clock.now()
        return await self._worked(target, lambda order: steps.resume(order, at=now))

    async def complete(self, target: Target, done: Completion) -> WorkOrder:
        """The assignee says that it is done; ``Invalid`` for photos not there for them."""
        now = self._clock.now()
        return await self._shown(
            target, done.photos_after, lambda order: steps.complete(order, done, at=now)
        )

    async def _worked(self, target: Target, step: Step) -> WorkOrder:
        def decide(order: WorkOrder) -> Outcome:
            check_works(target.viewer, order)
            return step(order)

        return await change_for(target, self._store, decide)

    async def _shown(self, target: Target, photos: Sequence[str], step: Step) -> WorkOrder:
        """The same with photos, which are claimed once it is clear that the step is allowed."""

        async def write(order: WorkOrder) -> WorkOrder:
            check_works(target.viewer, order)
            after = step(order)
            await self._photos.claim(target.viewer, photos, pointer="/photo_ids", on=order)
            return await self._store.save(*after)

        return await written_for(target, self._store, write)
