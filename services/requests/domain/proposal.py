"""A council proposal (议题): what the estate is to decide, its states and what may happen to it.

What may be done is by stage: ``agenda.py`` until it is deliberated, ``vote.py``, ``decision.py``
after the vote. Every function there takes the proposal as it is and the facts, and gives the
proposal as it will be and the events that tell of it, or refuses: ``WrongState`` if
``TRANSITIONS`` does not allow it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from services.requests.domain.ballot import Rules, Tally
from shared.events import Event
from shared.transitions import step


class ProposalState(StrEnum):
    """Where a proposal stands (``domain.md`` section 2)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    LISTED = "listed"
    NOT_LISTED = "not_listed"
    DELIBERATING = "deliberating"
    VOTING = "voting"
    ADOPTED = "adopted"
    NOT_ADOPTED = "not_adopted"
    PUBLICISED = "publicised"
    IMPLEMENTING = "implementing"
    DONE = "done"
    EVALUATED = "evaluated"
    WITHDRAWN = "withdrawn"


class ProposalAction(StrEnum):
    """What may be done to a proposal."""

    REVISE = "revise"
    SUBMIT = "submit"
    SECOND = "second"
    LIST = "list"
    DECLINE = "decline"
    DELIBERATE = "deliberate"
    MINUTE = "minute"
    OPEN_VOTE = "open_vote"
    ADOPT = "adopt"
    NOT_ADOPT = "not_adopt"
    PUBLICISE = "publicise"
    IMPLEMENT = "implement"
    SET_TASK = "set_task"
    FINISH = "finish"
    EVALUATE = "evaluate"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[ProposalState, Mapping[ProposalAction, ProposalState]] = {
    # domain.md, section 2, council proposal (议题); what keeps the state is ours
    ProposalState.DRAFT: {
        ProposalAction.REVISE: ProposalState.DRAFT,
        ProposalAction.SUBMIT: ProposalState.SUBMITTED,
        ProposalAction.WITHDRAW: ProposalState.WITHDRAWN,
    },
    ProposalState.SUBMITTED: {
        ProposalAction.SECOND: ProposalState.SUBMITTED,
        ProposalAction.LIST: ProposalState.LISTED,
        ProposalAction.DECLINE: ProposalState.NOT_LISTED,
        ProposalAction.WITHDRAW: ProposalState.WITHDRAWN,
    },
    ProposalState.LISTED: {
        ProposalAction.LIST: ProposalState.LISTED,  # on another meeting's agenda
        ProposalAction.DELIBERATE: ProposalState.DELIBERATING,
        ProposalAction.WITHDRAW: ProposalState.WITHDRAWN,
    },
    ProposalState.DELIBERATING: {
        ProposalAction.MINUTE: ProposalState.DELIBERATING,
        ProposalAction.OPEN_VOTE: ProposalState.VOTING,
        ProposalAction.WITHDRAW: ProposalState.WITHDRAWN,
    },
    ProposalState.VOTING: {
        ProposalAction.ADOPT: ProposalState.ADOPTED,
        ProposalAction.NOT_ADOPT: ProposalState.NOT_ADOPTED,
    },
    ProposalState.ADOPTED: {ProposalAction.PUBLICISE: ProposalState.PUBLICISED},
    ProposalState.PUBLICISED: {ProposalAction.IMPLEMENT: ProposalState.IMPLEMENTING},
    ProposalState.IMPLEMENTING: {
        ProposalAction.SET_TASK: ProposalState.IMPLEMENTING,
        ProposalAction.FINISH: ProposalState.DONE,
    },
    ProposalState.DONE: {ProposalAction.EVALUATE: ProposalState.EVALUATED},
    ProposalState.NOT_LISTED: {},
    ProposalState.NOT_ADOPTED: {},
    ProposalState.EVALUATED: {},
    ProposalState.WITHDRAWN: {},
}


class OriginKind(StrEnum):
    """What a proposal came from."""

    DIRECT = "direct"
    REQUEST = "request"
    SURVEY = "survey"


@dataclass(frozen=True, slots=True)
class Origin:
    """The suggestion (``id`` of the request) or the survey and its finding that it came from.

    ``confidential``: the suggestion was made in confidence, so its draft is told to nobody.
    """

    kind: OriginKind = OriginKind.DIRECT
    id: str | None = None
    finding_id: str | None = None
    confidential: bool = False


DIRECT = Origin()


@dataclass(frozen=True, slots=True)
class Minutes:
    """What was said, who wrote it down and when."""

    text: str
    by: str
    at: datetime


class DeclineReason(StrEnum):
    """Why a proposal comes on no agenda."""

    OUTSIDE_REMIT = "outside_remit"
    ALREADY_DECIDED = "already_decided"
    NOT_LAWFUL = "not_lawful"
    NOT_CLEAR = "not_clear"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True, slots=True)
class Declined:
    """Why it was not listed: a code, and words for its readers that stay in the service."""

    reason: DeclineReason
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote on ``resolution`` (决议): its roll is kept apart and frozen, only its size is here."""

    id: str
    resolution: str
    entries: int
    rules: Rules
    officers: tuple[str, ...]
    """Who may enter ballots on paper and by telephone."""
    opened_at: datetime
    closes_at: datetime
    """Until when ballots are cast."""
    entered_until: datetime
    """Until when officers enter what was given on paper or said by telephone before the end."""
    closed_at: datetime | None = None
    tally: Tally | None = None
    quorate: bool | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """When the decision is on public show (公示)."""

    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done; it becomes the request ``request_id``, whose end is its outcome."""

    id: str
    request_id: str
    service_code: str
    estate_id: str
    dwelling_id: str | None
    description: str
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outcome: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal; ``scores`` counts residents' marks 1 to 5, in order, once that is closed."""

    id: str
    community: str
    version: int
    state: ProposalState
    title: str
    text: str
    proposer_id: str
    drafted_at: datetime
    origin: Origin = DIRECT
    origin_id: str | None = None
    """The origin's id once more, to be found by."""
    submitted: bool = False
    """Whether it was ever put before the council, whatever became of it since."""
    seconders: tuple[str, ...] = ()
    meeting_id: str | None = None
    place: int | None = None
    """Which of the places on that meeting's agenda is its own; no two have the same."""
    declined: Declined | None = None
    minutes: Minutes | None = None
    vote: Vote | None = None
    publication: Publication | None = None
    tasks: tuple[Task, ...] = ()
    task_request_ids: tuple[str, ...] = ()
    """The tasks' requests once more, to be found by."""
    done_at: datetime | None = None
    scores: tuple[int, ...] = ()
    alarm_at: datetime | None = None
    """When the clock has something to do: count the vote."""
    anonymised_at: datetime | None = None
    ballots_gone_at: datetime | None = None
    """Since when nobody can tell who voted, and how."""
    marks_gone_at: datetime | None = None
    """Since when nobody can tell who gave which mark."""


Decided = tuple[Proposal, list[Event]]


def visibility_of(proposal: Proposal) -> Literal["public", "confidential"]:
    """Who may be told: nobody outside of a draft that came from a confidential suggestion."""
    if proposal.state is ProposalState.DRAFT and proposal.origin.confidential:
        return "confidential"
    return "public"


def moved(proposal: Proposal, action: ProposalAction, **changes: Any) -> Proposal:
    """The proposal in the state that the action leads to, or ``WrongState``."""
    state = step(TRANSITIONS, proposal.state, action, noun="proposal")
    return replace(proposal, state=state, **changes)
