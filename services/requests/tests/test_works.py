"""What requests makes of property's work orders: twice, late and out of order, over both stores."""

from itertools import permutations

import pytest

from services.requests.consumers import of_works
from services.requests.domain.assignment import Unit
from services.requests.domain.follow_up import Answer
from services.requests.domain.request import RequestState, ServiceRequest
from services.requests.service.permission import Target
from services.requests.service.request import Said
from services.requests.service.works import WorksService
from services.requests.tests.harness import DISPATCHER, HERE, OWNER, Harness
from services.requests.tests.samples import submission
from shared.envelope import Envelope
from shared.errors import NotFound
from shared.events import Event
from shared.events.property import (
    WorkOrderAccepted,
    WorkOrderCancelled,
    WorkOrderCompleted,
    WorkOrderSentBack,
    WorkOrderStarted,
    WorkOrderWorkAccepted,
)
from shared.testing import heard
from shared.testing_service import deliver

S = RequestState
KINDS: dict[str, tuple[type[Event], int]] = {
    "accepted": (WorkOrderAccepted, 3),
    "started": (WorkOrderStarted, 4),
    "completed": (WorkOrderCompleted, 5),
    "sent_back": (WorkOrderSentBack, 6),
    "completed_again": (WorkOrderCompleted, 7),
    "work_accepted": (WorkOrderWorkAccepted, 8),
    "cancelled": (WorkOrderCancelled, 4),
}


async def _repair(harness: Harness) -> ServiceRequest:
    return await harness.service.submit(submission("repair.lift"), communities=HERE)


def _news(request_id: str, name: str, *, assignment: int = 1, **facts: object) -> Envelope:
    kind, sequence = KINDS[name]
    data = {
        "work_order_id": "wor_1",
        "incident_id": None,
        "request_id": request_id,
        "assignment": assignment,
        "assignee_id": "per_li",
        "by": "per_wang",
    }
    given = {name: value for name, value in data.items() if name in kind.model_fields}
    return heard(kind.model_validate(given), "wor_1", sequence=sequence, **facts)


async def _hear(harness: Harness, envelope: Envelope) -> None:
    assert await deliver(of_works(WorksService(harness.store)), envelope)


async def test_a_repair_goes_as_its_work_order_goes(harness: Harness) -> None:
    request = await _repair(harness)
    assert (request.state, request.lead_unit) == (S.ASSIGNED, Unit.PROPERTY)

    states = []
    for name in ("accepted", "started", "completed", "work_accepted"):
        await _hear(harness, _news(request.id, name))
        states.append((await harness.store.get(request.id)).state)
    closed = await harness.service.follow_up(request.id, OWNER, seen=None, said=Said(Answer.YES, 5))

    assert states == [S.IN_PROGRESS, S.IN_PROGRESS, S.RESOLVED, S.RESOLVED]
    assert (closed.state, closed.handler_id) == (S.CLOSED, "per_li")
    assert await harness.types(request.id) == [
        "submitted",
        "accepted",
        "assigned",
        "started",
        "resolved",
        "followed_up",
        "closed",
    ]


async def test_every_order_and_repetition_of_an_orders_events_ends_alike(harness: Harness) -> None:
    for order in permutations(["accepted", "completed", "work_accepted"]):
        request = await _repair(harness)
        envelopes = {name: _news(request.id, name) for name in order}

        for name in (*order, *order):
            await _hear(harness, envelopes[name])

        assert (await harness.store.get(request.id)).state is S.RESOLVED
        assert await harness.types(request.id) == [
            "submitted",
            "accepted",
            "assigned",
            "started",
            "resolved",
        ]


async def test_rework_reopens_the_request_and_resolves_it_again(harness: Harness) -> None:
    request = await _repair(harness)
    for name in ("accepted", "completed", "sent_back"):
        await _hear(harness, _news(request.id, name))
    again = await harness.store.get(request.id)
    await _hear(harness, _news(request.id, "completed_again"))

    assert (again.state, again.reopened_times) == (S.IN_PROGRESS, 1)
    assert (await harness.store.get(request.id)).state is S.RESOLVED


async def test_work_that_the_company_gives_up_is_the_dispatchers_again(harness: Harness) -> None:
    request = await _repair(harness)
    await _hear(harness, _news(request.id, "cancelled"))

    back = await harness.store.get(request.id)
    assert (back.state, back.assignment) == (S.ACCEPTED, None)

    given = await harness.service.assign(request.id, DISPATCHER, seen=None, unit=Unit.PROPERTY)
    await _hear(harness, _news(request.id, "completed"))

    assert await harness.store.get(request.id) == given


async def test_what_was_handed_to_staff_is_not_moved_by_the_company(harness: Harness) -> None:
    request = await _repair(harness)
    await _hear(harness, _news(request.id, "accepted"))
    given = await harness.handling.hand_over(Target(request.id, DISPATCHER), unit=Unit.STAFF)

    for name in KINDS:
        await _hear(harness, _news(request.id, name))

    assert await harness.store.get(request.id) == given


async def test_work_for_an_incident_moves_no_request(harness: Harness) -> None:
    event = WorkOrderCompleted(work_order_id="wor_1", incident_id="inc_1", request_id=None)

    await _hear(harness, heard(event, "wor_1"))


@pytest.mark.parametrize("name", KINDS)
async def test_work_of_another_community_meets_no_request_of_ours(
    harness: Harness, name: str
) -> None:
    request = await _repair(harness)

    with pytest.raises(NotFound):
        await _hear(harness, _news(request.id, name, community="elsewhere"))
    assert (await harness.store.get(request.id)).state is S.ASSIGNED
