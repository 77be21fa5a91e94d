"""What may happen to an incident."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.property.domain import incident as domain
from services.property.domain.incident import (
    TRANSITIONS,
    Incident,
    IncidentAction,
    IncidentState,
    Place,
)
from services.property.domain.incident_plan import announce, cancel
from services.property.domain.incident_report import number_of, report
from services.property.tests.samples import COMMUNITY, COMPANY, NOW, incident, plan, said
from shared.clock import new_id
from shared.errors import Invalid, WrongState
from shared.events import Event
from shared.events.property import IncidentActivated, IncidentReported, IncidentRestored
from shared.testing import refused_by_table

DO: dict[IncidentAction, Callable[[Incident], tuple[Incident, list[Event]]]] = {
    IncidentAction.CONFIRM: domain.confirm,
    IncidentAction.DISMISS: lambda one: domain.dismiss(one, reason="nothing there"),
    IncidentAction.ACTIVATE: domain.activate,
    IncidentAction.RESTORE: lambda one: domain.restore(one, at=NOW),
    IncidentAction.CLOSE: domain.close,
    IncidentAction.ANNOUNCE: lambda one: announce(one, text="no water", work=None, at=NOW),
    IncidentAction.CANCEL: lambda one: cancel(one, reason="rain"),
}
TOLD = {
    IncidentAction.CONFIRM: "property.incident.confirmed.v1",
    IncidentAction.DISMISS: "property.incident.dismissed.v1",
    IncidentAction.ACTIVATE: "property.incident.activated.v1",
    IncidentAction.RESTORE: "property.incident.restored.v1",
    IncidentAction.CLOSE: "property.incident.closed.v1",
    IncidentAction.ANNOUNCE: "property.incident.announced.v1",
    IncidentAction.CANCEL: "property.incident.cancelled.v1",
}
# domain.md section 2, written out a second time: the table must not change unseen.
ALLOWED = {
    ("reported", "confirm"): "confirmed",
    ("reported", "dismiss"): "dismissed",
    ("confirmed", "activate"): "active",
    ("active", "restore"): "restored",
    ("restored", "close"): "closed",
    ("planned", "announce"): "planned",
    ("planned", "activate"): "active",
    ("planned", "cancel"): "cancelled",
    ("active", "announce"): "active",
}


@pytest.mark.parametrize(("state", "action"), list(product(IncidentState, IncidentAction)))
def test_every_action_in_every_state_is_done_and_told_or_refused(
    state: IncidentState, action: IncidentAction
) -> None:
    before = incident(state)
    expected = ALLOWED.get((state.value, action.value))
    if expected is None:
        with refused_by_table("incident", state, action):
            DO[action](before)
        return
    after, events = DO[action](before)
    assert after.state == expected
    assert [event.type for event in events] == [TOLD[action]]
    assert after.version == before.version


def test_the_table_names_every_state() -> None:
    assert set(TRANSITIONS) == set(IncidentState)


def test_a_report_becomes_an_incident_of_the_estate_s_community_and_company() -> None:
    id = new_id("inc")  # noqa: A001
    new, (event,) = report(plan(), said(), id=id, at=NOW)

    assert (new.id, new.version, new.state) == (id, 0, IncidentState.REPORTED)
    assert (new.community, new.estate_id, new.contractor_id) == (COMMUNITY, "est_1", COMPANY)
    assert new.reported_at == NOW
    assert isinstance(event, IncidentReported)
    assert event.number == new.number
    assert event.place.building_id == "bld_1"
    assert "north side" not in event.model_dump_json()
    assert "van" not in event.model_dump_json()


@pytest.mark.parametrize("severity", [-1, 0, 5])
def test_a_severity_out_of_range_is_refused(severity: int) -> None:
    with pytest.raises(Invalid) as refused:
        report(plan(), said(severity=severity), id="inc_1", at=NOW)
    assert refused.value.facts["pointer"] == "/severity"


def test_a_time_without_a_zone_is_refused() -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(Invalid, match=r"incident\.time_without_zone"):
        report(plan(), said(occurred_at=naive), id="inc_1", at=NOW)


def test_a_time_is_kept_in_utc() -> None:
    beijing = datetime(2026, 11, 24, 15, 30, tzinfo=timezone(timedelta(hours=8)))
    new, _ = report(plan(), said(occurred_at=beijing), id="inc_1", at=NOW)
    assert new.occurred_at.isoformat() == "2026-11-24T07:30:00+00:00"


def test_without_a_time_it_is_happening_now() -> None:
    new, _ = report(plan(), said(occurred_at=None), id="inc_1", at=NOW)
    assert new.occurred_at == NOW


def test_a_clock_a_little_ahead_is_forgiven_and_the_future_is_refused() -> None:
    ahead = NOW + domain.AHEAD_MAX
    report(plan(), said(occurred_at=ahead), id="inc_1", at=NOW)
    late = said(occurred_at=ahead + timedelta(seconds=1))
    with pytest.raises(Invalid, match=r"incident\.in_the_future"):
        report(plan(), late, id="inc_1", at=NOW)


def test_an_entrance_brings_its_building_along() -> None:
    there = said(place=Place(entrance_id="ent_21"))
    new, _ = report(plan(), there, id="inc_1", at=NOW)
    assert new.place == Place(building_id="bld_2", entrance_id="ent_21")


@pytest.mark.parametrize(
    ("place", "pointer"),
    [
        (Place(building_id="bld_9"), "/place/building_id"),
        (Place(entrance_id="ent_9"), "/place/entrance_id"),
        (Place(building_id="bld_1", entrance_id="ent_21"), "/place/entrance_id"),
        (Place(building_id="ent_11"), "/place/building_id"),
    ],
)
def test_a_place_that_the_estate_does_not_have_is_refused(place: Place, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        report(plan(), said(place=place), id="inc_1", at=NOW)
    assert refused.value.facts["pointer"] == pointer


def test_somewhere_in_the_open_is_a_place() -> None:
    new, (event,) = report(plan(), said(place=Place()), id="inc_1", at=NOW)
    assert new.place == Place()
    assert isinstance(event, IncidentReported)
    assert event.place.building_id is None


def test_a_dismissal_keeps_its_reason_and_tells_none_of_it() -> None:
    after, (event,) = domain.dismiss(incident(), reason="a drill")
    assert after.dismissal_reason == "a drill"
    assert event.model_dump() == {"incident_id": after.id, "contractor_id": COMPANY}


def test_an_assigned_work_order_activates_a_confirmed_incident() -> None:
    after, events = domain.work_assigned(incident(IncidentState.CONFIRMED))
    assert after.state is IncidentState.ACTIVE
    assert [type(event) for event in events] == [IncidentActivated]


def test_accepted_work_restores_an_active_incident_at_that_moment() -> None:
    after, events = domain.work_accepted(incident(IncidentState.ACTIVE), at=NOW)
    assert (after.state, after.restored_at) == (IncidentState.RESTORED, NOW)
    assert [type(event) for event in events] == [IncidentRestored]


def test_accepted_work_that_overtakes_the_assignment_tells_both_in_order() -> None:
    after, events = domain.work_accepted(incident(IncidentState.CONFIRMED), at=NOW)
    assert after.state is IncidentState.RESTORED
    assert [type(event) for event in events] == [IncidentActivated, IncidentRestored]


@pytest.mark.parametrize("state", [IncidentState.REPORTED, IncidentState.DISMISSED])
def test_work_on_an_incident_that_nobody_confirmed_is_refused(state: IncidentState) -> None:
    with pytest.raises(WrongState):
        domain.work_assigned(incident(state))
    with pytest.raises(WrongState):
        domain.work_accepted(incident(state), at=NOW)


@given(st.lists(st.sampled_from(["assigned", "accepted"]), max_size=8))
def test_news_of_the_work_in_any_order_and_number_moves_each_step_once(news: list[str]) -> None:
    one, told = incident(IncidentState.CONFIRMED), []
    for word in news:
        if word == "assigned":
            one, events = domain.work_assigned(one)
        else:
            one, events = domain.work_accepted(one, at=NOW)
        told += [type(event) for event in events]

    expected: list[type[Event]] = []
    if news:
        expected.append(IncidentActivated)
    if "accepted" in news:
        expected.append(IncidentRestored)
    assert told == expected


@given(st.lists(st.sampled_from(IncidentAction), max_size=12))
def test_whatever_is_tried_the_incident_only_takes_allowed_steps(
    actions: list[IncidentAction],
) -> None:
    one = incident()
    for action in actions:
        try:
            after, events = DO[action](one)
        except WrongState:
            assert action not in TRANSITIONS[one.state]
            continue
        assert after.state is TRANSITIONS[one.state][action]
        assert len(events) == 1
        one = after


def test_a_public_number_is_read_over_the_phone_and_differs_for_every_incident() -> None:
    ids = [new_id("inc") for _ in range(1000)]
    numbers = {number_of(one) for one in ids}
    assert len(numbers) == 1000
    assert number_of("inc_01KB0000007K3QF9ZX2M4T") == "HM-7K3Q-F9ZX-2M4T"
