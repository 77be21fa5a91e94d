"""Messages: immutable once kept, so what this process has seen of them needs no second look."""

from collections import OrderedDict
from dataclasses import fields
from datetime import timedelta
from typing import Any, Generic, TypeVar

from services.notifications.domain.message import Message
from shared.mongo import Database, Index

BODIES_REMEMBERED = 2_000
DEPTHS_REMEMBERED = 20_000

K = TypeVar("K")
V = TypeVar("V")


class MessageRecords:
    """Keeps the promises of ``Messages``."""

    def __init__(self, database: Database, *, retention_days: int) -> None:
        self._records = database.records(
            "messages",
            indexes=[
                Index((("subject", 1), ("sequence", 1)), name="place"),
                Index((("expires_at", 1),), expire_after_seconds=0),
            ],
        )
        self._kept_for = timedelta(days=retention_days)
        self._bodies: _Remembered[str, bytes] = _Remembered(BODIES_REMEMBERED)
        self._by_id: _Remembered[str, int] = _Remembered(DEPTHS_REMEMBERED)
        self._by_place: _Remembered[tuple[str, int], int] = _Remembered(DEPTHS_REMEMBERED)

    def announce(self, message: Message) -> None:
        """Let this process know its body; see ``Messages.announce``."""
        self._bodies.put(message.id, message.body)

    async def add(self, message: Message) -> None:
        """Keep it; only now may others build on its depth."""
        expires = {"expires_at": message.created_at + self._kept_for}
        await self._records.insert({**_encoded(message), **expires})
        self._by_id.put(message.id, message.depth)
        self._by_place.put((message.subject, message.sequence), message.depth)

    async def body(self, message_id: str) -> bytes | None:
        """Its exact bytes."""
        known = self._bodies.get(message_id)
        if known is not None:
            return known
        found = await self._records.get(message_id)
        if found is None:
            return None
        body = bytes(found["body"])
        self._bodies.put(message_id, body)
        return body

    async def depths(
        self, *, before: tuple[str, int] | None, cause: str | None
    ) -> tuple[int | None, int | None]:
        """The depths of two messages; one look at the store, and none if both are remembered."""
        first = self._by_place.get(before) if before else None
        second = self._by_id.get(cause) if cause else None
        asked: list[dict[str, Any]] = []
        if before is not None and first is None:
            asked.append({"subject": before[0], "sequence": before[1]})
        if cause is not None and second is None:
            asked.append({"_id": cause})
        if asked:
            rows = await self._records.find({"$or": asked}, fields=_PLACE, limit=4)
            for row in rows:
                self._by_id.put(row["_id"], row["depth"])
                self._by_place.put((row["subject"], row["sequence"]), row["depth"])
            first = self._by_place.get(before) if before else None
            second = self._by_id.get(cause) if cause else None
        return first, second


_PLACE = {"subject": 1, "sequence": 1, "depth": 1}


def _encoded(message: Message) -> dict[str, Any]:
    named = {each.name: getattr(message, each.name) for each in fields(message)}
    return {"_id": named.pop("id"), **named}


class _Remembered(Generic[K, V]):
    """The last so many entries."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        return self._entries.get(key)

    def put(self, key: K, value: V) -> None:
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._most:
            self._entries.popitem(last=False)
