"""A pledge (自我加压): a goal that a member sets themselves, tracked by confirmed records alone.

Nothing of its progress is kept here: it is counted whenever somebody asks, so it cannot be wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.pairing.domain.member import Member
from services.pairing.domain.points import PAID, ContributionKind
from services.pairing.domain.tally import Figures
from shared.days import day_of, start_of
from shared.errors import Conflict, Invalid
from shared.events import Event
from shared.events.pairing_encouragement import (
    PledgeEvent,
    PledgeKept,
    PledgeMade,
    PledgeMissed,
    PledgeReminded,
    PledgeReopened,
    PledgeWithdrawn,
)
from shared.transitions import step

DAYS_MAX = 366
TARGET_MAX = 100_000
OPEN_MAX = 10
"""Ours: who promises more than this at a time keeps none of it in mind."""
GRACE = timedelta(days=14)
"""Ours: so long a branch may take to confirm what was done on the last day."""


class PledgeState(StrEnum):
    """Where a pledge stands."""

    OPEN = "open"
    KEPT = "kept"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


class PledgeAction(StrEnum):
    """What may happen to a pledge."""

    REMIND = "remind"
    KEEP = "keep"
    REOPEN = "reopen"
    MISS = "miss"
    WITHDRAW = "withdraw"


# What is confirmed late still keeps a pledge; what is revoked opens it again.
TRANSITIONS: Mapping[PledgeState, Mapping[PledgeAction, PledgeState]] = {
    PledgeState.OPEN: {
        PledgeAction.REMIND: PledgeState.OPEN,
        PledgeAction.KEEP: PledgeState.KEPT,
        PledgeAction.MISS: PledgeState.MISSED,
        PledgeAction.WITHDRAW: PledgeState.WITHDRAWN,
    },
    PledgeState.KEPT: {PledgeAction.REOPEN: PledgeState.OPEN},
    PledgeState.MISSED: {PledgeAction.KEEP: PledgeState.KEPT},
    PledgeState.WITHDRAWN: {},
}


class Measure(StrEnum):
    """What a goal is measured in."""

    MINUTES = "minutes"
    ACTS = "acts"


@dataclass(frozen=True, slots=True)
class Goal:
    """So many minutes or acts, of one kind or of any, from a day to a day, both included."""

    measure: Measure
    target: int
    first_on: date
    last_on: date
    kind: ContributionKind | None = None


@dataclass(frozen=True, slots=True)
class Pledge:
    """A member's goal. ``next_at``: when to look whether it is time for something."""

    id: str
    community: str
    version: int
    state: PledgeState
    member_id: str
    person_id: str
    branch_id: str
    goal: Goal
    reminded_at: datetime | None = None
    next_at: datetime | None = None


Outcome = tuple[Pledge, list[Event]]


def make(
    *,
    id: str,  # noqa: A002  the field's own name
    member: Member,
    goal: Goal,
    open_count: int,
    at: datetime,
) -> Outcome:
    """A member pledges; ``open_count``: how many of their pledges are open.

    Errors: ``Invalid`` for a goal that cannot be, or whose time is over; ``Conflict`` for too many.
    """
    _check(goal, at)
    if open_count >= OPEN_MAX:
        raise Conflict("pledge.too_many", limit=OPEN_MAX)
    pledge = Pledge(
        id=id,
        community=member.community,
        version=0,
        state=PledgeState.OPEN,
        member_id=member.id,
        person_id=member.person_id,
        branch_id=member.branch_id,
        goal=goal,
        next_at=_remind_at(goal, at),
    )
    return pledge, [_told(PledgeMade, pledge)]


def withdraw(pledge: Pledge) -> Outcome:
    """The member gives it up."""
    return _move(pledge, PledgeAction.WITHDRAW, PledgeWithdrawn)


