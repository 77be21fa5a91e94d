"""What this process has committed and its relay has not told yet, so that nobody reads it again."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

FRESH_MAX = 5_000
"""Documents remembered; beyond it the store is asked, which knows all that is untold."""


@dataclass(frozen=True, slots=True)
class Untold:
    """A document with events that are not on the bus yet, oldest first."""

    id: str
    events: list[dict[str, Any]]

    def place(self, after: str) -> str:
        """Where it stands in the index of untold events, beyond ``after``."""
        return min(str(event["id"]) for event in self.events if event["id"] > after)


class Fresh:
    """A short memory, in the order of the commits; the store alone decides what is untold.

    ``whole``: all that was committed since ``begin`` is here or was taken. Once it is not, the
    memory keeps nothing until somebody asks the store for all that is untold and begins anew.
    """

    def __init__(self) -> None:
        self._kept: dict[str, deque[Untold]] = {}
        self._size = 0
        self.whole = False

    def begin(self) -> None:
        """Remember from now on: called right before the store is asked."""
        self._clear()
        self.whole = True

    def miss(self) -> None:
        """Something is untold that is not here, or may be."""
        self._clear()
        self.whole = False

    def add(self, collection: str, untold: Untold) -> None:
        """Remember it, unless the store is to be asked anyway."""
        if not self.whole:
            return
        if self._size >= FRESH_MAX:
            self.miss()
            return
        self._size += 1
        self._kept.setdefault(collection, deque()).append(untold)

    def take(self, collection: str, limit: int) -> list[Untold]:
        """The oldest of a collection, at most ``limit``, which are forgotten here."""
        kept = self._kept.get(collection)
        if kept is None:
            return []
        taken = [kept.popleft() for _ in range(min(limit, len(kept)))]
        self._size -= len(taken)
        return taken

    def _clear(self) -> None:
        self._kept.clear()
        self._size = 0


class Outbox:
    """What the door of one collection says of its commits, for the relay of this process."""

    def __init__(self, collection: str, fresh: Fresh, ring: Callable[[], None]) -> None:
        self._collection = collection
        self._fresh = fresh
        self._ring = ring

    def committed(self, untold: Untold) -> None:
        """These events are committed."""
        self._fresh.add(self._collection, untold)
        self._ring()

    def unsure(self) -> None:
        """Something may have been committed that nobody here knows of."""
        self._fresh.miss()
        self._ring()
