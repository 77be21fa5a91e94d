"""Care tasks in MongoDB, and up to which version each request has left pairing's hands."""

from services.pairing.domain.care_task import CareTask
from shared.mongo import Database, Documents, Index
from shared.mongo.endings import EndingRecords

INDEXES = (
    Index((("request_id", 1), ("_id", 1)), name="request"),
    Index((("household_id", 1), ("state", 1), ("_id", 1)), name="household"),
    Index((("helper_person_id", 1), ("state", 1), ("_id", -1)), name="helper"),
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
)


def care_tasks(database: Database) -> Documents[CareTask]:
    """The collection."""
    return database.documents("care_tasks", CareTask, source="/linli/pairing", indexes=INDEXES)


def endings(database: Database) -> EndingRecords:
    """The collection."""
    return EndingRecords(database.records("request_endings"))