def remind(pledge: Pledge, *, at: datetime) -> Outcome:
    """Remind the member. ``Conflict`` if they were on the same day."""
    moved, events = _move(pledge, PledgeAction.REMIND, PledgeReminded)
    if pledge.reminded_at is not None and day_of(pledge.reminded_at) == day_of(at):
        raise Conflict("pledge.reminded_today", pledge_id=pledge.id)
    return replace(moved, reminded_at=at, next_at=_end_at(pledge.goal)), events


def keep(pledge: Pledge) -> Outcome:
    """Confirmed records reach the goal."""
    return _move(pledge, PledgeAction.KEEP, PledgeKept)


def reopen(pledge: Pledge) -> Outcome:
    """They do so no more, as one was revoked."""
    opened, events = _move(pledge, PledgeAction.REOPEN, PledgeReopened)
    return replace(opened, next_at=_end_at(pledge.goal)), events


def miss(pledge: Pledge) -> Outcome:
    """Its time is over."""
    return _move(pledge, PledgeAction.MISS, PledgeMissed)


def settle(pledge: Pledge, *, done: int, at: datetime) -> Outcome | None:
    """What follows from so much done by this moment; None if nothing does.

    Asked again it gives nothing more, so it may be asked on every record and by every replica.
    """
    reached = done >= pledge.goal.target
    if reached and PledgeAction.KEEP in TRANSITIONS[pledge.state]:
        return keep(pledge)
    if not reached and pledge.state is PledgeState.KEPT:
        opened, told = reopen(pledge)
        over = settle(opened, done=done, at=at)
        return (opened, told) if over is None else (over[0], [*told, *over[1]])
    if pledge.state is not PledgeState.OPEN or pledge.next_at is None or at < pledge.next_at:
        return None
    if at >= _end_at(pledge.goal):
        return miss(pledge)
    return remind(replace(pledge, reminded_at=None), at=at)


def covers(pledge: Pledge, day: date) -> bool:
    """Whether what was done on this day counts towards it."""
    return pledge.goal.first_on <= day <= pledge.goal.last_on


def done_of(goal: Goal, figures: Figures) -> int:
    """How much of the goal these confirmed records make."""
    return figures.minutes if goal.measure is Measure.MINUTES else figures.records


def _remind_at(goal: Goal, made_at: datetime) -> datetime:
    """When two thirds of the time that was left are over, in whole milliseconds."""
    since = max(start_of(goal.first_on), made_at)
    left = start_of(goal.last_on + timedelta(days=1)) - since
    return since + timedelta(milliseconds=left // timedelta(milliseconds=1) * 2 // 3)


def _end_at(goal: Goal) -> datetime:
    return start_of(goal.last_on + timedelta(days=1)) + GRACE


def _move(pledge: Pledge, action: PledgeAction, told: type[PledgeEvent]) -> Outcome:
    state = step(TRANSITIONS, pledge.state, action, noun="pledge")
    next_at = pledge.next_at if state is PledgeState.OPEN else None
    return replace(pledge, state=state, next_at=next_at), [_told(told, pledge)]


def _told(event: type[PledgeEvent], pledge: Pledge) -> Event:
    return event(
        pledge_id=pledge.id,
        member_id=pledge.member_id,
        person_id=pledge.person_id,
        branch_id=pledge.branch_id,
    )


def _check(goal: Goal, at: datetime) -> None:
    if not 1 <= goal.target <= TARGET_MAX:
        raise Invalid("pledge.target", pointer="/target", least=1, most=TARGET_MAX)
    if goal.measure is Measure.MINUTES and goal.kind in PAID:
        raise Invalid("pledge.kind_has_no_time", pointer="/kind")
    if goal.last_on < goal.first_on:
        raise Invalid("period.ends_first", pointer="/last_on")
    if (goal.last_on - goal.first_on).days >= DAYS_MAX:
        raise Invalid("period.too_long", pointer="/last_on", limit=DAYS_MAX)
    if goal.last_on < day_of(at):
        raise Invalid("pledge.over", pointer="/last_on")
    if goal.first_on.year < day_of(at).year - 1 or goal.last_on.year > day_of(at).year + 2:
        raise Invalid("pledge.far_away", pointer="/first_on")
