"""Issuing permits, and what becomes of them when a vehicle goes or a space closes."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.property.domain import permit as domain
from services.property.domain.allotment import Allotment, Given
from services.property.domain.permit import Permit, PermitEnd, PermitKind, PermitState
from services.property.domain.plate import plate_number
from services.property.domain.vehicle import Vehicle
from services.property.service.grounds import Looker
from services.property.service.on_record import OfHome, ParkingGround
from services.property.service.space import SpaceService
from services.property.service.vehicle import VehicleService
from services.property.service.viewer import Target
from shared.clock import derived_id, new_id
from shared.envelope import Envelope
from shared.errors import AlreadyHeard, Conflict, Invalid, Stale
from shared.events.property_parking import PermitIssued, VehicleRetired
from shared.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PermitDraft:
    """A permit as handed in, of a vehicle on the register or of a plate; from now on by default."""

    estate_id: str
    kind: PermitKind
    valid_to: datetime
    valid_from: datetime | None = None
    vehicle_id: str | None = None
    plate: str | None = None
    space_id: str | None = None


class PermitService(OfHome[Permit]):
    """What one can do with permits."""

    def __init__(
        self,
        store: Store[Permit],
        vehicles: VehicleService,
        spaces: SpaceService,
        ground: ParkingGround,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        super().__init__(store, ground)
        self._vehicles = vehicles
        self._spaces = spaces
        self._new_id = new_id

    async def issue(self, looker: Looker, draft: PermitDraft) -> Permit:
        """A vehicle may come in.

        Errors: ``Invalid`` (the estate, the times, a resident's without a verified vehicle of this
        estate, another's without a plate, a space that is not there or closed); ``Conflict``
        (``space.taken``) if somebody has a permit for the space.
        """
        plan = await self._ground.grounds.plan(looker.viewer, draft.estate_id)
        vehicle = await self._vehicle(draft)
        plate, digest = self._plate(draft, vehicle)
        now = self._ground.clock.now()
        new = Permit(
            id=self._new_id("pmt"),
            community=plan.community,
            version=0,
            state=PermitState.ISSUED,
            kind=draft.kind,
            estate_id=draft.estate_id,
            vehicle_id=vehicle.id if vehicle else None,
            dwelling_id=vehicle.dwelling_id if vehicle else None,
            plate=plate,
            plate_digest=digest,
            space_id=draft.space_id,
            held_space=None,
            valid_from=draft.valid_from or now,
            valid_to=draft.valid_to,
        )
        decided = domain.issue(new, at=now)
        if draft.space_id is not None:
            await self._check_space(draft.space_id, draft.estate_id)
        return await self._saved(decided)

    async def extend(self, target: Target, *, valid_to: datetime) -> Permit:
        """It holds longer. ``NotFound``, ``Stale``, ``WrongState``, ``Invalid``."""
        found = await self._at_desk(target)
        now = self._ground.clock.now()
        return await self._store.save(*domain.extend(found, valid_to=valid_to, at=now))

    async def revoke(self, target: Target, *, end: PermitEnd) -> Permit:
        """Take it back. ``NotFound``, ``Stale``, ``WrongState``."""
        found = await self._at_desk(target)
        return await self._store.save(
            *domain.revoke(found, end=end, **await self._ground.ending(found))
        )

    async def on_vehicle_retired(self, event: VehicleRetired, envelope: Envelope) -> None:
        """Its permits end; a repeat finds nothing to do."""
        live = {"vehicle_id": event.vehicle_id, "state": PermitState.ISSUED.value}
        for each in await self._store.find(live, limit=100):
            await self._end(each, PermitEnd.VEHICLE_GONE, envelope)

    async def on_permit_issued(self, event: PermitIssued, envelope: Envelope) -> None:
        """Its space was closed, or its vehicle gone, at the very moment in which it was issued:
        then it ends. A repeat finds nothing to do."""
        found = await self._store.get(event.permit_id, handling=envelope)
        if found.state is not PermitState.ISSUED:
            return
        if found.vehicle_id is not None and not await self._vehicles.verified(found.vehicle_id):
            await self._end(found, PermitEnd.VEHICLE_GONE, envelope)
        elif found.held_space is not None and not await self._spaces.is_open(
            found.held_space, found.estate_id
        ):
            await self._end(found, PermitEnd.SPACE_CLOSED, envelope)

    async def give(self, allotment: Allotment, given: Given, *, envelope: Envelope) -> None:
        """Who got a space gets a permit for it, once, however often it is told.

        A vehicle that is gone by now, or a space that somebody else has, gives none: the space is
        there for the next allotment.
        """
        vehicle = await self._vehicles.verified(given.vehicle_id)
        permit_id = _given_id(allotment, given)
        if vehicle is None or await self._is_there(permit_id):
            return
        new = Permit(
            id=permit_id,
            community=allotment.community,
            version=0,
            state=PermitState.ISSUED,
            kind=PermitKind.RESIDENT,
            estate_id=allotment.estate_id,
            vehicle_id=vehicle.id,
            dwelling_id=vehicle.dwelling_id,
            plate=vehicle.plate,
            plate_digest=vehicle.plate_digest,
            space_id=given.space_id,
            held_space=None,
            valid_from=given.at,
            valid_to=given.at + timedelta(days=allotment.terms.term_days),
            allotment_id=allotment.id,
        )
        try:
            decided = domain.issue(new, at=given.at)
            await self._check_space(given.space_id, allotment.estate_id)
            await self._store.save(*decided, handling=envelope)
        except (AlreadyHeard, Stale):
            return
        except (Conflict, Invalid) as refusal:
            log.warning("no permit for what was given", extra={"reason": str(refusal)})

    async def is_coming(self, allotment: Allotment, given: Given) -> bool:
        """Whether the permit of who got a space is still to be made: the news is on its way."""
        if await self._is_there(_given_id(allotment, given)):
            return False
        return await self._vehicles.verified(given.vehicle_id) is not None

    async def heed(self, permit: Permit, now: datetime) -> bool:
        """Do what the time brings to it."""
        rule = await self._ground.rules.of(permit.community)
        decided = domain.tick(permit, at=now, kept=rule.kept)
        if decided is None:
            return False
        await self._store.save(*decided)
        return True

    async def _vehicle(self, draft: PermitDraft) -> Vehicle | None:
        if draft.vehicle_id is None:
            if draft.kind is PermitKind.RESIDENT:
                raise Invalid("permit.vehicle_lacking", pointer="/vehicle_id")
            return None
        found = await self._vehicles.verified(draft.vehicle_id)
        if found is None or found.estate_id != draft.estate_id:
            raise Invalid("permit.vehicle_unknown", pointer="/vehicle_id")
        return found

    def _plate(self, draft: PermitDraft, vehicle: Vehicle | None) -> tuple[str | None, str | None]:
        if (vehicle is None) is (draft.plate is None):
            raise Invalid("permit.one_vehicle", pointer="/plate")
        if vehicle is not None:
            return vehicle.plate, vehicle.plate_digest
        plate = plate_number(draft.plate or "", pointer="/plate")
        return plate, self._ground.digests.plate(draft.estate_id, plate)

    async def _check_space(self, space_id: str, estate_id: str) -> None:
        if not await self._spaces.is_open(space_id, estate_id):
            raise Invalid("space.unknown", pointer="/space_id")
        if await self._spaces.taken([space_id]):
            raise Conflict("space.taken")

    async def _saved(self, decided: domain.Outcome) -> Permit:
        try:
            return await self._store.save(*decided)
        except Conflict as conflict:
            if "held_space" not in str(conflict.facts.get("fields")):
                raise
            raise Conflict("space.taken") from None

    async def _end(self, permit: Permit, end: PermitEnd, envelope: Envelope) -> None:
        decided = domain.revoke(permit, end=end, **await self._ground.ending(permit))
        await self._store.save(*decided, handling=envelope)

    async def _is_there(self, permit_id: str) -> bool:
        return bool(await self._store.find({"_id": permit_id}, limit=1))


def _given_id(allotment: Allotment, given: Given) -> str:
    """Of each giving: a waiting list gives to the same vehicle again, years later."""
    return derived_id("pmt", allotment.id, given.entrant_id, given.at.isoformat())
