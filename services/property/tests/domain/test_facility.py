"""Facilities and what is done to keep them up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.property.domain import facility as domain
from services.property.domain import upkeep as care
from services.property.domain.facility import (
    TRANSITIONS,
    Facility,
    FacilityAction,
    FacilityFacts,
    FacilityKind,
    FacilityState,
)
from services.property.domain.place import Spot
from services.property.domain.timetable import Timetable
from services.property.domain.upkeep import Upkeep, UpkeepState, tick
from services.property.tests.patrol_samples import duty, facility
from services.property.tests.samples import NOW, plan
from shared.errors import Invalid, WrongState
from shared.events.property_facility import UpkeepDue
from shared.testing import refused_by_table

DAY = timedelta(days=1)
SAID = FacilityFacts(FacilityKind.CAMERA, "C-1", "Camera", Spot(entrance_id="ent_12"))
DO: dict[FacilityAction, Callable[[Facility], domain.Outcome]] = {
    FacilityAction.CHANGE: lambda it: domain.change(it, plan(), SAID),
    FacilityAction.TAKE_OUT: lambda it: domain.take_out(it, reason="rope", at=NOW),
    FacilityAction.PUT_BACK: lambda it: domain.put_back(it, at=NOW),
    FacilityAction.RETIRE: lambda it: domain.retire(it, reason="replaced", at=NOW),
}
# Written out a second time: the table must not change unseen.
ALLOWED = {
    ("in_service", "change"): "in_service",
    ("in_service", "take_out"): "out_of_service",
    ("in_service", "retire"): "retired",
    ("out_of_service", "change"): "out_of_service",
    ("out_of_service", "put_back"): "in_service",
    ("out_of_service", "retire"): "retired",
}


def upkeep(**changes: object) -> Upkeep:
    planned, _ = care.plan_upkeep(facility(), duty(), id="upk_1", at=NOW)
    return replace(planned, version=1, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("state", "action"), list(product(FacilityState, FacilityAction)))
def test_a_facility_moves_as_the_table_says_and_no_other_way(
    state: FacilityState, action: FacilityAction
) -> None:
    after = ALLOWED.get((state.value, action.value))
    assert TRANSITIONS[state].get(action) == after
    if after is None:
        with refused_by_table("facility", state, action):
            DO[action](facility(state=state))
    else:
        assert DO[action](facility(state=state))[0].state.value == after


def test_a_facility_stands_where_its_entrance_does() -> None:
    camera, (event,) = domain.register(plan(), SAID, id="fac_1", at=NOW)
    assert camera.place == Spot("bld_1", "ent_12")
    assert event.type == "property.facility.registered.v1"


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        (replace(SAID, code="no good"), "/code"),
        (replace(SAID, place=Spot("bld_9")), "/place/building_id"),
    ],
)
def test_a_facility_that_cannot_be_there_is_refused_at_its_field(
    said: FacilityFacts, pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        domain.register(plan(), said, id="fac_1", at=NOW)
    assert refused.value.facts["pointer"] == pointer


def test_work_comes_due_at_its_time_once_and_again_at_the_next() -> None:
    first = upkeep()
    assert first.due_at is not None
    assert tick(first, at=first.due_at - DAY) is None
    outcome = tick(first, at=first.due_at)
    assert outcome is not None
    after, (due,) = outcome
    assert isinstance(due, UpkeepDue)
    assert due.key == "2026-11-25T09:00"
    assert after.due_at == first.due_at + 14 * DAY
    assert tick(after, at=first.due_at) is None


@given(st.integers(0, 400))
def test_after_a_standstill_there_is_work_for_the_newest_time_alone(days: int) -> None:
    first = upkeep()
    assert first.due_at is not None
    at = first.due_at + days * DAY
    outcome = tick(first, at=at)
    assert outcome is not None
    after, (due,) = outcome
    assert isinstance(due, UpkeepDue)
    assert at - 14 * DAY < due.due_since <= at
    assert after.due_at is not None
    assert after.due_at == due.due_since + 14 * DAY


def test_what_comes_once_a_year_is_not_lost_in_a_standstill() -> None:
    yearly = Timetable("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=5", date(2026, 1, 1), ("09:00",))
    planned, _ = care.plan_upkeep(facility(), duty(timetable=yearly), id="upk_1", at=NOW)
    outcome = tick(planned, at=NOW + 300 * DAY)
    assert outcome is not None
    assert isinstance(outcome[1][0], UpkeepDue)
    assert outcome[1][0].key == "2027-01-05T09:00"


def test_a_schedule_whose_rule_is_over_makes_its_last_work_and_ends() -> None:
    once = replace(duty().timetable, rhythm="FREQ=WEEKLY;UNTIL=20261125")
    planned, _ = care.plan_upkeep(facility(), duty(timetable=once), id="upk_1", at=NOW)
    outcome = tick(planned, at=NOW + DAY)
    assert outcome is not None
    after, events = outcome
    assert [event.type.split(".")[2] for event in events] == ["due", "ended"]
    assert (after.state, after.due_at) == (UpkeepState.ENDED, None)
    assert tick(after, at=NOW + 30 * DAY) is None


def test_a_change_does_not_take_away_what_has_come_due() -> None:
    first = upkeep()
    assert first.due_at is not None
    _, events = care.change(first, duty(), at=first.due_at)
    assert [event.type.split(".")[2] for event in events] == ["due", "changed"]


def test_what_is_gone_or_ended_is_not_kept_up() -> None:
    with pytest.raises(WrongState):
        care.plan_upkeep(facility(state=FacilityState.RETIRED), duty(), id="upk_1", at=NOW)
    ended, _ = care.end(upkeep(), reason="sold")
    assert tick(ended, at=NOW + 30 * DAY) is None
    with pytest.raises(WrongState):
        care.change(ended, duty(), at=NOW)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        (duty(severity=0), "/severity"),
        (duty(severity=5), "/severity"),
        (duty(timetable=replace(duty().timetable, rhythm="FREQ=HOURLY")), "/rhythm"),
        (
            duty(timetable=Timetable("FREQ=DAILY;UNTIL=20261123", date(2026, 11, 1), ("09:00",))),
            "/rhythm",
        ),
    ],
)
def test_a_duty_that_can_never_be_done_is_refused_at_its_field(
    wrong: care.Duty, pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        care.plan_upkeep(facility(), wrong, id="upk_1", at=NOW)
    assert refused.value.facts["pointer"] == pointer
