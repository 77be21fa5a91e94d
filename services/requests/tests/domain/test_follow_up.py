"""Following up: what is said, that nobody said anything, and the link that stands for a person."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.domain.closure import call_back, close, follow_up
from services.requests.domain.follow_up import (
    FOLLOW_UP_SPAN,
    FOLLOW_UPS_MAX,
    Answer,
    FollowUp,
    Method,
)
from services.requests.domain.follow_up_link import link_for, proves, read_link, waits
from services.requests.domain.handling import resolve, start
from services.requests.domain.request import RequestState, ServiceRequest
from services.requests.tests.samples import LATER, NOW, STAFF, in_state, said, unanswered
from shared.errors import Invalid, NotAllowed, WrongState

S = RequestState
CALLER = "per_caller"
KEY, OTHER_KEY = b"k" * 32, b"o" * 32


def asked(**facts: object) -> FollowUp:
    return replace(unanswered(CALLER), **facts)  # type: ignore[arg-type]


def resolved_again(request: ServiceRequest, at: object = NOW + timedelta(days=1)) -> ServiceRequest:
    request, _ = start(request, handler_id=STAFF, at=NOW)
    return resolve(request, at=at, handler_id=STAFF)[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "state"),
    [(Answer.YES, S.CLOSED), (Answer.PARTLY, S.REOPENED), (Answer.NO, S.REOPENED)],
)
def test_a_call_closes_what_is_solved_and_reopens_what_is_not(answer: Answer, state: S) -> None:
    heard = asked(contacted=True, resolved=answer, satisfaction=4)

    request, events = call_back(in_state(S.RESOLVED), said=heard)

    assert request.state is state
    assert (request.follow_up, request.follow_ups) == (heard, (heard,))
    assert (events[0].type, events[0].model_dump()["method"]) == (
        "requests.request.followed_up.v1",
        "phone",
    )


@pytest.mark.parametrize("contacted", [False, True])
def test_a_call_without_an_answer_is_kept_and_the_request_goes_on_waiting(contacted: bool) -> None:
    before = in_state(S.RESOLVED)

    request, events = call_back(before, said=asked(contacted=contacted))

    assert request.state is S.RESOLVED
    assert (request.follow_up_due_at, request.alarm_at) == (
        before.follow_up_due_at,
        before.alarm_at,
    )
    assert [event.type for event in events] == ["requests.request.called_back.v1"]
    assert request.follow_up == asked(contacted=contacted)


def test_nobody_keeps_the_record_of_what_is_said_about_the_own_work() -> None:
    request = in_state(S.RESOLVED)
    assert request.handler_id == STAFF

    with pytest.raises(NotAllowed):
        call_back(request, said=unanswered(STAFF))


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({"resolved": Answer.YES, "contacted": False}, "/resolved"),
        ({"resolved": None, "contacted": True, "satisfaction": 5}, "/resolved"),
        ({"resolved": Answer.YES, "contacted": True, "satisfaction": 0}, "/satisfaction"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused(facts: dict[str, object], pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        call_back(in_state(S.RESOLVED), said=asked(**facts))
    assert refused.value.facts["pointer"] == pointer


@pytest.mark.parametrize("state", [state for state in S if state is not S.RESOLVED])
def test_nobody_is_asked_about_what_is_not_done(state: S) -> None:
    with pytest.raises(WrongState):
        follow_up(in_state(state), said=unanswered(CALLER))


def test_silence_is_a_follow_up_without_an_answer() -> None:
    request, _ = close(in_state(S.RESOLVED), at=LATER)

    assert request.follow_up is not None
    assert (request.follow_up.method, request.follow_up.contacted) == (Method.SILENCE, False)
    assert (request.follow_up.resolved, request.follow_up.at) == (None, LATER)


def test_every_follow_up_is_kept_and_the_last_one_counts() -> None:
    request, _ = follow_up(in_state(S.RESOLVED), said=said(Answer.NO, 1))
    request = resolved_again(request)
    for _ in range(FOLLOW_UPS_MAX):
        request, _ = call_back(request, said=unanswered(CALLER))
    request, _ = follow_up(request, said=said(Answer.YES, 5))

    assert request.follow_up == said(Answer.YES, 5)
    assert request.follow_ups[-1] == request.follow_up
    assert len(request.follow_ups) == FOLLOW_UPS_MAX


def test_a_second_reopening_goes_to_the_branch_secretary() -> None:
    request, first = follow_up(in_state(S.RESOLVED), said=said(Answer.NO))
    request, second = follow_up(resolved_again(request), said=said(Answer.PARTLY))

    escalations = [event for event in first + second if event.type.endswith("escalated.v1")]
    assert [event.model_dump()["to"] for event in escalations] == ["branch"]
    assert escalations[0] in second
    assert request.escalated


def test_a_link_is_for_the_resolution_that_it_was_made_for() -> None:
    request = in_state(S.RESOLVED)
    link = link_for(request, key=KEY, at=NOW)

    assert read_link(link.token) == link
    assert len(link.token) <= 64
    assert proves(link, request, [OTHER_KEY, KEY])
    assert not proves(link, request, [OTHER_KEY])
    assert not proves(link, replace(request, id="req_01JTCZ4Y6B8Q2M5N7P9R3S4T5W"), [KEY])
    closed, _ = follow_up(request, said=said(Answer.YES))
    assert proves(link, closed, [KEY])
    reopened, _ = follow_up(request, said=said(Answer.NO))
    assert not proves(link, resolved_again(reopened), [KEY])


def test_a_link_opens_until_the_answer_is_there_or_its_time_is_over() -> None:
    request = in_state(S.RESOLVED)
    assert waits(request, at=NOW + FOLLOW_UP_SPAN - timedelta(seconds=1))

    assert not waits(request, at=NOW + FOLLOW_UP_SPAN)
    with pytest.raises(WrongState):
        link_for(request, key=KEY, at=NOW + FOLLOW_UP_SPAN)
    for answer in Answer:
        assert not waits(follow_up(request, said=said(answer))[0], at=NOW)


@pytest.mark.parametrize("state", [state for state in S if state is not S.RESOLVED])
def test_there_is_no_link_for_what_is_not_done(state: S) -> None:
    with pytest.raises(WrongState):
        link_for(in_state(state), key=KEY, at=NOW)


def test_a_request_that_was_never_resolved_is_proved_by_nothing() -> None:
    request = in_state(S.ASSIGNED)
    link = link_for(in_state(S.RESOLVED), key=KEY, at=NOW)

    assert link.request_id == request.id
    assert not proves(link, request, [KEY])


@given(st.text(max_size=80))
def test_whatever_is_no_token_is_no_link(text: str) -> None:
    assert read_link(text) is None


@given(st.data())
def test_a_token_with_one_sign_changed_proves_nothing(data: st.DataObject) -> None:
    request = in_state(S.RESOLVED)
    token = link_for(request, key=KEY, at=NOW).token
    place = data.draw(st.integers(0, len(token) - 1))
    sign = data.draw(st.sampled_from("0123456789abcdefXYZ_-").filter(lambda s: s != token[place]))

    link = read_link(f"{token[:place]}{sign}{token[place + 1 :]}")

    assert link is None or link.request_id != request.id or not proves(link, request, [KEY])
