"""Correcting estates: what was built, what is called differently, what is used no more."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from services.property.domain import estate_correction as domain
from services.property.domain.contractor import EXPIRED, Contractor, ContractorState
from services.property.domain.estate import Estate, Position, Unit
from services.property.domain.estate_check import ids_of
from services.property.domain.estate_correction import NewPart, Outcome, Why
from services.property.service.estate import EstateService, check_unclaimed
from services.property.service.viewer import Target
from shared.clock import Clock, derived_id, new_id
from shared.envelope import Envelope
from shared.errors import AlreadyHeard, Invalid
from shared.events.property_estate import ContractorEnded
from shared.store import Store

ESTATES_AT_ONCE = 20
OURSELVES = "property"
"""Who corrects what the calendar has made wrong."""


@dataclass(frozen=True, slots=True)
class Said:
    """Who corrects something, and why."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class PartDraft:
    """A part as handed in; without an id it gets one from the codes, or one of its own."""

    parent_id: str | None
    code: str
    id: str | None = None
    floors: int | None = None
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class UnitDraft:
    """A unit as handed in; one that is there already is known by its id."""

    code: str
    name: str
    id: str | None = None
    building_ids: tuple[str, ...] = ()
    entrance_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Naming:
    """Gives ids to what is new on an estate: derived from its codes, so that the same file handed
    in again finds them; one of its own where that id means something else by now."""

    estate_id: str
    taken: frozenset[str]
    new_id: Callable[[str], str]

    def __call__(self, kind: str, *codes: str) -> str:
        """The id."""
        derived = derived_id(kind, self.estate_id, *codes)
        return self.new_id(kind) if derived in self.taken else derived


def naming_for(estate: Estate, new_id: Callable[[str], str]) -> Naming:
    """Gives ids to what is new on this estate."""
    return Naming(estate.id, frozenset(ids_of(estate)), new_id)


class EstateCorrectionService:
    """What one can do when an estate is not as it was told; all ``NotFound``, ``Stale``,
    ``Invalid``."""

    def __init__(
        self,
        estates: EstateService,
        store: Store[Estate],
        contractors: Store[Contractor],
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._estates = estates
        self._store = store
        self._contractors = contractors
        self._clock = clock
        self._new_id = new_id

    async def amend(self, target: Target, changes: Mapping[str, Any], said: Said) -> Estate:
        """Its own particulars are these; ``Conflict`` if another estate has its code."""
        estate = await self._load(target)
        return await self._saved(estate, domain.amend(estate, changes, self._why(said)))

    async def add(self, target: Target, draft: PartDraft, said: Said) -> Estate:
        """Something was built; ``Conflict`` if a dwelling's id is in use on another estate."""
        estate = await self._load(target)
        kind, codes = _place_of(estate, draft)
        id_ = draft.id or naming_for(estate, self._new_id)(kind, *codes)
        if draft.id is not None:
            domain.check_new_id(estate, draft.id)
            await check_unclaimed(self._store, estate.id, {draft.id})
        part = NewPart(draft.parent_id, id_, draft.code, draft.floors, draft.position)
        return await self._saved(estate, domain.add(estate, part, self._why(said)))

    async def alter(
        self, target: Target, part_id: str, changes: Mapping[str, Any], said: Said
    ) -> Estate:
        """A part is called differently, or stands elsewhere."""
        estate = await self._load(target)
        return await self._saved(estate, domain.alter(estate, part_id, changes, self._why(said)))

    async def close(self, target: Target, part_id: str, said: Said) -> Estate:
        """A part is used no more; ``Conflict`` if it is so already."""
        estate = await self._load(target)
        return await self._saved(estate, domain.close(estate, part_id, self._why(said)))

    async def reopen(self, target: Target, part_id: str, said: Said) -> Estate:
        """A part is in use after all; ``Conflict`` if it is so already."""
        estate = await self._load(target)
        return await self._saved(estate, domain.reopen(estate, part_id, self._why(said)))

    async def set_units(self, target: Target, drafts: tuple[UnitDraft, ...], said: Said) -> Estate:
        """The units of self-government are these; ``Invalid`` for an id that none has."""
        estate = await self._load(target)
        known = {unit.id for unit in estate.units}
        naming = naming_for(estate, self._new_id)
        units = []
        for number, draft in enumerate(drafts):
            if draft.id is not None and draft.id not in known:
                raise Invalid("estate.unit_unknown", pointer=f"/units/{number}/id")
            id_ = draft.id or naming("unt", draft.code)
            units.append(Unit(id_, draft.code, draft.name, draft.building_ids, draft.entrance_ids))
        return await self._saved(estate, domain.set_units(estate, tuple(units), self._why(said)))

    async def on_contractor_ended(self, event: ContractorEnded, envelope: Envelope) -> None:
        """No company manages the estates of one whose contract is over; unless it has one again.

        A repeat finds no more of them.
        """
        company = await self._contractors.get(envelope.subject)
        if company.state is not ContractorState.ENDED:
            return
        where = {"community": envelope.community, "contractor_id": event.contractor_id}
        why = Why(OURSELVES, envelope.time, EXPIRED)
        after = ""
        while found := await self._store.find(
            {**where, "_id": {"$gt": after}}, limit=ESTATES_AT_ONCE
        ):
            for estate in found:
                # Heard before, and named by the estate again since: that is what somebody wants.
                with suppress(AlreadyHeard):
                    await self._store.save(*domain.without_company(estate, why), handling=envelope)
            after = found[-1].id

    async def _load(self, target: Target) -> Estate:
        return await self._estates.get(target.viewer, target.id, seen=target.seen)

    async def _saved(self, estate: Estate, outcome: Outcome) -> Estate:
        after, events = outcome
        if not events:
            return estate
        return await self._estates.kept(after, events)

    def _why(self, said: Said) -> Why:
        return Why(said.by, self._clock.now(), said.reason)


def _place_of(estate: Estate, draft: PartDraft) -> tuple[str, tuple[str, ...]]:
    """What sort of thing it is to be, and the codes from the building down to it.

    A parent that is not there is refused when the part is added.
    """
    if draft.parent_id is None:
        return "bld", (draft.code,)
    for building in estate.buildings:
        if building.id == draft.parent_id:
            return "ent", (building.code, draft.code)
        for entrance in building.entrances:
            if entrance.id == draft.parent_id:
                return "dwl", (building.code, entrance.code, draft.code)
    return "dwl", (draft.code,)
