"""What the council makes of suggestions, and requests of what the council decides: by events only.

Each event may come twice, late and out of order: a proposal knows its suggestion's id and its
tasks' requests have ids settled beforehand, so every repeat falls on the same document.
"""

from dataclasses import dataclass
from datetime import datetime

from services.requests.domain import agenda, decision, suggestion
from services.requests.domain.decision import Done
from services.requests.domain.proposal import OriginKind, Proposal, Task
from services.requests.domain.request import ENDED, Channel, RequestState, ServiceRequest
from services.requests.domain.submission import Submission
from services.requests.service.request import RequestService
from shared.clock import derived_id
from shared.envelope import Envelope
from shared.errors import Invalid, NotFound
from shared.events.requests import (
    RequestAssigned,
    RequestClosed,
    RequestEvent,
    RequestMerged,
    RequestReferred,
    RequestRejected,
    RequestWithdrawn,
)
from shared.events.requests_council import (
    ProposalDeclined,
    ProposalDone,
    ProposalEvent,
    ProposalListed,
    ProposalNotAdopted,
    ProposalTaskSet,
    ProposalWithdrawn,
)
from shared.store import Store

PROPOSALS_OF_A_REQUEST_MAX = 10
Ending = ProposalDeclined | ProposalNotAdopted | ProposalDone | ProposalWithdrawn

OUTCOMES: dict[type[RequestEvent], RequestState] = {
    RequestClosed: RequestState.CLOSED,
    RequestReferred: RequestState.REFERRED,
    RequestRejected: RequestState.REJECTED,
    RequestWithdrawn: RequestState.WITHDRAWN,
}
"""The ends of a request, by what tells of them."""


