"""Work that requests ask for: once, late, twice and in any order, over both stores."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from services.property.domain.estate import Management
from services.property.domain.roster import Dealing
from services.property.domain.work_order import Acceptor, Mode, WorkOrder
from services.property.domain.work_scope import WorkScope
from services.property.domain.work_states import WorkOrderState
from services.property.domain.work_steps import Acceptance, Completion
from services.property.service.roster import RosterTarget
from services.property.service.viewer import Target
from services.property.tests.samples import COMMUNITY
from services.property.tests.teams import TEAM, joined_team
from services.property.tests.world import COMMITTEE, CONTRACTOR, DRAFT, World
from shared.clock import derived_id
from shared.envelope import Envelope
from shared.errors import NotAllowed, NotFound
from shared.events import Event
from shared.events.requests import (
    RequestAssigned,
    RequestClosed,
    RequestFollowedUp,
    RequestMerged,
    RequestReferred,
    RequestReopened,
    RequestReturned,
    RequestWithdrawn,
)
from shared.testing import heard

S = WorkOrderState
ID = "req_1"
ENDS: dict[str, Event] = {
    "returned": RequestReturned(request_id=ID, reason="wrong_unit", suggested_unit="staff"),
    "withdrawn": RequestWithdrawn(request_id=ID),
    "merged": RequestMerged(request_id=ID, duplicate_of="req_2"),
    "referred": RequestReferred(request_id=ID, to="12345", number=None),
}


async def _assigned(
    world: World, *, sequence: int = 3, estate_id: str = "", **changes: object
) -> Envelope:
    """The news that a request is the company's."""
    facts: dict[str, object] = {
        "request_id": ID,
        "unit": "property",
        "service_code": "repair.lift",
        "requester_id": "per_1",
        "estate_id": estate_id or (await world.estate()).id,
        "dwelling_id": None,
        "due_at": world.clock.now() + timedelta(hours=2),
        **changes,
    }
    return _news(world, RequestAssigned.model_validate(facts), sequence)


def _news(world: World, event: Event, sequence: int, **facts: object) -> Envelope:
    return heard(
        event,
        "req_1",
        sequence=sequence,
        community=COMMUNITY,
        time=world.clock.now(),
        **facts,
    )


async def _orders(world: World) -> list[WorkOrder]:
    return await world.work_order_store.find({"request_id": "req_1"})


async def _walk(world: World, order_id: str, *steps: str) -> None:
    target = Target(CONTRACTOR, order_id)
    does = {
        "assign": lambda: world.work_orders.assign(target, assignee_id="per_li"),
        "accept": lambda: world.work_doing.accept(target),
        "start": lambda: world.work_doing.start(target),
        "complete": lambda: world.work_doing.complete(target, Completion("mended")),
        "accept_work": lambda: world.work_orders.accept_work(target, Acceptance("per_wang")),
    }
    for step in steps:
        await does[step]()


async def test_a_request_of_ours_opens_one_work_order_due_when_it_was_promised(
    world: World,
) -> None:
    news = await _assigned(world, number=2)

    await world.hear(news)
    await world.hear(news)

    (order,) = await _orders(world)
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
    await world.hear(await _assigned(world, service_code=code, due_at=world.clock.now() + left))

    (order,) = await _orders(world)
    assert (order.scope, order.severity) == (scope, severity)


async def test_what_another_unit_has_is_none_of_our_business(world: World) -> None:
    await world.hear(await _assigned(world, unit="care"))

    assert await _orders(world) == []


async def test_a_request_on_an_estate_that_nobody_knows_goes_to_the_dead_letters(
    world: World,
) -> None:
    with pytest.raises(NotFound):
        await world.hear(await _assigned(world, estate_id="est_none"))


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("order", [*permutations("ab"), ("a", "b", "a", "b"), ("b", "a", "b")])
async def test_an_order_is_cancelled_with_its_request_whichever_is_heard_first(
    world: World, end: str, order: tuple[str, ...]
) -> None:
    news = {"a": await _assigned(world), "b": _news(world, ENDS[end], 4)}

    for each in order:
        await world.hear(news[each])

    assert [each.state for each in await _orders(world)] in ([], [S.CANCELLED])


