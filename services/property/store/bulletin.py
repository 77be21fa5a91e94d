"""Bulletins in the store."""

from services.property.domain.bulletin import Bulletin
from shared.mongo import Database, Documents, Index


def bulletins(database: Database) -> Documents[Bulletin]:
    """The collection; read estate by estate, newest first."""
    return database.documents(
        "bulletins",
        Bulletin,
        source="/linli/property",
        indexes=[
            Index((("community", 1), ("published_at", -1), ("_id", -1)), name="newest"),
            Index((("estate_id", 1), ("published_at", -1), ("_id", -1)), name="estate"),
            Index((("incident_id", 1), ("published_at", -1), ("_id", -1)), name="incident"),
        ],
    )
