"""Keeps what runs in the background running, and knows what does not."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from shared.errors import Unavailable

log = logging.getLogger(__name__)

RESTART_SECONDS, RESTART_SECONDS_MAX = 1.0, 30.0
STEADY_SECONDS = 10.0
"""How long a restarted task must run before it counts as well again."""

Background = Callable[[asyncio.Event], Awaitable[None]]
"""Works until the event is set; then finishes what it has in hand and returns."""


def named(runs: Sequence[Background]) -> dict[str, Background]:
    """Each by the name of what it runs; the second of a name is told from the first by its
    number."""
    kept: dict[str, Background] = {}
    for run in runs:
        name = str(getattr(run, "__qualname__", type(run).__qualname__))
        count = sum(1 for known in kept if known.split(" ")[0] == name)
        kept[f"{name} {count + 1}" if count else name] = run
    return kept


class Supervisor:
    """Runs tasks by name. One that ends or fails is logged and begun again, a little later each
    time."""

    def __init__(self, tasks: Mapping[str, Background]) -> None:
        self._runs = tasks
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.failing: set[str] = set()

    def start(self) -> None:
        """Begin all of them."""
        self._tasks = [
            asyncio.create_task(self._keep(name, run), name=name)
            for name, run in self._runs.items()
        ]

    async def stop(self, seconds: float) -> None:
        """Let all of them finish what they have in hand; after this time they are broken off."""
        self._stop.set()
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        for task in late:
            log.warning("broken off while stopping", extra={"task": task.get_name()})
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def check(self) -> None:
        """``Unavailable`` while one of them does not run as it should."""
        if self.failing:
            raise Unavailable("health.background", tasks=", ".join(sorted(self.failing)))

    async def _keep(self, name: str, run: Background) -> None:
        pause = RESTART_SECONDS
        while not self._stop.is_set():
            steady = asyncio.get_running_loop().call_later(STEADY_SECONDS, self._well, name)
            began = asyncio.get_running_loop().time()
            try:
                await run(self._stop)
            except Exception:
                log.exception("a background task failed", extra={"task": name})
            finally:
                steady.cancel()
            if self._stop.is_set():
                return
            self.failing.add(name)
            if asyncio.get_running_loop().time() - began > STEADY_SECONDS:
                pause = RESTART_SECONDS
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stop.wait()
            pause = min(pause * 2, RESTART_SECONDS_MAX)

    def _well(self, name: str) -> None:
        self.failing.discard(name)