async def test_a_request_handed_to_another_unit_is_ours_no_more(world: World) -> None:
    await world.hear(await _assigned(world))
    await world.hear(await _assigned(world, sequence=4, unit="staff", number=2, estate_id="e"))

    assert [order.state for order in await _orders(world)] == [S.CANCELLED]


async def test_a_request_given_to_us_again_is_work_again(world: World) -> None:
    estate_id = (await world.estate()).id
    await world.hear(await _assigned(world, estate_id=estate_id))
    again = await _assigned(world, sequence=5, number=2, estate_id=estate_id)
    await world.hear(again)
    await world.hear(_news(world, ENDS["returned"], 4))

    orders = await _orders(world)
    states = {order.asked.number: order.state for order in orders if order.asked}
    assert states == {1: S.CANCELLED, 2: S.CREATED}


async def test_who_was_given_work_that_is_over_need_not_go_once_he_signs_for_it(
    world: World,
) -> None:
    await world.hear(await _assigned(world))
    (order,) = await _orders(world)
    await _walk(world, order.id, "assign")
    await world.hear(_news(world, ENDS["returned"], 4))
    assert [each.state for each in await _orders(world)] == [S.ASSIGNED]

    await _walk(world, order.id, "accept")
    await world.settle()

    assert [each.state for each in await _orders(world)] == [S.CANCELLED]


async def test_work_that_did_not_solve_it_is_sent_back_once(world: World) -> None:
    await world.hear(await _assigned(world))
    (order,) = await _orders(world)
    await _walk(world, order.id, "assign", "accept", "start", "complete")
    reopened = _news(world, RequestReopened(request_id=ID, times=1), 7)

    await world.hear(reopened)
    await world.hear(reopened)

    (order,) = await _orders(world)
    assert (order.state, order.times_sent_back) == (S.ON_SITE, 1)


async def test_work_that_was_accepted_and_did_not_solve_it_is_work_again(world: World) -> None:
    await world.hear(await _assigned(world, number=3))
    (order,) = await _orders(world)
    await _walk(world, order.id, "assign", "accept", "start", "complete", "accept_work")
    reopened = _news(world, RequestReopened(request_id=ID, times=1), 7)

    await world.hear(reopened)
    await world.hear(reopened)

    states = {each.id: each.state for each in await _orders(world)}
    assert states == {order.id: S.ACCEPTED_WORK, derived_id("wor", reopened.id): S.CREATED}


async def test_a_request_reopened_because_work_was_sent_back_does_not_send_it_back_again(
    world: World,
) -> None:
    await world.hear(await _assigned(world))
    (order,) = await _orders(world)
    await _walk(world, order.id, "assign", "accept", "start", "complete")

    await world.hear(_news(world, RequestReopened(request_id=ID, times=1), 7, causationid="evt_1"))

    assert [each.state for each in await _orders(world)] == [S.COMPLETED]


async def test_a_request_that_is_ours_no_more_reopens_no_work(world: World) -> None:
    await world.hear(await _assigned(world))
    (order,) = await _orders(world)
    await _walk(world, order.id, "assign", "accept", "start", "complete")
    await world.hear(_news(world, ENDS["merged"], 6))

    await world.hear(_news(world, RequestReopened(request_id=ID, times=1), 7))
    await world.hear(_news(world, RequestReopened(request_id="req_9", times=1), 7))

    assert [each.state for each in await _orders(world)] == [S.COMPLETED]


async def _of_team(world: World, *people: str) -> Envelope:
    """The news that a request is the volunteers', on an estate without a company."""
    draft = replace(DRAFT, management=Management.NONE, contractor_id=None)
    estate = await world.estate(draft)
    for each in joined_team(*people):
        await world.hear(each)
    dealing = Dealing(Mode.GRAB, team_id=TEAM)
    await world.rosters.keep(RosterTarget(COMMITTEE, estate.id, None), dealing)
    return await _assigned(world, estate_id=estate.id, unit="team")


