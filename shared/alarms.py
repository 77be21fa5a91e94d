"""What time brings: whatever is due to be told, ended or closed, in every replica at once.

Nobody leads: the write door lets one of two replicas win for each aggregate, and the other finds
nothing left to do. ``shared.due`` calls this again and again.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Generic, Protocol

from shared.clock import Clock
from shared.errors import LinliError, NotFound, Stale, Unavailable
from shared.events import Event
from shared.store import A, Order, Store

log = logging.getLogger(__name__)

BATCH = 100
"""Aggregates in hand at once."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Before any alarm. That there is a lower bound lets the store use the index of alarms, which has
only those in which the field is later than this."""


class Tick(Protocol[A]):
    """Decides what a moment brings to an aggregate; None for nothing."""

    def __call__(self, aggregate: A, /, *, at: datetime) -> tuple[A, Sequence[Event]] | None: ...


class Alarms(Generic[A]):
    """Looks at the aggregates of a store whose alarm has come.

    ``field`` holds the alarm, or None; ``tick`` decides what the moment brings, None for nothing.
    """

    def __init__(self, store: Store[A], clock: Clock, *, field: str, tick: Tick[A]) -> None:
        self._store = store
        self._clock = clock
        self._field = field
        self._tick = tick

    async def ring(self) -> int:
        """Do all that is due by now, oldest alarm first; how many aggregates that changed.

        What cannot be done for one of them is logged, keeps no other waiting, and is tried again at
        the next call. ``Unavailable``.
        """
        now, after, done = self._clock.now(), LONG_AGO, 0
        while True:
            due = await self._due(now, after, BATCH)
            looks = (self._heed(each, now) for each in due)
            outcomes = await asyncio.gather(*looks, return_exceptions=True)
            for outcome in outcomes:
                if isinstance(outcome, BaseException):
                    raise outcome
            done += outcomes.count(True)
            if len(due) < BATCH:
                return done
            if not any(outcomes):
                after = self._alarm(due[-1]) or after

    async def longest_due(self) -> datetime | None:
        """The oldest alarm that nobody has heeded yet; None if there is none. ``Unavailable``."""
        due = await self._due(self._clock.now(), LONG_AGO, 1)
        return self._alarm(due[0]) if due else None

    def _alarm(self, aggregate: A) -> datetime | None:
        alarm: datetime | None = getattr(aggregate, self._field)
        return alarm

    async def _due(self, now: datetime, after: datetime, limit: int) -> list[A]:
        bounds = {self._field: {"$gt": after, "$lte": now}}
        order = Order(((self._field, 1),), ids=1)
        return await self._store.find(bounds, order=order, limit=limit)

    async def _heed(self, aggregate: A, now: datetime) -> bool:
        """Whether something was done, here or by somebody else meanwhile."""
        try:
            decided = self._tick(aggregate, at=now)
            if decided is not None:
                await self._store.save(*decided)
        except (Stale, NotFound):
            return True
        except Unavailable:
            raise
        except LinliError as error:
            facts = {"id": aggregate.id, "reason": str(error)}
            log.error("an alarm cannot be heeded", extra=facts)
            return False
        except Exception:
            log.exception("a bug in an alarm", extra={"id": aggregate.id})
            return False
        return decided is not None
