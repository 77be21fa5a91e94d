"""Members in MongoDB."""

from services.pairing.domain.member import Member
from shared.mongo import Database, Documents, Index

INDEXES = (
    Index((("community", 1), ("person_id", 1)), unique=True, name="person"),
    Index((("community", 1), ("branch_id", 1), ("_id", -1)), name="branch"),
)


def members(database: Database) -> Documents[Member]:
    """The collection; a person is a member once in a community."""
    return database.documents("members", Member, source="/linli/pairing", indexes=INDEXES)
