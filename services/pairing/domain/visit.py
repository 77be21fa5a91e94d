"""A visit (走访): who is to look in on which household, when, and what came of it.

The states follow domain.md, section 2. No visit ends by itself without a word: what nobody made is
missed and told, what nobody answered is escalated and told again until a person has seen to it.
What the household's circumstances have to say (how much at risk it is, whether it consents) is
passed in and is never kept here; what helpers note is sealed by the store.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from services.pairing.domain.errand import Errand
from services.pairing.domain.participant import FORMER_MAX, Former, Participant
from services.pairing.domain.visit_report import Attendance, CheckIn, WelfareCheck
from shared.errors import WrongState
from shared.events import Event
from shared.events.pairing_visit import (
    VisitAssigned,
    VisitCancelled,
    VisitScheduled,
    VisitUnassigned,
)
from shared.transitions import step

CHECK_INS_MAX = 20
"""Reports of one visit: every helper of a pairing once, and some again."""


class VisitState(StrEnum):
    """Where a visit stands (domain.md, 2)."""

    SCHEDULED = "scheduled"
    DUE = "due"
    COMPLETED = "completed"
    NO_ANSWER = "no_answer"
    ESCALATED = "escalated"
    MISSED = "missed"
    CANCELLED = "cancelled"


class VisitAction(StrEnum):
    """What may happen to a visit."""

    OPEN = "open"
    COMPLETE = "complete"
    MEET_NOBODY = "meet_nobody"
    ESCALATE = "escalate"
    MISS = "miss"
    CANCEL = "cancel"
    REINSTATE = "reinstate"
    COMPLETE_LATE = "complete_late"
    ESCALATE_LATE = "escalate_late"


# Beyond domain.md: a report from a phone that had no network comes when the visit counts as missed,
# or when the pairing has been paused since; what did happen in its time is the truth (decision
# 0024). Where nobody answered and the pairing then rests (a stay in hospital explains it), no
# second try is due; once escalated, only a person ends it. A visit that a pause has cancelled is to
# be made after all if the pause is over before its time.
TRANSITIONS: Mapping[VisitState, Mapping[VisitAction, VisitState]] = {
    VisitState.SCHEDULED: {
        VisitAction.OPEN: VisitState.DUE,
        VisitAction.CANCEL: VisitState.CANCELLED,
    },
    VisitState.DUE: {
        VisitAction.COMPLETE: VisitState.COMPLETED,
        VisitAction.MEET_NOBODY: VisitState.NO_ANSWER,
        VisitAction.MISS: VisitState.MISSED,
        VisitAction.CANCEL: VisitState.CANCELLED,
    },
    VisitState.NO_ANSWER: {
        VisitAction.COMPLETE: VisitState.COMPLETED,
        VisitAction.ESCALATE: VisitState.ESCALATED,
        VisitAction.CANCEL: VisitState.CANCELLED,
    },
    VisitState.ESCALATED: {VisitAction.COMPLETE: VisitState.COMPLETED},
    VisitState.COMPLETED: {},
    VisitState.MISSED: {
        VisitAction.COMPLETE_LATE: VisitState.COMPLETED,
        VisitAction.ESCALATE_LATE: VisitState.ESCALATED,
    },
    VisitState.CANCELLED: {
        VisitAction.REINSTATE: VisitState.SCHEDULED,
        VisitAction.COMPLETE_LATE: VisitState.COMPLETED,
    },
}

OPEN_STATES = (
    VisitState.SCHEDULED,
    VisitState.DUE,
    VisitState.NO_ANSWER,
    VisitState.ESCALATED,
)
"""Those in which somebody still has something to do."""


class CancelReason(StrEnum):
    """Why a visit is not to be made."""

    PAUSED = "paused"
    ENDED = "ended"
    CONSENT_ENDED = "consent_ended"
    PLAN_CHANGED = "plan_changed"
    DONE_ALREADY = "done_already"
    BY_BRANCH = "by_branch"


FOR_GOOD = (CancelReason.DONE_ALREADY, CancelReason.BY_BRANCH)
"""After these it is not made even if visits go on."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to one household; ``key`` says which of the plan's it is, or of the ``extra``.

    ``told_person_ids``: holders of the post that looks after visits who were named in its alarms.
    """

    id: str
    community: str
    version: int
    state: VisitState
    pairing_id: str
    household_id: str
    dwelling_id: str
    key: str
    on: date
    services: tuple[str, ...]
    window_start: datetime
    due_at: datetime
    window_end: datetime
    participants: tuple[Participant, ...]
    branch_ids: tuple[str, ...]
    alarm_at: datetime | None
    makes_up: str | None = None
    missed_before: int = 0
    escalated_at: datetime | None = None
    escalated_times: int = 0
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: CancelReason | None = None
    check_ins: tuple[CheckIn, ...] = ()
    welfare_check: WelfareCheck | None = None
    verified_by: str | None = None
    verified_at: datetime | None = None
    extra: bool = False
    former: tuple[Former, ...] = ()
    told_person_ids: tuple[str, ...] = ()

    @property
    def helper_ids(self) -> tuple[str, ...]:
        """Who is to make it."""
        return tuple(each.member_id for each in self.participants)


Outcome = tuple[Visit, list[Event]]


def refs(visit: Visit) -> dict[str, Any]:
    """What every event of a visit says."""
    return {
        "visit_id": visit.id,
        "pairing_id": visit.pairing_id,
        "household_id": visit.household_id,
    }


def move(visit: Visit, action: VisitAction) -> Visit:
    """The visit one step on; ``WrongState`` if the table has none."""
    state = step(TRANSITIONS, visit.state, action, noun="visit")
    return replace(visit, state=state, alarm_at=None)


def schedule(
    errand: Errand,
    *,
    id: str,  # noqa: A002  the field's own name
    community: str,
    participants: tuple[Participant, ...],
) -> Outcome:
    """A visit that is to be made; if nobody is there to make it, that is told as well."""
    branches = dict.fromkeys((*errand.branch_ids, *(each.branch_id for each in participants)))
    window = errand.window
    visit = Visit(
        id=id,
        community=community,
        version=0,
        state=VisitState.SCHEDULED,
        pairing_id=errand.pairing_id,
        household_id=errand.household_id,
        dwelling_id=errand.dwelling_id,
        key=errand.key,
        on=window.on,
        services=errand.services,
        window_start=window.start,
        due_at=window.due_at,
        window_end=window.end,
        participants=participants,
        branch_ids=tuple(branches),
        alarm_at=window.start,
        makes_up=errand.makes_up,
        missed_before=errand.missed_before,
        extra=errand.extra,
    )
    return visit, _told(visit)


def assign(visit: Visit, participants: tuple[Participant, ...], *, at: datetime) -> Outcome | None:
    """Others are to make it; None if it is the same people, or it is not open to others any more.

    Who has said something already stays, whoever else comes; who was to make it in its time is
    remembered.
    """
    if visit.state not in (VisitState.SCHEDULED, VisitState.DUE):
        return None
    spoken = tuple(p for p in visit.participants if p.outcome is not Attendance.EXPECTED)
    known = {each.member_id for each in spoken}
    wanted = spoken + tuple(each for each in participants if each.member_id not in known)
    if wanted == visit.participants:
        return None
    branches = dict.fromkeys((*visit.branch_ids, *(each.branch_id for each in wanted)))
    changed = replace(
        visit,
        participants=wanted,
        branch_ids=tuple(branches),
        former=_former(visit, wanted, at),
    )
    if not wanted:
        return changed, [_unassigned(changed)]
    return changed, [VisitAssigned(**refs(visit), helper_ids=changed.helper_ids)]


def _former(visit: Visit, wanted: tuple[Participant, ...], at: datetime) -> tuple[Former, ...]:
    there = {each.member_id for each in wanted}
    gone = [Former(each, at) for each in visit.participants if at >= visit.window_start]
    kept = (*visit.former, *gone)
    return tuple(each for each in kept if each.participant.member_id not in there)[-FORMER_MAX:]


def cancel(visit: Visit, *, reason: CancelReason, at: datetime) -> Outcome:
    """It is not to be made."""
    moved = move(visit, VisitAction.CANCEL)
    event = VisitCancelled(**refs(visit), reason=reason.value)
    return replace(moved, cancel_reason=reason, cancelled_at=at), [event]


def reinstate(
    visit: Visit, *, participants: tuple[Participant, ...], at: datetime
) -> Outcome | None:
    """It is to be made after all; None if it is not cancelled, or was for good, or is over."""
    if visit.cancel_reason in FOR_GOOD or visit.window_end <= at:
        return None
    if visit.state is not VisitState.CANCELLED:
        return None
    again = replace(
        move(visit, VisitAction.REINSTATE),
        participants=participants,
        alarm_at=visit.window_start,
        cancel_reason=None,
        cancelled_at=None,
    )
    return again, _told(again)


def wrong_state(state: VisitState, action: str) -> WrongState:
    """The refusal of what is done to a visit beside its table, in the words of the table's."""
    return WrongState("visit.wrong_state", state=f"visit.{state.value}", action=f"visit.{action}")


def _told(visit: Visit) -> list[Event]:
    told = VisitScheduled(
        **refs(visit),
        helper_ids=visit.helper_ids,
        window_start=visit.window_start,
        window_end=visit.window_end,
    )
    return [told] if visit.participants else [told, _unassigned(visit)]


def _unassigned(visit: Visit) -> VisitUnassigned:
    return VisitUnassigned(
        **refs(visit), branch_ids=visit.branch_ids, window_start=visit.window_start
    )
