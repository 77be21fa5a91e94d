"""HTTP in, under ``/api/property/v1``: estates, incidents and work orders."""

from services.property.api import estate, incident, work_order

__all__ = ["estate", "incident", "work_order"]
