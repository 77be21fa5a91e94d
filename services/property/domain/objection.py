"""An objection (申诉): the contractor contests a sealed scorecard, and gets an answer on record."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.property.domain.score_rules import Measure
from services.property.domain.scorecard import (
    KIND_OF,
    InputKind,
    LeftOut,
    Scorecard,
    ScorecardState,
)
from shared.errors import Conflict, Invalid
from shared.events import Event
from shared.events.property_supervision import (
    ObjectionDismissed,
    ObjectionRaised,
    ObjectionUpheld,
    ObjectionWithdrawn,
)
from shared.transitions import step

RAISED_WITHIN = timedelta(days=30)
"""After the seal; a choice of ours, and longer than the month in which it is talked about."""


class ObjectionState(StrEnum):
    """Where it stands."""

    RAISED = "raised"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


class ObjectionAction(StrEnum):
    """What moves it."""

    UPHOLD = "uphold"
    DISMISS = "dismiss"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[ObjectionState, Mapping[ObjectionAction, ObjectionState]] = {
    ObjectionState.RAISED: {
        ObjectionAction.UPHOLD: ObjectionState.UPHELD,
        ObjectionAction.DISMISS: ObjectionState.DISMISSED,
        ObjectionAction.WITHDRAW: ObjectionState.WITHDRAWN,
    },
    ObjectionState.UPHELD: {},
    ObjectionState.DISMISSED: {},
    ObjectionState.WITHDRAWN: {},
}


class Remedy(StrEnum):
    """What is put right in the next edition."""

    LEAVE_OUT = "leave_out"
    """The record stands, and does not count in the measure."""
    RECOUNT = "recount"
    """All records are counted again as they are now; some have been put right meanwhile."""


@dataclass(frozen=True, slots=True)
class Objection:
    """One objection to a measure of a sealed scorecard, and to one of its records if it names
    one."""

    id: str
    community: str
    version: int
    state: ObjectionState
    scorecard_id: str
    contractor_id: str
    measure: Measure
    record_id: str | None
    reason: str
    raised_by: str
    raised_at: datetime
    remedy: Remedy | None = None
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the committee says to it: who, when, why."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the contractor objects to, and why."""

    measure: Measure
    record_id: str | None
    reason: str


Decided = tuple[Objection, list[Event]]


def raise_objection(
    card: Scorecard,
    grounds: Grounds,
    *,
    id: str,  # noqa: A002  the aggregate's own word
    by: str,
    at: datetime,
) -> Decided:
    """The contractor objects.

    ``Conflict`` to a scorecard that is not sealed yet, or was too long ago.
    """
    if card.state is not ScorecardState.SEALED or card.sealing is None:
        raise Conflict("objection.not_sealed")
    until = card.sealing.at + RAISED_WITHIN
    if at > until:
        raise Conflict("objection.too_late", until=until.isoformat())
    made = Objection(
        id=id,
        community=card.community,
        version=0,
        state=ObjectionState.RAISED,
        scorecard_id=card.id,
        contractor_id=card.contractor_id,
        measure=grounds.measure,
        record_id=grounds.record_id,
        reason=grounds.reason,
        raised_by=by,
        raised_at=at,
    )
    return made, [ObjectionRaised(**_ids(made))]


def uphold(objection: Objection, remedy: Remedy, answer: Answer) -> Decided:
    """The committee agrees. ``WrongState``; ``Invalid`` if nothing is named to be left out."""
    after = _answered(objection, ObjectionAction.UPHOLD, answer)
    if remedy is Remedy.LEAVE_OUT and objection.record_id is None:
        raise Invalid("objection.no_record", pointer="/remedy")
    return replace(after, remedy=remedy), [ObjectionUpheld(**_ids(objection))]


def dismiss(objection: Objection, answer: Answer) -> Decided:
    """The committee does not agree. ``WrongState``."""
    after = _answered(objection, ObjectionAction.DISMISS, answer)
    return after, [ObjectionDismissed(**_ids(objection))]


def withdraw(objection: Objection) -> Decided:
    """The contractor objects no more. ``WrongState``."""
    state = step(TRANSITIONS, objection.state, ObjectionAction.WITHDRAW, noun="objection")
    return replace(objection, state=state), [ObjectionWithdrawn(**_ids(objection))]


def left_out_by(objection: Objection) -> LeftOut | None:
    """What an upheld objection leaves out of the next edition, if anything."""
    if objection.remedy is not Remedy.LEAVE_OUT or objection.record_id is None:
        return None
    kind: InputKind = KIND_OF[objection.measure]
    return LeftOut(objection.measure, kind, objection.record_id, objection.id)


def _answered(objection: Objection, action: ObjectionAction, answer: Answer) -> Objection:
    state = step(TRANSITIONS, objection.state, action, noun="objection")
    return replace(
        objection,
        state=state,
        answer=answer.text,
        answered_by=answer.by,
        answered_at=answer.at,
    )


def _ids(objection: Objection) -> dict[str, str]:
    return {
        "objection_id": objection.id,
        "scorecard_id": objection.scorecard_id,
        "contractor_id": objection.contractor_id,
    }
