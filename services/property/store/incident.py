"""Incidents in the store."""

from services.property.domain.incident import Incident
from services.property.store.scorecard_tally import INCIDENT_FIGURES
from shared.alarms import LONG_AGO
from shared.mongo import Database, Documents, Index


def incidents(database: Database) -> Documents[Incident]:
    """The collection; a company's own number for an incident is used once, and so is that of an
    estate without a company."""
    return database.documents(
        "incidents",
        Incident,
        source="/linli/property",
        indexes=[
            Index(
                (("contractor_id", 1), ("external_ref", 1)),
                unique=True,
                partial={"contractor_id": {"$gt": ""}, "external_ref": {"$gt": ""}},
                name="company_ref",
                replaces="external_ref",
            ),
            Index(
                (("estate_id", 1), ("contractor_id", 1), ("external_ref", 1)),
                unique=True,
                partial={"external_ref": {"$gt": ""}},
                name="estate_ref",
                replaces="external_ref_alone",
            ),
            Index(
                (("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm"
            ),
            INCIDENT_FIGURES,
        ],
    )
