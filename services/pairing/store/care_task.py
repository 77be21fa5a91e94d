"""Care tasks in MongoDB, what helpers note sealed; and up to which version each request has left
pairing's hands."""

from dataclasses import dataclass

from services.pairing.domain.care_task import CareTask
from shared.alarms import LONG_AGO
from shared.mongo import Database, Index
from shared.mongo.endings import EndingRecords
from shared.mongo.sealed import Sealed
from shared.mongo.sealed_fields import SealedText
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


def care_tasks(database: Database, sealer: Sealer) -> CareTasks:
    """The collection."""
    documents = database.documents(
        "care_tasks", SealedCareTask, source="/linli/pairing", indexes=INDEXES
    )
    seals = SealedText(sealer, CareTask, SealedCareTask, "note")
    return CareTasks(documents, seal=seals.seal, opened=seals.opened)


def endings(database: Database) -> EndingRecords:
    """The collection."""
    return EndingRecords(database.records("request_endings"))
