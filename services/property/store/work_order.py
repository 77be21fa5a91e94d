"""Work orders in the store."""

from services.property.domain.work_order import WorkOrder
from shared.mongo import Database, Documents, Index


def work_orders(database: Database) -> Documents[WorkOrder]:
    """The collection; found by the incident that caused them."""
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
        ],
    )
