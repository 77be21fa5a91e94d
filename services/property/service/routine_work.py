"""Work that patrols find and that upkeep makes: one order for each, whatever is heard again."""

from services.property.domain.upkeep import UpkeepKind
from services.property.domain.work_order import SourceKind, WorkSource
from services.property.domain.work_scope import WorkScope
from services.property.service.needed import WorkNeededService
from shared.envelope import Envelope
from shared.events.property_facility import UpkeepDue
from shared.events.property_patrol import PatrolFound

_SOURCES = {
    UpkeepKind.INSPECTION: SourceKind.INSPECTION,
    UpkeepKind.UPKEEP: SourceKind.UPKEEP,
}


class RoutineWorkService:
    """What follows from patrols and upkeep for work orders."""

    def __init__(self, needed: WorkNeededService) -> None:
        self._needed = needed

    async def on_found(self, event: PatrolFound, envelope: Envelope) -> None:
        """A finding is work for whoever its scope falls to."""
        cause = await self._needed.cause(
            WorkSource(SourceKind.PATROL, event.patrol_id),
            estate_id=event.estate_id,
            scope=WorkScope(event.scope),
            severity=event.severity,
        )
        await self._needed.open(cause, envelope)

    async def on_due(self, event: UpkeepDue, envelope: Envelope) -> None:
        """What has come due is work."""
        cause = await self._needed.cause(
            WorkSource(_SOURCES[UpkeepKind(event.kind)], event.upkeep_id),
            estate_id=event.estate_id,
            scope=WorkScope(event.scope),
            severity=event.severity,
        )
        await self._needed.open(cause, envelope)
