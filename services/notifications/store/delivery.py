"""Deliveries: the schedule itself. Due is what has a ``next_at`` that has passed, nothing else.

An attempt in flight has one as well, the end of its lease, so a worker that died needs no special
look-up. Every change names the state that it was decided on: ``status``, ``tried``, ``cycle`` and
``next_at`` together are never the same twice.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from services.notifications.domain.delivery import CANCELLABLE, HOLDABLE, Delivery, Status
from services.notifications.domain.endpoint import Whose
from shared.errors import NotFound
from shared.mongo import Database, Index, Record
from shared.store import Page, decode_cursor, encode_cursor

_CODEC = TypeAdapter(Delivery)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_SCHEDULED = {"next_at": {"$gt": _EVER}}


def _indexes() -> list[Index]:
    return [
        Index((("endpoint_id", 1), ("next_at", 1)), partial=_SCHEDULED, name="due_by_endpoint"),
        Index((("next_at", 1),), partial=_SCHEDULED, name="due"),
        Index(
            (("endpoint_id", 1), ("ordering_key", 1), ("depth", 1), ("message_id", 1)),
            partial={"open": True, "ordering_key": {"$gt": ""}},
            name="order",
        ),
        Index((("endpoint_id", 1), ("status", 1), ("_id", -1)), name="by_status"),
        Index((("community", 1), ("_id", -1)), name="community"),
        Index((("company", 1), ("_id", -1)), partial={"company": {"$gt": ""}}, name="company"),
        Index((("expires_at", 1),), expire_after_seconds=0),
    ]


class DeliveryRecords:
    """Keeps the promises of ``Deliveries``."""

    def __init__(self, database: Database, *, retention_days: int) -> None:
        self._records = database.records("deliveries", indexes=_indexes())
        self._kept_for = timedelta(days=retention_days)

    async def add(self, delivery: Delivery) -> bool:
        """Keep a new one; its id is that of its message and endpoint, so a repeat falls on it."""
        expires = {"expires_at": delivery.created_at + self._kept_for}
        return await self._records.insert({"_id": delivery.id, **_encoded(delivery), **expires})

    async def change(self, seen: Delivery, new: Delivery) -> bool:
        """Compare and set."""
        where = {
            "_id": seen.id,
            "status": seen.status.value,
            "tried": seen.tried,
            "cycle": seen.cycle,
            "next_at": seen.next_at,
        }
        return await self._records.update(where, {"$set": _encoded(new)})

    async def get(self, id: str, *, communities: Sequence[str]) -> Delivery:  # noqa: A002
        """The delivery, if it is of one of these communities."""
        found = await self._records.get(id)
        if found is None or found["community"] not in communities:
            raise NotFound("delivery.not_found")
        return _decoded(found)

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
        """One page, newest first."""
        where: dict[str, Any] = {"community": {"$in": list(communities)}}
        if endpoint_id is not None:
            where["endpoint_id"] = endpoint_id
        if status is not None:
            where["status"] = status.value
        if whose is not None:
            where["company"] = whose.company
        if cursor is not None:
            where["_id"] = {"$lt": decode_cursor(cursor)}
        rows = await self._records.find(where, sort=(("_id", -1),), limit=limit + 1)
        items = [_decoded(row) for row in rows[:limit]]
        return Page(items, encode_cursor(items[-1].id) if len(rows) > limit else None)

    async def due(self, at: datetime, *, after: str, limit: int) -> list[Delivery]:
        """One read of the index, which leaps over what is not due."""
        rows = await self._records.find(
            {"endpoint_id": {"$gt": after}, "next_at": {"$gt": _EVER, "$lte": at}},
            sort=(("endpoint_id", 1), ("next_at", 1)),
            limit=limit,
        )
        return [_decoded(row) for row in rows]

    async def foremost(self, endpoint_id: str, ordering_key: str) -> Delivery | None:
        """The head of an ordered story."""
        rows = await self._records.find(
            {"endpoint_id": endpoint_id, "ordering_key": ordering_key, "open": True},
            sort=(("depth", 1), ("message_id", 1)),
            limit=1,
        )
        return _decoded(rows[0]) if rows else None

    async def hold_all(self, endpoint_id: str) -> None:
        """All that wait become held."""
        await self._records.update_many(
            _those(endpoint_id, HOLDABLE), _set(status=Status.HELD, next_at=None)
        )

    async def release_all(self, endpoint_id: str, *, at: datetime) -> None:
        """All that are held become due."""
        await self._records.update_many(
            _those(endpoint_id, (Status.HELD,)), _set(status=Status.PENDING, next_at=at)
        )

    async def cancel_all(self, endpoint_id: str, *, at: datetime) -> None:
        """All that wait or are held end here."""
        await self._records.update_many(
            _those(endpoint_id, CANCELLABLE),
            _set(status=Status.CANCELLED, next_at=None, finished_at=at, open=False),
        )

    async def longest_due(self, at: datetime) -> datetime | None:
        """The oldest time at which a delivery that nobody has in hand was due."""
        rows = await self._records.find(
            {
                "next_at": {"$gt": _EVER, "$lte": at},
                "status": {"$ne": Status.IN_FLIGHT.value},
            },
            sort=(("next_at", 1),),
            limit=1,
            fields={"next_at": 1},
        )
        return rows[0]["next_at"] if rows else None


def _those(endpoint_id: str, statuses: Sequence[Status]) -> dict[str, Any]:
    named = [status.value for status in statuses]
    return {"endpoint_id": endpoint_id, "status": {"$in": named}, "open": True}


def _set(*, status: Status, **others: Any) -> dict[str, Any]:
    return {"$set": {"status": status.value, **others}}


def _encoded(delivery: Delivery) -> Record:
    document: Record = _CODEC.dump_python(delivery)
    del document["id"]
    return {**document, "open": delivery.finished_at is None}


def _decoded(document: Record) -> Delivery:
    return _CODEC.validate_python({**document, "id": document["_id"]})
