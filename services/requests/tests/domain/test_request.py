"""The life of a request: every pair of state and action, and what each step leaves behind."""

from datetime import timedelta

import pytest

from services.requests.domain.assignment import Refusal, Unit
from services.requests.domain.closure import close, follow_up
from services.requests.domain.follow_up import Answer
from services.requests.domain.handling import accept, assign, reject, resolve, return_, start
from services.requests.domain.request import TRANSITIONS, Action, RequestState
from services.requests.domain.service_type import SLA_SPANS
from services.requests.domain.service_type_seed import SERVICE_TYPES
from services.requests.tests.samples import (
    ACT,
    LATER,
    NOW,
    STAFF,
    in_state,
    said,
    submitted,
)
from shared.errors import Invalid, WrongState
from shared.testing import refused_by_table

S = RequestState


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("state", RequestState)
def test_every_action_in_every_state_follows_the_table(state: RequestState, action: Action) -> None:
    request = in_state(state)
    assert request.state is state

    if action in TRANSITIONS[state]:
        after, events = ACT[action](request)
        assert after.state is TRANSITIONS[state][action]
        assert events
    else:
        with refused_by_table("request", state, action):
            ACT[action](request)


def test_the_table_is_that_of_the_domain_model() -> None:
    leads = {
        state: {after for action, after in actions.items() if action is not Action.REINSTATE}
        - {state}
        for state, actions in TRANSITIONS.items()
    }

    assert leads == {
        S.SUBMITTED: {S.ACCEPTED, S.REJECTED, S.WITHDRAWN},
        S.ACCEPTED: {S.ASSIGNED, S.MERGED, S.REFERRED, S.WITHDRAWN},
        S.ASSIGNED: {S.IN_PROGRESS, S.ACCEPTED},
        S.IN_PROGRESS: {S.ON_HOLD, S.RESOLVED, S.MERGED, S.REFERRED, S.WITHDRAWN},
        S.ON_HOLD: {S.IN_PROGRESS},
        S.RESOLVED: {S.CLOSED, S.REOPENED},
        S.REOPENED: {S.IN_PROGRESS},
        S.CLOSED: set(),
        S.REJECTED: set(),
        S.MERGED: set(),
        S.REFERRED: set(),
        S.WITHDRAWN: set(),
    }


@pytest.mark.parametrize("code", SERVICE_TYPES)
def test_acceptance_promises_the_deadline_of_the_class(code: str) -> None:
    kind = SERVICE_TYPES[code]
    request = submitted(code)
    if request.due_at is None:
        request, _ = accept(request, at=NOW)

    assert request.due_at == NOW + SLA_SPANS[kind.sla_class]


def test_the_deadline_stays_when_a_unit_returns_the_request() -> None:
    request = in_state(S.ASSIGNED)

    back, events = return_(request, refusal=Refusal("wrong_unit", "管线归物业", Unit.PROPERTY))
    again, _ = assign(back, unit=Unit.PROPERTY, at=LATER)

    assert back.assignment is None
    assert back.refusal == Refusal("wrong_unit", "管线归物业", Unit.PROPERTY)
    assert again.due_at == request.due_at
    assert again.refusal is None
    assert [event.model_dump() for event in events] == [
        {
            "request_id": request.id,
            "visibility": "public",
            "reason": "wrong_unit",
            "suggested_unit": "property",
        }
    ]


def test_the_words_of_a_rejection_stay_in_the_request() -> None:
    refusal = Refusal("outside_remit", "请拨打 12345")
    rejected, events = reject(submitted(), refusal=refusal, at=NOW)

    assert rejected.refusal is not None
    assert rejected.refusal.note == "请拨打 12345"
    assert "12345" not in str(events)


def test_an_assignment_tells_pairing_all_that_it_needs() -> None:
    request = in_state(S.ACCEPTED)

    _, (event,) = assign(request, unit=Unit.CARE, at=NOW)

    assert event.model_dump() == {
        "request_id": request.id,
        "visibility": "public",
        "unit": "care",
        "service_code": "noise",
        "requester_id": "per_resident",
        "estate_id": "est_1",
        "dwelling_id": "dwl_1",
        "building_id": "bld_1",
        "post": None,
        "number": 1,
        "due_at": request.due_at,
    }


def test_a_resolved_request_asks_its_requester_for_seven_days() -> None:
    resolved, _ = resolve(in_state(S.IN_PROGRESS), at=NOW, handler_id=STAFF, note="已协调")

    assert resolved.follow_up_due_at == NOW + timedelta(days=7)
    assert resolved.resolution == "已协调"
    assert resolved.handler_id == STAFF


def test_a_request_without_an_answer_closes_only_when_the_time_for_one_is_over() -> None:
    resolved = in_state(S.RESOLVED)
    assert resolved.follow_up_due_at is not None

    with pytest.raises(WrongState) as refused:
        close(resolved, at=resolved.follow_up_due_at - timedelta(milliseconds=1))
    closed, events = close(resolved, at=resolved.follow_up_due_at)

    assert refused.value.code == "request.follow_up_open"
    assert closed.state is S.CLOSED
    assert [event.type for event in events] == ["requests.request.closed.v1"]


def test_a_solved_request_is_followed_up_and_closed_in_one_step() -> None:
    closed, events = follow_up(in_state(S.RESOLVED), said=said(Answer.YES, 5))

    assert closed.state is S.CLOSED
    assert closed.follow_up == said(Answer.YES, 5)
    assert closed.follow_up_due_at is None
    assert [event.type for event in events] == [
        "requests.request.followed_up.v1",
        "requests.request.closed.v1",
    ]


@pytest.mark.parametrize("answer", [Answer.PARTLY, Answer.NO])
def test_what_is_not_solved_is_reopened_and_escalated_the_second_time(answer: Answer) -> None:
    once, events = follow_up(in_state(S.RESOLVED), said=said(answer, 2))
    assert (once.state, once.reopened_times, once.escalated) == (S.REOPENED, 1, False)
    assert events[1].model_dump(exclude={"visibility"}) == {"request_id": once.id, "times": 1}

    at_it, _ = start(once, handler_id=STAFF, at=NOW)
    done, _ = resolve(at_it, at=NOW, handler_id=STAFF)
    twice, events = follow_up(done, said=said(answer))

    assert (twice.state, twice.reopened_times, twice.escalated) == (S.REOPENED, 2, True)
    assert events[1].model_dump(exclude={"visibility"}) == {"request_id": once.id, "times": 2}


@pytest.mark.parametrize("satisfaction", [0, 6, -1])
def test_satisfaction_outside_one_to_five_is_refused(satisfaction: int) -> None:
    with pytest.raises(Invalid) as refused:
        follow_up(in_state(S.RESOLVED), said=said(Answer.YES, satisfaction))

    assert refused.value.facts["pointer"] == "/satisfaction"


@pytest.mark.parametrize("state", sorted(set(RequestState) - {S.RESOLVED}))
def test_a_follow_up_before_or_after_its_time_is_refused(state: RequestState) -> None:
    with pytest.raises(WrongState):
        follow_up(in_state(state), said=said(Answer.YES))
