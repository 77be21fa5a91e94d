"""People who must not be paired, in MongoDB."""

from services.pairing.domain.conflict import PersonConflict
from shared.mongo import Database, Documents, Index

INDEXES = (
    Index((("community", 1), ("person_ids", 1), ("state", 1)), name="person"),
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
)


def conflicts(database: Database) -> Documents[PersonConflict]:
    """The collection; two people have one document, by its id."""
    return database.documents("conflicts", PersonConflict, source="/linli/pairing", indexes=INDEXES)
