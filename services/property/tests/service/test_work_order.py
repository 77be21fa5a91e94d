"""Moving work orders on, over both stores."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest

from services.property.domain.work_order import PauseReason, WorkOrder
from services.property.domain.work_states import WorkOrderState
from services.property.domain.work_steps import Acceptance, Completion, rate
from services.property.service.viewer import Target
from services.property.tests.samples import COMPANY
from services.property.tests.world import COMMITTEE, CONTRACTOR, STRANGERS, World
from shared.envelope import Envelope
from shared.errors import NotFound, Stale, WrongState
from shared.events import Event

Do = Callable[[World, Target], Awaitable[WorkOrder]]
DO: dict[str, Do] = {
    "assign": lambda world, target: world.work_orders.assign(target, assignee_id="per_li"),
    "accept": lambda world, target: world.work_doing.accept(target),
    "start": lambda world, target: world.work_doing.start(target),
    "pause": lambda world, target: world.work_doing.pause(target, reason=PauseReason.PARTS),
    "resume": lambda world, target: world.work_doing.resume(target),
    "complete": lambda world, target: world.work_doing.complete(target, Completion("towed")),
    "send_back": lambda world, target: world.work_orders.send_back(
        target, reason="still there", by="per_wang"
    ),
    "accept_work": lambda world, target: world.work_orders.accept_work(
        target, Acceptance("per_wang")
    ),
    "cancel": lambda world, target: world.work_orders.cancel(target, reason="moved away"),
    "refuse": lambda world, target: world.work_doing.refuse(target, reason="no ladder"),
    "offer": lambda world, target: world.work_orders.offer(
        target, until=world.clock.now() + timedelta(hours=1)
    ),
    "end_offer": lambda world, target: world.work_orders.end_offer(target),
    "take": lambda world, target: world.work_doing.take(target, worker_id="per_li"),
}


async def test_work_goes_from_the_order_through_rework_to_acceptance(world: World) -> None:
    order = await world.work_order((await world.estate()).id)
    steps = ["assign", "accept", "start", "complete", "send_back", "complete", "accept_work"]
    for step in steps:
        order = await DO[step](world, Target(CONTRACTOR, order.id, order.version))

    assert order.state is WorkOrderState.ACCEPTED_WORK
    assert (order.times_sent_back, order.accepted_by) == (1, "per_wang")
    story = await world.work_orders.story(COMMITTEE, order.id)
    assert [envelope.type.split(".")[2] for envelope in story] == [
        "created",
        "assigned",
        "accepted",
        "started",
        "completed",
        "sent_back",
        "completed",
        "work_accepted",
    ]
    assert [envelope.sequence for envelope in story] == list(range(1, 9))


async def test_a_work_order_belongs_to_the_estate_s_company_and_is_due_by_its_severity(
    world: World,
) -> None:
    estate = await world.estate()
    order = await world.work_order(estate.id)
    assert (order.estate_id, order.contractor_id) == (estate.id, COMPANY)
    assert order.due_at == world.clock.now() + timedelta(hours=24)


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_a_work_order_is_not_there_for_strangers(world: World, stranger: str) -> None:
    order = await world.work_order((await world.estate()).id)
    viewer = STRANGERS[stranger]

    for look in (world.work_orders.get, world.work_orders.story):
        with pytest.raises(NotFound):
            await look(viewer, order.id)
    for do in DO.values():
        with pytest.raises(NotFound):
            await do(world, Target(viewer, order.id, 9))
    assert (await world.work_orders.page(viewer, {}, cursor=None, limit=10)).items == []
    assert await world.work_orders.get(COMMITTEE, order.id) == order


@pytest.mark.parametrize("action", DO)
async def test_a_decision_on_a_version_that_moved_on_is_refused(world: World, action: str) -> None:
    order = await world.work_order((await world.estate()).id)
    with pytest.raises(Stale):
        await DO[action](world, Target(CONTRACTOR, order.id, order.version + 1))
    assert await world.work_orders.get(COMMITTEE, order.id) == order


@pytest.mark.parametrize("action", sorted(set(DO) - {"assign", "cancel", "offer"}))
async def test_what_the_table_does_not_allow_writes_nothing(world: World, action: str) -> None:
    order = await world.work_order((await world.estate()).id)
    with pytest.raises(WrongState):
        await DO[action](world, Target(CONTRACTOR, order.id))
    assert await world.work_orders.get(COMMITTEE, order.id) == order


async def test_the_work_order_of_an_incident_is_found_by_it(world: World) -> None:
    estate = await world.estate()
    order, other = await world.work_order(estate.id), await world.work_order(estate.id)
    where = {"incident_id": order.incident_id}
    page = await world.work_orders.page(CONTRACTOR, where, cursor=None, limit=10)
    assert [one.id for one in page.items] == [order.id]
    page = await world.work_orders.page(CONTRACTOR, {}, cursor=None, limit=10)
    assert {one.id for one in page.items} == {order.id, other.id}


@pytest.mark.parametrize("says_what_it_saw", [True, False])
async def test_news_that_comes_between_refuses_only_who_said_what_they_decided_on(
    world: World, monkeypatch: pytest.MonkeyPatch, says_what_it_saw: bool
) -> None:
    order = await world.work_order((await world.estate()).id)
    for step in ("assign", "accept", "start", "complete"):
        order = await DO[step](world, Target(CONTRACTOR, order.id, order.version))
    store, seen = world.work_order_store, order.version if says_what_it_saw else None
    save = store.save

    async def later(new: WorkOrder, events: Sequence[Event], **how: Envelope | None) -> WorkOrder:
        monkeypatch.undo()
        rated = rate(order, satisfaction=5, seen=1)
        assert rated is not None
        await save(*rated)
        return await save(new, events, **how)

    monkeypatch.setattr(store, "save", later)
    judged = DO["accept_work"](world, Target(COMMITTEE, order.id, seen))
    if says_what_it_saw:
        with pytest.raises(Stale):
            await judged
    else:
        after = await judged
        assert (after.state, after.satisfaction) == (WorkOrderState.ACCEPTED_WORK, 5)
