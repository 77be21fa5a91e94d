"""Whether something may stand where somebody says."""

from services.property.domain.estate import Plan
from services.property.service.estate import Plans
from services.property.service.viewer import Viewer
from shared.errors import Invalid


async def plan_seen(plans: Plans, viewer: Viewer, estate_id: str) -> Plan:
    """The plan of an estate. ``Invalid`` for one that is not there for this viewer."""
    plan = await plans.plan(estate_id)
    if plan is None or not viewer.sees(plan):
        raise Invalid("place.estate_unknown", pointer="/estate_id")
    return plan
