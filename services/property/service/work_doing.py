"""The work itself: taken, signed for or refused, begun, waited with, gone on with, completed."""

from collections.abc import Sequence

from services.property.domain import work_steps as steps
from services.property.domain.work_order import PauseReason, WorkOrder
from services.property.domain.work_steps import Completion
from services.property.service.viewer import Target
from services.property.service.work_order import Photos, loaded
from services.property.service.work_sight import check_takes, check_works
from shared.clock import Clock
from shared.errors import Stale
from shared.store import Store

TRIES = 5
"""Somebody else's step may come between; after so many of them the caller tries again."""


class WorkDoingService:
    """What the company's workers and volunteers do.

    Each: ``NotFound``, ``Stale``, ``NotAllowed``, ``WrongState``.
    """

    def __init__(self, store: Store[WorkOrder], photos: Photos, clock: Clock) -> None:
        self._store = store
        self._photos = photos
        self._clock = clock

    async def take(self, target: Target, *, worker_id: str) -> WorkOrder:
        """The first to take work that is offered has it; again, it is theirs still.

        Errors: ``Conflict`` ``work_order.taken`` for everybody else.
        """
        tries_left = TRIES
        while True:
            order = await loaded(self._store, target)
            check_takes(target.viewer, order, worker_id)
            tries_left -= 1
            try:
                return await self._store.save(
                    *steps.take(order, worker_id=worker_id, at=self._clock.now())
                )
            except Stale:
                if target.seen is not None or not tries_left:
                    raise

    async def accept(self, target: Target) -> WorkOrder:
        """The assignee signs for it (签收)."""
        return await self._store.save(*steps.accept(await self._worked(target)))

    async def refuse(self, target: Target, *, reason: str) -> WorkOrder:
        """Who was given it cannot do it, or it is taken from them."""
        return await self._store.save(*steps.refuse(await self._worked(target), reason=reason))

    async def start(self, target: Target, *, photos: Sequence[str] = ()) -> WorkOrder:
        """The assignee is on the spot; ``Invalid`` for photos that are not there for them."""
        order = await self._worked(target)
        new, events = steps.start(order, photos_before=photos)
        await self._photos.claim(target.viewer, photos, pointer="/photo_ids", on=order)
        return await self._store.save(new, events)

    async def pause(self, target: Target, *, reason: PauseReason) -> WorkOrder:
        """The work waits, and its clock with it; ``Invalid`` beyond a hundred times."""
        order = await self._worked(target)
        return await self._store.save(*steps.pause(order, reason=reason, at=self._clock.now()))

    async def resume(self, target: Target) -> WorkOrder:
        """The work goes on, on the spot."""
        order = await self._worked(target)
        return await self._store.save(*steps.resume(order, at=self._clock.now()))

    async def complete(self, target: Target, done: Completion) -> WorkOrder:
        """The assignee says that it is done; ``Invalid`` for photos not there for them."""
        order = await self._worked(target)
        new, events = steps.complete(order, done, at=self._clock.now())
        await self._photos.claim(target.viewer, done.photos_after, pointer="/photo_ids", on=order)
        return await self._store.save(new, events)

    async def _worked(self, target: Target) -> WorkOrder:
        order = await loaded(self._store, target)
        check_works(target.viewer, order)
        return order
