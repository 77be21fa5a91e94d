"""Room, waiting, moving up, being there: what an activity promises whoever signs up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain import activity
from services.pairing.domain.activity import WAITING_MAX, Activity, ActivityState, SignUp
from services.pairing.tests.activity_samples import (
    ACTIVITY_ACT,
    DAY,
    HOUR,
    a_plan,
    activity_in,
    an_activity,
    signed,
    who,
)
from services.pairing.tests.samples import HERE, NOW
from shared.errors import Conflict, Invalid
from shared.events.pairing_activity import (
    ActivityAttendanceRecorded,
    ActivityAttended,
    ActivityMovedUp,
    ActivitySignedOff,
    ActivitySignedUp,
)
from shared.testing import refused_by_table


def names(people: tuple[SignUp, ...]) -> list[str]:
    return [each.person_id for each in people]


@pytest.mark.parametrize("state", list(ActivityState))
@pytest.mark.parametrize("action", list(activity.ActivityAction))
def test_every_action_follows_the_table_or_is_refused(
    state: ActivityState, action: activity.ActivityAction
) -> None:
    before = activity_in(state)
    assert set(activity.TRANSITIONS) == set(ActivityState)
    if action not in activity.TRANSITIONS[state]:
        with refused_by_table("activity", state, action):
            ACTIVITY_ACT[action](before)
        return
    after, events = ACTIVITY_ACT[action](before)
    assert after.state is activity.TRANSITIONS[state][action]
    told = " ".join(event.model_dump_json() for event in events)
    assert all(next(iter(event.model_dump().values())) == before.id for event in events)
    assert "楼门" not in told


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"starts_at": NOW}, "activity.past", "/starts_at"),
        ({"ends_at": NOW + DAY}, "activity.times", "/ends_at"),
        ({"ends_at": NOW + 3 * DAY}, "activity.times", "/ends_at"),
        (
            {"sign_up_until": NOW + DAY + HOUR},
            "activity.sign_up_after_start",
            "/sign_up_until",
        ),
        ({"capacity": 0}, "activity.capacity", "/capacity"),
        ({"capacity": 501}, "activity.capacity", "/capacity"),
    ],
)
def test_an_activity_that_cannot_be_is_refused_by_field(
    changes: dict[str, Any], code: str, pointer: str
) -> None:
    told = a_plan(**changes)
    with pytest.raises(Invalid) as planned:
        activity.plan(id="act_1", community=HERE, branch_id=None, told=told, at=NOW)
    with pytest.raises(Invalid):
        activity.change(an_activity(), told=told, at=NOW)
    assert (planned.value.code, planned.value.facts["pointer"]) == (code, pointer)


def test_who_comes_first_has_a_place_and_who_comes_later_waits() -> None:
    full = signed(an_activity(), 1, 2, 3, 4)
    assert (names(full.seats), names(full.queue)) == (["per_1", "per_2"], ["per_3", "per_4"])
    _, events = activity.sign_up(full, who=who(5), others=[])
    assert events == [ActivitySignedUp(activity_id="act_1", person_id="per_5", waiting=True)]


def test_who_waited_longest_moves_up_when_somebody_leaves() -> None:
    after, events = activity.sign_off(signed(an_activity(), 1, 2, 3, 4), person_id="per_1", at=NOW)
    assert (names(after.seats), names(after.queue)) == (["per_2", "per_3"], ["per_4"])
    assert events == [
        ActivitySignedOff(activity_id="act_1", person_id="per_1"),
        ActivityMovedUp(activity_id="act_1", person_id="per_3"),
    ]


def test_more_room_lets_who_waits_move_up_and_less_than_is_taken_is_refused() -> None:
    full = signed(an_activity(), 1, 2, 3, 4)
    after, events = activity.change(full, told=a_plan(capacity=3), at=NOW)
    assert [type(event).__name__ for event in events] == ["ActivityChanged", "ActivityMovedUp"]
    assert names(after.queue) == ["per_4"]
    with pytest.raises(Conflict, match=r"activity\.room_taken"):
        activity.change(full, told=a_plan(capacity=1), at=NOW)
    assert activity.change(full, told=a_plan(), at=NOW) == (full, [])


def test_who_comes_too_late_twice_or_to_a_full_list_is_refused() -> None:
    late = replace(who(1), at=NOW + DAY - HOUR)
    with pytest.raises(Conflict, match=r"activity\.sign_up_closed"):
        activity.sign_up(an_activity(), who=late, others=[])
    with pytest.raises(Conflict, match=r"activity\.signed_up"):
        activity.sign_up(signed(an_activity(), 1), who=who(1), others=[])
    crowd = signed(an_activity(capacity=1), *range(WAITING_MAX + 1))
    with pytest.raises(Conflict, match=r"activity\.full"):
        activity.sign_up(crowd, who=who(999), others=[])


@pytest.mark.parametrize(
    ("begins", "ends", "meets"),
    [(-2, 0, False), (-2, 1, True), (0, 2, True), (1, 3, True), (2, 4, False)],
)
def test_nobody_is_at_two_places_at_once(begins: int, ends: int, meets: bool) -> None:
    start = NOW + DAY
    other = signed(
        an_activity(
            2,
            starts_at=start + begins * HOUR,
            ends_at=start + ends * HOUR,
            sign_up_until=start - 3 * HOUR,
        ),
        1,
    )
    if not meets:
        assert activity.sign_up(an_activity(), who=who(1), others=[other])[1]
        return
    with pytest.raises(Conflict) as caught:
        activity.sign_up(an_activity(), who=who(1), others=[other])
    assert caught.value.code == "activity.overlaps"
    off, _ = activity.cancel(other)
    assert activity.sign_up(an_activity(), who=who(1), others=[off])[1]


def test_of_two_sign_ups_that_did_not_see_each_other_the_later_gives_way() -> None:
    first, _ = activity.sign_up(an_activity(1), who=who(1, 0), others=[])
    later, _ = activity.sign_up(an_activity(2), who=who(1, 1), others=[])
    tie, _ = activity.sign_up(an_activity(3), who=who(1, 0), others=[])

    assert activity.gives_way(first, [first, later, tie], "per_1") is None
    assert activity.gives_way(later, [first, later], "per_1") == "act_1"
    assert activity.gives_way(tie, [first, tie], "per_1") == "act_1"
    assert activity.gives_way(later, [later], "per_1") is None


def test_who_was_there_is_noted_once_and_each_member_told() -> None:
    made = signed(an_activity(), 1, 2, 4)
    minutes = {"per_1": 90, "per_2": 60, "per_4": 30}
    held, events = activity.record(made, minutes=minutes, at=NOW + DAY)

    assert events == [
        ActivityAttendanceRecorded(activity_id="act_1", people=3),
        *(
            ActivityAttended(activity_id="act_1", member_id=member, minutes=told, held_at=NOW + DAY)
            for member, told in (("mem_2", 60), ("mem_4", 30))
        ),
    ]
    assert activity.record(held, minutes={"per_1": 90}, at=NOW + DAY) == (held, [])
    with pytest.raises(Conflict, match=r"activity\.recorded"):
        activity.record(held, minutes={"per_1": 91}, at=NOW + DAY)


@pytest.mark.parametrize(
    ("minutes", "code"),
    [
        ({}, "activity.recorded_at_once"),
        ({f"per_{n}": 1 for n in range(101)}, "activity.recorded_at_once"),
        ({"per_9": 30}, "activity.not_signed_up"),
        ({"per_1": 0}, "activity.minutes"),
        ({"per_1": 1441}, "activity.minutes"),
    ],
)
def test_attendance_that_cannot_be_is_refused(minutes: dict[str, int], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        activity.record(signed(an_activity(), 1), minutes=minutes, at=NOW + DAY)
    assert caught.value.code == code


def test_nobody_is_there_before_it_begins_or_leaves_after() -> None:
    made = signed(an_activity(), 1)
    with pytest.raises(Conflict, match=r"activity\.not_begun"):
        activity.record(made, minutes={"per_1": 30}, at=NOW + DAY - timedelta(seconds=1))
    with pytest.raises(Conflict, match=r"activity\.begun"):
        activity.sign_off(made, person_id="per_1", at=NOW + DAY)
    with pytest.raises(Conflict, match=r"activity\.not_signed_up"):
        activity.sign_off(made, person_id="per_2", at=NOW)


@given(st.data())
def test_after_any_comings_and_goings_the_longest_there_have_the_places(
    data: st.DataObject,
) -> None:
    """Compared with a plain list: people in the order in which they came."""
    made: Activity = an_activity(capacity=3)
    order: list[str] = []
    room = 3
    for _ in range(data.draw(st.integers(0, 20))):
        if data.draw(st.booleans()) or not order:
            number = len(order) + data.draw(st.integers(100, 10**6))
            if f"per_{number}" in order:
                continue
            made = signed(made, number)
            order.append(f"per_{number}")
        elif data.draw(st.booleans()):
            gone = data.draw(st.sampled_from(order))
            made, _ = activity.sign_off(made, person_id=gone, at=NOW)
            order.remove(gone)
        else:
            room += 1
            made, _ = activity.change(made, told=a_plan(capacity=room), at=NOW)
        assert names(made.seats) == order[:room]
        assert names(made.queue) == order[room:]
        assert list(made.going) == order


def test_an_activity_of_the_last_day_that_there_is_can_be_told() -> None:
    last = datetime(9999, 12, 31, 12, tzinfo=UTC)
    told = a_plan(starts_at=last, ends_at=last + HOUR)
    planned, _ = activity.plan(id="act_1", community=HERE, branch_id=None, told=told, at=NOW)
    assert planned.plan == told
