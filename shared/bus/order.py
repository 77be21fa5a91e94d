"""Whose turn it is among the handlers of one story."""

import asyncio


class Order:
    """Handlers of one story run one after the other, in the order of their delivery."""

    def __init__(self) -> None:
        self._last: dict[str, _Turn] = {}

    def of(self, story: str) -> "_Turn":
        """Wait for the one before; let the next one go at the end, however this one ends."""
        return _Turn(self._last, story)


class _Turn:
    """One handler's place in its story; made by hand, as every message takes one."""

    __slots__ = ("_last", "_over", "_story")

    def __init__(self, last: dict[str, "_Turn"], story: str) -> None:
        self._last = last
        self._story = story
        self._over: asyncio.Future[None] | None = None  # made by whoever waits for it

    async def __aenter__(self) -> None:
        before = self._last.get(self._story)
        self._last[self._story] = self
        if before is None:
            return
        try:
            await before.over()
        except BaseException:
            self._end()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._end()

    def over(self) -> asyncio.Future[None]:
        """Until this one ends; it cannot be cancelled by one of those who wait."""
        if self._over is None:
            self._over = asyncio.get_running_loop().create_future()
        return asyncio.shield(self._over)

    def _end(self) -> None:
        if self._over is not None:
            self._over.set_result(None)
        if self._last.get(self._story) is self:
            del self._last[self._story]
