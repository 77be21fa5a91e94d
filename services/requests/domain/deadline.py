"""What a request was promised (时限), and what time has made of it.

The clocks run from the acceptance of the request (that of acceptance itself from its submission),
by the calendar of its promise. They stand still on hold, and while it counts as resolved. What was
promised is kept with the request: it never moves with its SLA class. Nothing is counted down, so
nothing is lost while the service is away: every moment is computed from what happened when.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Protocol

from services.requests.domain.follow_up import FOLLOW_UP_SPAN
from services.requests.domain.service_type import SLA_SPANS, SlaClass
from services.requests.domain.working_hours import WorkingHours, counted, passed

AGAIN_MAX = 30
"""Being late is told again at most so often: who has not listened by then will not."""
PAUSES_MAX = 100
HALF_PERCENT, MOST_PERCENT = 50, 80  # warnings at 50 % and 80 %: issue 3, point 5


class Stage(IntEnum):
    """How far a request was told to be on its way to being late; the higher, the worse.

    A number, so that the store sorts by it; people read its name.
    """

    ON_TIME = 0
    HALF = 1
    """Half of its time is used."""
    MOST = 2
    """80 % of its time is used."""
    DUE = 3
    """Its time is over."""
    OVERDUE = 4
    """And was told to be over again."""


class Milestone(StrEnum):
    """What is to happen on the way, each by a time of its own."""

    ACCEPTED = "accepted"
    """Somebody of the community looked at it (受理)."""
    ACKNOWLEDGED = "acknowledged"
    """Whoever handles it signed for it (签收)."""
    FIRST_CONTACT = "first_contact"
    """The requester heard from the handler."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that counts for nobody; without ``end`` it lasts."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """How soon what is to happen, in seconds that count; without ``hours`` every second counts."""

    seconds: int
    """To the end of the handling (办结)."""
    accept_seconds: int
    acknowledge_seconds: int
    first_contact_seconds: int
    again_seconds: int
    """Once it is late, that is told again after each of these."""
    answer_seconds: int = int(FOLLOW_UP_SPAN.total_seconds())
    """Once it is resolved, the requester has so long to answer, by day and by night."""
    hours: WorkingHours | None = None


_MINUTE, _HOUR, _DAY = 60, 3600, 24 * 3600

PROMISES: Mapping[SlaClass, Promise] = {
    # To the end: SLA_SPANS. Accepted within 2 h online: the same draft of the 12345 standard
    # (domain.md, section 3), and at once where life is in danger. No rule that we could read says
    # how soon one signs, calls and is reminded: those are ours.
    sla_class: Promise(int(SLA_SPANS[sla_class].total_seconds()), *others)
    for sla_class, others in (
        (SlaClass.EMERGENCY, (10 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE, _HOUR)),
        (SlaClass.UTILITY, (_HOUR, 2 * _HOUR, 4 * _HOUR, 6 * _HOUR)),
        (SlaClass.ORDINARY, (2 * _HOUR, _DAY, _DAY, _DAY)),
        (SlaClass.COMPLEX, (2 * _HOUR, _DAY, 2 * _DAY, 2 * _DAY)),
    )
}


class Clocked(Protocol):
    """What the clocks look at in a request."""

    @property
    def submitted_at(self) -> datetime: ...
    @property
    def accepted_at(self) -> datetime | None: ...
    @property
    def acknowledged_at(self) -> datetime | None: ...
    @property
    def first_contact_at(self) -> datetime | None: ...
    @property
    def promise(self) -> Promise | None: ...
    @property
    def pauses(self) -> tuple[Pause, ...]: ...
    @property
    def told_missed(self) -> tuple[Milestone, ...]: ...
    @property
    def told_late(self) -> int: ...
    @property
    def stage(self) -> Stage: ...


def reached(
    promise: Promise, start: datetime, seconds: int, pauses: Iterable[Pause]
) -> datetime | None:
    """The moment at which so many seconds have counted since ``start``; None while it pauses."""
    left = timedelta(seconds=seconds)
    for begins, ends in _running(start, pauses):
        if ends is None:
            return passed(promise.hours, begins, left)
        run = counted(promise.hours, begins, ends)
        if run >= left:
            return passed(promise.hours, begins, left)
        left -= run
    return None


def used(promise: Promise, start: datetime, at: datetime, pauses: Iterable[Pause]) -> timedelta:
    """How much of the time between the two has counted."""
    spans = (
        counted(promise.hours, begins, min(ends or at, at))
        for begins, ends in _running(start, pauses)
    )
    return sum(spans, timedelta(0))


