"""Vehicles, spaces, permits, allotments, gates and visitors as one part of the service."""

from dataclasses import dataclass
from typing import Any, Protocol

from services.property.domain import allotment as allotment_domain
from services.property.domain import obstruction as obstruction_domain
from services.property.domain import vehicle as vehicle_domain
from services.property.domain.allotment import Allotment
from services.property.domain.obstruction import Obstruction
from services.property.domain.occupancy import Occupancy
from services.property.domain.permit import Permit
from services.property.domain.retention_rule import RetentionRule
from services.property.domain.space import Space
from services.property.domain.vehicle import Vehicle
from services.property.domain.visitor import VisitorPass
from services.property.service.access import AccessLog, AccessService, Rights
from services.property.service.allotment import AllotmentService
from services.property.service.digests import Digests
from services.property.service.estate import Plans
from services.property.service.grounds import ITS_BUSINESS
from services.property.service.obstruction import ObstructionService, Opened
from services.property.service.occupancy import OccupancyService
from services.property.service.on_record import ParkingGround
from services.property.service.permit import PermitService
from services.property.service.retention_rule import Kept, RetentionRuleService
from services.property.service.space import SpaceService
from services.property.service.standing import Yards
from services.property.service.vehicle import VehicleService
from services.property.service.visitor import VisitorPassService
from shared.alarms import Alarms, Batches, Rounds
from shared.clock import Clock
from shared.envelope import Envelope
from shared.events.property_parking import OccupancyEnded
from shared.readings import ReadingLog
from shared.store import Store


class KeptLog(AccessLog, Kept, Protocol):
    """The access log, which lets go of what is old, too."""


@dataclass(frozen=True, slots=True)
class ParkingStores:
    """Where all of it is kept."""

    occupancies: Store[Occupancy]
    vehicles: Store[Vehicle]
    spaces: Store[Space]
    permits: Store[Permit]
    allotments: Store[Allotment]
    passes: Store[VisitorPass]
    obstructions: Store[Obstruction]
    rules: Store[RetentionRule]
    log: KeptLog


@dataclass(frozen=True, slots=True)
class Around:
    """What of the rest of the service it needs."""

    plans: Plans
    opened: Opened
    readings: ReadingLog
    digests: Digests
    clock: Clock


class Parking:
    """The use cases, over these stores."""

    def __init__(self, stores: ParkingStores, around: Around) -> None:
        self._stores = stores
        clock = around.clock
        grounds = Yards(around.plans, business=ITS_BUSINESS)
        self.rules = RetentionRuleService(stores.rules, stores.log, clock)
        self.occupancies = OccupancyService(stores.occupancies, grounds, clock)
        ground = ParkingGround(
            grounds, self.occupancies, self.rules, around.digests, around.readings, clock
        )
        self.vehicles = VehicleService(stores.vehicles, ground)
        self.spaces = SpaceService(stores.spaces, stores.permits, ground)
        self.permits = PermitService(stores.permits, self.vehicles, self.spaces, ground)
        self.allotments = AllotmentService(
            stores.allotments, self.vehicles, self.spaces, self.permits, ground
        )
        self.visitors = VisitorPassService(stores.passes, ground)
        rights = Rights(stores.permits, stores.passes, self.visitors, self.vehicles)
        self.access = AccessService(stores.log, rights, ground)
        self.obstructions = ObstructionService(
            stores.obstructions, around.opened, self.vehicles, ground
        )
        self._alarms = self._clocks(clock)

    async def ring(self) -> int:
        """All that the time brings to any of it, by now; how much it was. ``Unavailable``."""
        return sum([await alarms.ring() for alarms in self._alarms])

    async def on_occupancy_ended(self, event: OccupancyEnded, envelope: Envelope) -> None:
        """Who moved out takes their vehicles along, and lets nobody in any more, unless they have
        come back meanwhile."""
        found = await self._stores.occupancies.get(event.occupancy_id)
        if found.version == envelope.sequence:
            for each in (self.vehicles, self.visitors):
                await each.on_occupancy_ended(found.person_id, found.dwelling_id, envelope)

    def _clocks(self, clock: Clock) -> tuple[Batches[Any], ...]:
        stores, field = self._stores, "alarm_at"
        return (
            Alarms(stores.allotments, clock, field=field, tick=allotment_domain.tick),
            Rounds(stores.permits, clock, field=field, act=self.permits.heed),
            Rounds(stores.passes, clock, field=field, act=self.visitors.heed),
            Alarms(stores.vehicles, clock, field=field, tick=vehicle_domain.tick),
            Alarms(stores.obstructions, clock, field=field, tick=obstruction_domain.tick),
        )
