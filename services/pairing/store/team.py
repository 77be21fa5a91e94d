"""Volunteer teams in MongoDB."""

from services.pairing.domain.team import Team
from shared.mongo import Database, Documents, Index

INDEXES = (
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
    Index((("member_ids", 1), ("state", 1), ("_id", 1)), name="member"),
)


def teams(database: Database) -> Documents[Team]:
    """The collection."""
    return database.documents("teams", Team, source="/linli/pairing", indexes=INDEXES)
