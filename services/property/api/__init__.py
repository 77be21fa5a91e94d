"""HTTP in, under ``/api/property/v1``: estates, incidents, work orders and photos."""

from services.property.api import estate, incident, photo, work_order

__all__ = ["estate", "incident", "photo", "work_order"]
