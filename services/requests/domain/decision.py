"""What follows an adopted proposal: publication (公示), tasks (落实), residents' evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.requests.domain.proposal import (
    Decided,
    Proposal,
    ProposalAction,
    Publication,
    Task,
    moved,
)
from services.requests.domain.proposal import ProposalState as State
from shared.errors import Conflict, Invalid, WrongState
from shared.events import Event
from shared.events.requests_council import (
    ProposalCommenced,
    ProposalDone,
    ProposalEvaluated,
    ProposalPublicised,
    ProposalTaskEnded,
    ProposalTaskMoved,
    ProposalTaskSet,
)

PUBLICATION_DAYS_MIN, PUBLICATION_DAYS_MAX = 1, 60
PUBLICATION_DAYS_DEFAULT = 7  # a usual time for public show in estates; our choice
TASKS_MAX = 20
SOLVED = "closed"
"""The end of a task's request that means that the work was done."""
SCORE_MIN, SCORE_MAX = 1, 5


@dataclass(frozen=True, slots=True)
class Done:
    """That a task's request came to an end, and to which."""

    request_id: str
    outcome: str


def publicise(proposal: Proposal, *, days: int, at: datetime) -> Decided:
    """Put the decision on public show (公示) for so many days, 1 to 60."""
    if not PUBLICATION_DAYS_MIN <= days <= PUBLICATION_DAYS_MAX:
        raise Invalid("proposal.publication", pointer="/days", limit=PUBLICATION_DAYS_MAX)
    until = at + timedelta(days=days)
    after = moved(proposal, ProposalAction.PUBLICISE, publication=Publication(at, until))
    return after, [ProposalPublicised(proposal_id=proposal.id, until=until)]


def implement(proposal: Proposal, tasks: Sequence[Task], *, at: datetime) -> Decided:
    """Carry it out: each task becomes a request.

    ``WrongState`` too while it is on public show; ``Invalid`` without a task or with over 20.
    """
    after = moved(proposal, ProposalAction.IMPLEMENT)
    publication = proposal.publication
    if publication is not None and at < publication.until:
        raise WrongState("proposal.on_show", until=publication.until.isoformat())
    if not tasks:
        raise Invalid("proposal.no_task", pointer="/tasks")
    after, events = _with_tasks(after, tasks)
    return after, [ProposalCommenced(proposal_id=proposal.id), *events]


def set_task(proposal: Proposal, task: Task) -> Decided:
    """One more task, for instance in place of one that could not be done."""
    return _with_tasks(moved(proposal, ProposalAction.SET_TASK), (task,))


def move_task(proposal: Proposal, *, request_id: str, into_id: str) -> Decided | None:
    """A task's request was merged into another, which goes on for the task.

    None if it is no request of a task that is under way: then there is nothing to do.
    """
    moving = _under_way(proposal, request_id)
    if not moving:
        return None
    after = _replaced(proposal, [replace(task, request_id=into_id) for task in moving])
    told: list[Event] = [
        ProposalTaskMoved(proposal_task_id=task.id, proposal_id=proposal.id, request_id=into_id)
        for task in moving
    ]
    return after, told


def end_task(proposal: Proposal, done: Done, *, at: datetime) -> Decided | None:
    """A task's request came to its end; with the last one solved, the proposal is done.

    None if it has ended before, or is no task of this proposal: then there is nothing to do.
    """
    ending = _under_way(proposal, done.request_id)
    if not ending:
        return None
    ended = [replace(task, outcome=done.outcome, ended_at=at) for task in ending]
    after = _replaced(proposal, ended)
    told: list[Event] = [
        ProposalTaskEnded(
            proposal_task_id=task.id,
            proposal_id=proposal.id,
            request_id=task.request_id,
            outcome=done.outcome,
        )
        for task in ended
    ]
    if all(task.outcome == SOLVED for task in after.tasks):
        after, finished = finish(after, at=at)
        told += finished
    return after, told


def finish(proposal: Proposal, *, at: datetime) -> Decided:
    """It is carried out (办结), as far as it can be: ``WrongState`` while a task is under way."""
    after = moved(proposal, ProposalAction.FINISH, done_at=at)
    open_ones = sum(task.outcome is None for task in proposal.tasks)
    if open_ones:
        raise WrongState("proposal.tasks_open", count=open_ones)
    return after, [ProposalDone(proposal_id=proposal.id)]


def may_evaluate(proposal: Proposal) -> None:
    """Passes while residents may say what they make of it; else ``WrongState``."""
    if proposal.state is not State.DONE or proposal.marks_gone_at is not None:
        raise WrongState("proposal.not_to_evaluate", state=f"proposal.{proposal.state.value}")


def check_score(score: int) -> None:
    """``Invalid`` for a mark outside 1 to 5 (best)."""
    if not SCORE_MIN <= score <= SCORE_MAX:
        raise Invalid("proposal.score", pointer="/score")


def evaluate(proposal: Proposal, *, scores: tuple[int, ...]) -> Decided:
    """Close the evaluation (居民评议) with its counts; ``WrongState`` if nobody said anything."""
    after = moved(proposal, ProposalAction.EVALUATE, scores=scores)
    if not sum(scores):
        raise WrongState("proposal.no_evaluation")
    return after, [ProposalEvaluated(proposal_id=proposal.id, scores=scores)]


def _under_way(proposal: Proposal, request_id: str) -> list[Task]:
    """The tasks that this request stands for: several, if their requests were merged."""
    if proposal.state is not State.IMPLEMENTING:
        return []
    return [t for t in proposal.tasks if t.request_id == request_id and t.outcome is None]


def _replaced(proposal: Proposal, changed: Sequence[Task]) -> Proposal:
    by_id = {task.id: task for task in changed}
    tasks = tuple(by_id.get(task.id, task) for task in proposal.tasks)
    return _holding(proposal, tasks)


def _holding(proposal: Proposal, tasks: tuple[Task, ...]) -> Proposal:
    requests = tuple(dict.fromkeys(task.request_id for task in tasks))
    return replace(proposal, tasks=tasks, task_request_ids=requests)


def _with_tasks(proposal: Proposal, tasks: Sequence[Task]) -> Decided:
    both = (*proposal.tasks, *tasks)
    if len(both) > TASKS_MAX:
        raise Conflict("proposal.tasks_full", limit=TASKS_MAX)
    after = _holding(proposal, both)
    told: list[Event] = [
        ProposalTaskSet(
            proposal_task_id=task.id,
            proposal_id=proposal.id,
            request_id=task.request_id,
            service_code=task.service_code,
            estate_id=task.estate_id,
        )
        for task in tasks
    ]
    return after, told
