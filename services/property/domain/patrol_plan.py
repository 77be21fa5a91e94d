"""Plans of patrols (巡查计划): when a route is walked, and within how long.

Rounds are made ahead, so that who walks them knows; a change or an end holds from the next day on:
a round of today cannot be planned away by who is about to miss it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.property.domain.route import Route, RouteState
from services.property.domain.timetable import (
    Slot,
    Timetable,
    check_timetable,
    check_window,
    next_slot,
    slots,
)
from shared.days import day_of, start_of
from shared.errors import Invalid, WrongState
from shared.events import Event
from shared.events.property_patrol import (
    PatrolPlanChanged,
    PatrolPlanEnded,
    PatrolPlanExtended,
    PatrolPlanMade,
)
from shared.transitions import step

AHEAD = timedelta(days=14)
"""Rounds stand so far ahead when a plan is made or extended."""
EXTENDED_WITHIN = timedelta(days=13)
"""A plan is extended when fewer days than these stand: daily, so that each day its rounds are with
whom they fall to by then."""
STRETCH = timedelta(days=31)
"""Made at once at most, after whatever standstill: 744 rounds, one every hour."""


class PatrolPlanState(StrEnum):
    """Where the plan stands."""

    ACTIVE = "active"
    ENDED = "ended"


class PatrolPlanAction(StrEnum):
    """What moves it."""

    CHANGE = "change"
    EXTEND = "extend"
    END = "end"


TRANSITIONS: Mapping[PatrolPlanState, Mapping[PatrolPlanAction, PatrolPlanState]] = {
    PatrolPlanState.ACTIVE: {
        PatrolPlanAction.CHANGE: PatrolPlanState.ACTIVE,
        PatrolPlanAction.EXTEND: PatrolPlanState.ACTIVE,
        PatrolPlanAction.END: PatrolPlanState.ENDED,
    },
    PatrolPlanState.ENDED: {},
}


@dataclass(frozen=True, slots=True)
class Rounds:
    """When a route is walked, from each time of the timetable on within so many minutes, and by
    whom: a team of volunteers, or, with none named, the company that looks after the estate."""

    timetable: Timetable
    window_minutes: int
    team_id: str | None = None


@dataclass(frozen=True, slots=True)
class Era:
    """From when until when (excluded) these rounds hold; ``until``: None for no end.

    ``number``: never that of another of its plan, so that no round is taken for one of another era.
    """

    number: int
    rounds: Rounds
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PatrolPlan:
    """One plan. ``eras``: what holds and what is about to; ``made_to``: rounds stand until then.

    ``extend_at`` is when it is looked at again, None once it has ended.
    """

    id: str
    community: str
    version: int
    state: PatrolPlanState
    route_id: str
    estate_id: str
    eras: tuple[Era, ...]
    made_to: datetime
    extend_at: datetime | None
    reason: str | None = None

    @property
    def rounds(self) -> Rounds:
        """Those drawn up last."""
        return self.eras[-1].rounds


@dataclass(frozen=True, slots=True)
class Round:
    """One time at which the route is to be walked, by a team of volunteers if one is named."""

    key: str
    opens_at: datetime
    closes_at: datetime
    team_id: str | None = None


Outcome = tuple[PatrolPlan, list[Event]]


def make(
    route: Route,
    rounds: Rounds,
    *,
    id: str,  # noqa: A002  the aggregate's own word
    at: datetime,
    handler: str | None,
) -> Outcome:
    """The route is to be walked so from now on; ``handler``: the company that would.

    Errors: ``Invalid``, also where nobody would walk it; ``WrongState`` for a retired route.
    """
    if route.state is not RouteState.ACTIVE:
        raise WrongState("patrol_plan.route_retired")
    _check(rounds, at, handler)
    plan = PatrolPlan(
        id=id,
        community=route.community,
        version=0,
        state=PatrolPlanState.ACTIVE,
        route_id=route.id,
        estate_id=route.estate_id,
        eras=(Era(1, rounds, at),),
        made_to=at + AHEAD,
        extend_at=at + AHEAD - EXTENDED_WITHIN,
    )
    return plan, [PatrolPlanMade(patrol_plan_id=id, route_id=route.id, estate_id=route.estate_id)]


def change(plan: PatrolPlan, rounds: Rounds, *, at: datetime, handler: str | None) -> Outcome:
    """Other rounds, from the next day on. Errors: as for ``make``."""
    step(TRANSITIONS, plan.state, PatrolPlanAction.CHANGE, noun="patrol_plan")
    _check(rounds, at, handler)
    turn = _tomorrow(at)
    era = Era(plan.eras[-1].number + 1, rounds, turn)
    after = replace(plan, eras=(*_closed(plan, turn, at), era))
    return after, [PatrolPlanChanged(patrol_plan_id=plan.id, route_id=plan.route_id)]


def extend(plan: PatrolPlan, *, at: datetime) -> Outcome | None:
    """A further stretch of rounds is to stand; None while enough of them do.

    A plan whose rule has no day any more ends, with the rounds that stand.
    """
    if plan.extend_at is None or plan.extend_at > at:
        return None
    if next_slot(plan.rounds.timetable, plan.made_to) is None:
        return _over(plan)
    state = step(TRANSITIONS, plan.state, PatrolPlanAction.EXTEND, noun="patrol_plan")
    made_to = min(plan.made_to + STRETCH, at + AHEAD)
    looked_at_from = min(at, plan.made_to)
    kept = tuple(era for era in plan.eras if era.until is None or era.until > looked_at_from)
    after = replace(
        plan, state=state, eras=kept, made_to=made_to, extend_at=made_to - EXTENDED_WITHIN
    )
    event = PatrolPlanExtended(patrol_plan_id=plan.id, since=plan.made_to, until=made_to)
    return after, [event]


def _over(plan: PatrolPlan) -> Outcome:
    state = step(TRANSITIONS, plan.state, PatrolPlanAction.END, noun="patrol_plan")
    after = replace(plan, state=state, extend_at=None)
    return after, [PatrolPlanEnded(patrol_plan_id=plan.id, route_id=plan.route_id)]


def end(plan: PatrolPlan, *, reason: str, at: datetime) -> Outcome:
    """No rounds from the next day on. ``WrongState``."""
    state = step(TRANSITIONS, plan.state, PatrolPlanAction.END, noun="patrol_plan")
    after = replace(
        plan, state=state, eras=_closed(plan, _tomorrow(at), at), extend_at=None, reason=reason
    )
    return after, [PatrolPlanEnded(patrol_plan_id=plan.id, route_id=plan.route_id)]


def wanted(plan: PatrolPlan, *, since: datetime) -> tuple[Round, ...]:
    """The rounds that are to stand, of those that open from ``since`` on, in order."""
    return tuple(
        Round(
            f"{slot.key}#{era.number}",
            slot.opens_at,
            slot.opens_at + _window(era.rounds),
            era.rounds.team_id,
        )
        for era in plan.eras
        for slot in _slots(era, since=since, until=plan.made_to)
    )


def _slots(era: Era, *, since: datetime, until: datetime) -> tuple[Slot, ...]:
    first = max(era.since, since)
    last = until if era.until is None else min(era.until, until)
    return slots(era.rounds.timetable, first, last) if first < last else ()


def _check(rounds: Rounds, at: datetime, handler: str | None) -> None:
    table = rounds.timetable
    check_timetable(table, today=day_of(at), pointer="")
    check_window(table.times, rounds.window_minutes, pointer="/window_minutes")
    if handler is None and rounds.team_id is None:
        raise Invalid("patrol_plan.nobody", pointer="/team_id")


def _closed(plan: PatrolPlan, turn: datetime, at: datetime) -> tuple[Era, ...]:
    """The eras until the turn of the day; what was about to begin then never does."""
    kept = (era for era in plan.eras if era.since < turn and (era.until is None or era.until > at))
    return tuple(replace(era, until=min(era.until or turn, turn)) for era in kept)


def _tomorrow(at: datetime) -> datetime:
    return start_of(day_of(at) + timedelta(days=1))


def _window(rounds: Rounds) -> timedelta:
    return timedelta(minutes=rounds.window_minutes)
