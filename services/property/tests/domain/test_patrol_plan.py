"""When a route is walked, and what a change of that does to the rounds."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.property.domain import patrol_plan as domain
from services.property.domain.patrol_plan import (
    AHEAD,
    STRETCH,
    PatrolPlan,
    PatrolPlanState,
    Rounds,
    extend,
    wanted,
)
from services.property.domain.route import RouteState
from services.property.domain.timetable import Timetable
from services.property.tests.patrol_samples import NIGHTLY, patrol_plan, route
from services.property.tests.samples import COMPANY, NOW
from shared.days import day_of, start_of
from shared.errors import Invalid, WrongState

DAY = timedelta(days=1)
TOMORROW = start_of(day_of(NOW) + DAY)
NOONS = Rounds(Timetable("FREQ=DAILY", date(2026, 11, 24), ("12:00",)), 30)


def keys(plan: PatrolPlan, since: datetime = NOW) -> list[str]:
    return [each.key for each in wanted(plan, since=since)]


def test_a_plan_that_nobody_would_walk_is_refused_and_a_team_or_a_company_is_enough() -> None:
    with pytest.raises(Invalid) as refused:
        domain.make(route(), NIGHTLY, id="pln_1", at=NOW, handler=None)
    assert refused.value.facts["pointer"] == "/team_id"
    ours = replace(NIGHTLY, team_id="tea_1")
    plan, _ = domain.make(route(), ours, id="pln_1", at=NOW, handler=None)
    assert {each.team_id for each in wanted(plan, since=NOW)} == {"tea_1"}
    with pytest.raises(Invalid):
        domain.change(plan, NIGHTLY, at=NOW, handler=None)


def test_rounds_stand_a_fortnight_ahead_and_none_before_the_plan() -> None:
    made = wanted(patrol_plan(), since=NOW - 10 * DAY)
    assert len(made) == 2 * AHEAD.days
    assert made[0].key == "2026-11-24T22:00#1"
    assert made[0].closes_at - made[0].opens_at == timedelta(hours=1)
    assert all(NOW <= each.opens_at < NOW + AHEAD for each in made)


def test_a_retired_route_is_not_planned() -> None:
    with pytest.raises(WrongState):
        domain.make(route(state=RouteState.RETIRED), NIGHTLY, id="pln_1", at=NOW, handler=COMPANY)


def test_a_window_that_meets_the_next_is_refused_at_its_field() -> None:
    with pytest.raises(Invalid) as refused:
        domain.make(
            route(), replace(NIGHTLY, window_minutes=300), id="pln_1", at=NOW, handler=COMPANY
        )
    assert refused.value.facts["pointer"] == "/window_minutes"


def test_a_change_holds_from_the_next_day_on_and_leaves_those_of_today() -> None:
    changed, _ = domain.change(patrol_plan(), NOONS, at=NOW, handler=COMPANY)
    found = wanted(changed, since=NOW)
    assert [each.key for each in found if each.opens_at < TOMORROW] == ["2026-11-24T22:00#1"]
    assert {each.key[10:] for each in found if each.opens_at >= TOMORROW} == {"T12:00#2"}


def test_a_change_that_is_changed_the_same_day_never_holds() -> None:
    once, _ = domain.change(patrol_plan(), NOONS, at=NOW, handler=COMPANY)
    back, _ = domain.change(once, NIGHTLY, at=NOW + timedelta(hours=1), handler=COMPANY)
    assert {each.number for each in back.eras} == {1, 3}
    assert {key[10:] for key in keys(back)} == {"T22:00#1", "T22:00#3", "T02:00#3"}


def test_a_plan_that_ends_keeps_the_rounds_of_today_alone() -> None:
    ended, _ = domain.end(patrol_plan(), reason="moved", at=NOW)
    assert keys(ended) == ["2026-11-24T22:00#1"]
    assert extend(ended, at=NOW + 30 * DAY) is None
    with pytest.raises(WrongState):
        domain.end(ended, reason="moved", at=NOW)


def test_a_plan_is_extended_once_its_rounds_run_short_and_not_before() -> None:
    plan = patrol_plan()
    assert plan.extend_at is not None
    assert extend(plan, at=plan.extend_at - timedelta(seconds=1)) is None
    outcome = extend(plan, at=plan.extend_at)
    assert outcome is not None
    assert outcome[0].made_to == plan.extend_at + AHEAD
    assert extend(outcome[0], at=plan.extend_at) is None


def test_a_plan_whose_rule_is_over_ends_and_keeps_what_stands() -> None:
    table = replace(NIGHTLY.timetable, rhythm="FREQ=DAILY;UNTIL=20261203")
    plan = patrol_plan(replace(NIGHTLY, timetable=table))
    outcome = extend(plan, at=NOW + 8 * DAY)
    assert outcome is not None
    assert outcome[0].state is PatrolPlanState.ENDED
    assert keys(outcome[0]) == keys(plan)


@given(st.integers(0, 100))
def test_after_whatever_standstill_no_round_is_left_out_and_a_stretch_is_bounded(days: int) -> None:
    plan, at = patrol_plan(), NOW + days * DAY
    while (outcome := extend(plan, at=at)) is not None:
        assert outcome[0].made_to - plan.made_to <= STRETCH
        plan = outcome[0]
    assert plan.made_to >= at + AHEAD - domain.EXTENDED_WITHIN
    assert len(keys(plan)) == 2 * (plan.made_to - NOW).days


@given(st.lists(st.tuples(st.sampled_from(["change", "extend"]), st.integers(0, 20)), max_size=12))
def test_rounds_of_a_plan_never_share_a_key_or_a_moment(steps: list[tuple[str, int]]) -> None:
    plan, at = patrol_plan(), NOW
    for number, (action, days) in enumerate(steps):
        at += days * DAY
        if action == "change":
            plan, _ = domain.change(plan, (NOONS, NIGHTLY)[number % 2], at=at, handler=COMPANY)
        else:
            plan = (extend(plan, at=at) or (plan, []))[0]
        found = wanted(plan, since=NOW)
        assert len({each.key for each in found}) == len(found)
        assert len({each.opens_at for each in found}) == len(found)
        assert len(plan.eras) <= 4
