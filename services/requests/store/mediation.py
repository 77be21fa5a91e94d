"""Mediations in MongoDB."""

from services.requests.domain.mediation import Mediation
from services.requests.store.request import SOURCE
from shared.mongo import Database, Documents, Index

COLLECTION = "mediations"

INDEXES = (
    Index((("request_id", 1), ("_id", 1)), name="request"),
    Index((("mediator_ids", 1), ("_id", -1)), name="mediator"),
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
)
"""By the request behind them, and one for each way to list."""


def mediations(database: Database) -> Documents[Mediation]:
    """The collection of mediations."""
    return database.documents(COLLECTION, Mediation, source=SOURCE, indexes=INDEXES)
