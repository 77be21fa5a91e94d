"""Work orders in the store, and up to which version each request has left our hands."""

from services.property.domain.work_order import WorkOrder
from services.property.store.scorecard_tally import PAUSED_WORK, WORK_FIGURES
from shared.alarms import LONG_AGO
from shared.mongo import Database, Documents, Index
from shared.mongo.endings import EndingRecords


def work_orders(database: Database) -> Documents[WorkOrder]:
    """The collection; found by the incident or the request that caused them."""
    return database.documents(
        "work_orders",
        WorkOrder,
        source="/linli/property",
        indexes=[
            Index(
                (("incident_id", 1),),
                partial={"incident_id": {"$type": "string"}},
                name="incident",
            ),
            Index(
                (("request_id", 1), ("_id", 1)),
                partial={"request_id": {"$gt": ""}},
                name="request",
            ),
            Index((("origin.id", 1),), partial={"origin.id": {"$type": "string"}}, name="origin"),
            Index(
                (("asked.requester_id", 1), ("_id", -1)),
                partial={"asked.requester_id": {"$type": "string"}},
                name="requester",
            ),
            Index(
                (("handler_team_id", 1), ("_id", -1)),
                partial={"handler_team_id": {"$type": "string"}},
                name="team",
            ),
            Index(
                (("alarm_at", 1), ("_id", 1)),
                partial={"alarm_at": {"$gt": LONG_AGO}},
                name="alarm",
            ),
            Index(
                (("community", 1), ("_id", -1)),
                partial={"turn_missed_at": {"$gt": LONG_AGO}},
                name="turn_missed",
            ),
            WORK_FIGURES,
            PAUSED_WORK,
        ],
    )


def endings(database: Database) -> EndingRecords:
    """The collection of notes on requests."""
    return EndingRecords(database.records("request_endings"))
