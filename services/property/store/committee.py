"""Management committees in MongoDB."""

from services.property.domain.committee import Committee
from shared.mongo import Database, Documents, Index

INDEXES = (
    Index((("seat_of", 1),), unique=True, partial={"seat_of": {"$type": "string"}}, name="seat"),
    Index((("estate_id", 1), ("_id", -1)), name="estate"),
)
"""An estate has one committee at a time."""


def committees(database: Database) -> Documents[Committee]:
    """The collection."""
    return database.documents("committees", Committee, source="/linli/property", indexes=INDEXES)
