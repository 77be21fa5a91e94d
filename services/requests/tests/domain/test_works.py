"""What property's work orders mean for a request, in whatever order they are heard."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from services.requests.domain.assignment import Hold, HoldReason, Refusal, Unit
from services.requests.domain.closure import follow_up
from services.requests.domain.follow_up import Answer
from services.requests.domain.handling import assign, hand_over, hold, return_
from services.requests.domain.request import Action, Decided, RequestState, ServiceRequest
from services.requests.domain.works import (
    News,
    work_begun,
    work_cancelled,
    work_done,
    work_sent_back,
)
from services.requests.tests.samples import ACT, LATER, NOW, in_state, said, submitted

S = RequestState
HEARD: dict[str, Callable[..., Decided | None]] = {
    "accepted": work_begun,
    "started": work_begun,
    "completed": work_done,
    "work_accepted": work_done,
    "sent_back": work_sent_back,
    "completed_again": work_done,
    "cancelled": work_cancelled,
}
DONE = ("accepted", "started", "completed", "work_accepted")
REWORK = ("started", "completed", "sent_back", "completed_again")
VERSIONS = {
    "accepted": 3,
    "started": 4,
    "completed": 5,
    "sent_back": 6,
    "completed_again": 7,
    "work_accepted": 8,
    "cancelled": 9,
}


def _news(name: str, order_id: str = "wor_1", assignment: int | None = 1) -> News:
    return News(order_id, VERSIONS[name], assignment, NOW, "per_li")


def _after(request: ServiceRequest, *names: str) -> ServiceRequest:
    for name in names:
        decided = HEARD[name](request, news=_news(name))
        if decided is not None:
            request, events = decided
            assert events
    return request


def test_who_signs_for_the_work_handles_the_request() -> None:
    request = _after(submitted("repair.lift"), "accepted")

    assert (request.state, request.handler_id) == (S.IN_PROGRESS, "per_li")
    assert request.lead_unit is Unit.PROPERTY
    assert request.acknowledged_at == NOW


def test_work_that_is_done_is_a_first_contact_unless_there_was_one_before() -> None:
    begun = _after(submitted("repair.lift"), "accepted", "started")
    assert begun.first_contact_at is None
    assert _after(begun, "completed").first_contact_at == NOW

    earlier = NOW - timedelta(hours=1)
    spoken = replace(begun, first_contact_at=earlier)
    assert _after(spoken, "completed").first_contact_at == earlier


def test_completed_work_asks_the_requester_whether_it_is_solved() -> None:
    request = _after(submitted("repair.lift"), "accepted", "started", "completed")

    assert request.state is S.RESOLVED
    assert request.follow_up_due_at is not None
    assert request.handler_id == "per_li"


@pytest.mark.parametrize("order", list(permutations(DONE)))
def test_the_events_of_an_order_end_alike_however_they_are_shuffled(order: tuple[str, ...]) -> None:
    request = _after(submitted("repair.lift"), *order, *order)

    assert request.state is S.RESOLVED
    assert request.reopened_times == 0


@pytest.mark.parametrize("order", list(permutations(REWORK)))
def test_rework_ends_resolved_and_reopened_once_at_most(order: tuple[str, ...]) -> None:
    request = _after(submitted("repair.lift"), *order, *order)

    assert request.state is S.RESOLVED
    assert request.reopened_times <= 1


def test_work_sent_back_reopens_what_was_resolved_even_if_that_was_not_heard() -> None:
    in_order = _after(submitted("repair.lift"), "accepted", "completed", "sent_back")
    skipped = _after(submitted("repair.lift"), "accepted", "sent_back", "completed")

    assert in_order == skipped
    assert (in_order.state, in_order.reopened_times) == (S.IN_PROGRESS, 1)


def test_work_cancelled_before_anybody_signed_goes_back_to_the_dispatcher() -> None:
    request = _after(submitted("repair.lift"), "cancelled")

    assert request.state is S.ACCEPTED
    assert request.refusal is not None
    assert request.refusal == Refusal("work_cancelled", None, Unit.STAFF)
    assert request.lead_unit is Unit.PROPERTY


def test_work_cancelled_under_way_goes_to_staff_who_sign_for_it() -> None:
    request = _after(submitted("repair.lift"), "accepted", "cancelled")

    assert (request.state, request.handler_id) == (S.IN_PROGRESS, None)
    assert request.assignment is not None
    assert (request.assignment.unit, request.assignment.number) == (Unit.STAFF, 2)
    taken, _ = ACT[Action.TAKE_OVER](request)
    assert taken.lead_unit is Unit.STAFF


def test_work_that_ends_what_waits_lets_it_go_on_first() -> None:
    at_work = _after(submitted("repair.lift"), "accepted")
    waiting, _ = hold(at_work, hold=Hold(HoldReason.PARTS, NOW, LATER))

    decided = work_done(waiting, news=replace(_news("completed"), at=NOW + timedelta(hours=3)))

    assert decided is not None
    request, events = decided
    assert (request.state, request.hold) == (S.RESOLVED, None)
    assert [event.type.split(".")[2] for event in events] == ["resumed", "resolved"]


def test_an_order_of_an_earlier_assignment_changes_nothing() -> None:
    given, _ = return_(submitted("repair.lift"), refusal=Refusal("no_capacity", None, Unit.STAFF))
    again, _ = assign(given, unit=Unit.PROPERTY, at=NOW)

    for name, hear in HEARD.items():
        assert hear(again, news=_news(name)) is None
        if name != "cancelled":
            assert hear(again, news=_news(name, "wor_2", 2)) is not None


def test_an_order_of_the_volunteers_moves_their_request_as_a_companys_does() -> None:
    given, _ = hand_over(submitted("repair.lift"), unit=Unit.TEAM, at=NOW)
    assert given.assignment is not None
    begun = work_begun(given, news=_news("accepted", assignment=given.assignment.number))
    assert begun is not None
    assert (begun[0].state, begun[0].handler_id) == (S.IN_PROGRESS, "per_li")


def test_an_order_of_what_another_unit_has_changes_nothing() -> None:
    given, _ = hand_over(submitted("repair.lift"), unit=Unit.STAFF, at=NOW)

    for name, hear in HEARD.items():
        assert hear(given, news=_news(name)) is None
        assert hear(given, news=_news(name, assignment=2)) is None


def test_what_the_resident_reopened_is_in_progress_when_the_work_was_sent_back() -> None:
    resolved = _after(submitted("repair.lift"), "accepted", "completed")
    reopened, _ = follow_up(resolved, said=said(Answer.NO, 1))

    at_work = _after(reopened, "sent_back")

    assert (at_work.state, at_work.reopened_times) == (S.IN_PROGRESS, 1)


@pytest.mark.parametrize("state", [S.CLOSED, S.WITHDRAWN, S.MERGED, S.REFERRED, S.REJECTED])
@pytest.mark.parametrize("name", HEARD)
def test_what_is_over_stays_over(state: RequestState, name: str) -> None:
    over = replace(in_state(state), assignment=submitted("repair.lift").assignment, work=None)

    assert HEARD[name](over, news=_news(name)) is None
