"""A small memory of what was read in the last seconds, for what every request asks again."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from shared.clock import Clock

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[V]):
    value: V
    until: datetime


class Recent(Generic[V]):
    """Remembers up to ``size`` values for ``seconds`` each; what is not there is never remembered.

    While one caller reads a value, others who ask for it wait for the same read.
    """

    def __init__(self, clock: Clock, *, seconds: float, size: int) -> None:
        self._clock = clock
        self._kept_for = timedelta(seconds=seconds)
        self._size = size
        self._kept: OrderedDict[str, _Kept[V]] = OrderedDict()
        self._reading: dict[str, asyncio.Task[V | None]] = {}

    async def get(self, key: str, read: Callable[[str], Awaitable[V | None]]) -> V | None:
        """The value, at most ``seconds`` old; what ``read`` raises is raised here."""
        kept = self._kept.get(key)
        if kept is not None and kept.until > self._clock.now():
            return kept.value
        reading = self._reading.get(key)
        if reading is None:
            reading = asyncio.create_task(self._read(key, read))
            self._reading[key] = reading
            reading.add_done_callback(lambda task: self._over(key, task))
        # A caller that gives up must not take the read away from the others.
        return await asyncio.shield(reading)

    def forget(self, key: str) -> None:
        """The next caller reads again, and a read already under way is not remembered."""
        self._kept.pop(key, None)
        self._reading.pop(key, None)

    def _over(self, key: str, reading: asyncio.Task[V | None]) -> None:
        if self._reading.get(key) is reading:
            del self._reading[key]
        if not reading.cancelled():
            reading.exception()  # seen, even if every caller has given up

    async def _read(self, key: str, read: Callable[[str], Awaitable[V | None]]) -> V | None:
        until = self._clock.now() + self._kept_for
        value = await read(key)
        if value is not None and self._reading.get(key) is asyncio.current_task():
            self._kept[key] = _Kept(value, until)
            self._kept.move_to_end(key)
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return value
