"""HTTP in, under ``/api/property/v1``: estates, incidents and bulletins, work orders, photos."""

from services.property.api import (
    bulletin,
    estate,
    incident,
    incident_batch,
    photo,
    roster,
    shown_photo,
    work_doing,
    work_order,
)

__all__ = [
    "bulletin",
    "estate",
    "incident",
    "incident_batch",
    "photo",
    "roster",
    "shown_photo",
    "work_doing",
    "work_order",
]
