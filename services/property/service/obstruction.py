"""Reporting that a fire lane is blocked: an incident follows, and the plate is kept apart."""

from collections.abc import Callable
from dataclasses import dataclass

from services.property.domain import incident_report
from services.property.domain import obstruction as domain
from services.property.domain.incident import Place
from services.property.domain.obstruction import Obstruction
from services.property.domain.plate import plate_number
from services.property.service.grounds import Looker
from services.property.service.incident import IncidentService
from services.property.service.on_record import OnRecord, ParkingGround
from services.property.service.photo import Claims
from services.property.service.vehicle import VehicleService
from shared.clock import derived_id, new_id
from shared.envelope import Envelope
from shared.events.property_gate import ObstructionReported
from shared.store import Store


@dataclass(frozen=True, slots=True)
class ObstructionDraft:
    """What somebody saw."""

    estate_id: str
    place: Place
    text: str
    plate: str | None = None
    photo_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """Where the incident is opened, and the photos that it shows."""

    incidents: IncidentService
    photos: Claims


class ObstructionService(OnRecord[Obstruction]):
    """What one can do with blocked fire lanes."""

    def __init__(
        self,
        store: Store[Obstruction],
        incidents: Opened,
        vehicles: VehicleService,
        ground: ParkingGround,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        super().__init__(store, ground)
        self._opened = incidents
        self._vehicles = vehicles
        self._new_id = new_id

    async def report(self, looker: Looker, draft: ObstructionDraft) -> Obstruction:
        """A fire lane is blocked; its incident is opened by the event, under an id known now.

        ``Invalid``: estate, place, plate, photos.
        """
        plan = await self._ground.grounds.plan(looker.viewer, draft.estate_id)
        plate = None if draft.plate is None else plate_number(draft.plate, pointer="/plate")
        digest = plate and self._ground.digests.plate(draft.estate_id, plate)
        vehicle = digest and await self._vehicles.known(draft.estate_id, digest)
        now, rule = self._ground.clock.now(), await self._ground.rules.of(plan.community)
        id_ = self._new_id("obs")
        new = Obstruction(
            id=id_,
            community=plan.community,
            version=0,
            estate_id=draft.estate_id,
            incident_id=derived_id("inc", id_),
            place=draft.place,
            text=draft.text,
            photo_ids=draft.photo_ids,
            reported_by=looker.id,
            reported_at=now,
            plate=plate,
            plate_digest=digest,
            vehicle_id=vehicle.id if vehicle else None,
            alarm_at=now + rule.kept,
        )
        # What the incident will be refused for is refused now, to who can mend it.
        incident_report.report(plan, domain.said(new), id=new.incident_id, at=now)
        if draft.photo_ids:
            await self._opened.photos.claim(looker.viewer, draft.photo_ids, on=plan)
        return await self._store.save(*domain.report(new))

    async def on_reported(self, event: ObstructionReported, envelope: Envelope) -> None:
        """Its incident is opened, once, however often it is told."""
        found = await self._store.get(event.obstruction_id)
        await self._opened.incidents.open(
            found.estate_id, domain.said(found), id=found.incident_id, envelope=envelope
        )
