"""A delivery: one message on its way to one endpoint, until it is there or given up.

The states, the ladder and what raises a wait: webhooks.md, 3. Two numbers must not be confused:
``charged`` counts the rungs used in this cycle, ``tried`` every attempt ever begun; the second
fences off a worker that outlived its lease.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.notifications.domain.attempt import Exchange, Result, Trigger
from shared.transitions import step

LADDER_SECONDS = (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Waits before each attempt: ten attempts over about 75 h 35 m (Standard Webhooks, messaging)."""
JITTER = 0.2
WAIT_SECONDS_LEAST = 60
"""After a 429 or a timeout, and the least that Retry-After may ask for."""
BLOCKED_WAIT = timedelta(hours=1)
BLOCKED_MAX = 24
OWN_FAULT_WAIT = timedelta(seconds=60)
ATTEMPT_SECONDS_MAX = 15
LEASE = timedelta(seconds=ATTEMPT_SECONDS_MAX + 30)


class Status(StrEnum):
    """Where a delivery stands. Delivered, exhausted and cancelled are its ends, until a replay."""

    PENDING = "pending"
    IN_FLIGHT = "in_flight"
    RETRY_WAIT = "retry_wait"
    BLOCKED = "blocked"
    HELD = "held"
    DELIVERED = "delivered"
    EXHAUSTED = "exhausted"
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What may happen to a delivery."""

    CLAIM = "claim"
    DELIVER = "deliver"
    RETRY = "retry"
    EXHAUST = "exhaust"
    BLOCK = "block"
    GIVE_BACK = "give_back"
    HOLD = "hold"
    RELEASE = "release"
    CANCEL = "cancel"
    REDELIVER = "redeliver"


_WAITING = {
    Action.CLAIM: Status.IN_FLIGHT,
    Action.HOLD: Status.HELD,
    Action.CANCEL: Status.CANCELLED,
}

TRANSITIONS: Mapping[Status, Mapping[Action, Status]] = {
    Status.PENDING: _WAITING,
    Status.RETRY_WAIT: _WAITING,
    # Redelivered by hand once its name resolves to an address that may be dialled.
    Status.BLOCKED: {**_WAITING, Action.REDELIVER: Status.PENDING},
    Status.IN_FLIGHT: {
        # The lease has passed: its worker died, and another takes the same rung.
        Action.CLAIM: Status.IN_FLIGHT,
        Action.DELIVER: Status.DELIVERED,
        Action.RETRY: Status.RETRY_WAIT,
        Action.EXHAUST: Status.EXHAUSTED,
        Action.BLOCK: Status.BLOCKED,
        Action.GIVE_BACK: Status.RETRY_WAIT,
    },
    Status.HELD: {Action.RELEASE: Status.PENDING, Action.CANCEL: Status.CANCELLED},
    Status.DELIVERED: {Action.REDELIVER: Status.PENDING},
    Status.EXHAUSTED: {Action.REDELIVER: Status.PENDING},
    Status.CANCELLED: {Action.REDELIVER: Status.PENDING},
}

HOLDABLE = tuple(status for status, row in TRANSITIONS.items() if Action.HOLD in row)
CANCELLABLE = tuple(status for status, row in TRANSITIONS.items() if Action.CANCEL in row)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message for one endpoint.

    ``next_at``: when it is to be claimed next; in flight, the end of its lease; None: never.
    ``ordering_key``: set if the endpoint wants order; (``depth``, ``message_id``) is its place.
    ``company``: whose the endpoint is.
    """

    id: str
    community: str
    endpoint_id: str
    message_id: str
    event_type: str
    status: Status
    depth: int
    created_at: datetime
    next_at: datetime | None
    ordering_key: str | None = None
    charged: int = 0
    blocked: int = 0
    tried: int = 0
    cycle: int = 1
    last_code: int | None = None
    last_result: Result | None = None
    finished_at: datetime | None = None
    company: str | None = None


def claim(delivery: Delivery, *, at: datetime, lease: timedelta = LEASE) -> Delivery:
    """Take it in hand; the lease is longer than any attempt may last."""
    moved = _move(delivery, Action.CLAIM)
    return replace(moved, next_at=at + lease, tried=delivery.tried + 1)


