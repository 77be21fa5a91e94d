"""Lists in any order: one range of an index after the other, so that none is sorted in memory.

A page that goes on from a place asks for what equals it in all fields but the last, then in all
but the last two, and so on. In one query with ``$or`` the store would sort all beyond the place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from shared.store import Order, Place, Value

Query = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Range:
    """One query, in the order of an index."""

    where: Query
    sort: list[tuple[str, int]]


def ranges(where: Mapping[str, Any], order: Order, place: Place | None) -> list[Range]:
    """What to ask one after the other, until the page is full."""
    keys = [*order.fields, ("_id", order.ids)]
    present: Query = {field: {"$ne": None} for field, _ in order.fields}
    base = [dict(where), present] if present else [dict(where)]
    if place is None:
        return [Range(_all(base), keys)]
    if not order.fields:
        return [Range(_all([*base, {"_id": {_beyond(order.ids): place.id}}]), keys)]
    found = []
    for depth in range(len(order.fields) - 1, -1, -1):
        equal = {keys[n][0]: place.values[n] for n in range(depth)}
        field, way = keys[depth]
        beyond: Query = {field: {_beyond(way): place.values[depth]}}
        if depth == len(order.fields) - 1:
            beyond = _from(field, way, order.ids, place)
        found.append(Range(_all([*base, equal, beyond]), keys[depth:]))
    return found


def place_in(document: Mapping[str, Any], order: Order) -> Place:
    """Where in the order a stored document stands."""
    return Place(tuple(_read(document, field) for field, _ in order.fields), document["_id"])


def _from(field: str, way: int, ids: int, place: Place) -> Query:
    """From the last value on, without its equals that come before the place.

    By ``$nor``: an ``$or`` would tempt the store to look it up by id and sort.
    """
    value = place.values[-1]
    before = {field: value, "_id": {"$lte" if ids > 0 else "$gte": place.id}}
    return {field: {f"{_beyond(way)}e": value}, "$nor": [before]}


def _beyond(way: int) -> str:
    return "$gt" if way > 0 else "$lt"


def _all(parts: list[Query]) -> Query:
    parts = [part for part in parts if part]
    return {"$and": parts} if len(parts) > 1 else dict(*parts)


def _read(document: Mapping[str, Any], path: str) -> Value:
    value: Any = document
    for name in path.split("."):
        value = value and value.get(name)  # what is None may be left out
    return cast("Value", value)
