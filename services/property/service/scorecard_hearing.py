"""What is heard so that every contractor has a scorecard of each month in which it is counted."""

from services.property.domain.month import month_of
from services.property.service.scorecard_sealing import SealingService
from shared.envelope import Envelope
from shared.events.property import EstateFacts, IncidentReported, WorkOrderCreated
from shared.events.property_supervision import ComplaintFiled, InspectionStarted, RatingGiven

OfContractor = ComplaintFiled | InspectionStarted | RatingGiven | IncidentReported | EstateFacts
"""What names a contractor, and counts in the month in which it happens; an estate, although
nothing happens there."""


class ScorecardHearing:
    """Opens scorecards; told twice, late or in any order, there is one of each month.

    News of a month that was sealed before opens none: verification shows what came too late.
    """

    def __init__(self, sealing: SealingService) -> None:
        self._sealing = sealing

    async def on_news(self, event: OfContractor, envelope: Envelope) -> None:
        """Something of a contractor's that may count in this month."""
        if event.contractor_id is not None:
            await self._opened(envelope, event.contractor_id, month_of(envelope.time))

    async def on_work_created(self, event: WorkOrderCreated, envelope: Envelope) -> None:
        """Work of a contractor's counts in the month in which it is due."""
        if event.contractor_id is not None:
            await self._opened(envelope, event.contractor_id, month_of(event.due_at))

    async def _opened(self, envelope: Envelope, contractor_id: str, month: str) -> None:
        await self._sealing.opened(envelope.community, contractor_id, month)
