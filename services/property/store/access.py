"""The access log in MongoDB: plain rows, found by the estate's clock and by plate.

No row outlives a year, whatever the rules say and whether or not anybody sweeps: MongoDB itself
sees to that (an index that expires).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from services.property.domain.access import Access, Direction, Right
from services.property.domain.retention_rule import DAYS_MAX
from shared.clock import Clock
from shared.mongo import Database, Index, Record, Records
from shared.mongo.ordered import place_in, ranges
from shared.sealing import Sealer
from shared.store import Order, Page

LATEST_FIRST = Order((("at", -1),), ids=-1)
INDEXES = (
    Index((("estate_id", 1), ("at", -1), ("_id", -1)), name="estate"),
    Index((("estate_id", 1), ("gate", 1), ("at", -1), ("_id", -1)), name="gate"),
    Index((("estate_id", 1), ("plate_digest", 1), ("at", -1), ("_id", -1)), name="plate"),
    Index((("community", 1), ("at", 1)), name="community"),
    Index((("at", 1),), expire_after_seconds=(DAYS_MAX + 1) * 86_400, name="year"),
)
STEP = timedelta(days=1)
"""So much is let go of at a time: a call of the store stays short."""


class AccessRecords:
    """Keeps what ``AccessLog`` and ``Kept`` promise."""

    def __init__(self, records: Records, sealer: Sealer, clock: Clock) -> None:
        self._records = records
        self._sealer = sealer
        self._clock = clock

    async def keep(self, rows: Sequence[Access]) -> Mapping[str, Access]:
        """See ``AccessLog.keep``: one round trip, and one more if some were there."""
        if not rows:
            return {}
        taken = await self._records.insert_new([self._document(row) for row in rows])
        if not taken:
            return {}
        there = await self._records.find({"_id": {"$in": sorted(taken)}}, limit=len(taken))
        return {found["_id"]: self._row(found) for found in there}

    async def get(self, id: str) -> Access | None:  # noqa: A002
        """See ``AccessLog.get``."""
        found = await self._records.get(id)
        return None if found is None else self._row(found)

    async def page(
        self,
        where: Mapping[str, Any],
        *,
        since: datetime | None,
        until: datetime | None,
        cursor: str | None,
        limit: int,
    ) -> Page[Access]:
        """See ``AccessLog.page``."""
        bounds = {"$gte": since, "$lt": until}
        told = {name: bound for name, bound in bounds.items() if bound is not None}
        asked = {**where, "at": told} if told else dict(where)
        place = None if cursor is None else LATEST_FIRST.place(cursor)
        found: list[Record] = []
        for each in ranges(asked, LATEST_FIRST, place):
            left = limit + 1 - len(found)
            if left > 0:
                found += await self._records.find(each.where, sort=each.sort, limit=left)
        more = len(found) > limit
        following = LATEST_FIRST.cursor(place_in(found[limit - 1], LATEST_FIRST)) if more else None
        return Page([self._row(document) for document in found[:limit]], following)

    async def forget(self, days: Mapping[str, int], *, others: int) -> int:
        """See ``Kept.forget``."""
        gone = 0
        for community, kept in days.items():
            gone += await self._forget({"community": community}, kept)
        return gone + await self._forget({"community": {"$nin": sorted(days)}}, others)

    async def _forget(self, where: Record, days: int) -> int:
        """Day by day, the oldest first, so that no call of the store takes long."""
        until, gone = self._clock.now() - timedelta(days=days), 0
        while oldest := await self._records.find(
            {**where, "at": {"$lt": until}}, sort=(("at", 1),), limit=1, fields={"at": 1}
        ):
            end = min(oldest[0]["at"] + STEP, until)
            gone += await self._records.delete({**where, "at": {"$lt": end}})
        return gone

    def _document(self, row: Access) -> Record:
        document = asdict(row)
        document["_id"] = document.pop("id")
        document["direction"], document["right"] = row.direction.value, row.right.value
        document["plate"] = self._sealer.seal(row.plate.encode(), place=_place(row.id))
        del document["version"]
        return document

    def _row(self, document: Record) -> Access:
        told = dict(document)
        told["id"] = told.pop("_id")
        told["direction"] = Direction(told["direction"])
        told["right"] = Right(told["right"])
        told["plate"] = self._sealer.open(told["plate"], place=_place(told["id"])).decode()
        return Access(**told)


def access_log(database: Database, sealer: Sealer) -> AccessRecords:
    """The collection."""
    records = database.records("accesses", indexes=INDEXES)
    return AccessRecords(records, sealer, database.clock)


def _place(id_: str) -> str:
    return f"{id_}/plate"
