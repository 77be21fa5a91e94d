"""Work that requests ask for: once, late, twice and in any order, over both stores."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from services.property.domain.estate import Management
from services.property.domain.roster import Dealing
from services.property.domain.work_order import Mode
from services.property.domain.work_scope import WorkScope
from services.property.service.roster import RosterTarget
from services.property.service.viewer import Target
from services.property.tests.requested import ENDS, ID, S, assigned, orders_asked_for, told_of, walk
from services.property.tests.teams import TEAM, joined_team
from services.property.tests.world import COMMITTEE, CONTRACTOR, DRAFT, World
from shared.clock import derived_id
from shared.envelope import Envelope
from shared.errors import NotFound
from shared.events.requests import (
    RequestClosed,
    RequestReopened,
)


async def test_a_request_of_ours_opens_one_work_order_due_when_it_was_promised(
    world: World,
) -> None:
    news = await assigned(world, number=2)

    await world.hear(news)
    await world.hear(news)

    (order,) = await orders_asked_for(world)
    assert order.id == derived_id("wor", news.id)
    assert (order.severity, order.scope) == (1, WorkScope.REPAIR)
    assert order.due_at == world.clock.now() + timedelta(hours=2)
    assert order.contractor_id == CONTRACTOR.company
    (created,) = await world.work_order_store.story(order.id)
    assert created.data["request_id"] == "req_1"
    assert created.data["assignment"] == 2
    assert created.causationid == news.id


@pytest.mark.parametrize(
    ("code", "left", "scope", "severity"),
    [
        ("parking.blocked", timedelta(hours=24), WorkScope.VEHICLES, 2),
        ("security", timedelta(hours=1), WorkScope.SECURITY, 1),
        ("sanitation.waste", timedelta(days=7), WorkScope.CLEANING, 3),
        ("repair.public", timedelta(days=40), WorkScope.REPAIR, 4),
        ("a kind of tomorrow", timedelta(days=-1), WorkScope.REPAIR, 1),
    ],
)
async def test_scope_and_severity_follow_from_category_and_deadline(
    world: World, code: str, left: timedelta, scope: WorkScope, severity: int
) -> None:
    await world.hear(await assigned(world, service_code=code, due_at=world.clock.now() + left))

    (order,) = await orders_asked_for(world)
    assert (order.scope, order.severity) == (scope, severity)


async def test_what_another_unit_has_is_none_of_our_business(world: World) -> None:
    await world.hear(await assigned(world, unit="care"))

    assert await orders_asked_for(world) == []


async def test_a_request_on_an_estate_that_nobody_knows_goes_to_the_dead_letters(
    world: World,
) -> None:
    with pytest.raises(NotFound):
        await world.hear(await assigned(world, estate_id="est_none"))


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("order", [*permutations("ab"), ("a", "b", "a", "b"), ("b", "a", "b")])
async def test_an_order_is_cancelled_with_its_request_whichever_is_heard_first(
    world: World, end: str, order: tuple[str, ...]
) -> None:
    news = {"a": await assigned(world), "b": told_of(world, ENDS[end], 4)}

    for each in order:
        await world.hear(news[each])

    assert [each.state for each in await orders_asked_for(world)] in ([], [S.CANCELLED])


async def test_a_request_handed_to_another_unit_is_ours_no_more(world: World) -> None:
    await world.hear(await assigned(world))
    await world.hear(await assigned(world, sequence=4, unit="staff", number=2, estate_id="e"))

    assert [order.state for order in await orders_asked_for(world)] == [S.CANCELLED]


async def test_a_request_given_to_us_again_is_work_again(world: World) -> None:
    estate_id = (await world.estate()).id
    await world.hear(await assigned(world, estate_id=estate_id))
    again = await assigned(world, sequence=5, number=2, estate_id=estate_id)
    await world.hear(again)
    await world.hear(told_of(world, ENDS["returned"], 4))

    orders = await orders_asked_for(world)
    states = {order.asked.number: order.state for order in orders if order.asked}
    assert states == {1: S.CANCELLED, 2: S.CREATED}


async def test_who_was_given_work_that_is_over_need_not_go_once_he_signs_for_it(
    world: World,
) -> None:
    await world.hear(await assigned(world))
    (order,) = await orders_asked_for(world)
    await walk(world, order.id, "assign")
    await world.hear(told_of(world, ENDS["returned"], 4))
    assert [each.state for each in await orders_asked_for(world)] == [S.ASSIGNED]

    await walk(world, order.id, "accept")
    await world.settle()

    assert [each.state for each in await orders_asked_for(world)] == [S.CANCELLED]


async def test_work_that_did_not_solve_it_is_sent_back_once(world: World) -> None:
    await world.hear(await assigned(world))
    (order,) = await orders_asked_for(world)
    await walk(world, order.id, "assign", "accept", "start", "complete")
    reopened = told_of(world, RequestReopened(request_id=ID, times=1), 7)

    await world.hear(reopened)
    await world.hear(reopened)

    (order,) = await orders_asked_for(world)
    assert (order.state, order.times_sent_back) == (S.ON_SITE, 1)


async def test_work_that_was_accepted_and_did_not_solve_it_is_work_again(world: World) -> None:
    await world.hear(await assigned(world, number=3))
    (order,) = await orders_asked_for(world)
    await walk(world, order.id, "assign", "accept", "start", "complete", "accept_work")
    reopened = told_of(world, RequestReopened(request_id=ID, times=1), 7)

    await world.hear(reopened)
    await world.hear(reopened)

    states = {each.id: each.state for each in await orders_asked_for(world)}
    assert states == {order.id: S.ACCEPTED_WORK, derived_id("wor", reopened.id): S.CREATED}


async def test_a_request_reopened_because_work_was_sent_back_does_not_send_it_back_again(
    world: World,
) -> None:
    await world.hear(await assigned(world))
    (order,) = await orders_asked_for(world)
    await walk(world, order.id, "assign", "accept", "start", "complete")

    await world.hear(
        told_of(world, RequestReopened(request_id=ID, times=1), 7, causationid="evt_1")
    )

    assert [each.state for each in await orders_asked_for(world)] == [S.COMPLETED]


async def test_a_request_that_is_ours_no_more_reopens_no_work(world: World) -> None:
    await world.hear(await assigned(world))
    (order,) = await orders_asked_for(world)
    await walk(world, order.id, "assign", "accept", "start", "complete")
    await world.hear(told_of(world, ENDS["merged"], 6))

    await world.hear(told_of(world, RequestReopened(request_id=ID, times=1), 7))
    await world.hear(told_of(world, RequestReopened(request_id="req_9", times=1), 7))

    assert [each.state for each in await orders_asked_for(world)] == [S.COMPLETED]


async def _of_team(world: World, *people: str) -> Envelope:
    """The news that a request is the volunteers', on an estate without a company."""
    draft = replace(DRAFT, management=Management.NONE, contractor_id=None)
    estate = await world.estate(draft)
    for each in joined_team(*people):
        await world.hear(each)
    dealing = Dealing(Mode.GRAB, team_id=TEAM)
    await world.rosters.keep(RosterTarget(COMMITTEE, estate.id, None), dealing)
    return await assigned(world, estate_id=estate.id, unit="team")


