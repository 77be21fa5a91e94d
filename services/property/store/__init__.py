"""How estates, incidents and work orders are kept."""

from services.property.store.bulletin import bulletins
from services.property.store.committee import committees
from services.property.store.contractor import contractors
from services.property.store.estate import RecentPlans, estates
from services.property.store.incident import incidents
from services.property.store.photo import photos
from services.property.store.roster import RecentRosters, rosters
from services.property.store.team import teams
from services.property.store.work_order import endings, work_orders

__all__ = [
    "RecentPlans",
    "RecentRosters",
    "bulletins",
    "committees",
    "contractors",
    "endings",
    "estates",
    "incidents",
    "photos",
    "rosters",
    "teams",
    "work_orders",
]
