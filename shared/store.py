"""What a use case may ask of its store: kept by ``shared.mongo``, and by a fake in tests."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from shared.envelope import Envelope
from shared.errors import Malformed
from shared.events import Event


class Aggregate(Protocol):
    """A frozen dataclass with id, community and the version it was read at (0: never saved)."""

    @property
    def id(self) -> str: ...
    @property
    def community(self) -> str: ...
    @property
    def version(self) -> int: ...


A = TypeVar("A", bound=Aggregate)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list, newest first; ``next_cursor`` asks for the next, None at the end."""

    items: list[T]
    next_cursor: str | None


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

    async def find(self, where: Mapping[str, Any], *, limit: int = 100) -> list[A]:
        """Those whose stored fields equal ``where``, oldest first, at most ``limit``."""

    async def page(
        self,
        where: Mapping[str, Any],
        *,
        communities: Sequence[str],
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[A]:
        """Those in these communities whose fields equal ``where``, newest first.

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
    if not place or len(place) > 100:
        raise Malformed("cursor.malformed", pointer="cursor")
    return place
