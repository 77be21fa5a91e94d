"""Contributions in MongoDB."""

from services.pairing.domain.contribution import Contribution
from shared.mongo import Database, Documents, Index

INDEXES = (
    Index((("person_id", 1), ("state", 1), ("_id", -1)), name="person"),
    Index((("branch_id", 1), ("state", 1), ("_id", -1)), name="branch"),
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
)


def contributions(database: Database) -> Documents[Contribution]:
    """The collection."""
    return database.documents(
        "contributions", Contribution, source="/linli/pairing", indexes=INDEXES
    )
