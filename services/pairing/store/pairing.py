"""Pairings in MongoDB."""

from services.pairing.domain.pairing import Pairing
from shared.alarms import LONG_AGO
from shared.mongo import Database, Documents, Index

INDEXES = (
    Index((("helper_ids", 1), ("state", 1), ("_id", 1)), name="helper"),
    Index((("household_ids", 1), ("state", 1), ("_id", 1)), name="household"),
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
    Index((("back_at", 1), ("_id", 1)), partial={"back_at": {"$gt": LONG_AGO}}, name="back"),
)
"""The live ones of a helper and of a household; one for the list; those that rest until a time."""


def pairings(database: Database) -> Documents[Pairing]:
    """The collection."""
    return database.documents("pairings", Pairing, source="/linli/pairing", indexes=INDEXES)
