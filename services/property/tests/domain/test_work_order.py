"""What may happen to a work order."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.property.domain import work_order as domain
from services.property.domain.incident import IncidentKind
from services.property.domain.work_order import (
    TRANSITIONS,
    Cause,
    WorkOrder,
    WorkOrderAction,
    WorkOrderState,
)
from services.property.domain.work_scope import SCOPE_OF_KIND, WorkScope, scope_of
from services.property.tests.samples import COMMUNITY, COMPANY, NOW, work_order
from shared.errors import Invalid, WrongState
from shared.events import Event
from shared.events.property import WorkOrderCreated
from shared.testing import refused_by_table

DO: dict[WorkOrderAction, Callable[[WorkOrder], tuple[WorkOrder, list[Event]]]] = {
    WorkOrderAction.ASSIGN: lambda order: domain.assign(order, assignee_id="per_li"),
    WorkOrderAction.ACCEPT: domain.accept,
    WorkOrderAction.START: domain.start,
    WorkOrderAction.COMPLETE: lambda order: domain.complete(order, note="towed", at=NOW),
    WorkOrderAction.ACCEPT_WORK: lambda order: domain.accept_work(order, by="per_wang"),
    WorkOrderAction.SEND_BACK: lambda order: domain.send_back(order, reason="still there"),
    WorkOrderAction.CANCEL: lambda order: domain.cancel(order, reason="moved away"),
}
TOLD = {
    WorkOrderAction.ASSIGN: "property.work_order.assigned.v1",
    WorkOrderAction.ACCEPT: "property.work_order.accepted.v1",
    WorkOrderAction.START: "property.work_order.started.v1",
    WorkOrderAction.COMPLETE: "property.work_order.completed.v1",
    WorkOrderAction.ACCEPT_WORK: "property.work_order.work_accepted.v1",
    WorkOrderAction.SEND_BACK: "property.work_order.sent_back.v1",
    WorkOrderAction.CANCEL: "property.work_order.cancelled.v1",
}
# domain.md section 2, written out a second time: the table must not change unseen.
ALLOWED = {
    ("created", "assign"): "assigned",
    ("created", "cancel"): "cancelled",
    ("assigned", "accept"): "accepted",
    ("accepted", "start"): "on_site",
    ("accepted", "cancel"): "cancelled",
    ("on_site", "complete"): "completed",
    ("completed", "accept_work"): "accepted_work",
    ("completed", "send_back"): "on_site",
}


def cause(**changes: object) -> Cause:
    facts: dict[str, object] = {
        "community": COMMUNITY,
        "estate_id": "est_1",
        "contractor_id": COMPANY,
        "scope": WorkScope.VEHICLES,
        "severity": 2,
        "incident_id": "inc_1",
        **changes,
    }
    return Cause(**facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(("state", "action"), list(product(WorkOrderState, WorkOrderAction)))
def test_every_action_in_every_state_is_done_and_told_or_refused(
    state: WorkOrderState, action: WorkOrderAction
) -> None:
    before = work_order(state)
    expected = ALLOWED.get((state.value, action.value))
    if expected is None:
        with refused_by_table("work_order", state, action):
            DO[action](before)
        return
    after, events = DO[action](before)
    assert after.state == expected
    assert [event.type for event in events] == [TOLD[action]]
    assert events[0].model_dump()["work_order_id"] == before.id
    assert events[0].model_dump()["incident_id"] == before.incident_id


def test_the_table_names_every_state() -> None:
    assert set(TRANSITIONS) == set(WorkOrderState)


@pytest.mark.parametrize(
    ("severity", "within"),
    [
        (1, timedelta(hours=2)),
        (2, timedelta(hours=24)),
        (3, timedelta(days=7)),
        (4, timedelta(days=15)),
    ],
)
def test_the_deadline_follows_the_severity(severity: int, within: timedelta) -> None:
    order, (event,) = domain.create(cause(severity=severity), id="wor_1", at=NOW)
    assert order.due_at == NOW + within
    assert isinstance(event, WorkOrderCreated)
    assert event.due_at == order.due_at
    assert (event.scope, event.incident_id, event.request_id) == ("vehicles", "inc_1", None)


def test_a_work_order_for_a_request_is_one_too() -> None:
    order, _ = domain.create(cause(incident_id=None, request_id="req_1"), id="wor_1", at=NOW)
    assert (order.incident_id, order.request_id) == (None, "req_1")


@pytest.mark.parametrize("ids", [{"incident_id": None}, {"request_id": "req_1"}])
def test_a_work_order_has_exactly_one_cause(ids: dict[str, object]) -> None:
    with pytest.raises(Invalid, match=r"work_order\.one_cause"):
        domain.create(cause(**ids), id="wor_1", at=NOW)


@pytest.mark.parametrize("severity", [0, 5])
def test_a_severity_without_a_deadline_is_refused(severity: int) -> None:
    with pytest.raises(Invalid, match=r"work_order\.severity"):
        domain.create(cause(severity=severity), id="wor_1", at=NOW)


def test_every_kind_of_incident_has_its_part_of_the_contract() -> None:
    assert set(SCOPE_OF_KIND) == set(IncidentKind)
    assert scope_of("vehicle") is WorkScope.VEHICLES
    assert scope_of("a kind of tomorrow") is WorkScope.REPAIR


def test_rework_is_counted_and_the_time_of_completion_is_that_of_the_last_try() -> None:
    order = work_order(WorkOrderState.ON_SITE)
    for n in range(3):
        order, _ = domain.complete(order, note=f"try {n}", at=NOW + timedelta(hours=n))
        assert order.completed_at == NOW + timedelta(hours=n)
        order, _ = domain.send_back(order, reason=f"not yet {n}")
        assert order.completed_at is None
    assert (order.times_sent_back, order.return_reason) == (3, "not yet 2")


def test_who_accepted_the_work_is_kept_and_told() -> None:
    order, (event,) = domain.accept_work(work_order(WorkOrderState.COMPLETED), by="per_wang")
    assert order.accepted_by == "per_wang"
    assert event.model_dump()["by"] == "per_wang"


@given(st.lists(st.sampled_from(WorkOrderAction), max_size=20))
def test_whatever_is_tried_the_order_only_takes_allowed_steps(
    actions: list[WorkOrderAction],
) -> None:
    order = work_order()
    completions = 0
    for action in actions:
        try:
            after, events = DO[action](order)
        except WrongState:
            assert action not in TRANSITIONS[order.state]
            continue
        assert after.state is TRANSITIONS[order.state][action]
        assert len(events) == 1
        completions += action is WorkOrderAction.COMPLETE
        order = after
    assert order.times_sent_back <= completions
    assert (order.accepted_by is None) == (order.state is not WorkOrderState.ACCEPTED_WORK)
