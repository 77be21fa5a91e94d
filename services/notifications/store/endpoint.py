"""Endpoints: aggregates like all others, found by community and state at every event."""

from services.notifications.domain.endpoint import Endpoint
from services.notifications.service.endpoint import SOURCE
from shared.mongo import Database, Documents, Index


def endpoints(database: Database) -> Documents[Endpoint]:
    """The collection of endpoints."""
    return database.documents(
        "endpoints",
        Endpoint,
        source=SOURCE,
        indexes=[Index((("community", 1), ("state", 1), ("_id", 1)), name="served")],
    )
