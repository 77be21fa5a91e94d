"""An activity (活动) that people sign up for: room, a waiting list, and who was there.

Who comes first has a place; who comes later waits, and moves up by themselves when somebody leaves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.errors import Conflict, Invalid
from shared.events import Event
from shared.events.pairing_activity import (
    ActivityAttendanceRecorded,
    ActivityAttended,
    ActivityCancelled,
    ActivityChanged,
    ActivityMovedUp,
    ActivityPlanned,
    ActivitySignedOff,
    ActivitySignedUp,
)
from shared.transitions import step

CAPACITY_MAX, WAITING_MAX, RECORDED_AT_ONCE_MAX = 500, 200, 100
MINUTES_MAX = 24 * 60
LENGTH_MAX = timedelta(days=1)


class ActivityState(StrEnum):
    """Whether it is to come."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class ActivityAction(StrEnum):
    """What may be done to it."""

    CHANGE = "change"
    SIGN_UP = "sign_up"
    SIGN_OFF = "sign_off"
    CANCEL = "cancel"
    RECORD = "record"


TRANSITIONS: Mapping[ActivityState, Mapping[ActivityAction, ActivityState]] = {
    ActivityState.PLANNED: {
        ActivityAction.CHANGE: ActivityState.PLANNED,
        ActivityAction.SIGN_UP: ActivityState.PLANNED,
        ActivityAction.SIGN_OFF: ActivityState.PLANNED,
        ActivityAction.CANCEL: ActivityState.CANCELLED,
        ActivityAction.RECORD: ActivityState.HELD,
    },
    ActivityState.HELD: {ActivityAction.RECORD: ActivityState.HELD},
    ActivityState.CANCELLED: {},
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What it is, when and where, and for how many."""

    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    sign_up_until: datetime
    capacity: int


@dataclass(frozen=True, slots=True)
class SignUp:
    """Somebody who signed up, since when; ``minutes``: how long they were there, once noted."""

    person_id: str
    member_id: str | None
    at: datetime
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity of a community, of one of its branches if one is named.

    ``seats``: who has a place, ``queue``: who waits for one; both first come first. ``going``: the
    persons of both while it is to come, by whom it is found.
    """

    id: str
    community: str
    version: int
    state: ActivityState
    branch_id: str | None
    plan: Plan
    seats: tuple[SignUp, ...] = ()
    queue: tuple[SignUp, ...] = ()
    going: tuple[str, ...] = ()


Outcome = tuple[Activity, list[Event]]


def plan(
    *,
    id: str,  # noqa: A002  the field's own name
    community: str,
    branch_id: str | None,
    told: Plan,
    at: datetime,
) -> Outcome:
    """Announce it. ``Invalid``, with the field at fault, for times or a room that cannot be."""
    _check(told, at)
    activity = Activity(id, community, 0, ActivityState.PLANNED, branch_id, told)
    event = ActivityPlanned(activity_id=id, branch_id=branch_id, starts_at=told.starts_at)
    return activity, [event]


def change(activity: Activity, *, told: Plan, at: datetime) -> Outcome:
    """Say anew what it is; who waits moves up into more room; no event if nothing is different.

    Errors: as for ``plan``; ``Conflict`` for less room than is taken.
    """
    moved = _move(activity, ActivityAction.CHANGE)
    if told == activity.plan:
        return activity, []
    _check(told, at)
    if told.capacity < len(activity.seats):
        raise Conflict(
            "activity.room_taken",
            pointer="/capacity",
            taken=len(activity.seats),
            wanted=told.capacity,
        )
    changed = replace(moved, plan=told)
    event = ActivityChanged(activity_id=activity.id, starts_at=told.starts_at)
    return _filled(changed, [event])


def cancel(activity: Activity) -> Outcome:
    """Call it off."""
    cancelled = replace(_move(activity, ActivityAction.CANCEL), going=())
    return cancelled, [ActivityCancelled(activity_id=activity.id)]


def sign_up(activity: Activity, *, who: SignUp, others: Sequence[Activity]) -> Outcome:
    """Have a place, or wait for one. ``others``: what the person has signed up for already.

    ``Conflict``: it is too late, they have signed up, they are elsewhere at that time, or even the
    waiting list is full.
    """
    moved = _move(activity, ActivityAction.SIGN_UP)
    if who.at >= activity.plan.sign_up_until:
        until = activity.plan.sign_up_until.isoformat()
        raise Conflict("activity.sign_up_closed", until=until)
    if who.person_id in activity.going:
        raise Conflict("activity.signed_up")
    elsewhere = meeting(activity, others)
    if elsewhere is not None:
        raise Conflict("activity.overlaps", activity_id=elsewhere)
    waiting = bool(activity.queue) or len(activity.seats) >= activity.plan.capacity
    if waiting and len(activity.queue) >= WAITING_MAX:
        raise Conflict("activity.full", most=WAITING_MAX)
    event = ActivitySignedUp(activity_id=activity.id, person_id=who.person_id, waiting=waiting)
    seats, queue = activity.seats, activity.queue
    seats, queue = (seats, (*queue, who)) if waiting else ((*seats, who), queue)
    return _with(moved, seats, queue), [event]


def sign_off(activity: Activity, *, person_id: str, at: datetime) -> Outcome:
    """Not come after all: who waited longest moves up. ``Conflict`` once it has begun, or if the
    person had not signed up."""
    moved = _move(activity, ActivityAction.SIGN_OFF)
    if at >= activity.plan.starts_at:
        raise Conflict("activity.begun", at=activity.plan.starts_at.isoformat())
    if person_id not in activity.going:
        raise Conflict("activity.not_signed_up")
    seats = tuple(each for each in activity.seats if each.person_id != person_id)
    queue = tuple(each for each in activity.queue if each.person_id != person_id)
    event = ActivitySignedOff(activity_id=activity.id, person_id=person_id)
    return _filled(_with(moved, seats, queue), [event])


def record(activity: Activity, *, minutes: Mapping[str, int], at: datetime) -> Outcome:
    """Note who was there and for how long, by person; no event if all of it is noted already.

    Who waited and found room after all was there, too. Errors: ``Conflict`` before it begins, or
    for somebody of whom another time is noted; ``Invalid`` for who had not signed up, for minutes
    outside 1 to 1,440 and for more than 100 at once.
    """
    held = _move(activity, ActivityAction.RECORD)
    if at < activity.plan.starts_at:
        raise Conflict("activity.not_begun", at=activity.plan.starts_at.isoformat())
    if not 1 <= len(minutes) <= RECORDED_AT_ONCE_MAX:
        raise Invalid(
            "activity.recorded_at_once", pointer="/people", least=1, most=RECORDED_AT_ONCE_MAX
        )
    known = {each.person_id: each for each in (*activity.seats, *activity.queue)}
    for number, (person_id, told) in enumerate(minutes.items()):
        _check_record(known.get(person_id), told, f"/people/{number}")
    added = [each for each in known.values() if each.person_id in minutes and each.minutes is None]
    if not added:
        return activity, []
    noted = ActivityAttendanceRecorded(activity_id=activity.id, people=len(added))
    events = [_attended(activity, each.member_id, minutes[each.person_id]) for each in added]
    seats, queue = _noted(activity.seats, minutes), _noted(activity.queue, minutes)
    recorded = replace(held, seats=seats, queue=queue, going=())
    return recorded, [noted, *(event for event in events if event is not None)]


def overlaps(one: Activity, other: Activity) -> bool:
    """Whether nobody can be at both from beginning to end."""
    both_to_come = {one.state, other.state} == {ActivityState.PLANNED}
    meets = one.plan.starts_at < other.plan.ends_at and other.plan.starts_at < one.plan.ends_at
    return one.id != other.id and both_to_come and meets


def meeting(activity: Activity, others: Sequence[Activity]) -> str | None:
    """The first of these that is at the same time, if there is."""
    return next((other.id for other in others if overlaps(activity, other)), None)


def gives_way(activity: Activity, others: Sequence[Activity], person_id: str) -> str | None:
    """The activity at the same time for which the person signed up before this one, if there is.

    Of two sign-ups made at one moment, neither of which saw the other, the later one gives way.
    """
    mine = _when(activity, person_id)
    for other in others:
        theirs = _when(other, person_id)
        if mine and theirs and overlaps(activity, other) and theirs < mine:
            return other.id
    return None


def _when(activity: Activity, person_id: str) -> tuple[datetime, str] | None:
    for each in (*activity.seats, *activity.queue):
        if each.person_id == person_id:
            return each.at, activity.id
    return None


def _move(activity: Activity, action: ActivityAction) -> Activity:
    return replace(activity, state=step(TRANSITIONS, activity.state, action, noun="activity"))


def _with(activity: Activity, seats: tuple[SignUp, ...], queue: tuple[SignUp, ...]) -> Activity:
    going = tuple(each.person_id for each in (*seats, *queue))
    return replace(activity, seats=seats, queue=queue, going=going)


def _filled(activity: Activity, events: list[Event]) -> Outcome:
    """Whoever waits and finds room has a place."""
    room = activity.plan.capacity - len(activity.seats)
    up, queue = activity.queue[:room], activity.queue[room:]
    told = [ActivityMovedUp(activity_id=activity.id, person_id=each.person_id) for each in up]
    return _with(activity, (*activity.seats, *up), queue), [*events, *told]


def _noted(people: tuple[SignUp, ...], minutes: Mapping[str, int]) -> tuple[SignUp, ...]:
    return tuple(
        replace(each, minutes=minutes.get(each.person_id, each.minutes)) for each in people
    )


def _attended(activity: Activity, member_id: str | None, minutes: int) -> Event | None:
    if member_id is None:
        return None
    return ActivityAttended(
        activity_id=activity.id,
        member_id=member_id,
        minutes=minutes,
        held_at=activity.plan.starts_at,
    )


def _check_record(known: SignUp | None, minutes: int, pointer: str) -> None:
    if known is None:
        raise Invalid("activity.not_signed_up", pointer=f"{pointer}/person_id")
    if not 1 <= minutes <= MINUTES_MAX:
        raise Invalid("activity.minutes", pointer=f"{pointer}/minutes", least=1, most=MINUTES_MAX)
    if known.minutes not in (None, minutes):
        raise Conflict("activity.recorded", pointer=f"{pointer}/minutes")


def _check(told: Plan, at: datetime) -> None:
    if told.starts_at <= at:
        raise Invalid("activity.past", pointer="/starts_at")
    if not timedelta(0) < told.ends_at - told.starts_at <= LENGTH_MAX:
        raise Invalid("activity.times", pointer="/ends_at")
    if told.sign_up_until > told.starts_at:
        raise Invalid("activity.sign_up_after_start", pointer="/sign_up_until")
    if not 1 <= told.capacity <= CAPACITY_MAX:
        raise Invalid("activity.capacity", pointer="/capacity", least=1, most=CAPACITY_MAX)
