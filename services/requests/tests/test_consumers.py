"""What requests makes of what it hears: twice, late and out of order, over both stores."""

from itertools import permutations

import pytest

from services.requests.consumers import hearings
from services.requests.domain.follow_up import Answer
from services.requests.domain.request import RequestState
from services.requests.service.request import Said
from services.requests.tests.harness import DISPATCHER, HERE, OWNER, Harness
from services.requests.tests.samples import HELPER, submission
from shared.envelope import Envelope
from shared.errors import AlreadyHeard, NotFound
from shared.events import Event
from shared.events.pairing import CareTaskAccepted, CareTaskCompleted, CareTaskUnplaced
from shared.testing import heard
from shared.testing_service import deliver


async def _asked(harness: Harness) -> str:
    request = await harness.service.submit(submission("care.shopping"), communities=HERE)
    return request.id


def _accepted(request_id: str, task: str = "cta_1") -> CareTaskAccepted:
    return CareTaskAccepted(care_task_id=task, request_id=request_id, helper_id=HELPER)


def _completed(request_id: str, task: str = "cta_1") -> CareTaskCompleted:
    return CareTaskCompleted(
        care_task_id=task,
        request_id=request_id,
        helper_id=HELPER,
        household_id="hsh_1",
        service="care.shopping",
    )


def _unplaced(request_id: str, task: str = "cta_1") -> CareTaskUnplaced:
    return CareTaskUnplaced(care_task_id=task, request_id=request_id, reason="no_helper")


async def _hear(harness: Harness, event: Event, envelope: Envelope | None = None) -> Envelope:
    """As the bus would: by type, through the hearing; an event heard before is acknowledged."""
    envelope = envelope or heard(event, "cta_1")
    assert await deliver(hearings(harness.care, harness.estates), envelope)
    return envelope


async def test_the_events_of_a_task_lead_from_assigned_to_resolved(harness: Harness) -> None:
    request_id = await _asked(harness)

    await _hear(harness, _accepted(request_id))
    assert (await harness.service.get(request_id, OWNER)).state is RequestState.IN_PROGRESS
    done = await _hear(harness, _completed(request_id))

    request = await harness.service.get(request_id, OWNER)
    assert request.state is RequestState.RESOLVED
    assert request.handler_id == HELPER
    assert request.resolved_at == done.time
    story = await harness.store.story(request_id)
    assert [e.causationid for e in story[-1:]] == [done.id]


async def test_every_order_and_repetition_of_a_tasks_events_ends_alike(harness: Harness) -> None:
    for order in permutations(["accepted", "completed", "accepted", "completed"]):
        request_id = await _asked(harness)
        events = {"accepted": _accepted(request_id), "completed": _completed(request_id)}
        envelopes = {name: heard(event, "cta_1") for name, event in events.items()}

        for name in order:
            await _hear(harness, events[name], envelopes[name])

        assert (await harness.service.get(request_id, OWNER)).state is RequestState.RESOLVED
        told = await harness.types(request_id)
        assert told == ["submitted", "accepted", "assigned", "started", "resolved"]


async def test_an_event_handled_before_is_known_again(harness: Harness) -> None:
    request_id = await _asked(harness)
    event = _accepted(request_id)
    envelope = await _hear(harness, event)

    with pytest.raises(AlreadyHeard):
        await harness.care.on_accepted(event, envelope)


async def test_a_yes_that_comes_after_the_request_was_closed_changes_nothing(
    harness: Harness,
) -> None:
    request_id = await _asked(harness)
    await _hear(harness, _completed(request_id))
    closed = await harness.service.follow_up(request_id, OWNER, seen=None, said=Said(Answer.YES, 5))

    await _hear(harness, _accepted(request_id))

    assert await harness.service.get(request_id, OWNER) == closed


async def test_a_late_yes_does_not_start_what_the_resident_reopened(harness: Harness) -> None:
    request_id = await _asked(harness)
    await _hear(harness, _completed(request_id))
    reopened = await harness.service.follow_up(
        request_id, OWNER, seen=None, said=Said(Answer.NO, 1)
    )

    await _hear(harness, _accepted(request_id))

    assert await harness.service.get(request_id, OWNER) == reopened
    assert reopened.state is RequestState.REOPENED


async def test_a_task_without_a_helper_gives_the_request_back_with_the_reason(
    harness: Harness,
) -> None:
    request_id = await _asked(harness)

    envelope = await _hear(harness, _unplaced(request_id))
    await _hear(harness, _unplaced(request_id), envelope)

    request = await harness.service.get(request_id, DISPATCHER)
    assert request.state is RequestState.ACCEPTED
    assert request.refusal is not None
    assert request.refusal.reason == "no_helper"
    assert await harness.types(request_id) == ["submitted", "accepted", "assigned", "returned"]


@pytest.mark.parametrize("make", [_accepted, _completed, _unplaced])
async def test_an_event_of_another_community_meets_no_request_of_ours(
    harness: Harness, make: object
) -> None:
    request_id = await _asked(harness)
    event = make(request_id)  # type: ignore[operator]

    with pytest.raises(NotFound):
        await _hear(harness, event, heard(event, "cta_1", community="elsewhere"))
    assert (await harness.service.get(request_id, OWNER)).state is RequestState.ASSIGNED


def test_each_type_is_heard_once(harness: Harness) -> None:
    heard_types = [h.binding for h in hearings(harness.care, harness.estates)]

    assert sorted(heard_types) == [
        "pairing.care_task.accepted.v1",
        "pairing.care_task.completed.v1",
        "pairing.care_task.started.v1",
        "pairing.care_task.unplaced.v1",
        "property.contractor.changed.v1",
        "property.contractor.ended.v1",
        "property.contractor.registered.v1",
        "property.contractor.renewed.v1",
        "property.estate.corrected.v1",
        "property.estate.registered.v1",
    ]
