"""What time alone does to a request: each thing once, however late anybody looks."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.domain.alarm import tick
from services.requests.domain.assignment import Hold, HoldReason, Unit
from services.requests.domain.closure import reopen
from services.requests.domain.deadline import AGAIN_MAX, PROMISES, Milestone, Promise, Stage
from services.requests.domain.handling import accept, assign, contact, hold, resolve, start
from services.requests.domain.request import RequestState, ServiceRequest, timed
from services.requests.domain.service_type import SlaClass
from services.requests.domain.working_hours import WorkingHours
from services.requests.tests.samples import NOW, STAFF, in_state, submitted
from shared.events import Event

HOUR = timedelta(hours=1)
UTILITY = PROMISES[SlaClass.UTILITY]
"""24 hours; signed for in 2, called in 4, told again every 6."""
OFFICE = replace(UTILITY, hours=WorkingHours(9 * 60, 17 * 60))
TIMERS = ("warned", "delayed", "kept_waiting", "escalated", "resumed", "closed")


def fresh(promise: Promise = UTILITY) -> ServiceRequest:
    return timed(replace(submitted(), promise=promise))


def given_out(promise: Promise = UTILITY) -> ServiceRequest:
    request, _ = accept(fresh(promise), at=NOW)
    return assign(request, unit=Unit.PROPERTY, at=NOW)[0]


def at_work(promise: Promise = UTILITY) -> ServiceRequest:
    """Signed for and called at once: only the deadline is left to be told of."""
    request, _ = start(given_out(promise), handler_id=STAFF, at=NOW)
    return contact(request, by=STAFF, at=NOW)[0]


def words(events: list[Event]) -> list[str]:
    """The participles, with what tells two of a kind apart."""
    told = []
    for event in events:
        facts = event.model_dump()
        which = facts.get("used_percent") or facts.get("times") or facts.get("milestone")
        told.append(event.type.split(".")[2] + (f" {which}" if which else ""))
    return told


def looked_at(
    request: ServiceRequest, *moments: datetime
) -> tuple[ServiceRequest, list[list[str]]]:
    """What each look at it told."""
    each = []
    for at in moments:
        ticked = tick(request, at=at)
        request, events = ticked or (request, [])
        each.append(words(events))
    return request, each


def test_nothing_happens_before_the_alarm() -> None:
    request = at_work()
    assert request.alarm_at == NOW + 12 * HOUR
    assert tick(request, at=NOW + 12 * HOUR - timedelta(microseconds=1)) is None


def test_half_most_due_and_again_are_told_each_at_its_time() -> None:
    hours = (12, 19.2, 24, 30, 36)
    request, told = looked_at(at_work(), *(NOW + hour * HOUR for hour in hours))
    assert told == [
        ["warned 50"],
        ["warned 80"],
        ["delayed 1"],
        ["delayed 2", "escalated"],
        ["delayed 3"],
    ]
    assert (request.stage, request.escalated, request.alarm_at) == (
        Stage.OVERDUE,
        True,
        NOW + 42 * HOUR,
    )


def test_an_event_says_who_has_it_and_when_it_was_due() -> None:
    _, [event] = tick(at_work(), at=NOW + 13 * HOUR) or (None, [])
    assert event.model_dump() == {
        "request_id": at_work().id,
        "visibility": "public",
        "used_percent": 50,
        "unit": "property",
        "due_at": NOW + 24 * HOUR,
    }


def test_what_was_missed_while_nobody_looked_is_told_once_and_repetitions_as_one() -> None:
    request, told = looked_at(at_work(), NOW + 100 * HOUR, NOW + 100 * HOUR)
    assert told == [["warned 50", "warned 80", "delayed 1", "delayed 13", "escalated"], []]
    assert request.told_late == 13


def test_a_branch_secretary_who_sees_to_it_already_is_not_told_again() -> None:
    request = replace(at_work(), escalated=True)
    _, told = looked_at(request, NOW + 30 * HOUR)
    assert told == [["warned 50", "warned 80", "delayed 1", "delayed 2"]]


def test_being_late_is_not_told_for_ever() -> None:
    request, _ = looked_at(at_work(), NOW + 24 * HOUR + AGAIN_MAX * 6 * HOUR)
    assert (request.told_late, request.alarm_at) == (AGAIN_MAX + 1, None)
    assert tick(request, at=NOW + 99_999 * HOUR) is None


def test_nobody_accepted_it_in_time() -> None:
    request, told = looked_at(fresh(), NOW + HOUR, NOW + 99 * HOUR)
    assert told == [["kept_waiting accepted"], []]
    assert (request.state, request.alarm_at) == (RequestState.SUBMITTED, None)


def test_nobody_signed_for_it_nor_spoke_to_its_requester_in_time() -> None:
    request, told = looked_at(given_out(), NOW + 2 * HOUR, NOW + 4 * HOUR)
    assert told == [["kept_waiting acknowledged"], ["kept_waiting first_contact"]]
    assert request.told_missed == (Milestone.ACKNOWLEDGED, Milestone.FIRST_CONTACT)


def test_a_hold_ends_when_it_was_to_end_though_nobody_looked() -> None:
    until = NOW + 10 * HOUR
    held, _ = hold(at_work(), hold=Hold(HoldReason.PARTS, NOW + 2 * HOUR, until))
    assert held.alarm_at == until
    request, told = looked_at(held, NOW + 20 * HOUR)
    assert told == [["resumed", "warned 50"]]
    assert (request.state, request.hold) == (RequestState.IN_PROGRESS, None)
    assert request.due_at == NOW + (24 + 8) * HOUR


def test_a_hold_without_an_end_waits_for_somebody() -> None:
    held, _ = hold(at_work(), hold=Hold(HoldReason.PARTS, NOW))
    assert held.alarm_at is None
    assert tick(held, at=NOW + 9_999 * HOUR) is None


def test_what_nobody_answered_is_closed() -> None:
    resolved, _ = resolve(at_work(), at=NOW + HOUR, handler_id=STAFF)
    assert resolved.alarm_at == resolved.follow_up_due_at
    closed, told = looked_at(resolved, NOW + 7 * 24 * HOUR, NOW + (7 * 24 + 1) * HOUR)
    assert told == [[], ["closed"]]
    assert (closed.state, closed.alarm_at) == (RequestState.CLOSED, None)


def test_how_long_one_may_be_silent_is_promised_too() -> None:
    request = at_work(replace(UTILITY, answer_seconds=3600))
    resolved, _ = resolve(request, at=NOW, handler_id=STAFF)
    assert resolved.alarm_at == resolved.follow_up_due_at == NOW + HOUR


def test_what_was_resolved_for_a_while_is_not_late_for_that() -> None:
    resolved, _ = resolve(at_work(), at=NOW + 10 * HOUR, handler_id=STAFF)
    reopened, _ = reopen(resolved, at=NOW + 100 * HOUR)
    assert reopened.due_at == NOW + (100 + 14) * HOUR
    assert reopened.alarm_at == NOW + (100 + 2) * HOUR


def test_after_its_end_nothing_rings() -> None:
    for state in ("closed", "rejected", "merged", "referred", "withdrawn"):
        assert timed(replace(at_work(), state=RequestState(state))).alarm_at is None


@given(
    st.sampled_from([UTILITY, OFFICE, PROMISES[SlaClass.EMERGENCY]]),
    st.lists(st.integers(0, 60 * 24 * 12), min_size=1, max_size=25).map(sorted),
)
def test_whoever_looks_when_and_how_often_everything_is_told_once(
    promise: Promise, minutes: list[int]
) -> None:
    moments = [NOW + timedelta(minutes=minute) for minute in minutes]
    request, told = looked_at(given_out(promise), *moments)
    counts = Counter(word for each in told for word in each)
    assert set(counts.values()) <= {1}
    # One who looks at every alarm has told the same by then, but for repetitions left out.
    diligent, all_told = given_out(promise), set[str]()
    while diligent.alarm_at is not None and diligent.alarm_at <= moments[-1]:
        alarm_at = diligent.alarm_at
        diligent, each = looked_at(diligent, alarm_at)
        assert each != [[]], "an alarm rings for something"
        assert diligent.alarm_at is None or diligent.alarm_at > alarm_at
        all_told |= set(each[0])
    assert set(counts) <= all_told
    assert all(word.startswith("delayed") for word in all_told - set(counts))
    assert replace(request, told_missed=()) == replace(diligent, told_missed=())
    assert set(request.told_missed) == set(diligent.told_missed)


@pytest.mark.parametrize("state", RequestState)
def test_a_look_in_any_state_is_no_error(state: RequestState) -> None:
    request = in_state(state)
    ticked = tick(request, at=NOW + 9_999 * HOUR)
    assert (request.alarm_at is None) == (ticked is None)
    assert ticked is None or ticked[1]
