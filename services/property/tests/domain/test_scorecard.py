"""Figures of a scorecard: what each record brings, and what all of them together give."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.property.domain.score_rules import DEFAULT_RULES, WEIGHED, Measure
from services.property.domain.scorecard import (
    FULL,
    KIND_OF,
    MEASURES_OF,
    Figure,
    Input,
    InputKind,
    LeftOut,
    ScorecardAction,
    counted,
    figures_of,
    points_of,
    seal,
    share_of,
)
from services.property.tests.supervision_samples import (
    card,
    complaint_input,
    incident_input,
    inspection_input,
    patrol_input,
    rating_input,
    records,
    sealed_card,
    work,
)
from shared.testing import refused_by_table


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, {"on_time": (1, 1), "first_time_fix": (1, 1), "rework": (0, 1), "acceptance": (1, 1)}),
        ({"on_time": False}, {"on_time": (0, 1)}),
        (
            {"state": "created", "done_at": None, "on_time": False},
            {"on_time": (0, 1), "acceptance": (0, 1)},
        ),
        ({"state": "completed"}, {"on_time": (1, 1), "rework": (0, 1)}),
        (
            {"state": "on_site", "times_sent_back": 2},
            {"first_time_fix": (0, 1), "rework": (2, 1), "acceptance": (0, 1)},
        ),
        ({"times_sent_back": 1}, {"first_time_fix": (0, 1), "acceptance": (1, 1)}),
        ({"state": "on_site", "times_sent_back": 1, "done_at": None}, {"rework": (1, 1)}),
        ({"satisfaction": 4}, {"satisfaction": (1, 1)}),
        ({"satisfaction": 3}, {"satisfaction": (0, 1)}),
    ],
)
def test_a_work_order_counts_as_it_went(
    facts: dict[str, Any], expected: dict[str, tuple[int, int]]
) -> None:
    found = {each.value: figure for each, figure in counted(work(**facts), DEFAULT_RULES).items()}
    assert {name: found[name] for name in expected} == {
        name: Figure(*figure) for name, figure in expected.items()
    }


def test_work_whose_judges_are_still_at_it_is_neither_accepted_nor_not() -> None:
    found = counted(work(state="completed"), DEFAULT_RULES)
    assert Measure.ACCEPTANCE not in found
    assert Measure.FIRST_TIME_FIX not in found


@pytest.mark.parametrize(
    ("record", "measure", "figure"),
    [
        (patrol_input(), Measure.PATROLS, Figure(1, 1)),
        (patrol_input(state="missed"), Measure.PATROLS, Figure(0, 1)),
        (complaint_input(), Measure.COMPLAINTS, Figure(1, 1)),
        (complaint_input(state="dismissed"), Measure.COMPLAINTS, Figure(0, 1)),
        (inspection_input(), Measure.INSPECTIONS, Figure(45, 60)),
        (rating_input(), Measure.RATINGS, Figure(4, 5)),
        (incident_input(severity=2), Measure.INCIDENTS_2, Figure(1, 1)),
        (incident_input(severity=2), Measure.INCIDENTS_1, Figure(0, 1)),
    ],
)
def test_every_other_record_counts_in_its_own_measure(
    record: Input, measure: Measure, figure: Figure
) -> None:
    assert counted(record, DEFAULT_RULES)[measure] == figure


def test_every_measure_is_made_of_one_kind_of_records() -> None:
    assert set(KIND_OF) == set(Measure)
    assert set(MEASURES_OF) == set(InputKind)


@given(st.lists(records, max_size=30))
def test_figures_are_the_sum_of_what_each_record_brings_in_whatever_order(
    inputs: list[Input],
) -> None:
    found = figures_of(inputs, DEFAULT_RULES)
    assert found == figures_of(reversed(inputs), DEFAULT_RULES)
    for measure in Measure:
        brought = [counted(each, DEFAULT_RULES).get(measure, Figure()) for each in inputs]
        assert found[measure].numerator == sum(each.numerator for each in brought)
        assert found[measure].denominator == sum(each.denominator for each in brought)


@given(st.lists(records, max_size=30))
def test_points_stay_within_their_bounds(inputs: list[Input]) -> None:
    points = points_of(figures_of(inputs, DEFAULT_RULES), DEFAULT_RULES)
    assert points is None or 0 <= points <= FULL


def test_without_anything_to_weigh_there_are_no_points() -> None:
    assert points_of(figures_of([], DEFAULT_RULES), DEFAULT_RULES) is None
    shown = [incident_input(), complaint_input()]
    assert points_of(figures_of(shown, DEFAULT_RULES), DEFAULT_RULES) is None


def test_points_are_the_weighed_mean_of_what_was_counted_less_the_complaints() -> None:
    rules = replace(DEFAULT_RULES, weights={Measure.ON_TIME: 3, Measure.PATROLS: 1})
    inputs = [work(), work("wor_2", done_at=None, on_time=False, state="created"), patrol_input()]
    assert points_of(figures_of(inputs, rules), rules) == (3 * 5_000 + 10_000) // 4
    upheld = [*inputs, complaint_input(), complaint_input("cmp_2", "dismissed")]
    assert points_of(figures_of(upheld, rules), rules) == (3 * 5_000 + 10_000) // 4 - 100


def test_of_rework_the_less_the_better() -> None:
    assert share_of(Measure.REWORK, Figure(0, 4)) == FULL
    assert share_of(Measure.REWORK, Figure(1, 4)) == 7_500
    assert share_of(Measure.REWORK, Figure(9, 4)) == 0
    assert all(share_of(each, Figure(1, 1)) == FULL for each in WEIGHED if each != Measure.REWORK)


def test_what_is_left_out_does_not_count_in_that_measure_and_in_every_other() -> None:
    late = work("wor_2", on_time=False)
    gone = LeftOut(Measure.ON_TIME, InputKind.WORK_ORDER, "wor_2", "obj_1")
    found = figures_of([work(), late], DEFAULT_RULES, [gone])
    assert found[Measure.ON_TIME] == Figure(1, 1)
    assert found[Measure.ACCEPTANCE] == Figure(2, 2)


def test_a_sealed_scorecard_is_not_sealed_again() -> None:
    whole, _ = sealed_card([work()])
    assert whole.sealing is not None
    with refused_by_table("scorecard", whole.state, ScorecardAction.SEAL):
        seal(whole, whole.sealing, position=2)
    after, (told,) = seal(card(), whole.sealing, position=1)
    assert after.alarm_at is None
    assert told.model_dump()["seal"] == whole.sealing.seal
