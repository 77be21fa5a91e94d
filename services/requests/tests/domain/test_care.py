"""What care tasks mean for a request, in whatever order they are heard."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from services.requests.domain.assignment import CareTask, Hold, HoldReason, Refusal, Unit
from services.requests.domain.care import (
    News,
    care_accepted,
    care_completed,
    care_started,
    care_unplaced,
)
from services.requests.domain.closure import follow_up, withdraw
from services.requests.domain.follow_up import Answer
from services.requests.domain.handling import assign, hold, resolve, return_, start
from services.requests.domain.request import Decided, RequestState, ServiceRequest
from services.requests.tests.samples import HELPER, NOW, STAFF, in_state, said, submitted

S = RequestState


def _news(task_id: str, sequence: int, helper_id: str = HELPER) -> News:
    return News(task_id, sequence, NOW, helper_id)


def _accepted(request: ServiceRequest, task_id: str = "cta_1") -> Decided | None:
    return care_accepted(request, news=_news(task_id, 2))


def _started(request: ServiceRequest, task_id: str = "cta_1") -> Decided | None:
    return care_started(request, news=_news(task_id, 3))


def _completed(request: ServiceRequest, task_id: str = "cta_1") -> Decided | None:
    return care_completed(request, news=_news(task_id, 4))


def _unplaced(request: ServiceRequest, task_id: str = "cta_1") -> Decided | None:
    return care_unplaced(request, news=_news(task_id, 5), reason="no_helper")


def _decided(decided: Decided | None) -> Decided:
    assert decided is not None
    return decided


def _after(decided: Decided | None) -> ServiceRequest:
    assert decided is not None
    return decided[0]


def test_a_helpers_yes_starts_the_request() -> None:
    decided = _accepted(submitted("care.shopping"))

    request = _after(decided)
    assert request.state is S.IN_PROGRESS
    assert request.handler_id == HELPER
    assert request.care_task == CareTask("cta_1", under_way=True, seen=2)


def test_a_helpers_report_resolves_the_request_and_asks_for_follow_up() -> None:
    request = _after(_completed(_after(_accepted(submitted("care.shopping")))))

    assert request.state is S.RESOLVED
    assert request.care_task == CareTask("cta_1", under_way=False, seen=4)
    assert request.follow_up_due_at is not None


def test_care_that_was_given_counts_as_a_contact_unless_there_was_one_before() -> None:
    accepted = _after(_accepted(submitted("care.shopping")))
    assert accepted.first_contact_at is None

    assert _after(_completed(accepted)).first_contact_at == NOW
    spoken_at = NOW - timedelta(hours=1)
    spoken = replace(accepted, first_contact_at=spoken_at)
    assert _after(_completed(spoken)).first_contact_at == spoken_at


def test_that_a_helper_is_at_it_is_the_first_contact() -> None:
    request, events = _decided(_started(_after(_accepted(submitted("care.shopping")))))

    assert (request.state, request.first_contact_at) == (S.IN_PROGRESS, NOW)
    assert [event.type for event in events] == ["requests.request.contacted.v1"]
    assert _started(request) is None


def test_accepted_started_and_completed_end_alike_in_every_order() -> None:
    ends = set()
    for order in permutations([_accepted, _started, _completed]):
        request, told = submitted("care.shopping"), []
        for hear in order:
            if decided := hear(request):
                request, events = decided
                told += [event.type.split(".")[2] for event in events]
        assert [each for each in told if each != "contacted"] == ["started", "resolved"]
        assert told.count("contacted") <= 1
        ends.add((request.state, request.handler_id, request.care_task, request.first_contact_at))

    assert ends == {(S.RESOLVED, HELPER, CareTask("cta_1", under_way=False, seen=4), NOW)}


def test_who_gave_it_back_is_followed_by_another_in_whatever_order_they_are_heard() -> None:
    first = _news("cta_1", 2, "mem_first")
    second = _news("cta_1", 5, "mem_second")
    for order in ((first, second), (second, first), (first, second, first)):
        request, told = submitted("care.shopping"), []
        for news in order:
            if decided := care_accepted(request, news=news):
                request, events = decided
                told += [event.type.split(".")[2] for event in events]
        assert (request.state, request.handler_id) == (S.IN_PROGRESS, "mem_second")
        assert set(told) == {"started"}


@pytest.mark.parametrize("on_hold", [False, True])
def test_what_nobody_does_any_more_under_way_is_handed_to_staff_with_the_reason(
    on_hold: bool,
) -> None:
    request = _after(_accepted(submitted("care.shopping")))
    if on_hold:
        request, _ = hold(request, hold=Hold(HoldReason.ACCESS, NOW))

    handed = _after(_unplaced(request))

    assert handed.assignment is not None
    assert (handed.assignment.unit, handed.handler_id) == (Unit.STAFF, None)
    assert handed.refusal == Refusal("no_helper")
    for hear in (_accepted, _started, _completed, _unplaced):
        assert hear(handed) is None


def test_a_reopened_request_that_nobody_takes_up_again_is_handed_to_staff() -> None:
    resolved = _after(_completed(submitted("care.shopping")))
    reopened, _ = follow_up(resolved, said=said(Answer.NO))

    handed = _after(_unplaced(reopened, "cta_2"))

    assert handed.assignment is not None
    assert (handed.state, handed.assignment.unit) == (S.REOPENED, Unit.STAFF)


def test_a_request_without_a_helper_goes_back_to_the_dispatcher_with_the_reason() -> None:
    request = _after(_unplaced(submitted("care.shopping")))

    assert request.state is S.ACCEPTED
    assert request.refusal == Refusal("no_helper")
    assert request.assignment is None


@pytest.mark.parametrize("hear", [_accepted, _started, _completed, _unplaced])
@pytest.mark.parametrize("state", RequestState)
def test_a_care_task_means_nothing_to_a_request_that_care_does_not_have(
    state: RequestState, hear: object
) -> None:
    assert hear(in_state(state)) is None  # type: ignore[operator]


@pytest.mark.parametrize("hear", [_accepted, _started, _completed, _unplaced])
def test_a_withdrawn_request_stays_withdrawn_whatever_the_helper_does(hear: object) -> None:
    withdrawn, _ = withdraw(_after(_accepted(submitted("care.shopping"))), at=NOW)

    assert hear(withdrawn) is None  # type: ignore[operator]
    assert hear(withdrawn, "cta_2") is None  # type: ignore[operator]


@pytest.mark.parametrize("hear", [_accepted, _started, _completed, _unplaced])
def test_the_events_of_the_first_round_do_not_touch_the_second(hear: object) -> None:
    resolved = _after(_completed(_after(_accepted(submitted("care.shopping")))))
    reopened, _ = follow_up(resolved, said=said(Answer.NO))
    at_it_again, _ = start(reopened, handler_id=STAFF, at=NOW)

    assert hear(reopened) is None  # type: ignore[operator]
    assert hear(at_it_again) is None  # type: ignore[operator]


def test_a_new_task_may_take_up_a_reopened_request() -> None:
    resolved = _after(_completed(submitted("care.shopping")))
    reopened, _ = follow_up(resolved, said=said(Answer.PARTLY))

    assert _after(_accepted(reopened, "cta_2")).state is S.IN_PROGRESS
    assert _after(_completed(reopened, "cta_2")).state is S.RESOLVED


def test_a_report_after_staff_resolved_the_request_comes_too_late() -> None:
    at_it = _after(_accepted(submitted("care.shopping")))
    resolved, _ = resolve(at_it, at=NOW, handler_id=STAFF)
    reopened, _ = follow_up(resolved, said=said(Answer.NO))

    assert _completed(resolved) is None
    assert _completed(reopened) is None


def test_a_task_that_was_unplaced_does_not_unplace_the_next_assignment() -> None:
    back = _after(_unplaced(submitted("care.shopping")))
    again, _ = assign(back, unit=Unit.CARE, at=NOW)

    assert _unplaced(again) is None
    assert _after(_unplaced(again, "cta_2")).state is S.ACCEPTED


def test_a_request_that_staff_took_from_care_hears_no_more_of_it() -> None:
    returned, _ = return_(submitted("care.shopping"), refusal=Refusal("wrong_unit"))
    with_staff, _ = assign(returned, unit=Unit.STAFF, at=NOW)

    assert _accepted(with_staff) is None
    assert _completed(with_staff) is None
    assert _unplaced(with_staff) is None
