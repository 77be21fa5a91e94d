"""What handlers do beyond the straight way: wait, pass on, help, set right."""

from datetime import timedelta

import pytest

from services.requests.domain.assignment import Hold, HoldReason, Referral, Refusal, Unit
from services.requests.domain.correction import CORRECTIONS_MAX, Fields, correct, reinstate
from services.requests.domain.deadline import Pause
from services.requests.domain.handling import (
    PAUSES_MAX,
    assign,
    assist,
    contact,
    hand_over,
    hold,
    refer,
    resume,
    return_,
    sign,
    start,
)
from services.requests.domain.progress import Correction
from services.requests.domain.request import RequestState
from services.requests.domain.service_type import Visibility
from services.requests.tests.samples import HELPER, LATER, NOW, STAFF, in_state, submitted
from shared.errors import Conflict, Invalid, WrongState

S = RequestState
WHY = Correction("entered_wrongly", (), STAFF, NOW, "记错了")


def test_what_waits_goes_on_with_its_clocks_later_by_the_wait() -> None:
    at_work = in_state(S.IN_PROGRESS)
    assert at_work.due_at is not None

    held, _ = hold(at_work, hold=Hold(HoldReason.PARTS, NOW, LATER))
    on, events = resume(held, at=NOW + timedelta(hours=5))

    assert held.hold == Hold(HoldReason.PARTS, NOW, LATER)
    assert held.alarm_at == LATER
    assert on.pauses == (Pause(NOW, NOW + timedelta(hours=5)),)
    assert on.due_at == at_work.due_at + timedelta(hours=5)
    assert on.hold is None
    assert [event.type for event in events] == ["requests.request.resumed.v1"]


def test_a_wait_ends_no_later_than_it_was_to_end() -> None:
    held, _ = hold(in_state(S.IN_PROGRESS), hold=Hold(HoldReason.WEATHER, NOW, LATER))

    on, _ = resume(held, at=LATER + timedelta(days=3))

    assert on.pauses == (Pause(NOW, LATER),)


def test_a_wait_that_is_over_before_it_begins_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        hold(in_state(S.IN_PROGRESS), hold=Hold(HoldReason.PARTS, NOW, NOW))

    assert refused.value.facts["pointer"] == "/until"


def test_nobody_is_kept_waiting_without_end_of_waits() -> None:
    request = in_state(S.IN_PROGRESS)
    for n in range(PAUSES_MAX):
        at = NOW + timedelta(hours=2 * n)
        request, _ = hold(request, hold=Hold(HoldReason.OTHERS, at))
        request, _ = resume(request, at=at + timedelta(hours=1))

    with pytest.raises(Conflict):
        hold(request, hold=Hold(HoldReason.OTHERS, LATER))


def test_the_reason_of_a_wait_is_told_and_its_words_are_not() -> None:
    _, (event,) = hold(
        in_state(S.IN_PROGRESS), hold=Hold(HoldReason.REQUESTER, NOW, None, "王奶奶住院")
    )

    assert event.model_dump()["reason"] == "requester"
    assert "王奶奶" not in event.model_dump_json()


def test_the_first_unit_leads_until_another_has_signed() -> None:
    request, _ = assign(in_state(S.ACCEPTED), unit=Unit.PROPERTY, at=NOW)
    refusal = Refusal("wrong_unit", None, Unit.STAFF)
    returned, _ = return_(request, refusal=refusal)
    again, _ = assign(returned, unit=Unit.STAFF, at=NOW)
    signed, _ = start(again, handler_id=STAFF, at=NOW)

    assert [r.lead_unit for r in (request, returned, again, signed)] == [
        Unit.PROPERTY,
        Unit.PROPERTY,
        Unit.PROPERTY,
        Unit.STAFF,
    ]
    assert [r.assignment and r.assignment.number for r in (request, again)] == [1, 2]


