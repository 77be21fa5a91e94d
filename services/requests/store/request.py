"""Requests in MongoDB."""

from services.requests.domain.request import ServiceRequest
from services.requests.service.urgency import RUNNING_STATES
from services.requests.store.duplicate import INDEXES as DUPLICATE_INDEXES
from services.requests.store.rates import INDEX as RATES_INDEX
from shared.alarms import LONG_AGO
from shared.mongo import Database, ErasableDocuments, Index

SOURCE = "/linli/requests"
COLLECTION = "requests"

_RUNNING = {"state": {"$in": RUNNING_STATES}}
"""What is over is in no list of what presses, so these indexes do not grow with the years."""

INDEXES = (
    Index((("number", 1),), unique=True, name="number"),
    Index((("requester_id", 1), ("_id", -1)), name="requester"),
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
    Index((("community", 1), ("service_code", 1), ("_id", -1)), name="service_code"),
    Index(
        (("community", 1), ("entered_by", 1), ("external_ref", 1)),
        unique=True,
        partial={"external_ref": {"$gt": ""}},
        name="external_ref",
    ),
    Index(
        (("community", 1), ("escalated", 1), ("_id", -1)),
        partial={"escalated": True},
        name="escalated",
    ),
    Index(
        (("community", 1), ("lead_unit", 1), ("_id", -1)),
        partial={"lead_unit": {"$gt": ""}},
        name="lead_unit",
    ),
    Index(
        (("community", 1), ("co_units", 1), ("_id", -1)),
        partial={"co_units": {"$gt": ""}},
        name="co_unit",
    ),
    Index(
        (("community", 1), ("building_id", 1), ("_id", -1)),
        partial={"building_id": {"$gt": ""}},
        name="building",
    ),
    Index((("photos.id", 1),), partial={"photos.id": {"$gt": ""}}, name="photos"),
    Index((("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm"),
    Index((("community", 1), ("due_at", 1), ("_id", 1)), partial=_RUNNING, name="due"),
    Index(
        (("community", 1), ("stage", -1), ("due_at", 1), ("_id", 1)), partial=_RUNNING, name="risk"
    ),
    Index(
        (("community", 1), ("submitted_at", -1), ("_id", -1)),
        partial={"visibility": "public"},
        name="published",
    ),
    Index(
        (("community", 1), ("updated_at", -1), ("_id", -1)),
        partial={"visibility": "public"},
        name="published_changes",
    ),
    Index(
        (("anonymised_at", 1), ("community", 1), ("closed_at", 1), ("_id", 1)),
        partial={"closed_at": {"$gt": LONG_AGO}},
        name="kept",
    ),
    RATES_INDEX,
    *DUPLICATE_INDEXES,
)
"""One for each way to list, for alarms, rates and what was kept long enough; by community alone the
door has its own."""


def requests(database: Database) -> ErasableDocuments[ServiceRequest]:
    """The collection of requests."""
    return database.erasable(COLLECTION, ServiceRequest, source=SOURCE, indexes=INDEXES)
