"""What may happen to a work order."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.property.domain import work_steps as steps
from services.property.domain.incident import IncidentKind
from services.property.domain.work_clock import end_offer, tick
from services.property.domain.work_order import (
    Acceptor,
    Cause,
    Part,
    PauseReason,
    SourceKind,
    WorkOrder,
    WorkSource,
    create,
)
from services.property.domain.work_scope import SCOPE_OF_KIND, WorkScope, scope_of
from services.property.domain.work_states import TRANSITIONS, WorkOrderAction, WorkOrderState
from services.property.domain.work_steps import Acceptance, Completion
from services.property.tests.samples import COMMUNITY, COMPANY, NOW, work_order
from shared.errors import Conflict, Invalid, WrongState
from shared.events import Event
from shared.events.property import WorkOrderCreated
from shared.testing import refused_by_table

SOON = NOW + timedelta(hours=1)
DO: dict[WorkOrderAction, Callable[[WorkOrder], tuple[WorkOrder, list[Event]]]] = {
    WorkOrderAction.OFFER: lambda order: steps.offer(order, until=SOON, at=NOW),
    WorkOrderAction.TAKE: lambda order: steps.take(order, worker_id="per_li", at=NOW),
    WorkOrderAction.END_OFFER: lambda order: end_offer(order, lapsed=False),
    WorkOrderAction.ASSIGN: lambda order: steps.assign(order, assignee_id="per_li"),
    WorkOrderAction.ACCEPT: steps.accept,
    WorkOrderAction.REFUSE: lambda order: steps.refuse(order, reason="no ladder"),
    WorkOrderAction.START: steps.start,
    WorkOrderAction.PAUSE: lambda order: steps.pause(order, reason=PauseReason.PARTS, at=NOW),
    WorkOrderAction.RESUME: lambda order: steps.resume(order, at=SOON),
    WorkOrderAction.COMPLETE: lambda order: steps.complete(order, Completion("towed"), at=NOW),
    WorkOrderAction.ACCEPT_WORK: lambda order: steps.accept_work(
        order, Acceptance("per_wang"), at=NOW
    ),
    WorkOrderAction.SEND_BACK: lambda order: steps.send_back(order, reason="still there"),
    WorkOrderAction.CANCEL: lambda order: steps.cancel(order, reason="moved away"),
}
TOLD = {
    WorkOrderAction.OFFER: "property.work_order.offered.v1",
    WorkOrderAction.TAKE: "property.work_order.assigned.v1",
    WorkOrderAction.END_OFFER: "property.work_order.offer_ended.v1",
    WorkOrderAction.ASSIGN: "property.work_order.assigned.v1",
    WorkOrderAction.ACCEPT: "property.work_order.accepted.v1",
    WorkOrderAction.REFUSE: "property.work_order.refused.v1",
    WorkOrderAction.START: "property.work_order.started.v1",
    WorkOrderAction.PAUSE: "property.work_order.paused.v1",
    WorkOrderAction.RESUME: "property.work_order.resumed.v1",
    WorkOrderAction.COMPLETE: "property.work_order.completed.v1",
    WorkOrderAction.ACCEPT_WORK: "property.work_order.work_accepted.v1",
    WorkOrderAction.SEND_BACK: "property.work_order.sent_back.v1",
    WorkOrderAction.CANCEL: "property.work_order.cancelled.v1",
}
# domain.md section 2, written out a second time: the table must not change unseen.
ALLOWED = {
    ("created", "offer"): "offered",
    ("created", "assign"): "assigned",
    ("created", "cancel"): "cancelled",
    ("offered", "take"): "assigned",
    ("offered", "end_offer"): "created",
    ("assigned", "accept"): "accepted",
    ("assigned", "refuse"): "created",
    ("accepted", "start"): "on_site",
    ("accepted", "pause"): "paused",
    ("accepted", "cancel"): "cancelled",
    ("on_site", "pause"): "paused",
    ("paused", "resume"): "on_site",
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
        "source": WorkSource(SourceKind.INCIDENT, "inc_1"),
        **changes,
    }
    return Cause(**facts)  # type: ignore[arg-type]


def standing(state: WorkOrderState) -> WorkOrder:
    """The order in this state; one that waits says since when."""
    if state is not WorkOrderState.PAUSED:
        return work_order(state)
    return steps.pause(
        work_order(WorkOrderState.ON_SITE), reason=PauseReason.PARTS, at=NOW - timedelta(hours=1)
    )[0]


@pytest.mark.parametrize(("state", "action"), list(product(WorkOrderState, WorkOrderAction)))
def test_every_action_in_every_state_is_done_and_told_or_refused(
    state: WorkOrderState, action: WorkOrderAction
) -> None:
    before = standing(state)
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
    order, (event,) = create(cause(severity=severity), id="wor_1", at=NOW)
    assert order.due_at == NOW + within
    assert isinstance(event, WorkOrderCreated)
    assert event.due_at == order.due_at
    assert (event.scope, event.incident_id, event.request_id) == ("vehicles", "inc_1", None)


@pytest.mark.parametrize("kind", SourceKind)
def test_a_work_order_says_what_caused_it_and_so_does_all_that_is_told_of_it(
    kind: SourceKind,
) -> None:
    order, (event,) = create(cause(source=WorkSource(kind, "x_1")), id="wor_1", at=NOW)

    assert order.source == WorkSource(kind, "x_1")
    told = event.model_dump()
    assert (told["source_kind"], told["source_id"]) == (kind.value, "x_1")
    assert told["incident_id"] == ("x_1" if kind is SourceKind.INCIDENT else None)
    assert told["request_id"] == ("x_1" if kind is SourceKind.REQUEST else None)


def test_an_order_that_names_no_cause_is_no_order() -> None:
    with pytest.raises(Invalid, match=r"work_order\.no_source"):
        _ = work_order(incident_id=None).source


@pytest.mark.parametrize("severity", [0, 5])
def test_a_severity_without_a_deadline_is_refused(severity: int) -> None:
    with pytest.raises(Invalid, match=r"work_order\.severity"):
        create(cause(severity=severity), id="wor_1", at=NOW)


def test_every_kind_of_incident_has_its_part_of_the_contract() -> None:
    assert set(SCOPE_OF_KIND) == set(IncidentKind)
    assert scope_of("vehicle") is WorkScope.VEHICLES
    assert scope_of("a kind of tomorrow") is WorkScope.REPAIR


def test_rework_is_counted_and_the_time_of_completion_is_that_of_the_last_try() -> None:
    order = work_order(WorkOrderState.ON_SITE)
    for n in range(3):
        order, _ = steps.complete(order, Completion(f"try {n}"), at=NOW + timedelta(hours=n))
        assert order.completed_at == NOW + timedelta(hours=n)
        order, _ = steps.send_back(order, reason=f"not yet {n}")
        assert order.completed_at is None
    assert (order.times_sent_back, order.return_reason) == (3, "not yet 2")


def test_who_accepted_the_work_is_kept_and_told() -> None:
    accepted = Acceptance("per_wang", Acceptor.RESIDENT, satisfaction=4)
    order, (event,) = steps.accept_work(work_order(WorkOrderState.COMPLETED), accepted, at=NOW)
    assert (order.accepted_by, order.accepted_as) == ("per_wang", Acceptor.RESIDENT)
    assert (order.accepted_at, order.satisfaction) == (NOW, 4)
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
        except (WrongState, Conflict):
            assert action not in TRANSITIONS[order.state]
            continue
        assert after.state is TRANSITIONS[order.state][action]
        assert len(events) == 1
        completions += action is WorkOrderAction.COMPLETE
        order = after
    assert order.times_sent_back <= completions
    assert (order.accepted_by is None) == (order.state is not WorkOrderState.ACCEPTED_WORK)
    assert order.completed_at is None or order.first_completed_at is not None
    assert all(pause.until is not None for pause in order.pauses[:-1])


def on_site(**changes: object) -> WorkOrder:
    """The work is due in two hours."""
    return work_order(WorkOrderState.ON_SITE, due_at=NOW + timedelta(hours=2), **changes)


def test_the_clock_stands_still_while_the_work_waits_and_only_then() -> None:
    order = on_site()
    order, _ = steps.pause(order, reason=PauseReason.ACCESS, at=NOW + timedelta(hours=1))
    assert tick(order, at=NOW + timedelta(days=9)) is None
    order, (told,) = steps.resume(order, at=NOW + timedelta(hours=11))

    assert (order.due_at, order.due_by) == (NOW + timedelta(hours=2), NOW + timedelta(hours=12))
    assert told.model_dump()["due_at"] == order.due_by
    late, _ = steps.complete(order, Completion("done"), at=NOW + timedelta(hours=13))
    timely, _ = steps.complete(order, Completion("done"), at=NOW + timedelta(hours=12))
    assert (late.on_time, timely.on_time) == (False, True)


def test_whether_work_was_on_time_is_decided_when_it_is_first_completed() -> None:
    order, _ = steps.complete(on_site(), Completion("done"), at=NOW)
    order, _ = steps.send_back(order, reason="still drips")
    order, _ = steps.complete(order, Completion("done again"), at=NOW + timedelta(days=5))

    assert (order.on_time, order.first_completed_at) == (True, NOW)


def test_what_the_work_cost_is_its_parts_and_its_labour() -> None:
    done = Completion("new valve", (Part("valve", 2, 5_000), Part("tape", 1, 300)), 8_000, ("p",))
    order, _ = steps.complete(on_site(), done, at=NOW)

    assert (order.cost_fen, order.photos_after) == (13_300, ("p",))


def test_a_work_order_is_not_paused_for_ever_anew() -> None:
    order = on_site()
    for _ in range(steps.PAUSES_MAX):
        order, _told = steps.pause(order, reason=PauseReason.WEATHER, at=NOW)
        order, _told = steps.resume(order, at=NOW)
    with pytest.raises(Invalid, match=r"work_order\.too_many_pauses"):
        steps.pause(order, reason=PauseReason.WEATHER, at=NOW)


@pytest.mark.parametrize("left", [timedelta(seconds=59), timedelta(days=7, seconds=1)])
def test_an_offer_lasts_a_minute_to_a_week(left: timedelta) -> None:
    with pytest.raises(Invalid, match=r"work_order\.offer_until"):
        steps.offer(work_order(), until=NOW + left, at=NOW)


def test_what_is_taken_is_nobody_elses() -> None:
    offered, _ = steps.offer(work_order(), until=SOON, at=NOW)
    taken, _ = steps.take(offered, worker_id="per_li", at=NOW)

    assert (taken.assignee_id, taken.offered_until, taken.mode.value) == ("per_li", None, "grab")
    with pytest.raises(Conflict, match=r"work_order\.taken"):
        steps.take(taken, worker_id="per_zhao", at=NOW)


def test_an_offer_that_is_over_is_not_taken_even_if_nobody_has_ended_it_yet() -> None:
    offered, _ = steps.offer(work_order(), until=SOON, at=NOW)
    with refused_by_table("work_order", WorkOrderState.CREATED, WorkOrderAction.TAKE):
        steps.take(offered, worker_id="per_li", at=SOON)


def test_an_offer_that_nobody_took_ends_and_a_late_order_is_warned_of_once() -> None:
    order, _ = steps.offer(work_order(due_at=SOON), until=SOON, at=NOW)
    assert order.alarm_at == SOON
    assert tick(order, at=NOW) is None

    ticked = tick(order, at=SOON)

    assert ticked is not None
    order, events = ticked
    assert (order.state, order.offered_until, order.alarm_at) == ("created", None, None)
    assert [event.type.split(".")[2] for event in events] == ["offer_ended", "overdue"]
    assert events[0].model_dump()["lapsed"] is True
    assert tick(order, at=SOON + timedelta(days=1)) is None


def test_who_refuses_says_why_and_somebody_else_is_looked_for() -> None:
    order, _ = steps.assign(work_order(), assignee_id="per_li")
    order, (event,) = steps.refuse(order, reason="no ladder")

    assert (order.assignee_id, order.refused_by, order.refusal_reason) == (
        None,
        ("per_li",),
        "no ladder",
    )
    assert event.model_dump()["assignee_id"] == "per_li"
    assert "no ladder" not in str(event.model_dump())


def test_work_that_a_request_asked_for_is_given_out_again_by_its_dispatcher_alone() -> None:
    order = work_order(incident_id=None, request_id="req_1")
    with pytest.raises(Invalid, match=r"work_order\.again_by_dispatcher"):
        steps.cancel(order, reason="x", again=True)


def test_the_latest_word_on_how_satisfied_somebody_is_counts() -> None:
    rated = steps.rate(work_order(), satisfaction=2, seen=7)
    assert rated is not None
    order, _ = rated
    assert order.satisfaction == 2
    assert steps.rate(order, satisfaction=5, seen=6) is None
    assert steps.rate(order, satisfaction=9, seen=8) is None
