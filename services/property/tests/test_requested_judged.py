"""Whose request it was judges the work, and what is told of it; over both stores."""

import pytest

from services.property.domain.work_order import Acceptor
from services.property.domain.work_steps import Acceptance
from services.property.service.viewer import Target
from services.property.tests.requested import ID, S, assigned, orders_asked_for, told_of, walk
from services.property.tests.world import COMMITTEE, World
from shared.errors import NotAllowed, NotFound
from shared.events.requests import (
    RequestFollowedUp,
)


async def test_the_resident_whose_request_it_was_accepts_the_work_or_sends_it_back(
    world: World,
) -> None:
    await world.hear(await assigned(world))
    (order,) = await orders_asked_for(world)
    await walk(world, order.id, "assign", "accept", "start", "complete")
    asked = Target(await world.work_orders.eyes(COMMITTEE, "per_1"), order.id)
    other = Target(await world.work_orders.eyes(COMMITTEE, "per_2"), order.id)

    with pytest.raises(NotFound):
        await world.work_orders.accept_work(other, Acceptance("per_2"))
    with pytest.raises(NotAllowed):
        await world.work_orders.cancel(asked, reason="I would rather not")
    await world.work_orders.send_back(asked, reason="still drips", by="per_1")
    await walk(world, order.id, "complete")
    accepted = Acceptance("per_1", Acceptor.RESIDENT, satisfaction=4)
    order = await world.work_orders.accept_work(asked, accepted)

    assert (order.state, order.accepted_as, order.satisfaction) == (
        S.ACCEPTED_WORK,
        Acceptor.RESIDENT,
        4,
    )
    assert order.times_sent_back == 1


async def test_nobody_judges_their_own_work(world: World) -> None:
    await world.hear(await assigned(world))
    (order,) = await orders_asked_for(world)
    await walk(world, order.id, "assign", "accept", "start", "complete")
    with pytest.raises(NotAllowed, match=r"work_order\.own_work"):
        await world.work_orders.accept_work(Target(COMMITTEE, order.id), Acceptance("per_li"))


@pytest.mark.parametrize("order_of_news", [(0, 1), (1, 0), (0, 1, 0, 1)])
async def test_the_last_word_of_the_follow_up_is_how_satisfied_the_requester_is(
    world: World, order_of_news: tuple[int, ...]
) -> None:
    await world.hear(await assigned(world))
    told = [
        told_of(
            world,
            RequestFollowedUp(request_id=ID, resolved="yes", satisfaction=n + 2, by="per_1"),
            7 + n,
        )
        for n in range(2)
    ]
    for n in order_of_news:
        await world.hear(told[n])
    unsaid = RequestFollowedUp(request_id=ID, resolved="no", satisfaction=None, by="per_1")
    await world.hear(told_of(world, unsaid, 9))

    (order,) = await orders_asked_for(world)
    assert order.satisfaction == 3


async def test_work_for_a_confidential_request_says_so_in_all_that_is_told_of_it(
    world: World,
) -> None:
    await world.hear(await assigned(world, visibility="confidential"))
    (order,) = await orders_asked_for(world)
    await walk(world, order.id, "assign", "accept")

    story = await world.work_orders.story(COMMITTEE, order.id)
    assert {each.data["visibility"] for each in story} == {"confidential"}
    assert all("per_1" not in str(each.data) for each in story)
