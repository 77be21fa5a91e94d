"""The access log: gates' systems tell what they saw, the desk looks at it on record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from services.property.domain import access as domain
from services.property.domain.access import Access, Direction, Right, Sighting
from services.property.domain.permit import Permit, PermitState
from services.property.domain.plate import plate_number
from services.property.domain.vehicle import VehicleState
from services.property.domain.visitor import VisitorPass, VisitorPassState
from services.property.service.grounds import Looker
from services.property.service.on_record import ParkingGround, PlatePurpose
from services.property.service.vehicle import VehicleService
from services.property.service.viewer import Viewer
from services.property.service.visitor import VisitorPassService
from shared.clock import derived_id
from shared.errors import Conflict, LinliError, NotFound
from shared.store import Page, Store

PER_PLATE_MAX = 20
"""Live permits and passes of one plate that are looked at."""


class AccessLog(Protocol):
    """Where rows are kept; found by the estate's clock and by plate."""

    async def keep(self, rows: Sequence[Access]) -> Mapping[str, Access]:
        """Keep those whose id is new; those of the same ids that were there before, by id."""

    async def get(self, id: str) -> Access | None:  # noqa: A002
        """One row."""

    async def page(
        self,
        where: Mapping[str, Any],
        *,
        since: datetime | None,
        until: datetime | None,
        cursor: str | None,
        limit: int,
    ) -> Page[Access]:
        """Rows of an estate, and of a plate or gate if told, the latest first.

        ``Malformed`` for a cursor that no page gave.
        """


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows of the log are asked for: from a moment on, and until before another."""

    estate_id: str
    gate: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """What became of one sighting: a row, which was there before or not, or a fault."""

    ref: str
    row: Access | None = None
    known: bool = False
    fault: LinliError | None = None


@dataclass(frozen=True, slots=True)
class Rights:
    """What lets plates in."""

    permits: Store[Permit]
    passes: Store[VisitorPass]
    visitors: VisitorPassService
    vehicles: VehicleService


class AccessService:
    """What one can do with the log."""

    def __init__(self, log: AccessLog, rights: Rights, ground: ParkingGround) -> None:
        self._log = log
        self._rights = rights
        self._ground = ground

    async def record(
        self, viewer: Viewer, estate_id: str, sightings: Sequence[Sighting]
    ) -> list[Logged]:
        """Keep what a gate saw, each by itself and none twice; outcomes in the same order.

        What is wrong with one is its outcome and no other's: ``Invalid`` (plate, time), or
        ``Conflict`` (``access.ref_reused``) if the gate told something else under this number.
        Errors of the call: ``Invalid`` (``place.estate_unknown``), ``Unavailable``; sent again,
        it is answered as before.
        """
        plan = await self._ground.grounds.plan(viewer, estate_id)
        now = self._ground.clock.now()
        read = [self._read(plan.community, estate_id, each, now) for each in sightings]
        rows = [each.row for each in read if each.row is not None]
        permits, passes = await self._live(estate_id, rows)
        rightful = [_with_right(row, permits, passes) for row in rows]
        first = {row.id: row for row in reversed(rightful)}
        before = await self._log.keep(list(first.values()))
        await self._let_in([before.get(id_, row) for id_, row in first.items()], passes)
        ends: list[Logged] = []
        seen: set[str] = set()
        for each in read:
            if each.row is None:
                ends.append(each)
                continue
            there = before.get(each.row.id, first[each.row.id])
            known = each.row.id in before or each.row.id in seen
            seen.add(each.row.id)
            ends.append(_end(each.ref, each.row, there, known))
        return ends

    async def right_of(self, viewer: Viewer, *, estate_id: str, plate: str) -> Right:
        """By what this plate may come in now; ``Right.NONE`` if by nothing. ``Invalid``."""
        await self._ground.grounds.plan(viewer, estate_id)
        told = plate_number(plate, pointer="/plate")
        digest = self._ground.digests.plate(estate_id, told)
        permits = await self._permits(estate_id, [digest])
        passes = await self._passes(estate_id, [digest])
        return _right(digest, self._ground.clock.now(), permits, passes)[0]

    async def page(
        self, looker: Looker, asked: Asked, *, cursor: str | None, limit: int
    ) -> Page[Access]:
        """What the gates of an estate saw, the latest first; the view masks the plates."""
        await self._ground.grounds.plan(looker.viewer, asked.estate_id)
        gate = {} if asked.gate is None else {"gate": asked.gate}
        where = {"estate_id": asked.estate_id, **gate}
        since, until = asked.since, asked.until
        return await self._log.page(where, since=since, until=until, cursor=cursor, limit=limit)

    async def read(self, looker: Looker, id: str, *, purpose: PlatePurpose) -> Access:  # noqa: A002
        """One row, to be shown with its plate: that is on record first. ``NotFound``."""
        found = await self._log.get(id)
        if found is None or not await self._ground.grounds.sees(looker.viewer, found.estate_id):
            raise NotFound("store.not_found", id=id)
        await self._ground.readings.note(found, by=looker.id, purpose=purpose)
        return found

    async def of_plate(
        self,
        looker: Looker,
        *,
        estate_id: str,
        plate: str,
        purpose: PlatePurpose,
        cursor: str | None,
        limit: int,
    ) -> Page[Access]:
        """When the gates saw one plate, the latest first; each that is shown is on record first.

        ``Invalid`` (estate, plate).
        """
        await self._ground.grounds.plan(looker.viewer, estate_id)
        told = plate_number(plate, pointer="/plate")
        where = {
            "estate_id": estate_id,
            "plate_digest": self._ground.digests.plate(estate_id, told),
        }
        page = await self._log.page(where, since=None, until=None, cursor=cursor, limit=limit)
        await self._ground.readings.note_all(page.items, by=looker.id, purpose=purpose)
        return page

    async def of_vehicle(
        self, looker: Looker, vehicle_id: str, *, cursor: str | None, limit: int
    ) -> Page[Access]:
        """When the gates saw a vehicle since it is on the register, the latest first.

        A resident's own: that is nobody else's business, and theirs no more once it is another's.
        ``NotFound``.
        """
        found = await self._rights.vehicles.get(looker, vehicle_id)
        if found.state is not VehicleState.VERIFIED:
            return Page([], None)
        where = {"estate_id": found.estate_id, "plate_digest": found.plate_digest}
        since = found.verified_at
        return await self._log.page(where, since=since, until=None, cursor=cursor, limit=limit)

    def _read(self, community: str, estate_id: str, told: Sighting, now: datetime) -> Logged:
        try:
            domain.check(told, now=now)
            plate = plate_number(told.plate, pointer="/plate")
        except LinliError as fault:
            return Logged(told.ref, fault=fault)
        row = Access(
            id=derived_id("acc", estate_id, told.gate, told.ref),
            community=community,
            estate_id=estate_id,
            gate=told.gate,
            ref=told.ref,
            direction=told.direction,
            plate=plate,
            plate_digest=self._ground.digests.plate(estate_id, plate),
            right=Right.NONE,
            at=told.at,
            received_at=now,
        )
        return Logged(told.ref, row)

    async def _live(
        self, estate_id: str, rows: Iterable[Access]
    ) -> tuple[list[Permit], list[VisitorPass]]:
        digests = sorted({row.plate_digest for row in rows})
        if not digests:
            return [], []
        return await self._permits(estate_id, digests), await self._passes(estate_id, digests)

    async def _permits(self, estate_id: str, digests: Sequence[str]) -> list[Permit]:
        where = {"estate_id": estate_id, "plate_digest": {"$in": list(digests)}}
        live = {"state": PermitState.ISSUED.value}
        return await self._rights.permits.find(
            {**where, **live}, limit=len(digests) * PER_PLATE_MAX
        )

    async def _passes(self, estate_id: str, digests: Sequence[str]) -> list[VisitorPass]:
        where = {"estate_id": estate_id, "plate_digest": {"$in": list(digests)}}
        live = {"state": VisitorPassState.ISSUED.value}
        return await self._rights.passes.find({**where, **live}, limit=len(digests) * PER_PLATE_MAX)

    async def _let_in(self, rows: Iterable[Access], passes: Sequence[VisitorPass]) -> None:
        """The passes by which visitors have come in are used; told again, any that is left."""
        live = {each.id: each for each in passes}
        for row in rows:
            expected = live.get(row.pass_id or "")
            if expected and row.direction is Direction.IN:
                await self._rights.visitors.came(expected, gate=row.gate)


def _end(ref: str, told: Access, there: Access, known: bool) -> Logged:
    if not there.tells(told):
        return Logged(ref, fault=Conflict("access.ref_reused", pointer="/ref"))
    return Logged(ref, there, known)


def _with_right(row: Access, permits: Sequence[Permit], passes: Sequence[VisitorPass]) -> Access:
    return domain.by_right(row, *_right(row.plate_digest, row.at, permits, passes))


def _right(
    digest: str, at: datetime, permits: Sequence[Permit], passes: Sequence[VisitorPass]
) -> tuple[Right, str | None]:
    """The first that holds: a permit, else a visitor's pass."""
    for permit in permits:
        if permit.plate_digest == digest and permit.holds(at):
            return Right(permit.kind.value), permit.id
    for one in passes:
        if one.plate_digest == digest and one.holds(at):
            return Right.VISITOR, one.id
    return Right.NONE, None
