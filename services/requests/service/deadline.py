"""What time brings: whatever is due to be told, ended or closed, in every replica at once.

Nobody leads: the write door lets one of two replicas win for each request, and the other finds
nothing left to do.
"""

import asyncio
import logging
from datetime import UTC, datetime

from services.requests.domain.alarm import tick
from services.requests.domain.request import ServiceRequest
from shared.clock import Clock
from shared.errors import LinliError, NotFound, Stale, Unavailable
from shared.store import Order, Store

log = logging.getLogger(__name__)

BATCH = 100
"""Requests in hand at once."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Before any alarm. That there is a lower bound lets the store use the index of alarms."""
BY_ALARM = Order((("alarm_at", 1),), ids=1)


class DeadlineService:
    """Looks at requests whose alarm has come."""

    def __init__(self, store: Store[ServiceRequest], clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def ring(self) -> int:
        """Do all that is due by now, oldest alarm first; how many requests that changed.

        What cannot be done for one request is logged, keeps no other waiting, and is tried again at
        the next call. ``Unavailable``.
        """
        now, after, done = self._clock.now(), LONG_AGO, 0
        while True:
            due = await self._due(now, after, BATCH)
            looks = (self._tick(request, now) for request in due)
            outcomes = await asyncio.gather(*looks, return_exceptions=True)
            for outcome in outcomes:
                if isinstance(outcome, BaseException):
                    raise outcome
            done += outcomes.count(True)
            if len(due) < BATCH:
                return done
            if not any(outcomes) and due[-1].alarm_at is not None:
                after = due[-1].alarm_at

    async def longest_due(self) -> datetime | None:
        """The oldest alarm that nobody has heeded yet; None if there is none. ``Unavailable``."""
        due = await self._due(self._clock.now(), LONG_AGO, 1)
        return due[0].alarm_at if due else None

    async def _due(self, now: datetime, after: datetime, limit: int) -> list[ServiceRequest]:
        bounds = {"alarm_at": {"$gt": after, "$lte": now}}
        return await self._store.find(bounds, order=BY_ALARM, limit=limit)

    async def _tick(self, request: ServiceRequest, now: datetime) -> bool:
        """Whether something was done, here or by somebody else meanwhile."""
        try:
            decided = tick(request, at=now)
            if decided is not None:
                await self._store.save(*decided)
        except (Stale, NotFound):
            return True
        except Unavailable:
            raise
        except LinliError as error:
            log.error("an alarm cannot be heeded", extra={"id": request.id, "reason": str(error)})
            return False
        except Exception:
            log.exception("a bug in an alarm", extra={"id": request.id})
            return False
        return decided is not None
