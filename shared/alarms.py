"""What time brings: whatever is due to be told, ended or closed, in every replica at once.

Nobody leads: the write door lets one of two replicas win for each aggregate, and the other finds
nothing left to do. ``shared.due`` calls this again and again.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Generic, Protocol

from shared.clock import Clock
from shared.due import OVERTAKEN, Outcome, attempted
from shared.errors import LinliError
from shared.events import Event
from shared.store import A, Order, Store

BATCH = 100
"""Aggregates in hand at once."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Before any alarm. That there is a lower bound lets the store use the index of alarms, which has
only those in which the field is later than this."""


class Tick(Protocol[A]):
    """Decides what a moment brings to an aggregate; None for nothing."""

    def __call__(self, aggregate: A, /, *, at: datetime) -> tuple[A, Sequence[Event]] | None: ...


Act = Callable[[A, datetime], Awaitable[object]]
"""Does what a moment brings to an aggregate; False if there is nothing to do."""


class Batches(ABC, Generic[A]):
    """Looks at the aggregates of a store whose alarm has come, and does for each what is due.

    ``field`` holds the alarm, or None; ``overtaken_by``: how it fails where somebody else has done
    it. What is to be done is a subclass's to say, which may read more first, for many at once.
    """

    def __init__(
        self,
        store: Store[A],
        clock: Clock,
        *,
        field: str,
        overtaken_by: tuple[type[LinliError], ...] = OVERTAKEN,
    ) -> None:
        self._store = store
        self._clock = clock
        self._field = field
        self._overtaken_by = overtaken_by

    async def ring(self) -> int:
        """Do all that is due by now, oldest alarm first; how many aggregates were changed here.

        What cannot be done for one of them is logged, keeps no other waiting, and is tried again at
        the next call. ``Unavailable``.
        """
        now, place, done = self._clock.now(), (LONG_AGO, ""), 0
        while due := await self._following(now, place):
            outcomes = await self._done(due, now)
            done += outcomes.count(Outcome.DONE)
            place = (self._alarm(due[-1]) or now, due[-1].id)
        return done

    async def longest_due(self) -> datetime | None:
        """The oldest alarm that nobody has heeded yet; None if there is none. ``Unavailable``."""
        due = await self._later(self._clock.now(), LONG_AGO, 1)
        return self._alarm(due[0]) if due else None

    async def _done(self, due: Sequence[A], now: datetime) -> list[Outcome | BaseException]:
        """What came of each; the store's absence is raised once all of them have ended."""
        act = await self._act_on(due)
        works = (
            attempted(act(each, now), each.id, overtaken_by=self._overtaken_by) for each in due
        )
        outcomes = await asyncio.gather(*works, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        return outcomes

    @abstractmethod
    async def _act_on(self, due: Sequence[A]) -> Act[A]:
        """What is done to each of these."""

    def _alarm(self, aggregate: A) -> datetime | None:
        alarm: datetime | None = getattr(aggregate, self._field)
        return alarm

    async def _following(self, now: datetime, place: tuple[datetime, str]) -> list[A]:
        """The next ones from a place on, never again what was looked at: an index is slow where
        much of it has gone a moment ago."""
        at, id_ = place
        same: Mapping[str, Any] = {self._field: at, "_id": {"$gt": id_}}
        due = [] if at == LONG_AGO else await self._store.find(same, limit=BATCH)
        if len(due) < BATCH:
            due += await self._later(now, at, BATCH - len(due))
        return due

    async def _later(self, now: datetime, after: datetime, limit: int) -> list[A]:
        bounds = {self._field: {"$gt": after, "$lte": now}}
        order = Order(((self._field, 1),), ids=1)
        return await self._store.find(bounds, order=order, limit=limit)


class Rounds(Batches[A]):
    """Batches of which each aggregate is enough to know what is due: ``act`` does it."""

    def __init__(
        self,
        store: Store[A],
        clock: Clock,
        *,
        field: str,
        act: Act[A],
        overtaken_by: tuple[type[LinliError], ...] = OVERTAKEN,
    ) -> None:
        super().__init__(store, clock, field=field, overtaken_by=overtaken_by)
        self._act = act

    async def _act_on(self, _: Sequence[A]) -> Act[A]:
        return self._act


class Alarms(Rounds[A]):
    """Rounds in which the moment alone decides: ``tick`` says what it brings, None for nothing."""

    def __init__(self, store: Store[A], clock: Clock, *, field: str, tick: Tick[A]) -> None:
        super().__init__(store, clock, field=field, act=self._heed)
        self._tick = tick

    async def _heed(self, aggregate: A, now: datetime) -> bool:
        decided = self._tick(aggregate, at=now)
        if decided is None:
            return False
        await self._store.save(*decided)
        return True
