"""A contribution (党员手册): what a member did, told by the member, confirmed by the branch.

"Who organises records, who records certifies" (办法, in force 2021-02-01): the member puts the
record forward, the branch answers for it, and nobody confirms what is their own, or what they told
for somebody else. What is confirmed stays as it is: ``revocation`` says how it ends to count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.pairing.domain import deed as deeds
from services.pairing.domain.care_task import CareTask
from services.pairing.domain.deed import Correction, Deed
from services.pairing.domain.member import Member
from services.pairing.domain.points import RULES, ContributionKind, PointsRule, rule_in_force
from shared.days import day_of
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
    REVOKED = "revoked"


class ContributionAction(StrEnum):
    """What may be done to a record."""

    SUBMIT = "submit"
    CONFIRM = "confirm"
    RETURN = "return"
    QUESTION = "question"
    UPHOLD = "uphold"
    REVOKE = "revoke"


class ReturnReason(StrEnum):
    """Why the branch gives a record back, or wants a confirmed one revoked; what it has to say
    besides stands in the document only."""

    WRONG_TIME = "wrong_time"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_DAY = "wrong_day"
    TWICE = "twice"
    NOT_DONE = "not_done"
    NO_EVIDENCE = "no_evidence"
    OTHER = "other"


# A questioned record stays confirmed, and counts, until another person revokes or upholds it.
TRANSITIONS: Mapping[ContributionState, Mapping[ContributionAction, ContributionState]] = {
    ContributionState.DRAFT: {ContributionAction.SUBMIT: ContributionState.SUBMITTED},
    ContributionState.SUBMITTED: {
        ContributionAction.CONFIRM: ContributionState.CONFIRMED,
        ContributionAction.RETURN: ContributionState.RETURNED,
    },
    ContributionState.RETURNED: {ContributionAction.SUBMIT: ContributionState.SUBMITTED},
    ContributionState.CONFIRMED: {
        ContributionAction.QUESTION: ContributionState.CONFIRMED,
        ContributionAction.UPHOLD: ContributionState.CONFIRMED,
        ContributionAction.REVOKE: ContributionState.REVOKED,
    },
    ContributionState.REVOKED: {},
}


@dataclass(frozen=True, slots=True)
class Question:
    """Why somebody (``by``) wants a confirmed record revoked; ``revoked_by``: who agreed."""

    by: str
    at: datetime
    reason: ReturnReason
    note: str | None = None
    revoked_by: str | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """One act of one member: what, when, by what evidence; points count once confirmed.

    Minutes for acts of time, fen for acts of money. ``care_task_id``, ``visit_id``,
    ``activity_id``: the work that it was drafted from, if it was. ``told_by``: who told it for the
    member; None for the member's own word and for work that was reported done.
    """

    id: str
    community: str
    version: int
    state: ContributionState
    member_id: str
    person_id: str
    branch_id: str
    kind: ContributionKind
    done_at: datetime
    minutes: int | None = None
    amount_fen: int | None = None
    about: str | None = None
    evidence_ids: tuple[str, ...] = ()
    care_task_id: str | None = None
    visit_id: str | None = None
    activity_id: str | None = None
    told_by: str | None = None
    return_reason: ReturnReason | None = None
    return_note: str | None = None
    points: int | None = None
    rule_version: int | None = None
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    question: Question | None = None

    @property
    def done_on(self) -> date:
        """The day in Beijing."""
        return day_of(self.done_at)

    @property
    def deed(self) -> Deed:
        """What was done, by itself."""
        return Deed(
            self.kind, self.done_at, self.minutes, self.amount_fen, self.about, self.evidence_ids
        )

    @property
    def is_of_work(self) -> bool:
        """Whether it was drafted from work, of which there is a record with its day."""
        return any((self.care_task_id, self.visit_id, self.activity_id))


Outcome = tuple[Contribution, list[Event]]


def done_task(task: CareTask) -> Deed:
    """What the helper did of a care task. ``Invalid`` if it is not done."""
    if task.completed_at is None or task.minutes is None:
        raise Invalid("contribution.not_done", care_task_id=task.id)
    return Deed(ContributionKind.VOLUNTEERING, task.completed_at, task.minutes)


def draft(
    *,
    id: str,  # noqa: A002  the field's own name
    member: Member,
    deed: Deed,
    care_task_id: str | None = None,
    visit_id: str | None = None,
    activity_id: str | None = None,
) -> Outcome:
    """Draft the record of work, named by one of the ids, for the member who did it."""
    drafted = replace(
        _told(id, member, deed, ContributionState.DRAFT),
        care_task_id=care_task_id,
        visit_id=visit_id,
        activity_id=activity_id,
    )
    event = ContributionDrafted(
        contribution_id=id,
        member_id=member.id,
        branch_id=member.branch_id,
        kind=deed.kind.value,
    )
    return drafted, [event]


def report(
    *,
    id: str,  # noqa: A002  the field's own name
    member: Member,
    deed: Deed,
    by: str,
    at: datetime,
) -> Outcome:
    """A member, or somebody for them, tells what the member did: it is before the branch at once.

    Errors: ``Invalid`` for a measure that the kind does not have or that cannot be, and for a day
    in the future or before the member joined.
    """
    deeds.check(deed)
    deeds.check_day(deed, joined_on=member.joined_on, now=at)
    told = _told(id, member, deed, ContributionState.SUBMITTED)
    told = replace(told, told_by=None if by == member.person_id else by)
    return told, [_submitted(told)]


def submit(
    contribution: Contribution, *, correction: Correction, member: Member, at: datetime
) -> Outcome:
    """The member puts the record before the branch, corrected where the correction says so.

    Errors: ``WrongState``; ``Invalid`` as for ``report``, and for another day of recorded work.
    """
    state = step(TRANSITIONS, contribution.state, ContributionAction.SUBMIT, noun="contribution")
    deed = deeds.corrected(contribution.deed, correction, dated=contribution.is_of_work)
    deeds.check(deed)
    if not contribution.is_of_work:
        deeds.check_day(deed, joined_on=member.joined_on, now=at)
    submitted = replace(
        contribution,
        state=state,
        done_at=deed.done_at,
        minutes=deed.minutes,
        amount_fen=deed.amount_fen,
        about=deed.about,
        evidence_ids=deed.evidence_ids,
        return_reason=None,
        return_note=None,
    )
    return submitted, [_submitted(submitted)]


def confirm(
    contribution: Contribution, *, by: str, at: datetime, rules: Sequence[PointsRule] = RULES
) -> Outcome:
    """The branch confirms; the points are reckoned by the rule in force when the act was done.

    ``rules``: the community's, oldest first. ``by`` is the confirming person's id. Errors:
    ``WrongState``; ``NotAllowed`` if the record is their own, or they told it for the member.
    """
    state = step(TRANSITIONS, contribution.state, ContributionAction.CONFIRM, noun="contribution")
    check_other(contribution, by)
    if by == contribution.told_by:
        raise NotAllowed("contribution.told_by_oneself", contribution_id=contribution.id)
    rule = rule_in_force(rules, contribution.done_at)
    points = rule.points(contribution.kind, minutes=contribution.minutes)
    event = ContributionConfirmed(
        contribution_id=contribution.id,
        member_id=contribution.member_id,
        branch_id=contribution.branch_id,
        points=points,
        rule_version=rule.version,
    )
    confirmed = replace(
        contribution,
        state=state,
        points=points,
        rule_version=rule.version,
        confirmed_by=by,
        confirmed_at=at,
    )
    return confirmed, [event]


def give_back(
    contribution: Contribution, *, by: str, reason: ReturnReason, note: str | None = None
) -> Outcome:
    """The branch returns the record for correction; the member may submit it again."""
    state = step(TRANSITIONS, contribution.state, ContributionAction.RETURN, noun="contribution")
    check_other(contribution, by)
    event = ContributionReturned(
        contribution_id=contribution.id, member_id=contribution.member_id, reason=reason.value
    )
    returned = replace(contribution, state=state, return_reason=reason, return_note=note)
    return returned, [event]


def check_other(contribution: Contribution, by: str) -> None:
    """Passes anybody but the member whose record it is; else ``NotAllowed``."""
    if by == contribution.person_id:
        raise NotAllowed("contribution.own", contribution_id=contribution.id)


def _told(id: str, member: Member, deed: Deed, state: ContributionState) -> Contribution:  # noqa: A002
    return Contribution(
        id=id,
        community=member.community,
        version=0,
        state=state,
        member_id=member.id,
        person_id=member.person_id,
        branch_id=member.branch_id,
        kind=deed.kind,
        done_at=deed.done_at,
        minutes=deed.minutes,
        amount_fen=deed.amount_fen,
        about=deed.about,
        evidence_ids=deed.evidence_ids,
    )


def _submitted(contribution: Contribution) -> Event:
    return ContributionSubmitted(
        contribution_id=contribution.id,
        member_id=contribution.member_id,
        branch_id=contribution.branch_id,
    )
