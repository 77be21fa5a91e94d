"""How a confirmed contribution ends to count: one person says why, another one agrees.

Neither is the member (domain.md, 2: "reason, two people"). What was wrong is then told anew.
"""

from dataclasses import replace
from datetime import datetime

from services.pairing.domain.contribution import (
    TRANSITIONS,
    Contribution,
    ContributionAction,
    ContributionState,
    Outcome,
    Question,
    ReturnReason,
    check_other,
)
from shared.errors import Conflict, NotAllowed
from shared.events.pairing_contribution import (
    ContributionQuestioned,
    ContributionRevoked,
    ContributionUpheld,
)
from shared.transitions import step


def question(
    contribution: Contribution,
    *,
    by: str,
    reason: ReturnReason,
    note: str | None = None,
    at: datetime,
) -> Outcome:
    """Say why a confirmed record should not count; it does until another person agrees.

    Errors: ``WrongState``; ``NotAllowed`` for one's own; ``Conflict`` if it is questioned already.
    """
    state = _step(contribution, ContributionAction.QUESTION, by)
    if contribution.question is not None:
        raise Conflict("contribution.questioned", contribution_id=contribution.id)
    event = ContributionQuestioned(
        contribution_id=contribution.id,
        member_id=contribution.member_id,
        branch_id=contribution.branch_id,
        reason=reason.value,
    )
    asked = Question(by=by, at=at, reason=reason, note=note)
    return replace(contribution, state=state, question=asked), [event]


def uphold(contribution: Contribution, *, by: str) -> Outcome:
    """The record stays: the question is dropped, by whoever asked it or by somebody else."""
    state = _step(contribution, ContributionAction.UPHOLD, by)
    _asked(contribution)
    event = ContributionUpheld(
        contribution_id=contribution.id,
        member_id=contribution.member_id,
        branch_id=contribution.branch_id,
    )
    return replace(contribution, state=state, question=None), [event]


def revoke(contribution: Contribution, *, by: str, at: datetime) -> Outcome:
    """The second person agrees: the record and its points count no more, and are kept as they were.

    Errors: ``WrongState``; ``NotAllowed`` for one's own, and for whoever questioned it;
    ``Conflict`` if nobody did.
    """
    state = _step(contribution, ContributionAction.REVOKE, by)
    asked = _asked(contribution)
    if by == asked.by:
        raise NotAllowed("contribution.two_people", contribution_id=contribution.id)
    event = ContributionRevoked(
        contribution_id=contribution.id,
        member_id=contribution.member_id,
        branch_id=contribution.branch_id,
        reason=asked.reason.value,
        points=contribution.points or 0,
    )
    agreed = replace(asked, revoked_by=by, revoked_at=at)
    return replace(contribution, state=state, question=agreed), [event]


def _step(contribution: Contribution, action: ContributionAction, by: str) -> ContributionState:
    state = step(TRANSITIONS, contribution.state, action, noun="contribution")
    check_other(contribution, by)
    return state


def _asked(contribution: Contribution) -> Question:
    if contribution.question is None:
        raise Conflict("contribution.not_questioned", contribution_id=contribution.id)
    return contribution.question
