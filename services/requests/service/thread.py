"""From need to result in one call: what a proposal came from, and what became of it."""

from dataclasses import dataclass

from services.requests.domain.council import Councillor
from services.requests.domain.meeting import Meeting
from services.requests.domain.proposal import OriginKind, Proposal, Task
from services.requests.domain.reader import Reader, may_read
from services.requests.domain.request import ServiceRequest
from services.requests.service.proposal import Proposals
from shared.errors import NotFound
from shared.store import Store


@dataclass(frozen=True, slots=True)
class TaskThread:
    """A task and the request that it became, which is everybody's; None until that is made."""

    task: Task
    request: ServiceRequest | None


@dataclass(frozen=True, slots=True)
class Thread:
    """The whole thread. ``suggestion``: the request that it came from, if one may see it."""

    proposal: Proposal
    suggestion: ServiceRequest | None
    meeting: Meeting | None
    tasks: list[TaskThread]


class ThreadService:
    """Reads the thread; everybody sees of it what they may see by itself."""

    def __init__(
        self, proposals: Proposals, meetings: Store[Meeting], requests: Store[ServiceRequest]
    ) -> None:
        self._proposals = proposals
        self._meetings = meetings
        self._requests = requests

    async def read(self, proposal_id: str, councillor: Councillor, reader: Reader) -> Thread:
        """The thread of a proposal; ``NotFound`` if there is none that one may see."""
        proposal = await self._proposals.one(proposal_id, councillor)
        suggestion = None
        if proposal.origin.kind is OriginKind.REQUEST and proposal.origin.id is not None:
            found = await self._request(proposal.origin.id, proposal)
            suggestion = found if found and may_read(reader, found) else None
        meeting = None
        if proposal.meeting_id is not None:
            meeting = await self._meetings.get(
                proposal.meeting_id, communities=(proposal.community,)
            )
        tasks = [
            TaskThread(task, await self._request(task.request_id, proposal))
            for task in proposal.tasks  # at most 20
        ]
        return Thread(proposal, suggestion, meeting, tasks)

    async def _request(self, request_id: str, proposal: Proposal) -> ServiceRequest | None:
        try:
            return await self._requests.get(request_id, communities=(proposal.community,))
        except NotFound:
            return None
