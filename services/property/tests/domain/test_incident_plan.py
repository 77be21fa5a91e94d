"""What is planned: its hours, its words, and how it begins of itself."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.property.domain import incident as domain
from services.property.domain.incident import (
    Incident,
    IncidentKind,
    IncidentState,
    KindOfEvent,
    Work,
)
from services.property.domain.incident_plan import (
    AHEAD_OF_WORK_MAX,
    WORK_MAX,
    announce,
    begin,
    tick,
)
from services.property.domain.incident_report import report, same
from services.property.tests.samples import NOW, incident, plan, said
from shared.errors import Invalid
from shared.events.property_incident import IncidentPlanned

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORK = Work(NOW + DAY, NOW + DAY + HOUR)


def planned(**changes: Any) -> Incident:
    """The water is to be off tomorrow for an hour."""
    made, _ = report(plan(), water(**changes), id="inc_01KATESTTESTTESTTESTTEST01", at=NOW)
    return made


def water(**changes: Any) -> domain.Report:
    """What is said of it."""
    whole: dict[str, Any] = {
        "kind": IncidentKind.UTILITIES,
        "occurred_at": None,
        "work": WORK,
        "text_for_residents": "No water from nine to ten",
    }
    return said(**{**whole, **changes})


def test_planned_work_waits_for_its_hour() -> None:
    made, (event,) = report(plan(), water(), id="inc_x", at=NOW)
    assert (made.state, made.kind_of_event) == (IncidentState.PLANNED, KindOfEvent.PLANNED)
    assert (made.occurred_at, made.alarm_at) == (WORK.start, WORK.start)
    assert isinstance(event, IncidentPlanned)
    assert (event.work_start, event.work_finish) == (WORK.start, WORK.finish)


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"text_for_residents": None}, "incident.text_for_residents", "/text_for_residents"),
        ({"occurred_at": NOW}, "incident.planned_has_not_occurred", "/occurred_at"),
        ({"work": Work(NOW - HOUR, NOW + HOUR)}, "incident.work_start", "/work/start"),
        (
            {"work": Work(NOW + AHEAD_OF_WORK_MAX + DAY, NOW + AHEAD_OF_WORK_MAX + 2 * DAY)},
            "incident.work_start",
            "/work/start",
        ),
        ({"work": Work(WORK.start, WORK.start)}, "incident.work_finish", "/work/finish"),
        (
            {"work": Work(WORK.start, WORK.start + WORK_MAX + HOUR)},
            "incident.work_finish",
            "/work/finish",
        ),
        (
            {"work": Work(WORK.start, WORK.finish.replace(tzinfo=None))},
            "incident.time_without_zone",
            "/work/finish",
        ),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_its_place(
    changes: dict[str, Any], code: str, pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        planned(**changes)
    assert (refused.value.code, refused.value.facts["pointer"]) == (code, pointer)


@given(minutes=st.integers(-3000, 3000))
def test_work_begins_of_itself_at_its_hour_and_never_before(minutes: int) -> None:
    at = WORK.start + timedelta(minutes=minutes)
    begun = tick(planned(), at=at)
    assert (begun is not None) == (at >= WORK.start)
    if begun is not None:
        assert begun[0].state is IncidentState.ACTIVE
        assert tick(begun[0], at=at + DAY) is None


def test_work_that_begins_early_may_end_before_its_hour() -> None:
    begun, _ = begin(planned(), at=NOW + HOUR)
    assert begun.occurred_at == NOW + HOUR
    assert domain.finish(begun, finished_at=NOW + 2 * HOUR, at=NOW + 2 * HOUR) == NOW + 2 * HOUR


def test_other_hours_move_the_beginning_and_the_end_of_work_under_way_only() -> None:
    later = Work(WORK.start + HOUR, WORK.finish + HOUR)
    moved, _ = announce(planned(), text="an hour later", work=later, at=NOW)
    assert (moved.alarm_at, moved.occurred_at) == (later.start, later.start)
    assert moved.text_for_residents == "an hour later"
    begun, _ = begin(planned(), at=WORK.start)
    longer, _ = announce(
        begun, text="longer", work=Work(WORK.start, later.finish), at=WORK.start + HOUR / 2
    )
    assert (longer.work_finish, longer.alarm_at) == (later.finish, None)
    with pytest.raises(Invalid) as refused:
        announce(begun, text="again", work=later, at=WORK.start)
    assert refused.value.code == "incident.work_begun"


def test_what_was_not_planned_has_words_and_no_hours() -> None:
    active = incident(IncidentState.ACTIVE)
    told, _ = announce(active, text="the lift is stuck", work=None, at=NOW)
    assert domain.is_told(told)
    assert not domain.is_told(active)
    with pytest.raises(Invalid) as refused:
        announce(active, text="x", work=WORK, at=NOW)
    assert refused.value.code == "incident.not_planned"


@pytest.mark.parametrize(
    ("finished_at", "code"),
    [
        (NOW - HOUR, "incident.finish_before_start"),
        (NOW + HOUR, "incident.in_the_future"),
    ],
)
def test_an_end_that_cannot_be_is_refused(finished_at: datetime, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        domain.finish(incident(IncidentState.ACTIVE), finished_at=finished_at, at=NOW)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("change", "alike"),
    [
        ({}, True),
        ({"occurred_at": None}, True),
        ({"severity": 1}, False),
        ({"text": "another van"}, False),
        ({"kind": IncidentKind.FIRE}, False),
        ({"photo_ids": ("pho_1",)}, False),
        ({"occurred_at": NOW - HOUR}, False),
    ],
)
def test_a_report_sent_again_is_told_from_another(change: dict[str, Any], alike: bool) -> None:
    made, _ = report(plan(), said(), id="inc_01KATESTTESTTESTTESTTEST01", at=NOW)
    assert same(made, plan(), said(**change)) is alike
