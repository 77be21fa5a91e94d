"""Where there is no company, volunteers do the work; over both stores."""

from dataclasses import replace

import pytest

from services.property.domain.roster import Dealing
from services.property.domain.work_order import Mode
from services.property.service.viewer import Target
from services.property.tests.dealing import (
    LI,
    SUN,
    S,
    keep_roster,
    open_work,
    seen_work,
    unmanaged,
    volunteer,
)
from services.property.tests.teams import TEAM
from services.property.tests.world import (
    COMMITTEE,
    DRAFT,
    World,
)
from shared.errors import Invalid, NotAllowed, NotFound


async def test_where_there_is_no_company_the_volunteers_do_the_work_in_the_same_states(
    world: World,
) -> None:
    estate_id = await unmanaged(world, LI, SUN)
    await keep_roster(world, estate_id, Dealing(Mode.GRAB, team_id=TEAM), COMMITTEE)
    order = await open_work(world, estate_id)
    assert (order.contractor_id, order.handler_team_id) == (None, TEAM)
    assert order.state is S.OFFERED
    li, sun = await volunteer(world, LI), await volunteer(world, SUN)

    await world.work_doing.take(Target(li, order.id), worker_id=LI)
    await world.work_doing.accept(Target(li, order.id))
    await world.work_doing.start(Target(li, order.id))
    with pytest.raises(NotAllowed, match=r"work_order\.not_yours"):
        await world.work_doing.resume(Target(sun, order.id))

    kept = await world.work_orders.get(sun, order.id)
    assert (kept.state, kept.assignee_id) == (S.ON_SITE, LI)
    assert [each.id for each in (await seen_work(world, sun))] == [order.id]


async def test_a_volunteer_takes_work_for_nobody_else_and_deals_none_out(world: World) -> None:
    estate_id = await unmanaged(world, LI, SUN)
    await keep_roster(world, estate_id, Dealing(Mode.GRAB, team_id=TEAM), COMMITTEE)
    order = await open_work(world, estate_id)
    li, stranger = await volunteer(world, LI), await volunteer(world, "per_stranger")

    with pytest.raises(NotAllowed):
        await world.work_doing.take(Target(li, order.id), worker_id=SUN)
    with pytest.raises(NotAllowed):
        await world.work_orders.end_offer(Target(li, order.id))
    with pytest.raises(NotFound):
        await world.work_doing.take(Target(stranger, order.id), worker_id="per_stranger")
    assert await seen_work(world, stranger) == []
    assert (await world.work_orders.get(COMMITTEE, order.id)).state is S.OFFERED


async def test_staff_give_a_teams_work_to_who_is_in_it_and_a_companys_to_nobody(
    world: World,
) -> None:
    estate_id = await unmanaged(world, LI)
    await keep_roster(world, estate_id, Dealing(Mode.ASSIGN, team_id=TEAM), COMMITTEE)
    order = await open_work(world, estate_id)
    with pytest.raises(Invalid, match=r"work_order\.not_in_team"):
        await world.work_orders.assign(Target(COMMITTEE, order.id), assignee_id="per_stranger")
    given = await world.work_orders.assign(Target(COMMITTEE, order.id), assignee_id=LI)
    assert given.assignee_id == LI

    companys = await world.work_order((await world.estate(replace(DRAFT, code="north"))).id)
    with pytest.raises(NotAllowed, match=r"work_order\.companys"):
        await world.work_orders.assign(Target(COMMITTEE, companys.id), assignee_id=LI)


async def test_work_goes_round_among_the_volunteers_who_are_not_away(world: World) -> None:
    estate_id = await unmanaged(world, LI, SUN)
    await world.teams.absence(f"mem_{LI}", away=True, sequence=7)
    await keep_roster(world, estate_id, Dealing(Mode.ROTATE, team_id=TEAM), COMMITTEE)

    order = await open_work(world, estate_id)
    await world.settle()

    assert (await world.work_orders.get(COMMITTEE, order.id)).assignee_id == SUN


async def test_where_nobody_is_named_the_work_waits_for_staff(world: World) -> None:
    order = await open_work(world, await unmanaged(world))

    assert (order.state, order.handler_team_id, order.contractor_id) == (S.CREATED, None, None)
    given = await world.work_orders.assign(Target(COMMITTEE, order.id), assignee_id=LI)
    assert given.state is S.ASSIGNED
