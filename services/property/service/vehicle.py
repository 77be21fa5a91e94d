"""Registering vehicles, seeing to their papers, and finding whose one is."""

from collections.abc import Callable
from dataclasses import dataclass

from services.property.domain import vehicle as domain
from services.property.domain.plate import plate_number
from services.property.domain.vehicle import LIVE, Vehicle, VehicleKind, VehicleState
from services.property.service.grounds import Looker, check_dwelling
from services.property.service.on_record import OfHome, ParkingGround, PlatePurpose
from services.property.service.viewer import Target
from shared.clock import new_id
from shared.envelope import Envelope
from shared.errors import Conflict, NotFound
from shared.store import Store


@dataclass(frozen=True, slots=True)
class VehicleDraft:
    """A vehicle as handed in."""

    estate_id: str
    dwelling_id: str
    kind: VehicleKind
    plate: str


class VehicleService(OfHome[Vehicle]):
    """What one can do with vehicles."""

    def __init__(
        self,
        store: Store[Vehicle],
        ground: ParkingGround,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        super().__init__(store, ground)
        self._new_id = new_id

    async def register(self, looker: Looker, draft: VehicleDraft) -> Vehicle:
        """A dwelling has a vehicle; a resident's is to be verified, the desk's is.

        Errors: ``Invalid`` (estate, dwelling, plate); ``Conflict`` if it is verified for somebody
        (``vehicle.taken``) or the dwelling has too many.
        """
        plan = await self._ground.grounds.plan(looker.viewer, draft.estate_id)
        check_dwelling(plan, draft.dwelling_id)
        await self._ground.homes.check_home(looker, draft.dwelling_id)
        plate, now = plate_number(draft.plate, pointer="/plate"), self._ground.clock.now()
        digest = self._ground.digests.plate(draft.estate_id, plate)
        await self._check_free(draft.estate_id, digest, dwelling_id=draft.dwelling_id)
        new = Vehicle(
            id=self._new_id("veh"),
            community=plan.community,
            version=0,
            state=VehicleState.CLAIMED if looker.resident else VehicleState.VERIFIED,
            estate_id=draft.estate_id,
            dwelling_id=draft.dwelling_id,
            owner_id=looker.id if looker.resident else None,
            kind=draft.kind,
            plate=plate,
            plate_digest=digest,
            registered_at=now,
            verified_at=None if looker.resident else now,
        )
        return await self._saved(domain.register(new))

    async def verify(self, target: Target) -> Vehicle:
        """The desk has seen its papers. ``NotFound``, ``Stale``, ``WrongState``; ``Conflict``
        (``vehicle.taken``) if it is verified for another dwelling."""
        found = await self._at_desk(target)
        decided = domain.verify(found, at=self._ground.clock.now())
        await self._check_free(found.estate_id, found.plate_digest)
        return await self._saved(decided)

    async def decline(self, target: Target) -> Vehicle:
        """Its papers do not hold. ``NotFound``, ``Stale``, ``WrongState``."""
        found = await self._at_desk(target)
        return await self._store.save(*domain.decline(found, **await self._ground.ending(found)))

    async def retire(self, looker: Looker, id: str, *, seen: int | None) -> Vehicle:  # noqa: A002
        """It is this dwelling's no more. ``NotFound``, ``Stale``, ``WrongState``."""
        found = await self.get(looker, id, seen=seen)
        return await self._store.save(*domain.retire(found, **await self._ground.ending(found)))

    async def find(
        self, looker: Looker, *, estate_id: str, plate: str, purpose: PlatePurpose
    ) -> list[Vehicle]:
        """Whose vehicle has this plate: those that are not gone; the asking is on record first."""
        await self._ground.grounds.plan(looker.viewer, estate_id)
        told = plate_number(plate, pointer="/plate")
        where = {"plate_digest": self._ground.digests.plate(estate_id, told)}
        states = {"$in": [state.value for state in LIVE]}
        found = await self._store.find(
            {"estate_id": estate_id, **where, "state": states}, limit=domain.PER_DWELLING_MAX
        )
        await self._ground.readings.note_all(found, by=looker.id, purpose=purpose)
        return found

    async def verified(self, vehicle_id: str) -> Vehicle | None:
        """The vehicle, if the desk has seen its papers and it is not gone."""
        try:
            found = await self._store.get(vehicle_id)
        except NotFound:
            return None
        return found if found.state is VehicleState.VERIFIED else None

    async def known(self, estate_id: str, plate_digest: str) -> Vehicle | None:
        """The vehicle of this plate that is verified on the estate."""
        where = {"estate_id": estate_id, "plate_digest": plate_digest}
        verified = {"state": VehicleState.VERIFIED.value}
        found = await self._store.find({**where, **verified}, limit=1)
        return found[0] if found else None

    async def on_occupancy_ended(self, owner_id: str, dwelling_id: str, envelope: Envelope) -> None:
        """Who moved out takes their vehicles along; a repeat finds nothing to do."""
        live = {"$in": [state.value for state in LIVE]}
        where = {"dwelling_id": dwelling_id, "owner_id": owner_id, "state": live}
        for each in await self._store.find(where, limit=100):
            retired = domain.retire(each, **await self._ground.ending(each))
            await self._store.save(*retired, handling=envelope)

    async def _check_free(
        self, estate_id: str, digest: str | None, *, dwelling_id: str | None = None
    ) -> None:
        if digest is not None and await self.known(estate_id, digest):
            raise Conflict("vehicle.taken")
        if dwelling_id is None:
            return
        live = {"$in": [state.value for state in LIVE]}
        limit = domain.PER_DWELLING_MAX
        there = await self._store.find({"dwelling_id": dwelling_id, "state": live}, limit=limit)
        if len(there) >= limit:
            raise Conflict("vehicle.too_many", limit=limit)
        if any(each.plate_digest == digest for each in there):
            raise Conflict("vehicle.taken")

    async def _saved(self, decided: domain.Outcome) -> Vehicle:
        try:
            return await self._store.save(*decided)
        except Conflict as conflict:
            if "plate_digest" not in str(conflict.facts.get("fields")):
                raise
            raise Conflict("vehicle.taken") from None
