"""A meeting of the council (议事会): called, held, on record.

What is on its agenda is asked of the proposals, which say on which meeting's they are: so the two
can never disagree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from services.requests.domain.ballot import HALF
from services.requests.domain.proposal import Minutes
from shared.days import day_of
from shared.errors import Conflict, Invalid, WrongState
from shared.events import Event
from shared.events.requests_council import (
    MeetingCalled,
    MeetingCancelled,
    MeetingChanged,
    MeetingHeld,
    MeetingMinuted,
)
from shared.transitions import step

MEETINGS_A_YEAR_MIN = 2  # domain.md section 3: a sample by-law, not law
AHEAD_MAX = timedelta(days=366)
"""Our choice: what is farther away is mistyped, and no council knows its agenda."""
ATTENDANCE_MAX, POINTS_MAX, PROPOSALS_MAX = 500, 30, 30
PLACE_CHARACTERS_MAX, POINT_CHARACTERS_MAX, MINUTES_CHARACTERS_MAX = 200, 200, 20_000


class MeetingState(StrEnum):
    """Where a meeting stands."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class MeetingAction(StrEnum):
    """What may be done to a meeting."""

    CHANGE = "change"
    HOLD = "hold"
    CANCEL = "cancel"
    MINUTE = "minute"


TRANSITIONS: Mapping[MeetingState, Mapping[MeetingAction, MeetingState]] = {
    MeetingState.PLANNED: {
        MeetingAction.CHANGE: MeetingState.PLANNED,
        MeetingAction.HOLD: MeetingState.HELD,
        MeetingAction.CANCEL: MeetingState.CANCELLED,
    },
    MeetingState.HELD: {MeetingAction.MINUTE: MeetingState.HELD},
    MeetingState.CANCELLED: {},
}


class Convener(StrEnum):
    """Who may call a meeting (domain.md section 3): the branch, or half of the members."""

    BRANCH = "branch"
    MEMBERS = "members"


@dataclass(frozen=True, slots=True)
class Convening:
    """Who called it; of the members, how many of how many."""

    by: Convener
    supporters: int = 0
    members: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """When and where it is to be, who takes the chair, and what beside proposals is to be said."""

    at: datetime
    place: str
    chair_id: str
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting; ``year`` is that of its day in Beijing."""

    id: str
    community: str
    version: int
    state: MeetingState
    plan: Plan
    year: int
    convening: Convening
    attendance: tuple[str, ...] = ()
    minutes: Minutes | None = None


Decided = tuple[Meeting, list[Event]]


def call(
    plan: Plan,
    convening: Convening,
    *,
    id: str,  # noqa: A002  the aggregate's own word
    community: str,
    at: datetime,
) -> Decided:
    """Call a meeting.

    ``Invalid`` for one in the past or over a year away, or called by fewer than half the members.
    """
    _check(plan, at)
    if convening.by is Convener.MEMBERS and not (
        HALF.reached(convening.supporters, convening.members)
        and convening.supporters <= convening.members
    ):
        raise Invalid("meeting.supporters", pointer="/convening/supporters")
    meeting = Meeting(id, community, 0, MeetingState.PLANNED, plan, year_of(plan.at), convening)
    return meeting, [MeetingCalled(meeting_id=id, at=plan.at)]


def change(meeting: Meeting, plan: Plan, *, at: datetime) -> Decided:
    """Another time, place, chair or agenda. ``Invalid`` for a time as for ``call``."""
    _check(plan, at)
    after = _moved(meeting, MeetingAction.CHANGE, plan=plan, year=year_of(plan.at))
    return after, [MeetingChanged(meeting_id=meeting.id, at=plan.at)]


def hold(meeting: Meeting, *, attendance: tuple[str, ...], at: datetime) -> Decided:
    """It has met: who was there. ``WrongState`` before its time; ``Invalid`` if nobody was."""
    after = _moved(meeting, MeetingAction.HOLD, attendance=attendance)
    if at < meeting.plan.at:
        raise WrongState("meeting.not_yet", at=meeting.plan.at.isoformat())
    sound = 0 < len(attendance) <= ATTENDANCE_MAX and len(set(attendance)) == len(attendance)
    if not sound:
        raise Invalid("meeting.attendance", pointer="/attendance", limit=ATTENDANCE_MAX)
    return after, [MeetingHeld(meeting_id=meeting.id, attendance=len(attendance))]


def minute(meeting: Meeting, *, text: str, by: str, at: datetime) -> Decided:
    """Keep its minutes; a later text takes the place of an earlier one. ``Invalid`` if blank."""
    if not text.strip() or len(text) > MINUTES_CHARACTERS_MAX:
        raise Invalid("council.text", pointer="/text", limit=MINUTES_CHARACTERS_MAX)
    after = _moved(meeting, MeetingAction.MINUTE, minutes=Minutes(text, by, at))
    return after, [MeetingMinuted(meeting_id=meeting.id)]


def cancel(meeting: Meeting) -> Decided:
    """It does not take place; what is on its agenda may be listed on another's."""
    return _moved(meeting, MeetingAction.CANCEL), [MeetingCancelled(meeting_id=meeting.id)]


def place_on(meeting: Meeting, *, taken: Sequence[int | None]) -> int:
    """The first free place on its agenda; ``taken``: those of its proposals, None for one that was
    listed before there were places.

    ``WrongState`` unless it is planned, ``Conflict`` if it is full.
    """
    if meeting.state is not MeetingState.PLANNED:
        raise WrongState("meeting.not_planned", state=f"meeting.{meeting.state.value}")
    places = range(1, PROPOSALS_MAX - taken.count(None) + 1)
    free = next((place for place in places if place not in taken), None)
    if free is None:
        raise Conflict("meeting.agenda_full", limit=PROPOSALS_MAX)
    return free


def may_deliberate(meeting: Meeting, *, at: datetime) -> None:
    """Passes from the time of a meeting on: ``WrongState`` before it, and if it is cancelled."""
    if meeting.state is MeetingState.CANCELLED:
        raise WrongState("meeting.not_planned", state=f"meeting.{meeting.state.value}")
    if at < meeting.plan.at:
        raise WrongState("meeting.not_yet", at=meeting.plan.at.isoformat())


def year_of(at: datetime) -> int:
    """The year of a moment, as the estate's calendar has it."""
    return day_of(at).year


def _check(plan: Plan, at: datetime) -> None:
    if plan.at <= at:
        raise Invalid("meeting.past", pointer="/at")
    if plan.at > at + AHEAD_MAX:
        raise Invalid("meeting.far", pointer="/at", days=AHEAD_MAX.days)
    if not plan.place.strip() or len(plan.place) > PLACE_CHARACTERS_MAX:
        raise Invalid("council.text", pointer="/place", limit=PLACE_CHARACTERS_MAX)
    if len(plan.points) > POINTS_MAX:
        raise Invalid("meeting.points", pointer="/points", limit=POINTS_MAX)
    for number, point in enumerate(plan.points):
        if not point.strip() or len(point) > POINT_CHARACTERS_MAX:
            raise Invalid("council.text", pointer=f"/points/{number}", limit=POINT_CHARACTERS_MAX)


def _moved(meeting: Meeting, action: MeetingAction, **changes: Any) -> Meeting:
    state = step(TRANSITIONS, meeting.state, action, noun="meeting")
    return replace(meeting, state=state, **changes)
