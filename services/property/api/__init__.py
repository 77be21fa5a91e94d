"""HTTP in, under ``/api/property/v1``: estates, incidents, work orders and API keys."""

from services.property.api import api_key, estate, incident, work_order

__all__ = ["api_key", "estate", "incident", "work_order"]
