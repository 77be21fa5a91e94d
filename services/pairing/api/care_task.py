"""Care tasks over HTTP: helpers answer what they are asked, branches and staff look on."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.pairing.api.forms import PREFIX, oneself, onlooker_of_tasks
from services.pairing.domain.care_task import (
    MINUTES_MAX,
    CareTask,
    CareTaskState,
    UnplacedReason,
)
from services.pairing.service.care_task import CareTaskService
from shared.auth import Caller
from shared.web import Body, Once, View, answer, listing, needs
from shared.web.forms import Note, PageView, Paging, PathId, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

Looking = Annotated[Caller, Depends(needs("pairing:care_task:read"))]
Acting = Annotated[Caller, Depends(needs("pairing:care_task:act"))]


class CompletionBody(Body):
    """What was done and how long it took; nothing in the note leaves the service."""

    note: Note | None = None
    minutes: Annotated[int, Field(strict=True, ge=1, le=MINUTES_MAX)]


class CareTaskView(View):
    """A care task, its note shown to nobody but who reads it by itself."""

    id: str
    community: str
    version: int
    state: CareTaskState
    request_id: str
    service_code: str
    dwelling_id: str | None
    due_at: datetime | None
    household_id: str | None
    helper_id: str | None
    unplaced_reason: UnplacedReason | None
    minutes: int | None
    completed_at: datetime | None

    @classmethod
    def of(cls, task: CareTask) -> "CareTaskView":
        """The view of a task."""
        origin = task.origin
        return cls(
            id=task.id,
            community=task.community,
            version=task.version,
            state=task.state,
            request_id=task.request_id,
            service_code=origin.service_code,
            dwelling_id=origin.dwelling_id,
            due_at=origin.due_at,
            household_id=task.household_id,
            helper_id=task.helper_id,
            unplaced_reason=task.unplaced_reason,
            minutes=task.minutes,
            completed_at=task.completed_at,
        )


class CareTaskWithNoteView(CareTaskView):
    """A care task with what its helper noted."""

    note: str | None

    @classmethod
    def of(cls, task: CareTask) -> "CareTaskWithNoteView":
        """The view of a task, note included."""
        return cls(note=task.note, **CareTaskView.of(task).model_dump())


def router(service: CareTaskService, answered: Lookup) -> APIRouter:
    """The routes of care tasks."""
    router = APIRouter(prefix=f"{PREFIX}/care-tasks", tags=["care tasks"])
    _reading(router, service)
    _acting(router, service, answered)
    return router


def _reading(router: APIRouter, service: CareTaskService) -> None:
    @router.get("", response_model=PageView[CareTaskView])
    async def list_care_tasks(
        caller: Looking, page: Paging, state: CareTaskState | None = None
    ) -> Response:
        """Care tasks, newest first: members see those put to them, others their community's."""
        found = await service.page(
            onlooker_of_tasks(caller), state=state, cursor=page.cursor, limit=page.limit
        )
        return listing([CareTaskView.of(task) for task in found.items], found.next_cursor)

    @router.get("/{care_task_id}", response_model=CareTaskWithNoteView)
    async def read_care_task(care_task_id: PathId, caller: Looking) -> Response:
        """One care task."""
        task = await service.get(care_task_id, onlooker_of_tasks(caller))
        return answer(CareTaskWithNoteView.of(task), task.version)

    @router.get("/{care_task_id}/story", response_model=StoryView)
    async def read_care_task_story(care_task_id: PathId, caller: Looking) -> Response:
        """Everything that happened to it, oldest first."""
        story = await service.story(care_task_id, onlooker_of_tasks(caller))
        return answer(StoryView.of(story))


def _acting(router: APIRouter, service: CareTaskService, answered: Lookup) -> None:
    once = [Depends(Once(answered, CareTaskView.of))]

    @router.post("/{care_task_id}/acceptance", response_model=CareTaskView, dependencies=once)
    async def accept_care_task(care_task_id: PathId, caller: Acting, version: Version) -> Response:
        """Say yes."""
        return _shown(await service.accept(care_task_id, oneself(caller), seen=version))

    @router.post("/{care_task_id}/decline", response_model=CareTaskView, dependencies=once)
    async def decline_care_task(care_task_id: PathId, caller: Acting, version: Version) -> Response:
        """Say no: the next helper is asked."""
        return _shown(await service.decline(care_task_id, oneself(caller), seen=version))

    @router.post("/{care_task_id}/completion", response_model=CareTaskView, dependencies=once)
    async def complete_care_task(
        care_task_id: PathId, body: CompletionBody, caller: Acting, version: Version
    ) -> Response:
        """Report it done."""
        task = await service.complete(
            care_task_id, oneself(caller), note=body.note, minutes=body.minutes, seen=version
        )
        return _shown(task)


def _shown(task: CareTask) -> Response:
    return answer(CareTaskView.of(task), task.version)
