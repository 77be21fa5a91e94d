"""Corrections of an estate: parts that are new, called differently, or used no more.

Each says why. Whatever it is about, it is told whole; what is so already is told to nobody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.property.domain.estate import (
    Building,
    Correction,
    Dwelling,
    Entrance,
    Estate,
    Management,
    Position,
    Unit,
)
from services.property.domain.estate_check import check, ids_of, told_as
from shared.errors import Conflict, Invalid, NotFound
from shared.events import Event
from shared.events.property_estate import EstateCorrected

CORRECTIONS_KEPT = 50
"""With their reasons; the story keeps all of them, without."""

Part = Building | Entrance | Dwelling
Outcome = tuple[Estate, list[Event]]


@dataclass(frozen=True, slots=True)
class Why:
    """Who says that it is different, when, and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class NewPart:
    """What is new: a building on the estate itself, else within the part that is named.

    Only a building has floors and a position.
    """

    parent_id: str | None
    id: str
    code: str
    floors: int | None = None
    position: Position | None = None


def corrected(before: Estate, after: Estate, why: Why) -> Outcome:
    """The estate as it is said to be; no event if nothing is different. ``Invalid``: ``check``."""
    if after == before:
        return before, []
    check(after)
    note = Correction(before.version + 1, why.at, why.by, why.reason)
    kept = (*before.corrections, note)[-CORRECTIONS_KEPT:]
    noted = replace(after, corrections=kept)
    return noted, [told_as(EstateCorrected, noted)]


def amend(estate: Estate, changes: Mapping[str, Any], why: Why) -> Outcome:
    """The estate's own particulars are these. Errors: ``Invalid``."""
    return corrected(estate, replace(estate, **changes), why)


def add(estate: Estate, part: NewPart, why: Why) -> Outcome:
    """Something was built. ``Invalid`` for a parent that is none or is closed, for an id that is
    taken, and for what only buildings have."""
    check_new_id(estate, part.id)
    return corrected(estate, with_part(estate, part), why)


def alter(estate: Estate, part_id: str, changes: Mapping[str, Any], why: Why) -> Outcome:
    """A part is called differently, or stands elsewhere. ``NotFound``; ``Invalid``."""
    return corrected(estate, with_changes(estate, part_id, changes), why)


def close(estate: Estate, part_id: str, why: Why) -> Outcome:
    """A part is used no more, and all that is in it. ``NotFound``; ``Conflict`` if it is so."""
    _part(estate, part_id)
    if part_id in estate.closed_ids:
        raise Conflict("estate.closed_already", part_id=part_id)
    return corrected(estate, replace(estate, closed_ids=(*estate.closed_ids, part_id)), why)


def reopen(estate: Estate, part_id: str, why: Why) -> Outcome:
    """It was closed by mistake, or is used again. ``NotFound``; ``Conflict`` if it is in use;
    ``Invalid`` if its code is another's by now."""
    _part(estate, part_id)
    if part_id not in estate.closed_ids:
        raise Conflict("estate.in_use", part_id=part_id)
    left = tuple(each for each in estate.closed_ids if each != part_id)
    return corrected(estate, replace(estate, closed_ids=left), why)


def set_units(estate: Estate, units: tuple[Unit, ...], why: Why) -> Outcome:
    """The units of self-government are these; one that is left out is closed. ``Invalid``."""
    named = {unit.id for unit in units}
    gone = tuple(unit for unit in estate.units if unit.id not in named)
    others = tuple(each for each in estate.closed_ids if each not in named)
    closed = tuple(dict.fromkeys((*others, *(unit.id for unit in gone))))
    return corrected(estate, replace(estate, units=(*units, *gone), closed_ids=closed), why)


def without_company(estate: Estate, why: Why) -> Outcome:
    """The contract of its company is over: nobody manages it until somebody is named."""
    return amend(estate, {"management": Management.NONE, "contractor_id": None}, why)


def check_new_id(estate: Estate, id: str) -> None:  # noqa: A002  the field's own name
    """Passes if nothing on the estate has this id; ``Invalid``: an id keeps its meaning."""
    if id in set(ids_of(estate)):
        raise Invalid("estate.id_taken", pointer="/id")


def with_part(estate: Estate, part: NewPart) -> Estate:
    """The estate with something new on it. ``Invalid``."""
    if part.parent_id is None:
        new = Building(part.id, part.code, (), part.position, part.floors)
        return replace(estate, buildings=(*estate.buildings, new))
    if part.floors is not None or part.position is not None:
        raise Invalid("estate.not_a_building", pointer="/parent_id")

    def inside(parent: Part) -> Part:
        if isinstance(parent, Building):
            return replace(parent, entrances=(*parent.entrances, Entrance(part.id, part.code, ())))
        if isinstance(parent, Entrance):
            return replace(parent, dwellings=(*parent.dwellings, Dwelling(part.id, part.code)))
        raise Invalid("estate.parent", pointer="/parent_id")

    if is_closed(estate, part.parent_id):
        raise Invalid("estate.parent_closed", pointer="/parent_id")
    after = _mapped(estate, part.parent_id, inside)
    if after is None:
        raise Invalid("estate.parent", pointer="/parent_id")
    return after


def with_changes(estate: Estate, part_id: str, changes: Mapping[str, Any]) -> Estate:
    """The estate with a part of it changed. ``NotFound``; ``Invalid``."""

    def changed(part: Part) -> Part:
        if not isinstance(part, Building) and not changes.keys() <= {"code"}:
            raise Invalid("estate.not_a_building", pointer=f"/{min(changes.keys() - {'code'})}")
        return replace(part, **changes)

    after = _mapped(estate, part_id, changed)
    if after is None:
        raise NotFound("store.not_found", id=part_id)
    return after


def is_closed(estate: Estate, part_id: str) -> bool:
    """Whether a part is used no more, by itself or with what it is in."""
    closed = set(estate.closed_ids)
    for building in estate.buildings:
        for entrance in building.entrances:
            if part_id in (entrance.id, *(dwelling.id for dwelling in entrance.dwellings)):
                return bool(closed & {building.id, entrance.id, part_id})
    return part_id in closed


def _part(estate: Estate, part_id: str) -> None:
    if part_id not in set(ids_of(estate)) - {unit.id for unit in estate.units}:
        raise NotFound("store.not_found", id=part_id)


def _mapped(estate: Estate, part_id: str, change: Callable[[Part], Part]) -> Estate | None:
    """The estate with one part replaced by what becomes of it; None if it is not there."""
    for b, building in enumerate(estate.buildings):
        after = _within(building, part_id, change)
        if after is not None:
            buildings = (*estate.buildings[:b], after, *estate.buildings[b + 1 :])
            return replace(estate, buildings=buildings)
    return None


def _within(building: Building, part_id: str, change: Callable[[Part], Part]) -> Building | None:
    if building.id == part_id:
        after = change(building)
        return after if isinstance(after, Building) else None
    for e, entrance in enumerate(building.entrances):
        new: Part = entrance
        if entrance.id == part_id:
            new = change(entrance)
        elif part_id in {dwelling.id for dwelling in entrance.dwellings}:
            homes = tuple(change(d) if d.id == part_id else d for d in entrance.dwellings)
            new = replace(entrance, dwellings=tuple(d for d in homes if isinstance(d, Dwelling)))
        else:
            continue
        if isinstance(new, Entrance):
            entrances = (*building.entrances[:e], new, *building.entrances[e + 1 :])
            return replace(building, entrances=entrances)
    return None
