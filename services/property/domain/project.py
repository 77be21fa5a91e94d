"""Improvement projects (改造项目): proposed, approved, carried out, accepted; what they cost, and
how the place looked before and after. Money is in fen (分)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from shared.errors import Conflict, Invalid
from shared.events import Event
from shared.events.property_project import (
    ProjectBudgetChanged,
    ProjectMoved,
    ProjectProposed,
    ProjectSpent,
)
from shared.transitions import step

BUDGET_MAX_FEN = 10**12
"""Ten thousand million yuan; ours, beyond any estate's."""
ENTRIES_MAX = 200
"""Expenses of a project, and changes of its budget; ours."""


class ProjectState(StrEnum):
    """The stage that it has come to."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"


class ProjectAction(StrEnum):
    """What moves it."""

    APPROVE = "approve"
    START = "start"
    SPEND = "spend"
    CHANGE_BUDGET = "change_budget"
    COMPLETE = "complete"
    SEND_BACK = "send_back"
    ACCEPT = "accept"
    CANCEL = "cancel"


_S, _A = ProjectState, ProjectAction
TRANSITIONS: Mapping[ProjectState, Mapping[ProjectAction, ProjectState]] = {
    _S.PROPOSED: {
        _A.CHANGE_BUDGET: _S.PROPOSED,
        _A.APPROVE: _S.APPROVED,
        _A.CANCEL: _S.CANCELLED,
    },
    _S.APPROVED: {
        _A.CHANGE_BUDGET: _S.APPROVED,
        _A.SPEND: _S.APPROVED,
        _A.START: _S.UNDER_WAY,
        _A.CANCEL: _S.CANCELLED,
    },
    _S.UNDER_WAY: {
        _A.CHANGE_BUDGET: _S.UNDER_WAY,
        _A.SPEND: _S.UNDER_WAY,
        _A.COMPLETE: _S.COMPLETED,
        _A.CANCEL: _S.CANCELLED,
    },
    _S.COMPLETED: {
        _A.CHANGE_BUDGET: _S.COMPLETED,
        _A.SPEND: _S.COMPLETED,
        _A.SEND_BACK: _S.UNDER_WAY,
        _A.ACCEPT: _S.ACCEPTED,
    },
    _S.ACCEPTED: {},
    _S.CANCELLED: {},
}


@dataclass(frozen=True, slots=True)
class BudgetChange:
    """The budget was another from then on, and why; ``by``: who said so."""

    at: datetime
    by: str
    before_fen: int
    after_fen: int
    reason: str


@dataclass(frozen=True, slots=True)
class Expense:
    """Money that was spent, and on what."""

    at: datetime
    by: str
    sum_fen: int
    about: str


@dataclass(frozen=True, slots=True)
class Project:
    """One project of an estate; ``reason``: why it was sent back or cancelled."""

    id: str
    community: str
    version: int
    state: ProjectState
    estate_id: str
    title: str
    about: str
    budget_fen: int
    proposed_by: str
    proposed_at: datetime
    photos_before: tuple[str, ...] = ()
    photos_after: tuple[str, ...] = ()
    budget_changes: tuple[BudgetChange, ...] = ()
    expenses: tuple[Expense, ...] = ()
    reason: str | None = None

    @property
    def spent_fen(self) -> int:
        """All that was spent."""
        return sum(each.sum_fen for each in self.expenses)


Outcome = tuple[Project, list[Event]]


def propose(new: Project) -> Outcome:
    """A new one as it is given. ``Invalid`` for a budget out of range."""
    _check_sum(new.budget_fen, "/budget_fen")
    told = ProjectProposed(project_id=new.id, estate_id=new.estate_id, budget_fen=new.budget_fen)
    return new, [told]


def move(project: Project, action: ProjectAction, *, reason: str | None = None) -> Outcome:
    """Approve, start, send back, accept or cancel it. ``WrongState``."""
    state = step(TRANSITIONS, project.state, action, noun="project")
    return replace(project, state=state, reason=reason), [_moved(project, state)]


def complete(project: Project, photos_after: tuple[str, ...]) -> Outcome:
    """It is done, and looks so. ``WrongState``; ``Invalid`` without a photo."""
    state = step(TRANSITIONS, project.state, ProjectAction.COMPLETE, noun="project")
    if not photos_after:
        raise Invalid("project.no_photo", pointer="/photos_after")
    after = replace(project, state=state, photos_after=photos_after, reason=None)
    return after, [_moved(project, state)]


def change_budget(
    project: Project, after_fen: int, *, reason: str, by: str, at: datetime
) -> Outcome:
    """It may cost so much from now on, for this reason.

    Errors: ``WrongState``; ``Invalid`` out of range; ``Conflict`` for less than is spent.
    """
    step(TRANSITIONS, project.state, ProjectAction.CHANGE_BUDGET, noun="project")
    _check_sum(after_fen, "/budget_fen")
    _check_room(project.budget_changes)
    if after_fen < project.spent_fen:
        raise Conflict("project.spent_more", spent=project.spent_fen)
    change = BudgetChange(at, by, project.budget_fen, after_fen, reason)
    after = replace(project, budget_fen=after_fen, budget_changes=(*project.budget_changes, change))
    told = ProjectBudgetChanged(
        project_id=project.id, estate_id=project.estate_id, budget_fen=after_fen
    )
    return after, [told]


def spend(project: Project, sum_fen: int, *, about: str, by: str, at: datetime) -> Outcome:
    """Money is spent on it.

    Errors: ``WrongState``; ``Invalid`` out of range; ``Conflict`` (``project.over_budget``) beyond
    the budget: that is changed first, with a reason.
    """
    step(TRANSITIONS, project.state, ProjectAction.SPEND, noun="project")
    _check_sum(sum_fen, "/sum_fen")
    _check_room(project.expenses)
    spent = project.spent_fen + sum_fen
    if spent > project.budget_fen:
        raise Conflict("project.over_budget", budget=project.budget_fen, spent=project.spent_fen)
    after = replace(project, expenses=(*project.expenses, Expense(at, by, sum_fen, about)))
    told = ProjectSpent(project_id=project.id, estate_id=project.estate_id, spent_fen=spent)
    return after, [told]


def _check_sum(sum_fen: int, pointer: str) -> None:
    if not 1 <= sum_fen <= BUDGET_MAX_FEN:
        raise Invalid("project.sum", pointer=pointer, most=BUDGET_MAX_FEN)


def _check_room(entries: tuple[object, ...]) -> None:
    if len(entries) >= ENTRIES_MAX:
        raise Conflict("project.too_many_entries", limit=ENTRIES_MAX)


def _moved(project: Project, state: ProjectState) -> ProjectMoved:
    return ProjectMoved(project_id=project.id, estate_id=project.estate_id, stage=state.value)
