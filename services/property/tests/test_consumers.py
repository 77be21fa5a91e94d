"""Incident and work order move each other on: once, late, twice, in any order, over both stores."""

from itertools import permutations

import pytest

from services.property.domain.incident import IncidentState
from services.property.domain.work_states import WorkOrderState
from services.property.domain.work_steps import Acceptance, Completion
from services.property.service.viewer import Target
from services.property.tests.world import COMMITTEE, CONTRACTOR, World, fake_world
from shared.clock import derived_id
from shared.errors import NotFound
from shared.events.property import (
    IncidentConfirmed,
    WorkOrderAssigned,
    WorkOrderCancelled,
    WorkOrderWorkAccepted,
)
from shared.testing import heard


def test_the_service_hears_its_own_and_the_requests_that_ask_for_work() -> None:
    world = fake_world()
    assert {one.binding for one in world.hearings} == {
        "pairing.member.away.v1",
        "pairing.member.registered.v1",
        "pairing.member.returned.v1",
        "pairing.team.closed.v1",
        "pairing.team.member_joined.v1",
        "pairing.team.member_left.v1",
        "property.contractor.ended.v1",
        "property.incident.activated.v1",
        "property.incident.announced.v1",
        "property.incident.cancelled.v1",
        "property.incident.closed.v1",
        "property.incident.confirmed.v1",
        "property.incident.planned.v1",
        "property.roster.turn_taken.v1",
        "property.work_order.accepted.v1",
        "property.work_order.assigned.v1",
        "property.work_order.cancelled.v1",
        "property.work_order.refused.v1",
        "property.work_order.turn_asked.v1",
        "property.work_order.work_accepted.v1",
        "requests.request.assigned.v1",
        "requests.request.closed.v1",
        "requests.request.followed_up.v1",
        "requests.request.merged.v1",
        "requests.request.referred.v1",
        "requests.request.reopened.v1",
        "requests.request.returned.v1",
        "requests.request.withdrawn.v1",
    }


async def test_one_story_from_the_report_to_the_all_clear_under_one_correlation(
    world: World,
) -> None:
    estate = await world.estate()
    await world.settle()
    order = await world.work_order(estate.id)
    assert order.incident_id is not None
    target = Target(CONTRACTOR, order.id)
    await world.work_orders.assign(target, assignee_id="per_li")
    await world.settle()
    await world.work_doing.accept(target)
    await world.work_doing.start(target)
    await world.work_doing.complete(target, Completion("towed"))
    await world.work_orders.accept_work(target, Acceptance("per_wang"))
    await world.settle()
    await world.incidents.close(Target(COMMITTEE, order.incident_id))
    await world.settle()

    incident = await world.incidents.get(COMMITTEE, order.incident_id)
    assert incident.state is IncidentState.CLOSED
    assert world.types() == [
        "estate.registered",
        "incident.reported",
        "incident.confirmed",
        "work_order.created",
        "work_order.assigned",
        "incident.activated",
        "work_order.accepted",
        "work_order.started",
        "work_order.completed",
        "work_order.work_accepted",
        "incident.restored",
        "incident.closed",
    ]
    story = world.told[1:]
    assert {envelope.correlationid for envelope in story} == {story[0].id}
    created = story[2]
    assert created.causationid == story[1].id
    assert order.id == derived_id("wor", story[1].id)


async def test_a_confirmation_heard_twice_makes_one_work_order(world: World) -> None:
    order = await world.work_order((await world.estate()).id)
    (confirmed,) = [one for one in world.told if one.type == IncidentConfirmed.type]

    await world.hear(confirmed)
    await world.hear(confirmed)

    assert await world.work_order_store.find({"incident_id": order.incident_id}) == [order]


async def test_a_confirmation_heard_again_late_leaves_the_work_where_it_is(world: World) -> None:
    order = await world.work_order((await world.estate()).id)
    assigned = await world.work_orders.assign(Target(CONTRACTOR, order.id), assignee_id="per_li")
    (confirmed,) = [one for one in world.told if one.type == IncidentConfirmed.type]

    await world.hear(confirmed)

    assert await world.work_orders.get(COMMITTEE, order.id) == assigned


