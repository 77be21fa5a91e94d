"""The delivery state machine, its ladder, and what a receiver's answer does to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain import delivery as domain
from services.notifications.domain.attempt import (
    Exchange,
    Result,
    Trigger,
    classify,
    retry_after_seconds,
)
from services.notifications.domain.delivery import (
    BLOCKED_MAX,
    LADDER_SECONDS,
    TRANSITIONS,
    Action,
    Delivery,
    Status,
)
from shared.testing import refused_by_table

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
FAILURES = [
    Result.REDIRECTED,
    Result.THROTTLED,
    Result.REFUSED,
    Result.FAILED,
    Result.TIMED_OUT,
    Result.UNRESOLVED,
    Result.UNREACHABLE,
    Result.BROKEN,
    Result.UNTRUSTED,
]


def delivery(status: Status = Status.PENDING) -> Delivery:
    return Delivery(
        id="del_1",
        community="hongmiao",
        endpoint_id="whe_1",
        message_id="msg_1",
        event_type="property.incident.reported.v1",
        status=status,
        depth=1,
        created_at=NOW,
        next_at=NOW,
        ordering_key="evt_1",
    )


def in_flight(charged: int = 0) -> Delivery:
    return replace(domain.claim(delivery(), at=NOW), charged=charged)


def conclude(of: Delivery, result: Result, code: int | None = None) -> Delivery:
    return domain.conclude(of, Exchange(result, code), at=NOW, jitter=0)


def do(action: Action, of: Delivery) -> Delivery:
    doing = {
        Action.CLAIM: lambda: domain.claim(of, at=NOW),
        Action.DELIVER: lambda: conclude(of, Result.DELIVERED),
        Action.RETRY: lambda: conclude(of, Result.FAILED),
        Action.EXHAUST: lambda: conclude(of, Result.GONE),
        Action.BLOCK: lambda: conclude(of, Result.BLOCKED),
        Action.GIVE_BACK: lambda: domain.give_back(of, at=NOW),
        Action.HOLD: lambda: domain.hold(of),
        Action.RELEASE: lambda: domain.release(of, at=NOW),
        Action.CANCEL: lambda: domain.cancel(of, at=NOW),
        Action.REDELIVER: lambda: domain.redeliver(of, at=NOW),
    }
    return doing[action]()


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("status", Status)
def test_every_pair_of_status_and_action_does_what_the_table_says(
    status: Status, action: Action
) -> None:
    before = delivery(status)
    if action in TRANSITIONS[status]:
        assert do(action, before).status is TRANSITIONS[status][action]
    else:
        with refused_by_table("delivery", status, action):
            do(action, before)
    assert before.status is status


def test_a_claim_counts_the_try_and_holds_longer_than_any_attempt_lasts() -> None:
    claimed = domain.claim(delivery(), at=NOW)
    assert claimed.tried == 1
    assert claimed.charged == 0
    assert claimed.next_at is not None
    assert claimed.next_at - NOW == timedelta(seconds=domain.ATTEMPT_SECONDS_MAX + 30)


def test_what_is_in_flight_may_be_claimed_only_when_its_lease_has_passed() -> None:
    claimed = domain.claim(delivery(), at=NOW)
    assert not domain.is_claimable(claimed, at=NOW + timedelta(seconds=44))
    assert domain.is_claimable(claimed, at=NOW + timedelta(seconds=45))
    again = domain.claim(claimed, at=NOW + timedelta(seconds=45))
    assert (again.tried, again.charged) == (2, 0)


@pytest.mark.parametrize("status", Status)
def test_what_has_no_time_is_never_claimable(status: Status) -> None:
    assert not domain.is_claimable(replace(delivery(status), next_at=None), at=NOW)


def test_one_that_waited_behind_another_may_go_as_soon_as_it_is_first() -> None:
    first = conclude(in_flight(), Result.FAILED)
    behind = domain.put_behind(delivery(), first)
    assert behind.next_at == first.next_at
    assert domain.is_claimable(behind, at=NOW)
    assert not domain.is_claimable(first, at=NOW)


def test_delivered_is_an_end() -> None:
    done = conclude(in_flight(), Result.DELIVERED, code=204)
    assert (done.status, done.last_code, done.charged) == (Status.DELIVERED, 204, 1)
    assert (done.next_at, done.finished_at) == (None, NOW)


@pytest.mark.parametrize("result", FAILURES)
def test_ten_failures_of_any_kind_use_up_the_ladder(result: Result) -> None:
    trying, attempts = delivery(), 0
    while trying.finished_at is None:
        trying = conclude(domain.claim(trying, at=NOW), result)
        attempts += 1
    assert attempts == len(LADDER_SECONDS) == 10
    assert trying.status is Status.EXHAUSTED
    assert trying.next_at is None


def test_the_ladder_is_that_of_the_standard_and_lasts_75_hours_and_35_minutes() -> None:
    hours = timedelta(seconds=sum(LADDER_SECONDS)) / timedelta(hours=1)
    assert hours == pytest.approx(75 + 35 / 60, abs=0.01)


def test_gone_ends_it_at_the_first_attempt() -> None:
    gone = conclude(in_flight(), Result.GONE, code=410)
    assert (gone.status, gone.charged, gone.finished_at) == (Status.EXHAUSTED, 1, NOW)


@pytest.mark.parametrize("charged", range(10))
def test_a_fault_of_our_own_is_not_charged(charged: int) -> None:
    again = conclude(in_flight(charged), Result.OWN_FAULT)
    assert (again.status, again.charged) == (Status.RETRY_WAIT, charged)
    assert again.next_at == NOW + domain.OWN_FAULT_WAIT


def test_a_blocked_address_is_tried_once_an_hour_24_times_and_never_charged() -> None:
    trying = conclude(in_flight(), Result.BLOCKED)
    for _ in range(BLOCKED_MAX):
        assert trying.status is Status.BLOCKED
        assert trying.next_at == NOW + timedelta(hours=1)
        assert trying.finished_at is None
        trying = conclude(domain.claim(trying, at=NOW), Result.BLOCKED)
    assert (trying.status, trying.next_at, trying.finished_at) == (Status.BLOCKED, None, NOW)
    assert trying.charged == 0
    assert domain.redeliver(trying, at=NOW).status is Status.PENDING


@given(
    charged=st.integers(1, 9),
    jitter=st.floats(-1, 1),
    retry_after=st.none() | st.integers(0, 10**9),
    result=st.sampled_from(FAILURES),
)
def test_a_wait_keeps_to_its_rung_whatever_the_receiver_asks_for(
    charged: int, jitter: float, retry_after: int | None, result: Result
) -> None:
    exchange = Exchange(result, retry_after_seconds=retry_after)
    wait = domain.wait_seconds(charged, exchange, jitter=jitter)
    rung = LADDER_SECONDS[charged]
    assert wait >= 0.8 * rung
    assert wait <= max(2 * rung, 60)
    if result in (Result.THROTTLED, Result.TIMED_OUT):
        assert wait >= 60
    elif retry_after is None:
        assert wait <= 1.2 * rung


@given(charged=st.integers(1, 9), jitter=st.floats(-0.2, 0.2), more=st.integers(0, 200_000))
def test_retry_after_raises_a_wait_and_never_lowers_it(
    charged: int, jitter: float, more: int
) -> None:
    plain = domain.wait_seconds(charged, Exchange(Result.FAILED), jitter=jitter)
    asked = domain.wait_seconds(
        charged, Exchange(Result.FAILED, retry_after_seconds=more), jitter=jitter
    )
    assert asked >= plain
    if more <= 2 * LADDER_SECONDS[charged]:
        assert asked == max(plain, more)


def test_a_redelivery_begins_the_ladder_anew_under_the_same_message_and_outside_any_order() -> None:
    done = conclude(in_flight(5), Result.GONE)
    again = domain.redeliver(done, at=NOW)
    assert (again.status, again.next_at, again.finished_at) == (Status.PENDING, NOW, None)
    assert (again.charged, again.cycle, again.tried) == (0, 2, 1)
    assert again.message_id == done.message_id
    assert again.ordering_key is None
    assert domain.trigger(done) is Trigger.AUTO
    assert domain.trigger(again) is Trigger.MANUAL


@given(st.lists(st.sampled_from(Action), max_size=40), st.data())
def test_whatever_happens_what_is_due_has_a_time_and_what_has_ended_has_none(
    actions: list[Action], data: st.DataObject
) -> None:
    now, being = delivery(), None
    for action in actions:
        if action not in TRANSITIONS[now.status]:
            continue
        if action is Action.CLAIM and now.next_at is None:
            continue
        being = now
        now = do(action, now)
        assert now.tried >= being.tried
        ended = now.status in (Status.DELIVERED, Status.EXHAUSTED, Status.CANCELLED)
        assert (now.finished_at is not None) == (ended or now.blocked > BLOCKED_MAX)
        if now.finished_at is not None or now.status is Status.HELD:
            assert now.next_at is None
        else:
            assert now.next_at is not None


@pytest.mark.parametrize(
    ("code", "result"),
    [
        (200, Result.DELIVERED),
        (204, Result.DELIVERED),
        (299, Result.DELIVERED),
        (301, Result.REDIRECTED),
        (304, Result.REDIRECTED),
        (400, Result.REFUSED),
        (404, Result.REFUSED),
        (410, Result.GONE),
        (429, Result.THROTTLED),
        (500, Result.FAILED),
        (503, Result.FAILED),
        (101, Result.FAILED),
        (999, Result.FAILED),
    ],
)
def test_only_2xx_is_a_success(code: int, result: Result) -> None:
    assert classify(code) is result


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("120", 120),
        (" 7 ", 7),
        ("9" * 50, 30 * 86_400),
        ("Tue, 24 Nov 2026 08:01:00 GMT", 60),
        ("Tue, 24 Nov 2026 07:00:00 GMT", 0),
        ("Tue, 24 Nov 2026 16:01:00 +0800", 60),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("²", None),
        ("Tue, 99 Nov 2026 08:01:00 GMT", None),
        ("Tue, 24 Nov 99999999999 08:01:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(
    value: str | None, seconds: int | None
) -> None:
    assert retry_after_seconds(value, at=NOW) == seconds


@given(st.text(max_size=200))
def test_no_retry_after_however_odd_is_a_fault(value: str) -> None:
    seconds = retry_after_seconds(value, at=NOW)
    assert seconds is None or 0 <= seconds <= 30 * 86_400
