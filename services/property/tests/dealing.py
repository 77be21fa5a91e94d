"""Rosters, offers and volunteers, and the work that is dealt out to them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.property.domain.estate import Management
from services.property.domain.incident import Place
from services.property.domain.roster import Dealing, Worker
from services.property.domain.work_order import WorkOrder
from services.property.domain.work_states import WorkOrderState
from services.property.service.roster import RosterTarget
from services.property.service.viewer import Target
from services.property.service.work_sight import WorkViewer
from services.property.tests.samples import said
from services.property.tests.teams import joined_team
from services.property.tests.world import (
    COMMITTEE,
    CONTRACTOR,
    DRAFT,
    World,
)

S = WorkOrderState
LI, ZHAO, SUN = "per_li", "per_zhao", "per_sun"
WORKERS = tuple(Worker(each) for each in (LI, ZHAO, SUN))
HOUR = timedelta(hours=1)


async def keep_roster(
    world: World, estate_id: str, dealing: Dealing, viewer: Any = CONTRACTOR
) -> None:
    await world.rosters.keep(RosterTarget(viewer, estate_id, None), dealing)
    world.clock.move(timedelta(minutes=1))  # rosters are remembered for seconds


async def unmanaged(world: World, *people: str) -> str:
    """An estate without a company, whose volunteers do the work; its id."""
    draft = replace(DRAFT, management=Management.SELF_MANAGED, contractor_id=None)
    estate = await world.estate(draft)
    for each in joined_team(*people):
        await world.hear(each)
    return estate.id


async def offered(world: World) -> WorkOrder:
    order = await world.work_order((await world.estate()).id)
    until = world.clock.now() + HOUR
    return await world.work_orders.offer(Target(CONTRACTOR, order.id), until=until)


async def volunteer(world: World, person_id: str) -> WorkViewer:
    return await world.work_orders.eyes(COMMITTEE, person_id)


async def open_work(world: World, estate_id: str) -> WorkOrder:
    """The order of an incident that staff found there."""
    incident = await world.incidents.report(COMMITTEE, estate_id, said(place=Place()))
    await world.incidents.confirm(Target(COMMITTEE, incident.id))
    await world.settle()
    (order,) = await world.work_order_store.find({"incident_id": incident.id})
    return order


async def seen_work(world: World, viewer: WorkViewer) -> list[WorkOrder]:
    return (await world.work_orders.page(viewer, {}, cursor=None, limit=10)).items
