"""Proposals in MongoDB."""

from services.requests.domain.proposal import Proposal
from services.requests.service.council_retention import COUNTED_AT, DONE_AT
from services.requests.store.request import SOURCE
from shared.alarms import LONG_AGO
from shared.mongo import Database, ErasableDocuments, Index

COLLECTION = "proposals"

INDEXES = (
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
    Index((("community", 1), ("proposer_id", 1), ("_id", -1)), name="proposer"),
    Index(
        (("community", 1), ("meeting_id", 1), ("_id", -1)),
        partial={"meeting_id": {"$gt": ""}},
        name="meeting",
    ),
    Index(
        (("community", 1), ("meeting_id", 1), ("place", 1)),
        unique=True,
        partial={"place": {"$gt": 0}},
        name="place",
    ),
    Index(
        (("community", 1), ("origin_id", 1), ("_id", -1)),
        partial={"origin_id": {"$gt": ""}},
        name="origin",
    ),
    Index((("task_request_ids", 1),), name="task_requests"),
    Index((("seconders", 1), ("_id", -1)), partial={"seconders": {"$gt": ""}}, name="seconders"),
    Index(
        (("ballots_gone_at", 1), ("community", 1), (COUNTED_AT, 1), ("_id", 1)),
        partial={COUNTED_AT: {"$gt": LONG_AGO}},
        name="ballots_kept",
    ),
    Index(
        (("marks_gone_at", 1), ("community", 1), (DONE_AT, 1), ("_id", 1)),
        partial={DONE_AT: {"$gt": LONG_AGO}},
        name="marks_kept",
    ),
    Index((("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm"),
)
"""One for each way to list or to find them, and for what was kept long enough."""


def proposals(database: Database) -> ErasableDocuments[Proposal]:
    """The collection of proposals."""
    return database.erasable(COLLECTION, Proposal, source=SOURCE, indexes=INDEXES)
