"""From need to result in one call: what a proposal came from, and what became of it."""

from dataclasses import dataclass

from services.requests.domain.council import Councillor
from services.requests.domain.meeting import Meeting
from services.requests.domain.need import NeedFound, found_in
from services.requests.domain.proposal import OriginKind, Proposal, Task
from services.requests.domain.reader import Reader, may_read
from services.requests.domain.request import Channel, ServiceRequest
from services.requests.domain.survey import Survey
from services.requests.service.proposal import Proposals
from shared.errors import NotFound
from shared.store import Store


@dataclass(frozen=True, slots=True)
class TaskThread:
    """A task and the request that it became; None until that is made.

    The council's own is everybody's; one into which it was merged only of who may read that.
    """

    task: Task
    request: ServiceRequest | None


@dataclass(frozen=True, slots=True)
class Thread:
    """The whole thread, from the survey's ``need`` or the ``suggestion``, if one may see it."""

    proposal: Proposal
    need: NeedFound | None
    suggestion: ServiceRequest | None
    meeting: Meeting | None
    tasks: list[TaskThread]


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands before and after a proposal."""

    meetings: Store[Meeting]
    requests: Store[ServiceRequest]
    surveys: Store[Survey]


class ThreadService:
    """Reads the thread; everybody sees of it what they may see by itself."""

    def __init__(self, proposals: Proposals, behind: Behind) -> None:
        self._proposals = proposals
        self._behind = behind

    async def read(self, proposal_id: str, councillor: Councillor, reader: Reader) -> Thread:
        """The thread of a proposal; ``NotFound`` if there is none that one may see."""
        proposal = await self._proposals.one(proposal_id, councillor)
        suggestion = await self._suggestion(proposal)
        tasks = [
            TaskThread(task, _shown(await self._request(task.request_id, proposal), reader))
            for task in proposal.tasks  # at most 20
        ]
        return Thread(
            proposal=proposal,
            need=await self._need(proposal),
            suggestion=suggestion if suggestion and may_read(reader, suggestion) else None,
            meeting=await self._meeting(proposal),
            tasks=tasks,
        )

    async def _need(self, proposal: Proposal) -> NeedFound | None:
        origin = proposal.origin
        if origin.kind is not OriginKind.SURVEY or origin.id is None:
            return None
        survey = await self._behind.surveys.get(origin.id, communities=(proposal.community,))
        return found_in(survey, origin.finding_id)

    async def _suggestion(self, proposal: Proposal) -> ServiceRequest | None:
        origin = proposal.origin
        if origin.kind is not OriginKind.REQUEST or origin.id is None:
            return None
        return await self._request(origin.id, proposal)

    async def _meeting(self, proposal: Proposal) -> Meeting | None:
        if proposal.meeting_id is None:
            return None
        return await self._behind.meetings.get(
            proposal.meeting_id, communities=(proposal.community,)
        )

    async def _request(self, request_id: str, proposal: Proposal) -> ServiceRequest | None:
        try:
            return await self._behind.requests.get(request_id, communities=(proposal.community,))
        except NotFound:
            return None


def _shown(request: ServiceRequest | None, reader: Reader) -> ServiceRequest | None:
    if request is None or request.channel is Channel.COUNCIL or may_read(reader, request):
        return request
    return None