async def test_a_request_of_the_volunteers_is_offered_to_them_and_goes_as_a_companys(
    world: World,
) -> None:
    news = await _of_team(world, "per_li")
    await world.hear(news)
    await world.hear(news)
    (order,) = await _orders(world)
    assert (order.state, order.handler_team_id) == (S.OFFERED, TEAM)

    await world.hear(_news(world, ENDS["withdrawn"], 4))

    assert [each.state for each in await _orders(world)] == [S.CANCELLED]


async def test_a_request_of_a_team_that_nobody_has_named_stays_with_staff(world: World) -> None:
    draft = replace(DRAFT, management=Management.NONE, contractor_id=None)
    estate = await world.estate(draft)
    await world.hear(await _assigned(world, estate_id=estate.id, unit="team"))

    assert await _orders(world) == []


async def test_a_request_that_staff_closed_is_no_work_any_more(world: World) -> None:
    await world.hear(await _of_team(world, "per_li"))
    await world.hear(_news(world, RequestClosed(request_id=ID), 9))

    assert [each.state for each in await _orders(world)] == [S.CANCELLED]


async def test_whoever_refuses_work_that_is_over_ends_it(world: World) -> None:
    await world.hear(await _assigned(world))
    (order,) = await _orders(world)
    await _walk(world, order.id, "assign")
    await world.hear(_news(world, ENDS["returned"], 4))

    await world.work_doing.refuse(Target(CONTRACTOR, order.id), reason="no ladder")
    await world.settle()

    assert [each.state for each in await _orders(world)] == [S.CANCELLED]


async def test_the_resident_whose_request_it_was_accepts_the_work_or_sends_it_back(
    world: World,
) -> None:
    await world.hear(await _assigned(world))
    (order,) = await _orders(world)
    await _walk(world, order.id, "assign", "accept", "start", "complete")
    asked = Target(await world.work_orders.eyes(COMMITTEE, "per_1"), order.id)
    other = Target(await world.work_orders.eyes(COMMITTEE, "per_2"), order.id)

    with pytest.raises(NotFound):
        await world.work_orders.accept_work(other, Acceptance("per_2"))
    with pytest.raises(NotAllowed):
        await world.work_orders.cancel(asked, reason="I would rather not")
    await world.work_orders.send_back(asked, reason="still drips", by="per_1")
    await _walk(world, order.id, "complete")
    accepted = Acceptance("per_1", Acceptor.RESIDENT, satisfaction=4)
    order = await world.work_orders.accept_work(asked, accepted)

    assert (order.state, order.accepted_as, order.satisfaction) == (
        S.ACCEPTED_WORK,
        Acceptor.RESIDENT,
        4,
    )
    assert order.times_sent_back == 1


async def test_nobody_judges_their_own_work(world: World) -> None:
    await world.hear(await _assigned(world))
    (order,) = await _orders(world)
    await _walk(world, order.id, "assign", "accept", "start", "complete")
    with pytest.raises(NotAllowed, match=r"work_order\.own_work"):
        await world.work_orders.accept_work(Target(COMMITTEE, order.id), Acceptance("per_li"))


@pytest.mark.parametrize("order_of_news", [(0, 1), (1, 0), (0, 1, 0, 1)])
async def test_the_last_word_of_the_follow_up_is_how_satisfied_the_requester_is(
    world: World, order_of_news: tuple[int, ...]
) -> None:
    await world.hear(await _assigned(world))
    told = [
        _news(
            world,
            RequestFollowedUp(request_id=ID, resolved="yes", satisfaction=n + 2, by="per_1"),
            7 + n,
        )
        for n in range(2)
    ]
    for n in order_of_news:
        await world.hear(told[n])
    unsaid = RequestFollowedUp(request_id=ID, resolved="no", satisfaction=None, by="per_1")
    await world.hear(_news(world, unsaid, 9))

    (order,) = await _orders(world)
    assert order.satisfaction == 3


async def test_work_for_a_confidential_request_says_so_in_all_that_is_told_of_it(
    world: World,
) -> None:
    await world.hear(await _assigned(world, visibility="confidential"))
    (order,) = await _orders(world)
    await _walk(world, order.id, "assign", "accept")

    story = await world.work_orders.story(COMMITTEE, order.id)
    assert {each.data["visibility"] for each in story} == {"confidential"}
    assert all("per_1" not in str(each.data) for each in story)