@pytest.mark.parametrize("state", [S.ASSIGNED, S.IN_PROGRESS, S.ON_HOLD, S.REOPENED])
def test_the_dispatcher_may_hand_it_over_and_the_new_unit_signs(state: RequestState) -> None:
    request = in_state(state)

    given, (event,) = hand_over(request, unit=Unit.TEAM, at=LATER)
    signed, _ = sign(given, handler_id=HELPER, at=LATER)

    assert given.state is state
    assert (given.lead_unit, given.handler_id) == (Unit.TEAM, None)
    assert event.model_dump()["number"] == 2
    assert signed.handler_id == HELPER
    assert signed.state is (state if state in (S.IN_PROGRESS, S.ON_HOLD) else S.IN_PROGRESS)
    with pytest.raises(WrongState):
        sign(signed, handler_id=STAFF, at=LATER)


def test_one_unit_more_may_help_but_not_twice() -> None:
    helped, _ = assist(in_state(S.IN_PROGRESS), unit=Unit.TEAM)

    assert helped.co_units == (Unit.TEAM,)
    for unit in (Unit.TEAM, Unit.STAFF):
        with pytest.raises(Conflict):
            assist(helped, unit=unit)
    leads, _ = hand_over(helped, unit=Unit.TEAM, at=NOW)
    assert leads.co_units == ()


def test_the_first_word_with_the_requester_is_the_one_that_counts() -> None:
    once, _ = contact(in_state(S.ASSIGNED), by=STAFF, at=NOW)
    twice, _ = contact(once, by=STAFF, at=LATER)

    assert (once.first_contact_at, twice.first_contact_at) == (NOW, NOW)


def test_what_is_referred_bears_the_number_it_has_there() -> None:
    referred, (event,) = refer(
        in_state(S.IN_PROGRESS), referral=Referral("12345", "BJ-7", "请记下编号"), at=NOW
    )

    assert referred.referral == Referral("12345", "BJ-7", "请记下编号")
    assert (event.model_dump()["to"], event.model_dump()["number"]) == ("12345", "BJ-7")
    assert "请记下" not in event.model_dump_json()
    assert referred.alarm_at is None


@pytest.mark.parametrize("state", S)
def test_a_correction_is_logged_with_its_reason_in_every_state(state: RequestState) -> None:
    request = in_state(state)
    fields = Fields(visibility=Visibility.STAFF, dwelling_id="dwl_2")

    right, (event,) = correct(request, correction=WHY, fields=fields, building_id="bld_1")

    assert (right.state, right.due_at, right.promise) == (state, request.due_at, request.promise)
    assert (right.visibility, right.dwelling_id) == (Visibility.STAFF, "dwl_2")
    assert right.corrections[-1].fields == ("building_id", "dwelling_id", "visibility")
    assert event.model_dump() == {
        "request_id": request.id,
        "visibility": "staff",
        "fields": ("building_id", "dwelling_id", "visibility"),
        "reason": "entered_wrongly",
        "by": STAFF,
    }


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (Fields(), "correction.nothing"),
        (Fields(description="　"), "description.blank"),
        (Fields(visibility=Visibility.PUBLIC), "visibility.too_wide"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(fields: Fields, code: str) -> None:
    request = submitted("noise", visibility=Visibility.STAFF)

    with pytest.raises(Invalid) as refused:
        correct(request, correction=WHY, fields=fields, building_id=None)

    assert refused.value.code == code


def test_corrections_are_bounded() -> None:
    request = submitted()
    for n in range(CORRECTIONS_MAX):
        fields = Fields(description=f"第 {n} 版")
        request, _ = correct(request, correction=WHY, fields=fields, building_id=None)

    with pytest.raises(Conflict):
        correct(request, correction=WHY, fields=Fields("再改"), building_id=None)


@pytest.mark.parametrize("state", [S.CLOSED, S.REJECTED, S.MERGED, S.REFERRED, S.WITHDRAWN])
def test_what_ended_by_mistake_waits_for_the_dispatcher_again(state: RequestState) -> None:
    again, events = reinstate(in_state(state), correction=WHY, at=NOW)
    given, _ = assign(again, unit=Unit.STAFF, at=NOW)

    assert again.state is S.ACCEPTED
    assert (again.assignment, again.duplicate_of, again.referral) == (None, None, None)
    assert (again.closed_at, again.refusal) == (None, None)
    assert again.due_at is not None
    assert [event.type for event in events] == ["requests.request.corrected.v1"]
    assert given.state is S.ASSIGNED
