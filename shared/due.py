"""Does again and again what may have become due, for as long as a service runs."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from enum import StrEnum

from shared.errors import LinliError, NotFound, Stale, Unavailable

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
BACKOFF_SECONDS_MAX = 30.0

Sweep = Callable[[], Awaitable[object]]
"""Does all that is due by now; whatever was missed while nobody looked is due still."""
OVERTAKEN = (Stale, NotFound)
"""What somebody else did first, or has taken away."""


class Due:
    """Calls ``sweep`` every so many seconds; while the store is away less and less often."""

    def __init__(self, sweep: Sweep, *, every_seconds: float = EVERY_SECONDS) -> None:
        self._sweep = sweep
        self._every_seconds = every_seconds

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set; a sweep that has begun is finished."""
        pause = self._every_seconds
        while not stop.is_set():
            try:
                await self._sweep()
                pause = self._every_seconds
            except Unavailable as error:
                log.warning("cannot look for what is due", extra={"reason": error.code})
                pause = min(pause * 2, BACKOFF_SECONDS_MAX)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await stop.wait()


class Outcome(StrEnum):
    """What came of one of the things that were due."""

    DONE = "done"
    IDLE = "idle"
    """There was nothing to do."""
    OVERTAKEN = "overtaken"
    """Somebody else did it, or it cannot be done yet."""
    FAILED = "failed"


async def attempted(
    work: Awaitable[object],
    id_: str,
    *,
    overtaken_by: tuple[type[LinliError], ...] = OVERTAKEN,
) -> Outcome:
    """Do one of the things that are due so that none keeps another waiting.

    What cannot be done is logged and due still: a refusal, and a bug as well. Work that gives False
    had nothing to do. ``Unavailable`` ends the sweep: without a store nothing else would go either
    (``Awaited``, if named, is about the one thing).
    """
    try:
        found = await work
    except overtaken_by as reason:
        log.info("not now, or done already", extra={"id": id_, "reason": reason.code})
        return Outcome.OVERTAKEN
    except Unavailable:
        raise
    except LinliError as error:
        log.error("what is due cannot be done", extra={"id": id_, "reason": str(error)})
        return Outcome.FAILED
    except Exception:
        log.exception("a bug in doing what is due", extra={"id": id_})
        return Outcome.FAILED
    return Outcome.IDLE if found is False else Outcome.DONE
