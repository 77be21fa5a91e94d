"""Meetings of the council in MongoDB."""

from services.requests.domain.meeting import Meeting
from services.requests.store.request import SOURCE
from shared.mongo import Database, Documents, Index

COLLECTION = "meetings"

INDEXES = (Index((("community", 1), ("year", 1), ("state", 1), ("_id", -1)), name="year"),)
"""By year, newest first; by community alone the door has its own."""


def meetings(database: Database) -> Documents[Meeting]:
    """The collection of meetings."""
    return database.documents(COLLECTION, Meeting, source=SOURCE, indexes=INDEXES)
