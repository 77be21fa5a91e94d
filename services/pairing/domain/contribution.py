"""A contribution (党员手册): what a member did, told by the member, confirmed by the branch.

"Who organises records, who records certifies" (办法, in force 2021-02-01): the member puts the
record forward, the branch answers for it, and nobody confirms what is their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.pairing.domain.care_task import MINUTES_MAX, CareTask
from services.pairing.domain.member import Member
from services.pairing.domain.points import ContributionKind, rule_in_force
from shared.errors import Invalid, NotAllowed
from shared.events import Event
from shared.events.pairing import (
    ContributionConfirmed,
    ContributionDrafted,
    ContributionReturned,
    ContributionSubmitted,
)
from shared.transitions import step


class ContributionState(StrEnum):
    """Where a record stands (domain.md, 2)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    RETURNED = "returned"


class ContributionAction(StrEnum):
    """What may be done to a record."""

    SUBMIT = "submit"
    CONFIRM = "confirm"
    RETURN = "return"


class ReturnReason(StrEnum):
    """Why the branch gave a record back; what it has to say besides stands in the document only."""

    WRONG_TIME = "wrong_time"
    NOT_DONE = "not_done"
    NO_EVIDENCE = "no_evidence"
    OTHER = "other"


TRANSITIONS: Mapping[ContributionState, Mapping[ContributionAction, ContributionState]] = {
    ContributionState.DRAFT: {ContributionAction.SUBMIT: ContributionState.SUBMITTED},
    ContributionState.SUBMITTED: {
        ContributionAction.CONFIRM: ContributionState.CONFIRMED,
        ContributionAction.RETURN: ContributionState.RETURNED,
    },
    ContributionState.RETURNED: {ContributionAction.SUBMIT: ContributionState.SUBMITTED},
    ContributionState.CONFIRMED: {},
}


@dataclass(frozen=True, slots=True)
class Contribution:
    """One act of one member: when, how long, by what evidence; points count once confirmed."""

    id: str
    community: str
    version: int
    state: ContributionState
    member_id: str
    person_id: str
    branch_id: str
    kind: ContributionKind
    done_at: datetime
    minutes: int
    care_task_id: str | None = None
    return_reason: ReturnReason | None = None
    return_note: str | None = None
    points: int | None = None
    rule_version: int | None = None


Outcome = tuple[Contribution, list[Event]]


def draft(
    *,
    id: str,  # noqa: A002  the field's own name
    member: Member,
    task: CareTask,
) -> Outcome:
    """Draft the record of a care task for the member who did it. ``Invalid`` if it is not done."""
    if task.completed_at is None or task.minutes is None:
        raise Invalid("contribution.not_done", care_task_id=task.id)
    contribution = Contribution(
        id=id,
        community=task.community,
        version=0,
        state=ContributionState.DRAFT,
        member_id=member.id,
        person_id=member.person_id,
        branch_id=member.branch_id,
        kind=ContributionKind.VOLUNTEERING,
        done_at=task.completed_at,
        minutes=task.minutes,
        care_task_id=task.id,
    )
    event = ContributionDrafted(
        contribution_id=id,
        member_id=member.id,
        branch_id=member.branch_id,
        kind=contribution.kind.value,
    )
    return contribution, [event]


def submit(contribution: Contribution, *, minutes: int | None = None) -> Outcome:
    """Put the record before the branch, with the time corrected if ``minutes`` (1 to 1,440) is."""
    state = step(TRANSITIONS, contribution.state, ContributionAction.SUBMIT, noun="contribution")
    if minutes is not None and not 1 <= minutes <= MINUTES_MAX:
        raise Invalid("contribution.minutes", pointer="/minutes", least=1, most=MINUTES_MAX)
    submitted = replace(
        contribution,
        state=state,
        minutes=contribution.minutes if minutes is None else minutes,
        return_reason=None,
        return_note=None,
    )
    event = ContributionSubmitted(
        contribution_id=contribution.id,
        member_id=contribution.member_id,
        branch_id=contribution.branch_id,
    )
    return submitted, [event]


def confirm(contribution: Contribution, *, by: str) -> Outcome:
    """The branch confirms; the points are reckoned by the rule in force when the act was done.

    ``by`` is the confirming person's id. Errors: ``NotAllowed`` if the record is their own.
    """
    state = step(TRANSITIONS, contribution.state, ContributionAction.CONFIRM, noun="contribution")
    _check_other(contribution, by)
    rule = rule_in_force(contribution.done_at)
    points = rule.points(contribution.kind, minutes=contribution.minutes)
    event = ContributionConfirmed(
        contribution_id=contribution.id,
        member_id=contribution.member_id,
        branch_id=contribution.branch_id,
        points=points,
        rule_version=rule.version,
    )
    confirmed = replace(contribution, state=state, points=points, rule_version=rule.version)
    return confirmed, [event]


def give_back(
    contribution: Contribution, *, by: str, reason: ReturnReason, note: str | None = None
) -> Outcome:
    """The branch returns the record for correction; the member may submit it again."""
    state = step(TRANSITIONS, contribution.state, ContributionAction.RETURN, noun="contribution")
    _check_other(contribution, by)
    event = ContributionReturned(
        contribution_id=contribution.id, member_id=contribution.member_id, reason=reason.value
    )
    returned = replace(contribution, state=state, return_reason=reason, return_note=note)
    return returned, [event]


def _check_other(contribution: Contribution, by: str) -> None:
    if by == contribution.person_id:
        raise NotAllowed("contribution.own", contribution_id=contribution.id)
