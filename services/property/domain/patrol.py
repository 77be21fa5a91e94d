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
from shared.events.property_patrol import (
    PatrolCancelled,
    PatrolHandedOver,
    PatrolMissed,
    PatrolOpened,
    PatrolPlanned,
)
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

    ``contractor_id``: the company that looks after the estate's security, as it was planned at
    first, and as it is when the round opens; None if volunteers (``team_id``) walk it, or nobody.
    ``alarm_at``: when time decides next, None once it has.
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
    team_id: str | None = None
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

    @property
    def photo_ids(self) -> tuple[str, ...]:
        """The photos of what was passed and found."""
        shown = [each.passing.photo_ids for each in self.records]
        shown += [each.sighting.photo_ids for each in self.findings]
        return tuple(photo_id for photo_ids in shown for photo_id in photo_ids)


Outcome = tuple[Patrol, list[Event]]


def plan_round(
    plan: PatrolPlan,
    round_: Round,
    *,
    id: str,  # noqa: A002  the aggregate's own word
    handler: str | None,
) -> Outcome:
    """A round of this plan is to be walked; ``handler``: the company that would, as of now."""
    patrol = Patrol(
        id=id,
        community=plan.community,
        version=0,
        state=PatrolState.PLANNED,
        plan_id=plan.id,
        route_id=plan.route_id,
        estate_id=plan.estate_id,
        contractor_id=None if round_.team_id else handler,
        key=round_.key,
        opens_at=round_.opens_at,
        closes_at=round_.closes_at,
        alarm_at=round_.opens_at,
        team_id=round_.team_id,
    )
    event = PatrolPlanned(**refs(patrol), opens_at=round_.opens_at, closes_at=round_.closes_at)
    return patrol, [event]


def hand_over(patrol: Patrol, *, handler: str | None) -> Outcome | None:
    """It is planned for the company that would walk it as it looks now; None if it is already."""
    planned = patrol.state is PatrolState.PLANNED and patrol.team_id is None
    if not planned or patrol.contractor_id == handler:
        return None
    after = replace(patrol, contractor_id=handler)
    return after, [PatrolHandedOver(**refs(after))]


def cancel(patrol: Patrol, *, reason: CallOffReason, by: str | None = None) -> Outcome:
    """It is not to be walked. ``WrongState`` once it has begun or its time is over."""
    after = replace(
        move(patrol, PatrolAction.CANCEL), cancel_reason=reason, cancelled_by=by, alarm_at=None
    )
    return after, [PatrolCancelled(**refs(patrol))]


def tick(patrol: Patrol, *, handler: str | None, at: datetime) -> Outcome | None:
    """It opens, for the company that looks after the estate by then, and once its window has closed
    it is missed; None if there is nothing to do.

    Right whenever it is called: what came due while nobody looked is told in order, and a round
    that is over by now stays with whom it was planned for.
    """
    events: list[Event] = []
    while patrol.alarm_at is not None and patrol.alarm_at <= at:
        if patrol.alarm_at < patrol.closes_at:
            over = patrol.closes_at <= at
            patrol, event = _opened(patrol, patrol.contractor_id if over else handler)
        else:
            patrol, event = _missed(patrol)
        events.append(event)
    return (patrol, events) if events else None


def _opened(patrol: Patrol, handler: str | None) -> tuple[Patrol, Event]:
    planned = patrol.state is PatrolState.PLANNED and patrol.team_id is None
    walker = handler if planned else patrol.contractor_id
    after = replace(patrol, contractor_id=walker, alarm_at=patrol.closes_at)
    return after, PatrolOpened(**refs(after), closes_at=patrol.closes_at)


def _missed(patrol: Patrol) -> tuple[Patrol, Event]:
    after = replace(move(patrol, PatrolAction.MISS), alarm_at=None)
    count = len(passed(patrol.records))
    return after, PatrolMissed(**refs(patrol), closes_at=patrol.closes_at, passed=count)


class Refs(TypedDict):
    """What every event of a round carries."""

    patrol_id: str
    patrol_plan_id: str
    route_id: str
    estate_id: str
    contractor_id: str | None
    team_id: str | None


def refs(patrol: Patrol) -> Refs:
    """What every event of this round carries."""
    return Refs(
        patrol_id=patrol.id,
        patrol_plan_id=patrol.plan_id,
        route_id=patrol.route_id,
        estate_id=patrol.estate_id,
        contractor_id=patrol.contractor_id,
        team_id=patrol.team_id,
    )


def move(patrol: Patrol, action: PatrolAction) -> Patrol:
    """The round in the state that this leads to. ``WrongState``."""
    return replace(patrol, state=step(TRANSITIONS, patrol.state, action, noun="patrol"))
