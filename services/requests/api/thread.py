"""The thread from need to result over HTTP, in one call."""

from datetime import datetime

from fastapi import APIRouter, Response

from services.requests.api.council import PROPOSALS, Reading, councillor_of
from services.requests.api.meeting_forms import MeetingView
from services.requests.api.proposal_forms import OriginView, ProposalView
from services.requests.api.request import reader_of
from services.requests.domain.need import NeedFound
from services.requests.domain.request import RequestState, ServiceRequest
from services.requests.service.thread import TaskThread, Thread, ThreadService
from shared.web import View, answer
from shared.web.forms import PathId


class RequestInThreadView(View):
    """A request, as far as the thread tells of it."""

    id: str
    number: str
    service_code: str
    state: RequestState
    submitted_at: datetime
    resolved_at: datetime | None

    @classmethod
    def of(cls, request: ServiceRequest | None) -> "RequestInThreadView | None":
        """The view of a request, None of none."""
        if request is None:
            return None
        return cls.model_validate(request, from_attributes=True)


class TaskInThreadView(View):
    """A task and its request, null until that is made and for who may not read it."""

    task_id: str
    description: str
    outcome: str | None
    request: RequestInThreadView | None

    @classmethod
    def of(cls, thread: TaskThread) -> "TaskInThreadView":
        """The view of a task."""
        return cls(
            task_id=thread.task.id,
            description=thread.task.description,
            outcome=thread.task.outcome,
            request=RequestInThreadView.of(thread.request),
        )


class ProjectInThreadView(View):
    """A project of the survey's that is to meet the need."""

    id: str
    text: str


class NeedInThreadView(View):
    """What a survey found to be needed; ``count``: by how many, if that was counted."""

    survey_id: str
    title: str
    finding_id: str
    text: str
    count: int | None
    projects: list[ProjectInThreadView]

    @classmethod
    def of(cls, need: NeedFound | None) -> "NeedInThreadView | None":
        """The view of a need, None of none."""
        if need is None:
            return None
        projects = [ProjectInThreadView(id=each.id, text=each.text) for each in need.projects]
        return cls(
            survey_id=need.survey_id,
            title=need.title,
            finding_id=need.finding.id,
            text=need.finding.text,
            count=need.finding.count,
            projects=projects,
        )


class ThreadView(View):
    """Need, proposal with its vote and evaluation, meeting, tasks and their requests.

    ``need``: what a survey found, if it came from that; ``suggestion``: the request that it came
    from, if the caller may read it.
    """

    origin: OriginView
    need: NeedInThreadView | None
    suggestion: RequestInThreadView | None
    proposal: ProposalView
    meeting: MeetingView | None
    tasks: list[TaskInThreadView]

    @classmethod
    def of(cls, thread: Thread) -> "ThreadView":
        """The view of a thread."""
        proposal = ProposalView.of(thread.proposal)
        return cls(
            origin=proposal.origin,
            need=NeedInThreadView.of(thread.need),
            suggestion=RequestInThreadView.of(thread.suggestion),
            proposal=proposal,
            meeting=MeetingView.of(thread.meeting) if thread.meeting else None,
            tasks=[TaskInThreadView.of(task) for task in thread.tasks],
        )


def router(service: ThreadService) -> APIRouter:
    """The route of threads."""
    api = APIRouter(prefix=PROPOSALS, tags=["proposals"])

    @api.get("/{proposal_id}/thread", response_model=ThreadView)
    async def read(proposal_id: PathId, caller: Reading) -> Response:
        """From need to result: what it came from, the meeting, the vote, tasks and evaluation."""
        thread = await service.read(proposal_id, councillor_of(caller), reader_of(caller))
        return answer(ThreadView.of(thread))

    return api
