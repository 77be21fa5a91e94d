"""What is done with a decision: shown, carried out by tasks, evaluated by residents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from services.requests.domain import decision as domain
from services.requests.domain.attribute import answered
from services.requests.domain.council import Councillor
from services.requests.domain.proposal import Decided, Proposal, Task
from services.requests.service.estate import EstateService
from services.requests.service.proposal import Proposals
from services.requests.service.service_type import ServiceTypeService
from shared.clock import Clock, derived_id, new_id
from shared.errors import Invalid


class Evaluations(Protocol):
    """Where residents' marks are kept; every method may raise ``Unavailable``."""

    async def put(self, proposal_id: str, person_id: str, score: int) -> None:
        """Keep the person's mark in place of an earlier one of theirs."""

    async def scores(self, proposal_id: str) -> tuple[int, ...]:
        """How often each mark was given, 1 to 5 in order."""

    async def forget(self, proposal_id: str) -> None:
        """Drop all marks that this proposal was given."""


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """What is to be done, where, and of which service type."""

    service_code: str
    estate_id: str
    description: str
    dwelling_id: str | None = None
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offers:
    """Says what can be asked for, and where."""

    types: ServiceTypeService
    estates: EstateService


class DecisionService:
    """The use cases after the vote; what each raises as in ``AgendaService``."""

    def __init__(
        self,
        proposals: Proposals,
        evaluations: Evaluations,
        offers: Offers,
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._proposals = proposals
        self._evaluations = evaluations
        self._offers = offers
        self._clock = clock
        self._new_id = new_id

    async def publicise(
        self, proposal_id: str, councillor: Councillor, *, seen: int | None, days: int
    ) -> Proposal:
        """Put it on public show for so many days."""
        now = self._clock.now()
        return await self._proposals.change(
            proposal_id, councillor, seen, lambda p: domain.publicise(p, days=days, at=now)
        )

    async def implement(
        self,
        proposal_id: str,
        councillor: Councillor,
        *,
        seen: int | None,
        drafts: Sequence[TaskDraft],
    ) -> Proposal:
        """Carry it out; each task becomes a request. ``Invalid`` for a task nobody can ask for."""
        tasks = await self._tasks(proposal_id, councillor, drafts)
        now = self._clock.now()
        return await self._proposals.change(
            proposal_id, councillor, seen, lambda p: domain.implement(p, tasks, at=now)
        )

    async def set_task(
        self, proposal_id: str, councillor: Councillor, *, seen: int | None, draft: TaskDraft
    ) -> Proposal:
        """One more task; ``Invalid`` for one that nobody can ask for."""
        (task,) = await self._tasks(proposal_id, councillor, [draft])
        return await self._proposals.change(
            proposal_id, councillor, seen, lambda p: domain.set_task(p, task)
        )

    async def finish(
        self, proposal_id: str, councillor: Councillor, *, seen: int | None
    ) -> Proposal:
        """It is carried out as far as it can be, although a task came to another end."""
        now = self._clock.now()
        return await self._proposals.change(
            proposal_id, councillor, seen, lambda p: domain.finish(p, at=now)
        )

    async def mark(self, proposal_id: str, councillor: Councillor, score: int) -> int:
        """Say what one makes of it, 1 to 5 (best); a later mark takes an earlier one's place."""
        domain.check_score(score)
        domain.may_evaluate(await self._proposals.one(proposal_id, councillor))
        await self._evaluations.put(proposal_id, councillor.id, score)
        return score

    async def evaluate(
        self, proposal_id: str, councillor: Councillor, *, seen: int | None
    ) -> Proposal:
        """Close the evaluation and keep its counts."""
        await self._proposals.one(proposal_id, councillor)
        scores = await self._evaluations.scores(proposal_id)

        def decide(proposal: Proposal) -> Decided:
            return domain.evaluate(proposal, scores=scores)

        return await self._proposals.change(proposal_id, councillor, seen, decide)

    async def _tasks(
        self, proposal_id: str, councillor: Councillor, drafts: Sequence[TaskDraft]
    ) -> list[Task]:
        """The tasks as they will be kept; their requests' ids are settled now, and made later."""
        proposal = await self._proposals.one(proposal_id, councillor)
        tasks = []
        for number, draft in enumerate(drafts):
            try:
                await self._check(draft, proposal.community)
            except Invalid as invalid:
                pointer = f"/tasks/{number}{invalid.facts.get('pointer', '')}"
                raise Invalid(invalid.code, **{**invalid.facts, "pointer": pointer}) from None
            tasks.append(_task(draft, self._new_id("tsk")))
        return tasks

    async def _check(self, draft: TaskDraft, community: str) -> None:
        kind = await self._offers.types.offered(community, draft.service_code)
        answered(kind.attributes, draft.attributes)
        await self._offers.estates.admit(
            draft.estate_id, dwelling_id=draft.dwelling_id, communities=(community,)
        )


def _task(draft: TaskDraft, task_id: str) -> Task:
    return Task(
        id=task_id,
        request_id=derived_id("req", task_id),
        service_code=draft.service_code,
        estate_id=draft.estate_id,
        dwelling_id=draft.dwelling_id,
        description=draft.description,
        attributes=draft.attributes,
    )
