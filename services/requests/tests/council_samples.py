"""Proposals and meetings in every state, made by the domain's own functions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.requests.domain import agenda, decision, vote
from services.requests.domain.agenda import Wording
from services.requests.domain.ballot import RollEntry, Rules, Tally
from services.requests.domain.meeting import Convener, Convening, Meeting, Plan
from services.requests.domain.meeting import call as call_meeting
from services.requests.domain.proposal import (
    DIRECT,
    Decided,
    Declined,
    DeclineReason,
    Origin,
    Proposal,
    ProposalState,
    Task,
)
from services.requests.domain.proposal import ProposalAction as A
from services.requests.domain.vote import Opening

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
CLOSES = NOW + timedelta(days=3)
AFTER = NOW + timedelta(days=30)
COMMUNITY = "hongmiao"
PROPOSER, OFFICER = "per_resident", "per_officer"
WORDING = Wording("在三号楼前装路灯", "晚上太暗,老人容易摔倒。")
ROLL = (RollEntry("dwl_1", "per_a"), RollEntry("dwl_2", "per_b"), RollEntry("dwl_3"))
OPENING = Opening("在三号楼前装两盏路灯。", CLOSES, Rules(), (OFFICER,))
CARRIED, LOST = Tally(2, 1, 0), Tally(1, 2, 0)
OUTSIDE = Declined(DeclineReason.OUTSIDE_REMIT, "请向街道反映")

ACT: dict[A, Callable[[Proposal], Decided]] = {
    A.REVISE: lambda p: agenda.revise(p, WORDING),
    A.SUBMIT: agenda.submit,
    A.SECOND: lambda p: agenda.second(p, by=f"per_{len(p.seconders)}"),
    A.LIST: lambda p: agenda.list_(p, meeting_id="mtg_1", place=1),
    A.DECLINE: lambda p: agenda.decline(p, OUTSIDE),
    A.DELIBERATE: agenda.deliberate,
    A.MINUTE: lambda p: agenda.minute(p, text="大家都同意。", by=OFFICER, at=NOW),
    A.OPEN_VOTE: lambda p: vote.open_vote(p, OPENING, vote_id="vot_1", roll=ROLL, at=NOW),
    A.ADOPT: lambda p: vote.close_vote(p, CARRIED, at=CLOSES),
    A.NOT_ADOPT: lambda p: vote.close_vote(p, LOST, at=CLOSES),
    A.PUBLICISE: lambda p: decision.publicise(p, days=7, at=CLOSES),
    A.IMPLEMENT: lambda p: decision.implement(p, [task(1)], at=AFTER),
    A.SET_TASK: lambda p: decision.set_task(p, task(2)),
    A.FINISH: lambda p: decision.finish(_without_open_tasks(p), at=AFTER),
    A.EVALUATE: lambda p: decision.evaluate(p, scores=(0, 0, 1, 2, 3)),
    A.WITHDRAW: agenda.withdraw,
}
_SUBMITTED = (A.SUBMIT, A.SECOND, A.SECOND)
_LISTED = (*_SUBMITTED, A.LIST)
_VOTING = (*_LISTED, A.DELIBERATE, A.MINUTE, A.OPEN_VOTE)
_IMPLEMENTING = (*_VOTING, A.ADOPT, A.PUBLICISE, A.IMPLEMENT)
PATHS: dict[ProposalState, tuple[A, ...]] = {
    ProposalState.DRAFT: (),
    ProposalState.SUBMITTED: _SUBMITTED,
    ProposalState.LISTED: _LISTED,
    ProposalState.NOT_LISTED: (*_SUBMITTED, A.DECLINE),
    ProposalState.DELIBERATING: (*_LISTED, A.DELIBERATE, A.MINUTE),
    ProposalState.VOTING: _VOTING,
    ProposalState.ADOPTED: (*_VOTING, A.ADOPT),
    ProposalState.NOT_ADOPTED: (*_VOTING, A.NOT_ADOPT),
    ProposalState.PUBLICISED: (*_VOTING, A.ADOPT, A.PUBLICISE),
    ProposalState.IMPLEMENTING: _IMPLEMENTING,
    ProposalState.DONE: (*_IMPLEMENTING, A.FINISH),
    ProposalState.EVALUATED: (*_IMPLEMENTING, A.FINISH, A.EVALUATE),
    ProposalState.WITHDRAWN: (*_SUBMITTED, A.WITHDRAW),
}


def task(number: int) -> Task:
    """A task of a decision."""
    return Task(
        id=f"tsk_{number}",
        request_id=f"req_{number}",
        service_code="facility.repair",
        estate_id="est_1",
        dwelling_id=None,
        description="装两盏路灯",
    )


def drafted(origin: Origin = DIRECT) -> Proposal:
    """A new proposal."""
    return agenda.draft(
        WORDING, id="prp_1", community=COMMUNITY, proposer_id=PROPOSER, at=NOW, origin=origin
    )[0]


def proposal_in(state: ProposalState) -> Proposal:
    """A proposal that came to this state by the table."""
    proposal = drafted()
    for action in PATHS[state]:
        proposal, _ = ACT[action](proposal)
    return proposal


def plan(at: datetime = CLOSES, **changes: object) -> Plan:
    """What a meeting is to be like."""
    facts: dict[str, object] = {"place": "居民活动室", "chair_id": OFFICER, **changes}
    return Plan(at=at, **facts)  # type: ignore[arg-type]


def called() -> Meeting:
    """A meeting that was called."""
    branch = Convening(Convener.BRANCH)
    return call_meeting(plan(), branch, id="mtg_1", community=COMMUNITY, at=NOW)[0]


def _without_open_tasks(proposal: Proposal) -> Proposal:
    tasks = tuple(replace(t, outcome=t.outcome or "rejected") for t in proposal.tasks)
    return replace(proposal, tasks=tasks)
