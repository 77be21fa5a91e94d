"""What requests makes of what property does for them."""

from collections.abc import Callable

from services.requests.domain.request import Decided, ServiceRequest
from services.requests.domain.works import (
    News,
    work_begun,
    work_cancelled,
    work_done,
    work_sent_back,
)
from shared.envelope import Envelope
from shared.events.property import (
    WorkOrderAccepted,
    WorkOrderCancelled,
    WorkOrderCompleted,
    WorkOrderSentBack,
    WorkOrderStarted,
    WorkOrderWorkAccepted,
)
from shared.store import Store

Begun = WorkOrderAccepted | WorkOrderStarted
Done = WorkOrderCompleted | WorkOrderWorkAccepted
Told = Begun | Done | WorkOrderSentBack | WorkOrderCancelled


class WorksService:
    """Moves requests on as their work orders go; work for incidents is none of its business."""

    def __init__(self, store: Store[ServiceRequest]) -> None:
        self._store = store

    async def on_begun(self, event: Begun, envelope: Envelope) -> None:
        """Somebody of the company is at it."""
        await self._heard(event, envelope, work_begun)

    async def on_done(self, event: Done, envelope: Envelope) -> None:
        """The company says that it is done, or the committee that it holds."""
        await self._heard(event, envelope, work_done)

    async def on_sent_back(self, event: WorkOrderSentBack, envelope: Envelope) -> None:
        """The committee says that it does not hold."""
        await self._heard(event, envelope, work_sent_back)

    async def on_cancelled(self, event: WorkOrderCancelled, envelope: Envelope) -> None:
        """There will be no work."""
        await self._heard(event, envelope, work_cancelled)

    async def _heard(
        self, event: Told, envelope: Envelope, decide: Callable[..., Decided | None]
    ) -> None:
        """An event of another community meets no request of ours: ``NotFound``."""
        if event.request_id is None:
            return
        request = await self._store.get(
            event.request_id, communities=(envelope.community,), handling=envelope
        )
        news = News(
            order_id=event.work_order_id,
            sequence=envelope.sequence,
            assignment=event.assignment,
            at=envelope.time,
            assignee_id=getattr(event, "assignee_id", None),
        )
        decided = decide(request, news=news)
        if decided is not None:
            await self._store.save(*decided, handling=envelope)
