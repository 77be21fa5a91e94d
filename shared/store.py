"""What a use case may ask of its store: kept by ``shared.mongo``, and by a fake in tests."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from shared.envelope import Envelope
from shared.errors import Malformed, Stale
from shared.events import Event


class Aggregate(Protocol):
    """A frozen dataclass with id, community and the version it was read at (0: never saved)."""

    @property
    def id(self) -> str: ...
    @property
    def community(self) -> str: ...
    @property
    def version(self) -> int: ...


PLACE_CHARACTERS_MAX = 300


def check_seen(aggregate: Aggregate, seen: int | None) -> None:
    """Passes if this is the version that was decided on, or none was told; else ``Stale``."""
    if seen is not None and seen != aggregate.version:
        raise Stale("store.stale", id=aggregate.id, seen=seen, version=aggregate.version)


A = TypeVar("A", bound=Aggregate)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list, in its order; ``next_cursor`` asks for the next, None at the end."""

    items: list[T]
    next_cursor: str | None


Value = str | int | datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an order a page ended: the values of its fields there, and the id."""

    values: tuple[Value, ...]
    id: str


@dataclass(frozen=True, slots=True)
class Order:
    """By stored fields, each rising (1) or falling (-1), and by id among equals, so it is stable.

    A list in an order by fields holds only those in which every one of them has a value.
    """

    fields: tuple[tuple[str, int], ...] = ()
    ids: int = -1

    def cursor(self, place: Place) -> str:
        """The place in words that ``place`` reads back."""
        if not self.fields:
            return encode_cursor(place.id)
        values = [{"at": v.isoformat()} if isinstance(v, datetime) else v for v in place.values]
        return encode_cursor(json.dumps([self._name(), *values, place.id], separators=(",", ":")))

    def place(self, cursor: str) -> Place:
        """Where a page of this order ended; ``Malformed`` for a cursor that none gave."""
        text = decode_cursor(cursor)
        if not self.fields:
            return Place((), text)
        try:
            name, *values, id_ = json.loads(text)
            place = Place(tuple(_value(value) for value in values), str(id_))
        except (ValueError, TypeError, KeyError, RecursionError):
            raise Malformed("cursor.malformed", pointer="cursor") from None
        if name != self._name() or len(place.values) != len(self.fields):
            raise Malformed("cursor.malformed", pointer="cursor")
        return place

    def _name(self) -> str:
        return ",".join(f"{'-' if way < 0 else ''}{field}" for field, way in self.fields)


NEWEST_FIRST, OLDEST_FIRST = Order(), Order(ids=1)


class Store(Protocol[A]):
    """A collection of aggregates of one kind, each with its story."""

    async def get(
        self,
        id: str,  # noqa: A002
        *,
        communities: Sequence[str] | None = None,
        seen: int | None = None,
        handling: Envelope | None = None,
    ) -> A:
        """The aggregate as last committed.

        ``communities`` bounds what the caller may see (None: the service itself asks). ``seen`` is
        the version that the caller decided on. ``handling`` is the event being handled, if any.
        Errors: ``NotFound``; ``Stale`` if ``seen`` has moved on; ``AlreadyHeard`` if this
        aggregate has handled the event before; ``Unavailable``.
        """

    async def find(
        self,
        where: Mapping[str, Any],
        *,
        order: Order = OLDEST_FIRST,
        skip: int = 0,
        limit: int = 100,
    ) -> list[A]:
        """Those whose stored fields equal ``where``, in this order, at most ``limit``; the first
        ``skip`` of them are left out, each at the cost of a step in the index.

        Instead of a value, a field may be asked for by ``$in``, ``$lt``, ``$lte``, ``$gt``,
        ``$gte``; and several queries by ``$and`` or ``$or``.
        """

    async def page(
        self,
        where: Mapping[str, Any],
        *,
        communities: Sequence[str],
        order: Order = NEWEST_FIRST,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[A]:
        """Those in these communities whose fields match ``where`` as for ``find``, in this order.

        ``Malformed`` for a cursor that no page gave.
        """

    async def save(
        self, aggregate: A, events: Sequence[Event], *, handling: Envelope | None = None
    ) -> A:
        """Commit new state, events and the handled event's id in one atomic write; all or nothing.

        Returns the aggregate as saved: the version grows by one for each event, and one is due.
        Errors: ``Stale`` if somebody else wrote first; ``Conflict`` if a unique field is taken;
        ``AlreadyHeard``; ``TooLarge`` over 1 MB; ``Unavailable``, after which repeating is safe.
        """

    async def story(self, id: str, *, communities: Sequence[str] | None = None) -> list[Envelope]:  # noqa: A002
        """Everything that ever happened to the aggregate, oldest first. ``NotFound``."""


def encode_cursor(id: str) -> str:  # noqa: A002
    """An opaque place in a list."""
    return base64.urlsafe_b64encode(id.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> str:
    """The place that a cursor names; ``Malformed`` for one that no page gave."""
    try:
        place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, UnicodeError, ValueError):
        raise Malformed("cursor.malformed", pointer="cursor") from None
    if not place or len(place) > PLACE_CHARACTERS_MAX:
        raise Malformed("cursor.malformed", pointer="cursor")
    return place


def _value(value: object) -> Value:
    """A value of a field; ``ValueError`` for anything that none has."""
    if isinstance(value, dict) and value.keys() == {"at"}:
        moment = datetime.fromisoformat(value["at"])
        if moment.tzinfo is None:
            raise ValueError
        return moment
    if isinstance(value, str | int) and not isinstance(value, bool) and abs(_size(value)) < 2**63:
        return value
    raise ValueError


def _size(value: str | int) -> int:
    return value if isinstance(value, int) else 0
