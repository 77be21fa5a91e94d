"""Facilities and their upkeep in the store."""

from services.property.domain.facility import Facility
from services.property.domain.upkeep import Upkeep
from shared.alarms import LONG_AGO
from shared.mongo import Database, Documents, Index

SOURCE = "/linli/property"


def facilities(database: Database) -> Documents[Facility]:
    """The collection; a code is used once on an estate."""
    return database.documents(
        "facilities",
        Facility,
        source=SOURCE,
        indexes=[Index((("estate_id", 1), ("code", 1)), unique=True, name="code")],
    )


def upkeeps(database: Database) -> Documents[Upkeep]:
    """The collection; found by facility, and by when they come due."""
    return database.documents(
        "upkeeps",
        Upkeep,
        source=SOURCE,
        indexes=[
            Index((("facility_id", 1), ("state", 1), ("_id", 1)), name="facility"),
            Index((("due_at", 1), ("_id", 1)), partial={"due_at": {"$gt": LONG_AGO}}, name="due"),
        ],
    )