def trigger(delivery: Delivery) -> Trigger:
    """Who makes its attempts in this cycle."""
    return Trigger.AUTO if delivery.cycle == 1 else Trigger.MANUAL


def is_claimable(delivery: Delivery, *, at: datetime) -> bool:
    """Whether it may be taken in hand now. One that is pending was at most put behind another."""
    if Action.CLAIM not in TRANSITIONS[delivery.status] or delivery.next_at is None:
        return False
    return delivery.status is Status.PENDING or delivery.next_at <= at


def conclude(delivery: Delivery, exchange: Exchange, *, at: datetime, jitter: float) -> Delivery:
    """What the attempt leads to; ``jitter`` (-0.2 to 0.2): by what part the wait is changed."""
    noted = replace(delivery, last_code=exchange.code, last_result=exchange.result)
    if exchange.result is Result.DELIVERED:
        return replace(_end(noted, Action.DELIVER, at), charged=delivery.charged + 1)
    if exchange.result is Result.OWN_FAULT:
        return give_back(noted, at=at, wait=OWN_FAULT_WAIT)
    if exchange.result is Result.BLOCKED:
        return _block(noted, at)
    charged = replace(noted, charged=delivery.charged + 1)
    if exchange.result is Result.GONE or charged.charged >= len(LADDER_SECONDS):
        return _end(charged, Action.EXHAUST, at)
    wait = wait_seconds(charged.charged, exchange, jitter=jitter)
    return replace(_move(charged, Action.RETRY), next_at=at + timedelta(seconds=wait))


def wait_seconds(charged: int, exchange: Exchange, *, jitter: float) -> float:
    """How long to wait after so many charged attempts.

    Retry-After raises the wait and never lowers it, to twice the rung or a minute at most.
    """
    rung = LADDER_SECONDS[charged]
    wait = rung * (1 + max(-JITTER, min(JITTER, jitter)))
    if exchange.retry_after_seconds is not None:
        wait = max(wait, min(exchange.retry_after_seconds, max(2 * rung, WAIT_SECONDS_LEAST)))
    if exchange.result in (Result.THROTTLED, Result.TIMED_OUT):
        wait = max(wait, WAIT_SECONDS_LEAST)
    return wait


def give_back(delivery: Delivery, *, at: datetime, wait: timedelta = timedelta()) -> Delivery:
    """Not the receiver's fault: due again with the rung that it had."""
    return replace(_move(delivery, Action.GIVE_BACK), next_at=at + wait)


def cancel(delivery: Delivery, *, at: datetime) -> Delivery:
    """Its endpoint is no more."""
    return _end(delivery, Action.CANCEL, at)


def hold(delivery: Delivery) -> Delivery:
    """Its endpoint takes nothing for now."""
    return replace(_move(delivery, Action.HOLD), next_at=None)


def release(delivery: Delivery, *, at: datetime) -> Delivery:
    """Its endpoint takes events again: due at once."""
    return replace(_move(delivery, Action.RELEASE), next_at=at)


def redeliver(delivery: Delivery, *, at: datetime) -> Delivery:
    """Send it again since somebody asks: all rungs anew, the same message id, out of order."""
    return replace(
        _move(delivery, Action.REDELIVER),
        next_at=at,
        ordering_key=None,
        charged=0,
        blocked=0,
        cycle=delivery.cycle + 1,
        finished_at=None,
    )


def put_behind(delivery: Delivery, earlier: Delivery) -> Delivery:
    """Out of the way until the one before it, which must have a time, is due."""
    return replace(delivery, next_at=earlier.next_at)


def _block(delivery: Delivery, at: datetime) -> Delivery:
    counted = replace(_move(delivery, Action.BLOCK), blocked=delivery.blocked + 1)
    if counted.blocked > BLOCKED_MAX:
        return replace(counted, next_at=None, finished_at=at)
    return replace(counted, next_at=at + BLOCKED_WAIT)


def _end(delivery: Delivery, action: Action, at: datetime) -> Delivery:
    return replace(_move(delivery, action), next_at=None, finished_at=at)


def _move(delivery: Delivery, action: Action) -> Delivery:
    status = step(TRANSITIONS, delivery.status, action, noun="delivery")
    return replace(delivery, status=status)
