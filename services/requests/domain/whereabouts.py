"""From what a stranger says of a place to the estate that it is in."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

from services.requests.domain.estate import Outline, is_open
from services.requests.domain.place import ADDRESS_NOTE_CHARACTERS_MAX, Position
from shared.errors import Invalid

NEAR_METRES_MAX = 2_000
"""So far from the nearest building a point is taken for one of the estate's surroundings."""
_METRES_PER_DEGREE = 111_320


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place as Open311 knows it: an id of ours, a point, or words."""

    address_id: str | None = None
    position: Position | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """The place in our own terms."""

    estate_id: str
    building_id: str | None = None


def spot(outlines: Sequence[Outline], where: Whereabouts) -> Spot:
    """The estate, and the building if that was said.

    An id decides, else the point, else the names of estate and building in the words. Where
    nothing decides it is the estate with the most buildings: whoever handles it reads the words.
    ``Invalid`` if nothing was said or there is no such place.
    """
    if not outlines:
        raise Invalid("estate.unknown")
    if where.address_id is not None:
        return _by_id(outlines, where.address_id)
    if where.position is not None:
        return _by_point(outlines, where.position)
    if where.address is None:
        raise Invalid("open311.no_place", pointer="/lat")
    if len(where.address) > ADDRESS_NOTE_CHARACTERS_MAX:
        limit = ADDRESS_NOTE_CHARACTERS_MAX
        raise Invalid("open311.address_too_long", pointer="/address_string", limit=limit)
    return _by_words(outlines, where.address)


def centre(outline: Outline) -> Position | None:
    """The middle of an estate's buildings, as far as their places are known."""
    known = list(_positions(outline))
    if not known:
        return None
    count = len(known)
    return Position(
        round(sum(at.lat for at in known) / count, 6),
        round(sum(at.long for at in known) / count, 6),
    )


def metres(one: Position, other: Position) -> float:
    """The distance, right to a metre within a town."""
    north = (one.lat - other.lat) * _METRES_PER_DEGREE
    east = (one.long - other.long) * _METRES_PER_DEGREE * cos(radians(one.lat))
    return hypot(north, east)


def _by_id(outlines: Sequence[Outline], address_id: str) -> Spot:
    for outline in outlines:
        if address_id == outline.id:
            return Spot(outline.id)
        if is_open(outline.sites, address_id):
            return Spot(outline.id, address_id)
    raise Invalid("open311.address_id", pointer="/address_id")


def _by_point(outlines: Sequence[Outline], position: Position) -> Spot:
    known = [
        (metres(position, at), outline.id) for outline in outlines for at in _positions(outline)
    ]
    if not known:
        return Spot(_main(outlines).id)
    distance, estate_id = min(known)
    if distance > NEAR_METRES_MAX:
        raise Invalid("open311.too_far", pointer="/lat", metres=NEAR_METRES_MAX)
    return Spot(estate_id)


def _by_words(outlines: Sequence[Outline], address: str) -> Spot:
    named = [outline for outline in outlines if outline.name and outline.name in address]
    if not named:
        return Spot(_main(outlines).id)
    outline = max(named, key=lambda each: len(each.name))
    rest = address.partition(outline.name)[2]
    built = [
        id_ for id_, site in outline.sites.items() if not site.closed and _names(rest, site.code)
    ]
    return Spot(outline.id, built[0] if len(built) == 1 else None)


def _names(words: str, code: str) -> bool:
    return bool(re.search(rf"(?<![0-9A-Za-z]){re.escape(code)}\s*(?:号楼|栋|幢|楼)", words))


def _main(outlines: Iterable[Outline]) -> Outline:
    return max(outlines, key=lambda each: (len(each.sites), each.id))


def _positions(outline: Outline) -> Iterable[Position]:
    sites = (site for site in outline.sites.values() if not site.closed)
    return (site.position for site in sites if site.position is not None)