@dataclass(frozen=True, slots=True)
class SuggestionService:
    """Handles the events between requests and the council's proposals."""

    proposals: Store[Proposal]
    requests: Store[ServiceRequest]
    submitting: RequestService

    async def assigned(self, event: RequestAssigned, envelope: Envelope) -> None:
        """A suggestion was given to the council: it becomes a proposal, once.

        What is not for everybody to read becomes a draft that its requester may submit, or not.
        """
        proposal_id = derived_id("prp", event.request_id)
        if await self._proposal(proposal_id, envelope) is None:
            request = await self._request(event.request_id, envelope)
            if not suggestion.awaits(request):
                return
            await self._propose(request, proposal_id, envelope)
        # Whoever withdrew it meanwhile was told that there is no proposal yet.
        request = await self._request(event.request_id, envelope)
        if request.state is RequestState.WITHDRAWN:
            await self._take_back(await self.proposals.get(proposal_id), None)

    async def listed(self, event: ProposalListed, envelope: Envelope) -> None:
        """A proposal is on an agenda: its suggestion is in progress."""
        found = await self._suggestion(event, envelope)
        decided = found and suggestion.taken_up(found[1], by=envelope.actor, at=envelope.time)
        if decided is not None:
            await self.requests.save(*decided, handling=envelope)

    async def settled(self, event: Ending, envelope: Envelope) -> None:
        """A proposal has come to its end: its suggestion is resolved."""
        found = await self._suggestion(event, envelope)
        if found is None:
            return
        proposal, request = found
        decided = suggestion.settled(
            request, by=envelope.actor, at=envelope.time, note=suggestion.answer_of(proposal)
        )
        if decided is not None:
            await self.requests.save(*decided, handling=envelope)

    async def task_set(self, event: ProposalTaskSet, envelope: Envelope) -> None:
        """A task becomes a request, under the id that was settled for it."""
        proposal = await self.proposals.get(event.proposal_id, communities=(envelope.community,))
        (task,) = (task for task in proposal.tasks if task.id == event.proposal_task_id)
        try:
            await self.requests.get(task.request_id)
        except NotFound:
            await self._submit(task, proposal, envelope)

    async def ended(self, event: RequestEvent, envelope: Envelope) -> None:
        """A request came to its end: if it was a task's, the task is over."""
        for proposal in await self._with_task(event.request_id):
            done = Done(event.request_id, OUTCOMES[type(event)].value)
            await self._end_task(proposal, done, envelope.time, envelope)

    async def merged(self, event: RequestMerged, envelope: Envelope) -> None:
        """A request was merged into another: if it was a task's, that one goes on for the task."""
        await self._move(event.request_id, event.duplicate_of, envelope)

    async def withdrawn(self, event: RequestWithdrawn, envelope: Envelope) -> None:
        """A request was withdrawn: a proposal that it made is, too, unless a vote was opened."""
        await self.ended(event, envelope)
        proposal = await self._proposal(derived_id("prp", event.request_id), envelope)
        if proposal is not None:
            await self._take_back(proposal, envelope)

    async def _propose(self, request: ServiceRequest, proposal_id: str, envelope: Envelope) -> None:
        proposal, events = agenda.draft(
            suggestion.wording_of(request),
            id=proposal_id,
            community=request.community,
            proposer_id=request.requester_id,
            at=envelope.time,
            origin=suggestion.origin_of(request),
        )
        if suggestion.is_open(request):
            proposal, submitted = agenda.submit(proposal)
            events += submitted
        await self.proposals.save(proposal, events, handling=envelope)

    async def _take_back(self, proposal: Proposal, envelope: Envelope | None) -> None:
        decided = suggestion.taken_back(proposal)
        if decided is not None:
            await self.proposals.save(*decided, handling=envelope)

    async def _submit(self, task: Task, proposal: Proposal, envelope: Envelope) -> None:
        submission = Submission(
            service_code=task.service_code,
            requester_id=envelope.actor,
            estate_id=task.estate_id,
            dwelling_id=task.dwelling_id,
            description=task.description,
            channel=Channel.COUNCIL,
            entered_by=envelope.actor,
            attributes=task.attributes,
        )
        try:
            await self.submitting.submit(
                submission,
                communities=(proposal.community,),
                request_id=task.request_id,
                handling=envelope,
            )
        except Invalid:  # it could be asked for when the task was set, and cannot be any more
            rejected = Done(task.request_id, RequestState.REJECTED.value)
            await self._end_task(proposal, rejected, envelope.time, envelope)

    async def _move(self, request_id: str, into_id: str, envelope: Envelope) -> None:
        for proposal in await self._with_task(request_id):
            decided = decision.move_task(proposal, request_id=request_id, into_id=into_id)
            if decided is not None:
                await self.proposals.save(*decided)
        # What became of the other may have been heard before the task was known to be its.
        into = await self._request(into_id, envelope)
        if into.duplicate_of is not None:
            await self._move(into_id, into.duplicate_of, envelope)
        elif into.state in ENDED:
            for proposal in await self._with_task(into_id):
                done = Done(into_id, into.state.value)
                await self._end_task(proposal, done, envelope.time, None)

    async def _with_task(self, request_id: str) -> list[Proposal]:
        """The proposals of which this request is a task's."""
        where = {"task_request_ids": request_id}
        return await self.proposals.find(where, limit=PROPOSALS_OF_A_REQUEST_MAX)

    async def _end_task(
        self, proposal: Proposal, done: Done, at: datetime, envelope: Envelope | None
    ) -> None:
        decided = decision.end_task(proposal, done, at=at)
        if decided is not None:
            await self.proposals.save(*decided, handling=envelope)

    async def _proposal(self, proposal_id: str, envelope: Envelope) -> Proposal | None:
        try:
            return await self.proposals.get(proposal_id, communities=(envelope.community,))
        except NotFound:
            return None

    async def _request(self, request_id: str, envelope: Envelope) -> ServiceRequest:
        return await self.requests.get(request_id, communities=(envelope.community,))

    async def _suggestion(
        self, event: ProposalEvent, envelope: Envelope
    ) -> tuple[Proposal, ServiceRequest] | None:
        """The proposal and the request that it came from, if it came from one."""
        proposal = await self.proposals.get(event.proposal_id, communities=(envelope.community,))
        if proposal.origin.kind is not OriginKind.REQUEST or proposal.origin.id is None:
            return None
        request = await self.requests.get(
            proposal.origin.id, communities=(envelope.community,), handling=envelope
        )
        return proposal, request
