"""Care tasks in MongoDB, what helpers note sealed; and up to which version each request has left
pairing's hands."""

from dataclasses import dataclass, fields
from typing import Any

from services.pairing.domain.care_task import CareTask
from shared.alarms import LONG_AGO
from shared.mongo import Database, Index
from shared.mongo.endings import EndingRecords
from shared.mongo.sealed import Sealed
from shared.sealing import Sealer

INDEXES = (
    Index((("request_id", 1), ("_id", 1)), name="request"),
    Index((("household_id", 1), ("state", 1), ("_id", 1)), name="household"),
    Index((("asked_ids", 1), ("state", 1), ("_id", -1)), name="asked"),
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
    Index((("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm"),
)


@dataclass(frozen=True, slots=True)
class SealedCareTask(CareTask):
    """A care task as it is written: without ``note``, which stands in ``sealed_note``.

    A note written before notes were sealed is read as it is, and sealed by the next write.
    """

    sealed_note: str | None = None


CareTasks = Sealed[CareTask, SealedCareTask]
_PLAIN = [field.name for field in fields(CareTask) if field.name != "note"]


class Seals:
    """Seals what a helper noted and opens it again."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def seal(self, task: CareTask) -> SealedCareTask:
        """The task as it is written."""
        sealed = None
        if task.note is not None:
            sealed = self._sealer.seal(task.note.encode(), place=_place(task))
        return SealedCareTask(note=None, sealed_note=sealed, **_plain(task))

    def opened(self, sealed: SealedCareTask) -> CareTask:
        """The task again."""
        note = sealed.note
        if sealed.sealed_note is not None:
            note = self._sealer.open(sealed.sealed_note, place=_place(sealed)).decode()
        return CareTask(note=note, **_plain(sealed))


def care_tasks(database: Database, sealer: Sealer) -> CareTasks:
    """The collection."""
    documents = database.documents(
        "care_tasks", SealedCareTask, source="/linli/pairing", indexes=INDEXES
    )
    seals = Seals(sealer)
    return CareTasks(documents, seal=seals.seal, opened=seals.opened)


def endings(database: Database) -> EndingRecords:
    """The collection."""
    return EndingRecords(database.records("request_endings"))


def _place(task: CareTask) -> str:
    return f"{task.id}/note"


def _plain(task: CareTask) -> dict[str, Any]:
    """All of it but the note."""
    return {field: getattr(task, field) for field in _PLAIN}