async def test_a_request_of_the_volunteers_is_offered_to_them_and_goes_as_a_companys(
    world: World,
) -> None:
    news = await _of_team(world, "per_li")
    await world.hear(news)
    await world.hear(news)
    (order,) = await orders_asked_for(world)
    assert (order.state, order.handler_team_id) == (S.OFFERED, TEAM)

    await world.hear(told_of(world, ENDS["withdrawn"], 4))

    assert [each.state for each in await orders_asked_for(world)] == [S.CANCELLED]


async def test_a_request_of_a_team_that_nobody_has_named_stays_with_staff(world: World) -> None:
    draft = replace(DRAFT, management=Management.NONE, contractor_id=None)
    estate = await world.estate(draft)
    await world.hear(await assigned(world, estate_id=estate.id, unit="team"))

    assert await orders_asked_for(world) == []


async def test_a_request_that_staff_closed_is_no_work_any_more(world: World) -> None:
    await world.hear(await _of_team(world, "per_li"))
    await world.hear(told_of(world, RequestClosed(request_id=ID), 9))

    assert [each.state for each in await orders_asked_for(world)] == [S.CANCELLED]


async def test_whoever_refuses_work_that_is_over_ends_it(world: World) -> None:
    await world.hear(await assigned(world))
    (order,) = await orders_asked_for(world)
    await walk(world, order.id, "assign")
    await world.hear(told_of(world, ENDS["returned"], 4))

    await world.work_doing.refuse(Target(CONTRACTOR, order.id), reason="no ladder")
    await world.settle()

    assert [each.state for each in await orders_asked_for(world)] == [S.CANCELLED]
