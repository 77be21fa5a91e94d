"""Meetings: called by who may, held after their time, on record."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from services.requests.domain.meeting import (
    PROPOSALS_MAX,
    TRANSITIONS,
    Convener,
    Convening,
    Decided,
    Meeting,
    MeetingAction,
    MeetingState,
    Plan,
    call,
    cancel,
    change,
    hold,
    minute,
    place_on,
    year_of,
)
from services.requests.tests.council_samples import CLOSES, COMMUNITY, NOW, called, plan
from shared.errors import Conflict, Invalid, WrongState
from shared.testing import refused_by_table

S, A = MeetingState, MeetingAction
ACT: dict[MeetingAction, Callable[[Meeting], Decided]] = {
    A.CHANGE: lambda m: change(m, plan(), at=NOW),
    A.HOLD: lambda m: hold(m, attendance=("per_a", "per_b"), at=CLOSES),
    A.CANCEL: cancel,
    A.MINUTE: lambda m: minute(m, text="通过了两项议题。", by="per_a", at=CLOSES),
}
PATHS: dict[MeetingState, tuple[MeetingAction, ...]] = {
    S.PLANNED: (),
    S.HELD: (A.HOLD,),
    S.CANCELLED: (A.CANCEL,),
}


def in_state(state: MeetingState) -> Meeting:
    meeting = called()
    for action in PATHS[state]:
        meeting, _ = ACT[action](meeting)
    return meeting


@pytest.mark.parametrize("action", MeetingAction)
@pytest.mark.parametrize("state", MeetingState)
def test_every_action_in_every_state_follows_the_table(
    state: MeetingState, action: MeetingAction
) -> None:
    meeting = in_state(state)

    if action in TRANSITIONS[state]:
        after, events = ACT[action](meeting)
        assert after.state is TRANSITIONS[state][action]
        assert events
    else:
        with refused_by_table("meeting", state, action):
            ACT[action](meeting)


@pytest.mark.parametrize(
    ("convening", "may"),
    [
        (Convening(Convener.BRANCH), True),
        (Convening(Convener.MEMBERS, 5, 10), True),
        (Convening(Convener.MEMBERS, 5, 11), False),
        (Convening(Convener.MEMBERS, 0, 0), False),
        (Convening(Convener.MEMBERS, 12, 11), False),
    ],
)
def test_the_branch_calls_a_meeting_and_so_does_half_of_the_members(
    convening: Convening, may: bool
) -> None:
    if may:
        meeting, _ = call(plan(), convening, id="mtg_1", community=COMMUNITY, at=NOW)
        assert meeting.state is S.PLANNED
    else:
        with pytest.raises(Invalid):
            call(plan(), convening, id="mtg_1", community=COMMUNITY, at=NOW)


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        (plan(NOW), "/at"),
        (plan(place=" "), "/place"),
        (plan(place="室" * 201), "/place"),
        (plan(points=("议题",) * 31), "/points"),
        (plan(points=("议题", "")), "/points/1"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(wanted: Plan, pointer: str) -> None:
    branch = Convening(Convener.BRANCH)
    with pytest.raises(Invalid) as changed:
        change(called(), wanted, at=NOW)
    with pytest.raises(Invalid) as anew:
        call(wanted, branch, id="mtg_1", community=COMMUNITY, at=NOW)

    assert changed.value.facts["pointer"] == anew.value.facts["pointer"] == pointer


def test_nobody_has_met_before_the_time() -> None:
    with pytest.raises(WrongState) as caught:
        hold(called(), attendance=("per_a",), at=CLOSES - timedelta(seconds=1))
    assert caught.value.code == "meeting.not_yet"


@pytest.mark.parametrize(
    "attendance", [(), ("per_a", "per_a"), tuple(f"per_{n}" for n in range(501))]
)
def test_who_was_there_is_named_once_each(attendance: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        hold(called(), attendance=attendance, at=CLOSES)


@pytest.mark.parametrize("text", [" ", "字" * 20_001])
def test_minutes_say_something_within_bounds(text: str) -> None:
    with pytest.raises(Invalid):
        minute(in_state(S.HELD), text=text, by="per_a", at=CLOSES)


def test_only_a_planned_meeting_takes_proposals_and_no_more_than_thirty() -> None:
    places = list(range(1, PROPOSALS_MAX + 1))
    assert place_on(called(), taken=[]) == 1
    assert place_on(called(), taken=[1, 3]) == 2
    assert place_on(called(), taken=places[:-1]) == PROPOSALS_MAX
    with pytest.raises(Conflict):
        place_on(called(), taken=places)
    for state in (S.HELD, S.CANCELLED):
        with pytest.raises(WrongState):
            place_on(in_state(state), taken=[])


def test_proposals_that_were_listed_before_there_were_places_take_room_as_well() -> None:
    old = [None] * 10
    assert place_on(called(), taken=[*old, *range(1, 20)]) == 20
    with pytest.raises(Conflict):
        place_on(called(), taken=[*old, *range(1, 21)])


def test_a_meeting_on_new_years_morning_in_beijing_is_the_new_years() -> None:
    assert year_of(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == 2027
    assert year_of(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)) == 2026
