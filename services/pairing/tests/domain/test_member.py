"""What a member is, what may be told anew, and comings and goings."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain import member
from services.pairing.domain.availability import TimeSlot
from services.pairing.domain.load import Load
from services.pairing.domain.member import (
    HOURS_LIMIT,
    HOUSEHOLDS_MAX_DEFAULT,
    HOUSEHOLDS_MAX_LIMIT,
    Member,
    MemberState,
    Profile,
    profile_of,
)
from services.pairing.tests.member_samples import WEEK, member_in
from services.pairing.tests.samples import NOW, a_member
from shared.errors import Conflict, Invalid, WrongState
from shared.events.pairing import MemberRegistered
from shared.events.pairing_members import (
    MemberAbsenceDropped,
    MemberAbsencePlanned,
    MemberAway,
    MemberChanged,
    MemberLeft,
    MemberReturned,
)


def _register(**told: Any) -> Member:
    profile = Profile("brn_1", **told)
    return member.register(id="mem_1", community="hongmiao", person_id="per_1", profile=profile)[0]


def test_a_member_tells_of_branch_and_person_and_of_no_name() -> None:
    new, events = member.register(
        id="mem_1",
        community="hongmiao",
        person_id="per_1",
        profile=Profile("brn_1", name="示例"),
    )

    assert new.name == "示例"
    assert new.households_max == HOUSEHOLDS_MAX_DEFAULT
    assert events == [MemberRegistered(member_id="mem_1", branch_id="brn_1", person_id="per_1")]


@pytest.mark.parametrize("households_max", [1, HOUSEHOLDS_MAX_LIMIT])
@pytest.mark.parametrize("hours_a_month", [1, HOURS_LIMIT])
def test_a_capacity_may_be_at_its_bounds(households_max: int, hours_a_month: int) -> None:
    made = _register(households_max=households_max, hours_a_month=hours_a_month)
    assert (made.households_max, made.hours_a_month) == (households_max, hours_a_month)


@pytest.mark.parametrize(
    ("told", "code", "pointer"),
    [
        ({"households_max": 0}, "member.capacity_bounds", "/households_max"),
        ({"households_max": 51}, "member.capacity_bounds", "/households_max"),
        ({"hours_a_month": 0}, "member.hours_bounds", "/hours_a_month"),
        ({"hours_a_month": 201}, "member.hours_bounds", "/hours_a_month"),
        ({"skills": ("ok", "Nursing")}, "codes.malformed", "/skills/1"),
        ({"skills": ("a",) * 31}, "codes.too_many", "/skills"),
        ({"languages": ("普通话",)}, "codes.malformed", "/languages/0"),
        ({"languages": ("cmn\n",)}, "codes.malformed", "/languages/0"),
        ({"leads": tuple(f"ent_{n}" for n in range(21))}, "member.leads_too_many", "/leads"),
        (
            {"availability": (TimeSlot(8, "09:00", "10:00"),)},
            "availability.weekday",
            "/availability/0/weekday",
        ),
    ],
)
def test_what_is_out_of_bounds_is_refused_with_its_place(
    told: dict[str, Any], code: str, pointer: str
) -> None:
    with pytest.raises(Invalid) as caught:
        _register(**told)
    assert (caught.value.code, caught.value.facts["pointer"]) == (code, pointer)


def test_lists_are_kept_in_one_order_and_each_entry_once() -> None:
    made = _register(skills=("b", "a", "b"), languages=("yue", "cmn"), leads=("ent_2", "bld_1"))
    assert (made.skills, made.languages) == (("a", "b"), ("cmn", "yue"))
    assert made.leads == ("bld_1", "ent_2")


def test_a_change_tells_which_fields_and_not_what_stands_in_them() -> None:
    told = replace(profile_of(a_member()), name="新名", skills=("first_aid",))

    after, events = member.change(a_member(), profile=told, carried=Load())

    assert profile_of(after) == told
    assert events == [
        MemberChanged(member_id="mem_1", branch_id="brn_1", fields=("name", "skills"))
    ]
    assert member.change(after, profile=told, carried=Load()) == (after, [])


@pytest.mark.parametrize(
    ("lower", "carried", "code"),
    [
        ({"households_max": 1}, Load(2, 0), "member.capacity_carried"),
        ({"hours_a_month": 2}, Load(1, 121), "member.hours_carried"),
    ],
)
def test_a_capacity_below_what_is_carried_is_refused(
    lower: dict[str, int], carried: Load, code: str
) -> None:
    told = replace(profile_of(a_member()), **lower)  # type: ignore[arg-type]
    with pytest.raises(Conflict) as caught:
        member.change(a_member(), profile=told, carried=carried)
    assert caught.value.code == code
    assert caught.value.facts["pointer"] == f"/{next(iter(lower))}"


def test_who_carries_too_much_already_may_change_all_else() -> None:
    overloaded = a_member(households_max=1)
    told = replace(profile_of(overloaded), skills=("chat",), households_max=2)

    after, _ = member.change(overloaded, profile=told, carried=Load(5, 90 * 60))

    assert after.households_max == 2


@given(
    before=st.integers(1, HOUSEHOLDS_MAX_LIMIT),
    after=st.integers(1, HOUSEHOLDS_MAX_LIMIT),
    carried=st.integers(0, HOUSEHOLDS_MAX_LIMIT),
)
def test_a_capacity_is_lowered_down_to_what_is_carried_and_no_further(
    before: int, after: int, carried: int
) -> None:
    some = a_member(households_max=before)
    told = replace(profile_of(some), households_max=after)
    if after < min(before, carried):
        with pytest.raises(Conflict):
            member.change(some, profile=told, carried=Load(carried, 0))
    else:
        changed, _ = member.change(some, profile=told, carried=Load(carried, 0))
        assert changed.households_max == after


def test_comings_and_goings_tell_of_member_and_branch() -> None:
    away, told = member.go_away(a_member(), until=NOW + WEEK, at=NOW)
    assert told == [MemberAway(member_id="mem_1", branch_id="brn_1")]
    assert away.away_until == NOW + WEEK
    back, told = member.come_back(away)
    assert (back, told) == (a_member(), [MemberReturned(member_id="mem_1", branch_id="brn_1")])
    left, told = member.leave(away)
    assert told == [MemberLeft(member_id="mem_1", branch_id="brn_1")]
    assert (left.state, left.away_until) == (MemberState.LEFT, None)


def test_who_leaves_leads_nothing_any_more() -> None:
    leader = replace(a_member(), leads=("ent_1",))
    assert member.leave(leader)[0].leads == ()


@pytest.mark.parametrize("seconds", [-1, 0])
def test_an_absence_that_ends_before_it_begins_is_refused(seconds: int) -> None:
    with pytest.raises(Invalid, match=r"member\.away_in_past"):
        member.go_away(a_member(), until=NOW + timedelta(seconds=seconds), at=NOW)


def test_an_absence_ends_by_the_clock_and_not_before() -> None:
    away = member_in(MemberState.AWAY)
    assert member.follow_clock(away, at=NOW + WEEK - timedelta(milliseconds=1)) is None
    due = member.follow_clock(away, at=NOW + WEEK)
    assert due is not None
    assert due[0].state is MemberState.ACTIVE


@pytest.mark.parametrize("state", [MemberState.ACTIVE, MemberState.LEFT])
def test_who_is_not_away_does_not_come_back_by_the_clock(state: MemberState) -> None:
    assert member.follow_clock(member_in(state), at=NOW + 100 * WEEK) is None


def test_an_absence_without_an_end_lasts_until_it_is_told() -> None:
    away, _ = member.go_away(a_member(), until=None, at=NOW)
    assert member.follow_clock(away, at=NOW + 1000 * WEEK) is None
    assert member.come_back(away)[0].state is MemberState.ACTIVE


def planned(weeks: int = 1, until: int | None = 2) -> Member:
    """Somebody who will be away so many weeks from now."""
    end = None if until is None else NOW + until * WEEK
    return member.go_away(a_member(), since=NOW + weeks * WEEK, until=end, at=NOW)[0]


def test_a_planned_absence_begins_and_ends_by_the_clock() -> None:
    waits = planned()
    assert (waits.state, waits.alarm_at) == (MemberState.ACTIVE, NOW + WEEK)
    assert member.follow_clock(waits, at=NOW + WEEK - timedelta(milliseconds=1)) is None

    begun = member.follow_clock(waits, at=NOW + WEEK)
    assert begun is not None
    away, told = begun
    assert [type(event) for event in told] == [MemberAway]
    assert (away.state, away.away_until, away.planned) == (
        MemberState.AWAY,
        NOW + 2 * WEEK,
        None,
    )
    ended = member.follow_clock(away, at=NOW + 2 * WEEK)
    assert ended is not None
    assert ended[0] == a_member()


def test_where_nobody_looked_for_long_both_ends_are_told_once() -> None:
    late = member.follow_clock(planned(), at=NOW + 9 * WEEK)
    assert late is not None
    assert [type(event) for event in late[1]] == [MemberAway, MemberReturned]
    assert late[0] == a_member()
    assert member.follow_clock(late[0], at=NOW + 9 * WEEK) is None


def test_who_stays_after_all_and_who_leaves_is_not_away_later() -> None:
    stays, told = member.come_back(planned())
    assert (stays, [type(event) for event in told]) == (a_member(), [MemberAbsenceDropped])
    left, _ = member.leave(planned())
    assert member.follow_clock(left, at=NOW + 9 * WEEK) is None


def test_a_plan_told_anew_takes_the_place_of_the_former() -> None:
    later, told = member.go_away(planned(), since=NOW + 5 * WEEK, until=None, at=NOW)
    assert [type(event) for event in told] == [MemberAbsencePlanned]
    assert later == planned(5, None)
    now, _ = member.go_away(planned(), until=NOW + WEEK, at=NOW)
    assert (now.state, now.planned, now.alarm_at) == (MemberState.AWAY, None, NOW + WEEK)


def test_an_absence_that_began_before_it_was_told_begins_now() -> None:
    away, _ = member.go_away(a_member(), since=NOW - WEEK, until=NOW + WEEK, at=NOW)
    assert away.state is MemberState.AWAY
    with pytest.raises(Invalid, match=r"member\.away_in_past"):
        member.go_away(a_member(), since=NOW + WEEK, until=NOW + WEEK, at=NOW)


@given(
    acts=st.lists(
        st.tuples(
            st.sampled_from(["away", "back", "clock", "leave", "rejoin"]),
            st.integers(-2, 9),
            st.integers(1, 9),
        ),
        max_size=12,
    )
)
def test_after_any_acts_the_alarm_is_that_of_what_comes_next(
    acts: list[tuple[str, int, int]],
) -> None:
    some, now = a_member(), NOW
    for act, since, until in acts:
        now += WEEK
        try:
            if act == "away":
                some, _ = member.go_away(
                    some, since=now + since * WEEK, until=now + (since + until) * WEEK, at=now
                )
            elif act == "clock":
                some, _ = member.follow_clock(some, at=now) or (some, [])
            else:
                does = {"back": member.come_back, "leave": member.leave, "rejoin": member.rejoin}
                some, _ = does[act](some)
        except (Invalid, WrongState):
            continue
        expected = {
            MemberState.ACTIVE: some.planned and some.planned.since,
            MemberState.AWAY: some.away_until,
            MemberState.LEFT: None,
        }
        assert some.alarm_at == expected[some.state]
        assert (some.away_until is None) or some.state is MemberState.AWAY
        assert some.planned is None or some.state is MemberState.ACTIVE
