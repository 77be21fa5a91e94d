"""What the real store's queries mean, told plainly: the fake store asks these."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, TypeVar

from shared.store import Order, Place

R = TypeVar("R")


def matches(document: Any, where: Mapping[str, Any]) -> bool:
    """Whether a document is asked for; its id is stored as ``_id``."""
    return all(_holds(document, path, wanted) for path, wanted in where.items())


def _holds(document: Any, path: str, wanted: Any) -> bool:
    if path == "$and":
        return all(matches(document, each) for each in wanted)
    if path == "$or":
        return any(matches(document, each) for each in wanted)
    return _fits(_field(document, "id" if path == "_id" else path), wanted)


def has_place(document: Any, order: Order) -> bool:
    """Whether it has a value in every field of the order."""
    return all(_field(document, path) is not None for path, _ in order.fields)


def place_of(document: Any, order: Order) -> Place:
    """Where it stands in the order."""
    values = (_field(document, path) for path, _ in order.fields)
    return Place(tuple(v.value if isinstance(v, Enum) else v for v in values), document["id"])


def in_order(rows: list[tuple[Place, R]], order: Order) -> list[tuple[Place, R]]:
    """The rows by their places: the last key first, as sorting keeps the order of equals."""
    rows = sorted(rows, key=lambda row: row[0].id, reverse=order.ids < 0)
    for index in range(len(order.fields) - 1, -1, -1):
        rows.sort(key=lambda row: row[0].values[index], reverse=order.fields[index][1] < 0)
    return rows


def comes_after(order: Order, place: Place, before: Place) -> bool:
    """Whether a place is beyond another; values of different kinds are not to be compared."""
    ways = [*(way for _, way in order.fields), order.ids]
    pairs = zip((*place.values, place.id), (*before.values, before.id), strict=True)
    for way, (here, there) in zip(ways, pairs, strict=True):
        if type(here) is not type(there):
            return False
        if here != there:
            return _is_less(there, here) if way > 0 else _is_less(here, there)
    return False


def _field(document: Any, path: str) -> Any:
    """The value at a dotted path, as the store reads one; a list gives the list of its items'."""
    for name in path.split("."):
        if isinstance(document, list | tuple):
            document = [item.get(name) for item in _flat(document)]
        elif document is not None:
            document = document.get(name)
    return document


def _flat(items: Iterable[Any]) -> Iterator[Any]:
    """The items of lists within a list, too, as the store looks into them."""
    for item in items:
        if isinstance(item, list | tuple):
            yield from _flat(item)
        else:
            yield item


def _fits(stored: Any, wanted: Any) -> bool:
    """Equality as the store has it: a list holds the value; or what an operator says of it."""
    if isinstance(wanted, Mapping):
        return all(_OPERATORS[name](stored, operand) for name, operand in wanted.items())
    if isinstance(stored, list | tuple):
        return wanted in _flat(stored) or list(stored) == wanted
    return bool(stored == wanted)


def _is_less(one: Any, other: Any) -> bool:
    return one is not None and other is not None and bool(one < other)


_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "$in": lambda stored, wanted: any(_fits(stored, one) for one in wanted),
    "$lt": _is_less,
    "$lte": lambda stored, wanted: stored is not None and stored <= wanted,
    "$gt": lambda stored, wanted: _is_less(wanted, stored),
    "$gte": lambda stored, wanted: stored is not None and stored >= wanted,
}
