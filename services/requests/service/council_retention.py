"""Lets go of ballots and of residents' marks once they were kept for as long as the rule says."""

from functools import partial

from services.requests.domain.council_retention import forget_ballots, forget_marks
from services.requests.domain.decision import evaluate
from services.requests.domain.proposal import Proposal, ProposalState
from services.requests.domain.retention import ended_before
from services.requests.service.decision import Evaluations
from services.requests.service.retention import RetentionService
from services.requests.service.sweeping import swept, with_rules
from services.requests.service.vote import Rolls
from shared.alarms import LONG_AGO
from shared.clock import Clock
from shared.faults import fault_point
from shared.store import Order, Store

COUNTED_AT, DONE_AT = "vote.closed_at", "done_at"
"""Since when ballots, and marks, have been kept."""


class CouncilRetentionService:
    """The use cases. Each: ``Unavailable``; any number of replicas may, and any may be killed: what
    is gone already is let go of again, and each proposal tells it once."""

    def __init__(
        self,
        proposals: Store[Proposal],
        rolls: Rolls,
        evaluations: Evaluations,
        rules: RetentionService,
        clock: Clock,
    ) -> None:
        self._proposals = proposals
        self._rolls = rolls
        self._evaluations = evaluations
        self._rules = rules
        self._clock = clock

    async def sweep_ballots(self) -> int:
        """Let go of the rolls of votes that were counted long enough ago; how many."""
        return await self._sweep("ballots_gone_at", COUNTED_AT)

    async def sweep_marks(self) -> int:
        """Let go of the marks of decisions that were done long enough ago; of how many."""
        return await self._sweep("marks_gone_at", DONE_AT)

    async def _sweep(self, gone: str, since: str) -> int:
        done, act = 0, self._ballots if since == COUNTED_AT else self._marks
        async for community, rules in with_rules(
            self._proposals, self._rules, field=since, where={gone: None}
        ):
            until = ended_before(rules.council_days, at=self._clock.now())
            done += await swept(
                self._proposals,
                {gone: None, since: {"$gt": LONG_AGO, "$lte": until}},
                community,
                partial(act, rules_version=rules.version),
                order=Order(((since, 1),), ids=1),
            )
        return done

    async def _ballots(self, proposal: Proposal, rules_version: int) -> None:
        """First they go, then it is told: killed in between, they are looked for again."""
        if proposal.vote is not None:
            await self._rolls.forget(proposal.vote.id)
        fault_point("council_retention.forgotten")
        decided = forget_ballots(proposal, rules_version=rules_version, at=self._clock.now())
        await self._proposals.save(*decided)

    async def _marks(self, proposal: Proposal, rules_version: int) -> None:
        """An evaluation that nobody closed is closed with its counts, if there are any: then no
        mark is taken any more, and they may go. One that came in at that moment goes as well."""
        scores = await self._evaluations.scores(proposal.id)
        if proposal.state is ProposalState.DONE and any(scores):
            proposal = await self._proposals.save(*evaluate(proposal, scores=scores))
            fault_point("council_retention.evaluated")
        await self._evaluations.forget(proposal.id)
        fault_point("council_retention.forgotten")
        decided = forget_marks(proposal, rules_version=rules_version, at=self._clock.now())
        await self._proposals.save(*decided)
        await self._evaluations.forget(proposal.id)
