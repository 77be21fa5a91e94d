"""Requests in MongoDB."""

from services.requests.domain.request import ServiceRequest
from shared.mongo import Database, Documents, Index

SOURCE = "/linli/requests"
COLLECTION = "requests"

INDEXES = (
    Index((("number", 1),), unique=True, name="number"),
    Index((("requester_id", 1), ("_id", -1)), name="requester"),
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
    Index((("community", 1), ("service_code", 1), ("_id", -1)), name="service_code"),
)
"""One for each way to list, newest first; by community alone the door has its own."""


def requests(database: Database) -> Documents[ServiceRequest]:
    """The collection of requests."""
    return database.documents(COLLECTION, ServiceRequest, source=SOURCE, indexes=INDEXES)