@pytest.mark.parametrize(
    "order_of_news",
    [
        *permutations(["assigned", "accepted"]),
        ("assigned", "assigned", "accepted", "accepted"),
        ("accepted", "accepted", "assigned", "assigned"),
        ("accepted", "assigned", "accepted"),
    ],
)
async def test_news_of_the_work_in_any_order_and_number_moves_each_step_once(
    world: World, order_of_news: tuple[str, ...]
) -> None:
    order = await world.work_order((await world.estate()).id)
    incident_id = order.incident_id
    assert incident_id is not None
    ids = {"work_order_id": order.id, "incident_id": incident_id, "request_id": None}
    events = {
        "assigned": WorkOrderAssigned.model_validate({**ids, "assignee_id": "per_li"}),
        "accepted": WorkOrderWorkAccepted.model_validate({**ids, "by": "per_wang"}),
    }
    envelopes = {word: heard(event, order.id) for word, event in events.items()}

    for word in order_of_news:
        await world.hear(envelopes[word])

    incident = await world.incidents.get(COMMITTEE, incident_id)
    assert incident.state is IncidentState.RESTORED
    assert incident.restored_at == envelopes["accepted"].time
    story = await world.incidents.story(COMMITTEE, incident_id)
    assert [envelope.type.split(".")[2] for envelope in story] == [
        "reported",
        "confirmed",
        "activated",
        "restored",
    ]


async def test_work_that_is_cancelled_as_needless_restores_its_incident(world: World) -> None:
    order = await world.work_order((await world.estate()).id)
    assert order.incident_id is not None
    await world.work_orders.cancel(Target(COMMITTEE, order.id), reason="the van has left")
    await world.settle()

    incident = await world.incidents.get(COMMITTEE, order.incident_id)
    closed = await world.incidents.close(Target(COMMITTEE, incident.id))
    assert (incident.state, closed.state) == (IncidentState.RESTORED, IncidentState.CLOSED)


async def test_work_that_is_still_to_be_done_is_another_order_and_the_incident_goes_on(
    world: World,
) -> None:
    order = await world.work_order((await world.estate()).id)
    assert order.incident_id is not None
    await world.work_orders.cancel(Target(COMMITTEE, order.id), reason="wrong trade", again=True)
    await world.settle()
    (cancelled,) = [one for one in world.told if one.type == WorkOrderCancelled.type]
    await world.hear(cancelled)

    orders = await world.work_order_store.find({"incident_id": order.incident_id})
    states = {one.state for one in orders}
    assert states == {WorkOrderState.CANCELLED, WorkOrderState.CREATED}
    assert {one.source for one in orders} == {order.source}
    assert len(orders) == 2
    incident = await world.incidents.get(COMMITTEE, order.incident_id)
    assert incident.state is IncidentState.CONFIRMED


async def test_news_after_the_closing_changes_nothing(world: World) -> None:
    order = await world.work_order((await world.estate()).id)
    assert order.incident_id is not None
    event = WorkOrderWorkAccepted(
        work_order_id=order.id, incident_id=order.incident_id, request_id=None, by="per_wang"
    )
    await world.hear(heard(event, order.id))
    closed = await world.incidents.close(Target(COMMITTEE, order.incident_id))

    await world.hear(heard(event, order.id))

    assert await world.incidents.get(COMMITTEE, order.incident_id) == closed


async def test_work_for_a_request_moves_no_incident(world: World) -> None:
    ids = {"work_order_id": "wor_1", "incident_id": None, "request_id": "req_1"}
    assigned = WorkOrderAssigned.model_validate({**ids, "assignee_id": "per_li"})
    accepted = WorkOrderWorkAccepted.model_validate({**ids, "by": "per_wang"})
    await world.hear(heard(assigned, "wor_1"))
    await world.hear(heard(accepted, "wor_1"))
    assert await world.news() == []


async def test_news_of_what_nobody_knows_goes_to_the_dead_letters(world: World) -> None:
    confirmed = IncidentConfirmed(
        incident_id="inc_none", estate_id="est_none", kind="fire", severity=1
    )
    with pytest.raises(NotFound):
        await world.hear(heard(confirmed, "inc_none"))
    assigned = WorkOrderAssigned(
        work_order_id="wor_1", incident_id="inc_none", request_id=None, assignee_id="per_li"
    )
    with pytest.raises(NotFound):
        await world.hear(heard(assigned, "wor_1"))
