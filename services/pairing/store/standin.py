"""Stand-ins in MongoDB."""

from services.pairing.domain.standin import StandIn
from shared.mongo import Database, Documents, Index

INDEXES = (
    Index((("household_id", 1), ("state", 1), ("_id", 1)), name="household"),
    Index((("member_id", 1), ("state", 1), ("_id", 1)), name="member"),
    Index((("for_member_id", 1), ("state", 1), ("_id", 1)), name="for_member"),
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
)


def stand_ins(database: Database) -> Documents[StandIn]:
    """The collection."""
    return database.documents("stand_ins", StandIn, source="/linli/pairing", indexes=INDEXES)
