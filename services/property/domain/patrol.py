"""Patrols (巡查): one round of a route, from its plan to the last checkpoint, or missed.

Phones walk where there is no network, so what they record comes late, in any order and again. Each
record and finding bears an id that its maker gave it; when it was taken is the maker's word, when
it came in is ours, and both stay side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypedDict

from services.property.domain.patrol_plan import PatrolPlan, Round
from services.property.domain.patrol_record import Finding, Record, passed
from services.property.domain.route import Checkpoint
from shared.events import Event
from shared.events.property_patrol import PatrolCancelled, PatrolMissed, PatrolPlanned
from shared.transitions import step

SENT_WITHIN = timedelta(hours=72)
"""After its window, records that were taken in it are still accepted: a phone may be offline over a
weekend; beyond, nobody reckons with the round any more."""


class PatrolState(StrEnum):
    """Where the round stands."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


class PatrolAction(StrEnum):
    """What moves it."""

    BEGIN = "begin"
    FINISH = "finish"
    MISS = "miss"
    MAKE_GOOD = "make_good"
    CANCEL = "cancel"


TRANSITIONS: Mapping[PatrolState, Mapping[PatrolAction, PatrolState]] = {
    PatrolState.PLANNED: {
        PatrolAction.BEGIN: PatrolState.UNDER_WAY,
        PatrolAction.MISS: PatrolState.MISSED,
        PatrolAction.CANCEL: PatrolState.CANCELLED,
    },
    PatrolState.UNDER_WAY: {
        PatrolAction.FINISH: PatrolState.DONE,
        PatrolAction.MISS: PatrolState.MISSED,
    },
    # Records that were taken in time and came in late show that it was walked after all.
    PatrolState.MISSED: {PatrolAction.MAKE_GOOD: PatrolState.DONE},
    PatrolState.DONE: {},
    PatrolState.CANCELLED: {},
}


class CallOffReason(StrEnum):
    """Why a round is not to be walked."""

    PLAN = "plan"
    """Its plan was changed or has ended."""
    WEATHER = "weather"
    EMERGENCY = "emergency"
    CLOSED_OFF = "closed_off"
    """Works, or an event, bar the way."""


@dataclass(frozen=True, slots=True)
class Patrol:
    """One round. Its checkpoints are those of the route when it was begun; none before.

    ``alarm_at``: when time decides, None once it has.
    """

    id: str
    community: str
    version: int
    state: PatrolState
    plan_id: str
    route_id: str
    estate_id: str
    contractor_id: str | None
    key: str
    opens_at: datetime
    closes_at: datetime
    alarm_at: datetime | None
    ordered: bool = False
    checkpoints: tuple[Checkpoint, ...] = ()
    records: tuple[Record, ...] = ()
    findings: tuple[Finding, ...] = ()
    begun_at: datetime | None = None
    finished_at: datetime | None = None
    late: bool = False
    in_order: bool | None = None
    cancel_reason: CallOffReason | None = None
    cancelled_by: str | None = None


Outcome = tuple[Patrol, list[Event]]


def plan_round(
    plan: PatrolPlan,
    round_: Round,
    *,
    id: str,  # noqa: A002  the aggregate's own word
) -> Outcome:
    """A round of this plan is to be walked, by the company that the estate has."""
    patrol = Patrol(
        id=id,
        community=plan.community,
        version=0,
        state=PatrolState.PLANNED,
        plan_id=plan.id,
        route_id=plan.route_id,
        estate_id=plan.estate_id,
        contractor_id=plan.contractor_id,
        key=round_.key,
        opens_at=round_.opens_at,
        closes_at=round_.closes_at,
        alarm_at=round_.closes_at,
    )
    event = PatrolPlanned(**refs(patrol), opens_at=round_.opens_at, closes_at=round_.closes_at)
    return patrol, [event]


def cancel(patrol: Patrol, *, reason: CallOffReason, by: str | None = None) -> Outcome:
    """It is not to be walked. ``WrongState`` once it has begun or its time is over."""
    after = replace(
        move(patrol, PatrolAction.CANCEL), cancel_reason=reason, cancelled_by=by, alarm_at=None
    )
    return after, [PatrolCancelled(**refs(patrol))]


def tick(patrol: Patrol, *, at: datetime) -> Outcome | None:
    """Missed once its window has closed; None if there is nothing to do."""
    if patrol.alarm_at is None or patrol.alarm_at > at:
        return None
    after = replace(move(patrol, PatrolAction.MISS), alarm_at=None)
    count = len(passed(patrol.records))
    return after, [PatrolMissed(**refs(patrol), closes_at=patrol.closes_at, passed=count)]


class Refs(TypedDict):
    """What every event of a round carries."""

    patrol_id: str
    patrol_plan_id: str
    route_id: str
    estate_id: str
    contractor_id: str | None


def refs(patrol: Patrol) -> Refs:
    """What every event of this round carries."""
    return Refs(
        patrol_id=patrol.id,
        patrol_plan_id=patrol.plan_id,
        route_id=patrol.route_id,
        estate_id=patrol.estate_id,
        contractor_id=patrol.contractor_id,
    )


def move(patrol: Patrol, action: PatrolAction) -> Patrol:
    """The round in the state that this leads to. ``WrongState``."""
    return replace(patrol, state=step(TRANSITIONS, patrol.state, action, noun="patrol"))
