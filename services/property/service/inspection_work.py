"""Work that inspections ask for: one order for each thing to be put right, heard however often."""

from contextlib import suppress

from services.property.domain.work_order import SourceKind, WorkSource
from services.property.domain.work_scope import WorkScope
from services.property.service.needed import WorkNeededService
from shared.envelope import Envelope
from shared.errors import AlreadyHeard
from shared.events.property_supervision import InspectionCompleted


class InspectionWorkService:
    """What follows from inspections for work orders."""

    def __init__(self, needed: WorkNeededService) -> None:
        self._needed = needed

    async def on_completed(self, event: InspectionCompleted, envelope: Envelope) -> None:
        """Each item is work for whoever its scope falls to; heard again after some of them were
        made, it makes those that are missing."""
        for item in event.items:
            cause = await self._needed.cause(
                WorkSource(SourceKind.INSPECTION, event.inspection_id),
                estate_id=event.estate_id,
                scope=WorkScope(item.scope),
                severity=item.severity,
            )
            with suppress(AlreadyHeard):
                await self._needed.open(cause, envelope, part=item.criterion)
