"""Branches in MongoDB."""

from services.pairing.domain.branch import Branch
from shared.mongo import Database, Documents


def branches(database: Database) -> Documents[Branch]:
    """The collection; a community has a handful."""
    return database.documents("branches", Branch, source="/linli/pairing", indexes=())
