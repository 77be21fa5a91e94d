"""The log of who looked at what is confidential: only ever added to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.clock import Clock, new_id
from shared.store import Aggregate, Page


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody looked: who, when, at what, for what; ``purpose`` is a code of the service's own."""

    id: str
    community: str
    subject_id: str
    by: str
    at: datetime
    purpose: str


class Readings(Protocol):
    """Where readings are kept; nothing is ever taken from it."""

    async def add(self, reading: Reading) -> None:
        """Keep it; ``Unavailable`` if it cannot be kept."""

    async def add_all(self, readings: Sequence[Reading]) -> None:
        """Keep all of them; ``Unavailable`` if they cannot be kept, some may be then."""

    async def page(self, subject_id: str, *, cursor: str | None, limit: int) -> Page[Reading]:
        """The readings of a thing, newest first. ``Malformed`` for a cursor that no page gave."""


class ReadingLog:
    """Puts on record who is about to be shown what."""

    def __init__(
        self, readings: Readings, clock: Clock, new_id: Callable[[str], str] = new_id
    ) -> None:
        self._readings = readings
        self._clock = clock
        self._new_id = new_id

    async def note(self, subject: Aggregate, *, by: str, purpose: str) -> None:
        """On record once this returns, so that nothing is shown before; ``Unavailable`` if not."""
        await self._readings.add(self._reading(subject, by, purpose))

    async def note_all(self, subjects: Sequence[Aggregate], *, by: str, purpose: str) -> None:
        """The same for each of a page, by one write."""
        if subjects:
            await self._readings.add_all([self._reading(each, by, purpose) for each in subjects])

    async def page(self, subject: Aggregate, *, cursor: str | None, limit: int) -> Page[Reading]:
        """Who looked at it, newest first. ``Malformed`` for a cursor that no page gave."""
        return await self._readings.page(subject.id, cursor=cursor, limit=limit)

    def _reading(self, subject: Aggregate, by: str, purpose: str) -> Reading:
        return Reading(
            id=self._new_id("rdg"),
            community=subject.community,
            subject_id=subject.id,
            by=by,
            at=self._clock.now(),
            purpose=purpose,
        )
