"""Upkeep (维护保养) and inspection (检查) of facilities, by a timetable: each time makes work.

By the same timetables as patrols. A patrol is a round of its own that may be missed; what upkeep
comes due is a work order, and whether that is done in time is the work order's to tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.property.domain.facility import Facility, FacilityState
from services.property.domain.timetable import (
    Slot,
    Timetable,
    check_timetable,
    next_slot,
    slots,
)
from services.property.domain.work_order import DUE_WITHIN
from services.property.domain.work_scope import WorkScope
from shared.days import day_of
from shared.errors import Invalid, WrongState
from shared.events import Event
from shared.events.property_facility import (
    UpkeepChanged,
    UpkeepDue,
    UpkeepEnded,
    UpkeepPlanned,
)
from shared.transitions import step

OVER, FACILITY_RETIRED = "over", "facility_retired"
"""Reasons that time and the facility give; people give theirs in words."""
LOOKED_BACK = timedelta(days=62)
MOMENT = timedelta(milliseconds=1)


class UpkeepKind(StrEnum):
    """What is to be done."""

    INSPECTION = "inspection"
    UPKEEP = "upkeep"


class UpkeepState(StrEnum):
    """Where the schedule stands."""

    ACTIVE = "active"
    ENDED = "ended"


class UpkeepAction(StrEnum):
    """What moves it."""

    CHANGE = "change"
    COME_DUE = "come_due"
    END = "end"


TRANSITIONS: Mapping[UpkeepState, Mapping[UpkeepAction, UpkeepState]] = {
    UpkeepState.ACTIVE: {
        UpkeepAction.CHANGE: UpkeepState.ACTIVE,
        UpkeepAction.COME_DUE: UpkeepState.ACTIVE,
        UpkeepAction.END: UpkeepState.ENDED,
    },
    UpkeepState.ENDED: {},
}


@dataclass(frozen=True, slots=True)
class Duty:
    """What is to be done, and when; ``severity`` says within how long, as for any work."""

    kind: UpkeepKind
    title: str
    scope: WorkScope
    severity: int
    timetable: Timetable


@dataclass(frozen=True, slots=True)
class Upkeep:
    """One schedule of a facility. ``due_at``: when work is made next, None if never again."""

    id: str
    community: str
    version: int
    state: UpkeepState
    facility_id: str
    estate_id: str
    duty: Duty
    due_at: datetime | None
    last_due_at: datetime | None = None
    reason: str | None = None


Outcome = tuple[Upkeep, list[Event]]


def plan_upkeep(
    facility: Facility,
    duty: Duty,
    *,
    id: str,  # noqa: A002  the aggregate's own word
    at: datetime,
) -> Outcome:
    """The facility is to be looked after so, from now on.

    Errors: ``Invalid`` for a timetable that is none or never comes, or a severity out of range;
    ``WrongState`` for a facility that is gone.
    """
    if facility.state is FacilityState.RETIRED:
        raise WrongState("upkeep.facility_retired")
    upkeep = Upkeep(
        id=id,
        community=facility.community,
        version=0,
        state=UpkeepState.ACTIVE,
        facility_id=facility.id,
        estate_id=facility.estate_id,
        duty=duty,
        due_at=_first(duty, at).opens_at,
    )
    event = UpkeepPlanned(
        upkeep_id=id,
        facility_id=facility.id,
        estate_id=facility.estate_id,
        kind=duty.kind.value,
    )
    return upkeep, [event]


def change(upkeep: Upkeep, duty: Duty, *, at: datetime) -> Outcome:
    """It is looked after otherwise from now on; what has come due before is due all the same.

    Errors: ``Invalid``, ``WrongState``.
    """
    upkeep, due = tick(upkeep, at=at) or (upkeep, [])
    first = _first(duty, at)
    after = replace(_moved(upkeep, UpkeepAction.CHANGE), duty=duty, due_at=first.opens_at)
    event = UpkeepChanged(upkeep_id=upkeep.id, facility_id=upkeep.facility_id, kind=duty.kind.value)
    return after, [*due, event]


def tick(upkeep: Upkeep, *, at: datetime) -> Outcome | None:
    """What comes due at this moment; None for nothing.

    After a standstill there is work for the newest time alone: nobody cuts a hedge thrice to make
    up for it. A schedule whose rule has no day any more ends.
    """
    if upkeep.due_at is None or upkeep.due_at > at:
        return None
    table = upkeep.duty.timetable
    since = max(upkeep.due_at, at - LOOKED_BACK)
    newest = (slots(table, since, at + MOMENT) or _slot_at(table, upkeep.due_at))[-1]
    following = next_slot(table, at + MOMENT)
    after = replace(
        _moved(upkeep, UpkeepAction.COME_DUE),
        last_due_at=newest.opens_at,
        due_at=following.opens_at if following else None,
    )
    due = UpkeepDue(
        upkeep_id=upkeep.id,
        facility_id=upkeep.facility_id,
        estate_id=upkeep.estate_id,
        kind=upkeep.duty.kind.value,
        scope=upkeep.duty.scope.value,
        severity=upkeep.duty.severity,
        key=newest.key,
        due_since=newest.opens_at,
    )
    if following is not None:
        return after, [due]
    ended, events = end(after, reason=OVER)
    return ended, [due, *events]


def end(upkeep: Upkeep, *, reason: str) -> Outcome:
    """It makes no work any more. ``WrongState``."""
    after = replace(_moved(upkeep, UpkeepAction.END), due_at=None, reason=reason)
    return after, [UpkeepEnded(upkeep_id=upkeep.id, facility_id=upkeep.facility_id)]


def _slot_at(table: Timetable, moment: datetime) -> tuple[Slot, ...]:
    return slots(table, moment, moment + MOMENT)


def _first(duty: Duty, at: datetime) -> Slot:
    """The first time after this moment."""
    check_timetable(duty.timetable, today=day_of(at), pointer="")
    if duty.severity not in DUE_WITHIN:
        raise Invalid("upkeep.severity", pointer="/severity")
    first = next_slot(duty.timetable, at + MOMENT)
    if first is None:
        raise Invalid("timetable.over", pointer="/rhythm")
    return first


def _moved(upkeep: Upkeep, action: UpkeepAction) -> Upkeep:
    return replace(upkeep, state=step(TRANSITIONS, upkeep.state, action, noun="upkeep"))
