"""What the stories need: who acts, what is looked at, how a step is told and waited for."""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from deploy.client import SECONDS_MAX, Client, Refused, Reply, until
from deploy.local.words import language

T = TypeVar("T")
TEXTS = Path(__file__).with_name("texts.json")
Say = Callable[[str], object]
"""Shows one line of progress."""


class StoryFailed(Exception):
    """A step did not look as it must; the text says which and what was there instead."""


@cache
def _texts() -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = json.loads(TEXTS.read_text("utf-8"))
    return texts


def words(code: str) -> str:
    """A sentence of the stories, in the reader's language."""
    return _texts()[code][language()]


class Stage:
    """Who acts in the stories, on which services, and where the committee's receiver writes.

    ``seconds`` is how long each step may take to show.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        demo: Mapping[str, Any],
        say: Say,
        seconds: float = SECONDS_MAX,
    ) -> None:
        self._session = session
        self._demo = demo
        self._say = say
        self._seconds = seconds
        self._file = Path(demo["receiver"]["file"])
        self._read = self._file.stat().st_size if self._file.exists() else 0
        self._told: list[dict[str, Any]] = []

    def caller(self, who: str) -> Client:
        """The services as somebody of the demo's ``keys`` uses them."""
        return Client(self._session, self._demo["urls"], self._demo["keys"][who], lang=language())

    def guest(self) -> Client:
        """The services as somebody without an account uses them."""
        return Client(self._session, self._demo["urls"], None, lang=language())

    async def until(self, ask: Callable[[], Awaitable[T | None]], what: str) -> T:
        """Look again until it is there; ``TooLate``."""
        return await until(ask, what, seconds=self._seconds)

    def tell(self, code: str, **facts: object) -> None:
        """One line of progress, in the reader's language."""
        self._say(words(code).format_map(facts))

    def received(self, correlation_id: str) -> list[dict[str, Any]]:
        """The envelopes of one story that the receiver has verified and written, as they came.

        Looks only at what came since this stage was made.
        """
        with self._file.open("rb") as file:
            file.seek(self._read)
            fresh = file.read()
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._read += len(whole)
        self._told += [json.loads(line)["body"] for line in whole.splitlines()]
        return [each for each in self._told if each.get("correlationid") == correlation_id]


def in_state(
    caller: Client, service: str, path: str, state: str
) -> Callable[[], Awaitable[Reply | None]]:
    """Asks whether what stands at this path is in this state."""

    async def ask() -> Reply | None:
        reply = await caller.get(service, path)
        return reply if reply["state"] == state else None

    return ask


def here(moment: str) -> str:
    """A time of the API as the clock on this machine's wall shows it."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")


def expect(holds: bool, what: str, seen: object) -> None:
    """``StoryFailed`` unless it holds; ``what`` says how it must look."""
    if not holds:
        raise StoryFailed(f"expected: {what}; there was: {seen}")


async def refused(call: Awaitable[object], status: int, what: str) -> None:
    """``StoryFailed`` unless the call is refused with this status; ``what`` says why it must be."""
    try:
        shown = await call
    except Refused as refusal:
        expect(refusal.status == status, what, refusal)
    else:
        expect(False, what, shown)
