"""Activities in MongoDB."""

from services.pairing.domain.activity import Activity
from shared.mongo import Database, Documents, Index

INDEXES = (
    Index((("community", 1), ("plan.starts_at", 1), ("_id", 1)), name="time"),
    Index((("going", 1), ("state", 1), ("_id", 1)), name="going"),
)


def activities(database: Database) -> Documents[Activity]:
    """The collection."""
    return database.documents("activities", Activity, source="/linli/pairing", indexes=INDEXES)
