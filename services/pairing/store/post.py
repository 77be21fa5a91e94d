"""Posts in MongoDB."""

from services.pairing.domain.post import Post
from shared.alarms import LONG_AGO
from shared.mongo import Database, Documents, Index

INDEXES = (
    Index((("community", 1), ("code", 1)), unique=True, partial={"state": "open"}, name="code"),
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
    Index((("holders.member_id", 1), ("state", 1), ("_id", 1)), name="holder"),
    Index(
        (("term_ends_at", 1), ("_id", 1)), partial={"term_ends_at": {"$gt": LONG_AGO}}, name="term"
    ),
)
"""A code is free again once its post is closed."""


def posts(database: Database) -> Documents[Post]:
    """The collection."""
    return database.documents("posts", Post, source="/linli/pairing", indexes=INDEXES)
