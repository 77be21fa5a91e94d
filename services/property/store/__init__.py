"""How estates, incidents, work orders and keys are kept."""

from services.property.store.api_key import api_keys
from services.property.store.estate import RecentPlans, estates
from services.property.store.incident import incidents
from services.property.store.work_order import work_orders

__all__ = ["RecentPlans", "api_keys", "estates", "incidents", "work_orders"]
