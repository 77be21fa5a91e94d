"""How estates, incidents and work orders are kept."""

from services.property.store.bulletin import bulletins
from services.property.store.committee import committees
from services.property.store.contractor import contractors
from services.property.store.estate import RecentPlans, estates
from services.property.store.incident import incidents
from services.property.store.photo import photos
from services.property.store.work_order import endings, work_orders

__all__ = [
    "RecentPlans",
    "bulletins",
    "committees",
    "contractors",
    "endings",
    "estates",
    "incidents",
    "photos",
    "work_orders",
]