def paused(pauses: tuple[Pause, ...], *, at: datetime) -> tuple[Pause, ...]:
    """The pauses with one that begins now and lasts; a new one beyond ``PAUSES_MAX`` is not kept,
    so that time goes on counting."""
    if len(pauses) >= PAUSES_MAX or (pauses and pauses[-1].end is None):
        return pauses
    # Replicas' clocks differ a little: a pause never begins before the last one ended.
    return (*pauses, Pause(max([at, *(pause.end for pause in pauses if pause.end)])))


def resumed(pauses: tuple[Pause, ...], *, at: datetime) -> tuple[Pause, ...]:
    """The pauses with the one that lasts at its end."""
    if not pauses or pauses[-1].end is not None:
        return pauses
    last = pauses[-1]
    return (*pauses[:-1], Pause(last.start, max(last.start, at)))


def accept_by(promise: Promise, submitted_at: datetime) -> datetime:
    """By when the community is to have taken it on, or not."""
    return passed(promise.hours, submitted_at, timedelta(seconds=promise.accept_seconds))


def milestone_at(request: Clocked, milestone: Milestone) -> datetime | None:
    """By when it is to happen; None as long as its clock does not run."""
    promise = request.promise
    if promise is None:
        return None
    if milestone is Milestone.ACCEPTED:
        return accept_by(promise, request.submitted_at)
    if request.accepted_at is None:
        return None
    seconds = (
        promise.acknowledge_seconds
        if milestone is Milestone.ACKNOWLEDGED
        else promise.first_contact_seconds
    )
    return reached(promise, request.accepted_at, seconds, request.pauses)


def due_by(request: Clocked) -> datetime | None:
    """By when it is to be done; None before its acceptance and while it pauses."""
    promise = request.promise
    if promise is None or request.accepted_at is None:
        return None
    return reached(promise, request.accepted_at, promise.seconds, request.pauses)


def left(request: Clocked, at: datetime) -> timedelta | None:
    """How much time that counts is left at this moment, below zero once it is late.

    None before its acceptance.
    """
    promise = request.promise
    if promise is None or request.accepted_at is None:
        return None
    spent = used(promise, request.accepted_at, at, request.pauses)
    return timedelta(seconds=promise.seconds) - spent


def next_stage_at(request: Clocked) -> datetime | None:
    """When the next thing is to be told of how late it is; None if nothing is, or it pauses."""
    promise = request.promise
    if promise is None or request.accepted_at is None or request.told_late > AGAIN_MAX:
        return None
    seconds = promise.seconds
    if request.stage is Stage.ON_TIME:
        seconds = seconds * HALF_PERCENT // 100
    elif request.stage is Stage.HALF:
        seconds = seconds * MOST_PERCENT // 100
    else:
        seconds += promise.again_seconds * request.told_late
    return reached(promise, request.accepted_at, seconds, request.pauses)


def times_late(request: Clocked, at: datetime) -> int:
    """How often its being late is to have been told by this moment; 0 while it is not."""
    over = left(request, at)
    if request.promise is None or over is None or over > timedelta(0):
        return 0
    again = -over // timedelta(seconds=request.promise.again_seconds)
    return min(1 + again, 1 + AGAIN_MAX)


def awaited(request: Clocked) -> list[Milestone]:
    """What has not happened and was not told to be missed either."""
    open_: list[Milestone] = []
    if request.accepted_at is None:
        open_.append(Milestone.ACCEPTED)
    else:
        if request.acknowledged_at is None:
            open_.append(Milestone.ACKNOWLEDGED)
        if request.first_contact_at is None:
            open_.append(Milestone.FIRST_CONTACT)
    return [milestone for milestone in open_ if milestone not in request.told_missed]


def next_clock_at(request: Clocked) -> datetime | None:
    """When one of its running clocks has something to tell next; None if none ever has."""
    moments = [milestone_at(request, milestone) for milestone in awaited(request)]
    known = [at for at in (*moments, next_stage_at(request)) if at is not None]
    return min(known, default=None)


def _running(
    start: datetime, pauses: Iterable[Pause]
) -> Iterator[tuple[datetime, datetime | None]]:
    """The spans between pauses, in order; the last has no end unless it pauses still."""
    for pause in pauses:
        if pause.start > start:
            yield start, pause.start
        if pause.end is None:
            return
        start = max(start, pause.end)
    yield start, None
