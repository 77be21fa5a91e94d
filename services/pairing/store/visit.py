"""Visits in MongoDB: what was seen and said is sealed, each field by itself; and the rotas."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from services.pairing.domain.rota import Rota
from services.pairing.domain.visit import (
    OPEN_STATES,
    Visit,
)
from services.pairing.domain.visit_report import CheckIn, WelfareCheck
from shared.alarms import LONG_AGO
from shared.mongo import Database, Index, Records
from shared.mongo.sealed import Sealed
from shared.mongo.sealed_fields import SealedFields, written
from shared.sealing import Sealer

_BY_TIME = (("window_start", -1), ("_id", -1))
INDEXES = (
    Index((("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm"),
    Index(
        (("pairing_id", 1), ("_id", 1)),
        partial={"state": {"$in": [state.value for state in OPEN_STATES]}},
        name="open",
    ),
    Index((("household_id", 1), *_BY_TIME), name="household"),
    Index((("participants.person_id", 1), *_BY_TIME), name="person"),
    Index((("branch_ids", 1), ("state", 1), *_BY_TIME), name="branch"),
    Index((("community", 1), ("state", 1), *_BY_TIME), name="state"),
    Index((("community", 1), *_BY_TIME), name="time"),
    Index(
        (("told_person_ids", 1), *_BY_TIME), partial={"told_person_ids": {"$gt": ""}}, name="told"
    ),
    Index((("makes_up", 1),), partial={"makes_up": {"$gt": ""}}, name="makes_up"),
)


Visits = Sealed[Visit, Any]
_SEALED: dict[str, TypeAdapter[Any]] = {
    "check_ins": TypeAdapter(tuple[CheckIn, ...]),
    "welfare_check": TypeAdapter(WelfareCheck | None),
}


def visits(database: Database, sealer: Sealer) -> Visits:
    """The collection."""
    kept = written(Visit, _SEALED)
    seals = SealedFields(sealer, Visit, kept, _SEALED)
    documents = database.documents("visits", kept, source="/linli/pairing", indexes=INDEXES)
    return Visits(documents, seal=seals.seal, opened=seals.opened)


class RotaRecords:
    """Keeps what ``Rotas`` promises."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def due(self, now: datetime, *, after: tuple[datetime, str], limit: int) -> list[Rota]:
        """See ``Rotas.due``."""
        at, id_ = after
        rows = await self._records.find({"next_at": at, "_id": {"$gt": id_}}, limit=limit)
        if len(rows) < limit:
            later = {"next_at": {"$gt": at, "$lte": now}}
            order = (("next_at", 1), ("_id", 1))
            rows += await self._records.find(later, sort=order, limit=limit - len(rows))
        return [_rota(row) for row in rows]

    async def changed(self, pairing_id: str) -> Rota:
        """See ``Rotas.changed``."""
        return _rota(await self._records.raised(pairing_id, "rev"))

    async def put(self, rotas: Sequence[Rota]) -> set[str]:
        """See ``Rotas.put``."""
        changes = [
            (
                {"_id": rota.id, "rev": rota.rev},
                {"$set": {"made_to": rota.made_to and str(rota.made_to), "next_at": rota.next_at}},
            )
            for rota in rotas
        ]
        if await self._records.update_each(changes) == len(rotas):
            return set()
        kept = {rota.id: rota.rev for rota in rotas}
        rows = await self._records.find({"_id": {"$in": list(kept)}}, limit=len(kept))
        same = {row["_id"] for row in rows if row["rev"] == kept[row["_id"]]}
        return kept.keys() - same


def rotas(database: Database) -> RotaRecords:
    """The collection; those with something to make are found by when."""
    index = Index((("next_at", 1), ("_id", 1)), partial={"next_at": {"$gt": LONG_AGO}}, name="next")
    return RotaRecords(database.records("rotas", indexes=[index]))


def _rota(row: dict[str, Any]) -> Rota:
    made_to = row.get("made_to")
    return Rota(
        row["_id"],
        row["rev"],
        None if made_to is None else date.fromisoformat(made_to),
        row.get("next_at"),
    )
