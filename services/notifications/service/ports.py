"""What the use cases ask of their surroundings; ``store`` and ``webhook`` keep these promises."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from services.notifications.domain.attempt import Attempt, Exchange
from services.notifications.domain.delivery import Delivery, Status
from services.notifications.domain.endpoint import Whose
from services.notifications.domain.message import Message
from shared.store import Page


class Vault(Protocol):
    """Keeps secrets so that the store alone does not give them away."""

    def seal(self, content: bytes, *, place: str) -> str:
        """The secret encrypted for this endpoint, by its id, and no other."""

    def open(self, sealed: str, *, place: str) -> bytes:
        """The secret. ``Unavailable`` if its key is not here or it was tampered with."""


class Post(Protocol):
    """Makes one attempt: posts exactly these bytes, bounded in time and size."""

    async def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Exchange:
        """What it brought; a fault of any kind is a result, not an exception."""


class Messages(Protocol):
    """Messages by id; kept as long as their deliveries."""

    def announce(self, message: Message) -> None:
        """Let this process know a message that is about to be kept."""

    async def add(self, message: Message) -> None:
        """Keep it; once it is found its deliveries are there. A repeat changes nothing."""

    async def body(self, message_id: str) -> bytes | None:
        """Its exact bytes, or None if it is not kept (yet, or any more)."""

    async def depths(
        self, *, before: tuple[str, int] | None, cause: str | None
    ) -> tuple[int | None, int | None]:
        """The depths of the message with this (subject, sequence), and of the one with this id."""


class Deliveries(Protocol):
    """Deliveries by id; every change is made on the state that it was decided on, or not at all."""

    async def add(self, delivery: Delivery) -> bool:
        """Keep a new one; False if it is there already, in whatever state."""

    async def change(self, seen: Delivery, new: Delivery) -> bool:
        """Put ``new`` in the place of ``seen``; False if somebody else was first."""

    async def get(self, id: str, *, communities: Sequence[str]) -> Delivery:  # noqa: A002
        """The delivery; ``NotFound``."""

    async def page(
        self,
        *,
        communities: Sequence[str],
        endpoint_id: str | None,
        status: Status | None,
        whose: Whose | None = None,
        cursor: str | None,
        limit: int,
    ) -> Page[Delivery]:
        """One page, newest first. ``Malformed`` for a bad cursor."""

    async def due(self, at: datetime, *, after: str, limit: int) -> list[Delivery]:
        """Those due, of endpoints whose ids come after this one; of each the longest due first."""

    async def foremost(self, endpoint_id: str, ordering_key: str) -> Delivery | None:
        """The unfinished one of this key that comes first in causal order."""

    async def hold_all(self, endpoint_id: str) -> None:
        """Hold all that wait."""

    async def release_all(self, endpoint_id: str, *, at: datetime) -> None:
        """Make all that are held due."""

    async def cancel_all(self, endpoint_id: str, *, at: datetime) -> None:
        """Cancel all that wait or are held."""

    async def longest_due(self, at: datetime) -> datetime | None:
        """Since when the one that waits longest for a worker is due."""


class Attempts(Protocol):
    """Attempts by delivery."""

    async def add(self, attempt: Attempt) -> None:
        """Keep it; a repeat changes nothing."""

    async def of(self, delivery_id: str) -> list[Attempt]:
        """All of a delivery, oldest first."""
