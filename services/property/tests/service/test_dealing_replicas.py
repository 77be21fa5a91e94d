"""Two replicas over one real store, and the committee's team where nobody keeps a roster."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.property.domain import committee as committee_domain
from services.property.domain.committee import Committee, CommitteeState, Seat, SeatKind
from services.property.domain.estate import Management
from services.property.domain.incident import Place
from services.property.domain.roster import Dealing, Worker
from services.property.domain.work_order import Mode, WorkOrder
from services.property.domain.work_states import WorkOrderState
from services.property.service.roster import RosterTarget
from services.property.service.viewer import Target
from services.property.tests.samples import COMMUNITY, said
from services.property.tests.teams import TEAM, joined_team
from services.property.tests.world import COMMITTEE, CONTRACTOR, DRAFT, World, real_world
from shared.clock import Clock
from shared.errors import LinliError
from shared.events.property_work import WorkOrderTurnAsked
from shared.mongo import Database

PEOPLE = ("per_li", "per_zhao")


@pytest.mark.mongo
async def test_fifty_who_take_it_from_two_replicas_are_one_winner_and_one_event(
    real: World, mongo_url: str, mongo_name: str, database_clock: Clock
) -> None:
    order = await real.work_order((await real.estate()).id)
    until = real.clock.now() + timedelta(hours=1)
    await real.work_orders.offer(Target(CONTRACTOR, order.id), until=until)
    beside = Database(mongo_url, mongo_name, database_clock)
    worlds = (real, await real_world(beside))

    async def take(n: int) -> str:
        try:
            taken = await worlds[n % 2].work_doing.take(
                Target(CONTRACTOR, order.id), worker_id=f"per_{n}"
            )
        except LinliError as error:
            return error.code
        return str(taken.assignee_id)

    outcomes = await asyncio.gather(*(take(n) for n in range(50)))

    kept = await real.work_orders.get(COMMITTEE, order.id)
    assert outcomes.count("work_order.taken") == 49
    assert kept.assignee_id in outcomes
    story = await real.work_orders.story(COMMITTEE, order.id)
    assert [each.type.split(".")[2] for each in story].count("assigned") == 1
    await beside.close()


@pytest.mark.mongo
async def test_a_turn_that_two_replicas_hear_of_at_once_is_taken_once(
    real: World, mongo_url: str, mongo_name: str, database_clock: Clock
) -> None:
    estate = await real.estate()
    dealing = Dealing(Mode.ASSIGN, workers=tuple(Worker(each) for each in PEOPLE))
    await real.rosters.keep(RosterTarget(CONTRACTOR, estate.id, None), dealing)
    order = await real.work_order(estate.id)
    real.clock.move(timedelta(minutes=1))
    await real.work_orders.rotate(Target(CONTRACTOR, order.id))
    (asked,) = [each for each in await real.news() if each.type == WorkOrderTurnAsked.type]
    beside = Database(mongo_url, mongo_name, database_clock)
    twin = await real_world(beside)

    told = await asyncio.gather(real.hear(asked), twin.hear(asked), return_exceptions=True)
    await real.hear(asked)  # as the bus does with what was refused as stale
    await real.settle()

    assert all(each is None or isinstance(each, LinliError) for each in told)
    (roster,) = await real.roster_store.find({"estate_id": estate.id})
    assert roster.turns == PEOPLE[:1]
    assert (await real.work_orders.get(COMMITTEE, order.id)).assignee_id == PEOPLE[0]
    await beside.close()


async def _open_work(world: World, estate_id: str) -> WorkOrder:
    incident = await world.incidents.report(COMMITTEE, estate_id, said(place=Place()))
    await world.incidents.confirm(Target(COMMITTEE, incident.id))
    await world.settle()
    (order,) = await world.work_order_store.find({"incident_id": incident.id})
    return order


async def test_where_nobody_keeps_a_roster_the_committees_first_team_is_offered_the_work(
    world: World,
) -> None:
    draft = replace(DRAFT, management=Management.SELF_MANAGED, contractor_id=None)
    estate = await world.estate(draft)
    for each in joined_team(*PEOPLE):
        await world.hear(each)
    seats = (Seat("per_wang", SeatKind.CHAIR, date(2026, 1, 1)),)
    formed = Committee(
        "cte_1", COMMUNITY, 0, CommitteeState.FORMED, estate.id, seats, (TEAM, "tea_2")
    )
    await world.committee_store.save(*committee_domain.form(formed))
    world.clock.move(timedelta(minutes=1))

    order = await _open_work(world, estate.id)

    assert (order.state, order.handler_team_id) == (WorkOrderState.OFFERED, TEAM)
