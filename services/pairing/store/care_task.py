"""Care tasks in MongoDB, and up to which version each request has left pairing's hands."""

from services.pairing.domain.care_task import CareTask
from shared.alarms import LONG_AGO
from shared.mongo import Database, Documents, Index
from shared.mongo.endings import EndingRecords

INDEXES = (
    Index((("request_id", 1), ("_id", 1)), name="request"),
    Index((("household_id", 1), ("state", 1), ("_id", 1)), name="household"),
    Index((("asked_ids", 1), ("state", 1), ("_id", -1)), name="asked"),
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
    Index((("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm"),
)


def care_tasks(database: Database) -> Documents[CareTask]:
    """The collection."""
    return database.documents("care_tasks", CareTask, source="/linli/pairing", indexes=INDEXES)


def endings(database: Database) -> EndingRecords:
    """The collection."""
    return EndingRecords(database.records("request_endings"))
