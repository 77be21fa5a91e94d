"""A complaint (投诉) about a contractor: heard by it, decided by the committee, counted if upheld.

The contractor reads what is said and never who says it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.errors import Conflict
from shared.events import Event
from shared.events.property_supervision import (
    ComplaintAnswered,
    ComplaintDismissed,
    ComplaintFiled,
    ComplaintUpheld,
    ComplaintWithdrawn,
)
from shared.transitions import step

ANSWER_WITHIN = timedelta(days=7)
"""What an ordinary matter may take (domain.md, section 3); after it the committee decides without
an answer."""


class ComplaintState(StrEnum):
    """Where it stands."""

    FILED = "filed"
    ANSWERED = "answered"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


class ComplaintAction(StrEnum):
    """What moves it."""

    ANSWER = "answer"
    UPHOLD = "uphold"
    DISMISS = "dismiss"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[ComplaintState, Mapping[ComplaintAction, ComplaintState]] = {
    ComplaintState.FILED: {
        ComplaintAction.ANSWER: ComplaintState.ANSWERED,
        ComplaintAction.UPHOLD: ComplaintState.UPHELD,
        ComplaintAction.DISMISS: ComplaintState.DISMISSED,
        ComplaintAction.WITHDRAW: ComplaintState.WITHDRAWN,
    },
    ComplaintState.ANSWERED: {
        ComplaintAction.UPHOLD: ComplaintState.UPHELD,
        ComplaintAction.DISMISS: ComplaintState.DISMISSED,
        ComplaintAction.WITHDRAW: ComplaintState.WITHDRAWN,
    },
    ComplaintState.UPHELD: {},
    ComplaintState.DISMISSED: {},
    ComplaintState.WITHDRAWN: {},
}


class ComplaintSubject(StrEnum):
    """What it is about."""

    CONDUCT = "conduct"
    DELAY = "delay"
    QUALITY = "quality"
    CHARGES = "charges"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One complaint; ``filed_by`` is the person's id and nobody's business but the committee's.

    ``work_order_id``: the work that it is about, if it is about one. ``decided_at``: when it was
    upheld or dismissed, in whose month it counts.
    """

    id: str
    community: str
    version: int
    state: ComplaintState
    estate_id: str
    contractor_id: str
    subject: ComplaintSubject
    text: str
    filed_by: str
    filed_at: datetime
    answer_due_at: datetime
    work_order_id: str | None = None
    photo_ids: tuple[str, ...] = ()
    answer: str | None = None
    answered_at: datetime | None = None
    decision: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grievance:
    """What somebody complains of."""

    subject: ComplaintSubject
    text: str
    work_order_id: str | None = None
    photo_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accused:
    """About whom: the contractor of an estate."""

    community: str
    estate_id: str
    contractor_id: str


Decided = tuple[Complaint, list[Event]]


def file(
    accused: Accused,
    grievance: Grievance,
    *,
    id: str,  # noqa: A002  the aggregate's own word
    by: str,
    at: datetime,
) -> Decided:
    """Somebody complains."""
    made = Complaint(
        id=id,
        community=accused.community,
        version=0,
        state=ComplaintState.FILED,
        estate_id=accused.estate_id,
        contractor_id=accused.contractor_id,
        subject=grievance.subject,
        text=grievance.text,
        filed_by=by,
        filed_at=at,
        answer_due_at=at + ANSWER_WITHIN,
        work_order_id=grievance.work_order_id,
        photo_ids=grievance.photo_ids,
    )
    return made, [ComplaintFiled(**_ids(made))]


def answer(complaint: Complaint, *, text: str, at: datetime) -> Decided:
    """The contractor says what it has to say, once. ``WrongState``."""
    after = replace(_moved(complaint, ComplaintAction.ANSWER), answer=text, answered_at=at)
    return after, [ComplaintAnswered(**_ids(complaint))]


def uphold(complaint: Complaint, *, reason: str, by: str, at: datetime) -> Decided:
    """It is justified.

    ``WrongState``; ``Conflict`` ``complaint.not_heard`` while the contractor may still answer.
    """
    after = _decided(complaint, ComplaintAction.UPHOLD, (reason, by, at))
    if complaint.state is ComplaintState.FILED and at < complaint.answer_due_at:
        raise Conflict("complaint.not_heard", until=complaint.answer_due_at.isoformat())
    return after, [ComplaintUpheld(**_ids(complaint))]


def dismiss(complaint: Complaint, *, reason: str, by: str, at: datetime) -> Decided:
    """It is not justified. ``WrongState``."""
    after = _decided(complaint, ComplaintAction.DISMISS, (reason, by, at))
    return after, [ComplaintDismissed(**_ids(complaint))]


def withdraw(complaint: Complaint) -> Decided:
    """Whoever complained does so no more. ``WrongState``."""
    after = _moved(complaint, ComplaintAction.WITHDRAW)
    return after, [ComplaintWithdrawn(**_ids(complaint))]


def _decided(
    complaint: Complaint, action: ComplaintAction, said: tuple[str, str, datetime]
) -> Complaint:
    reason, by, at = said
    moved = _moved(complaint, action)
    return replace(moved, decision=reason, decided_by=by, decided_at=at)


def _moved(complaint: Complaint, action: ComplaintAction) -> Complaint:
    after = step(TRANSITIONS, complaint.state, action, noun="complaint")
    return replace(complaint, state=after)


def _ids(complaint: Complaint) -> dict[str, str]:
    return {
        "complaint_id": complaint.id,
        "estate_id": complaint.estate_id,
        "contractor_id": complaint.contractor_id,
    }
