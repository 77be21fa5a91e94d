"""Care tasks over HTTP: helpers answer what they are asked, branches and staff look on."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.pairing.api.care_task_forms import (
    CareTaskView,
    CareTaskWithNoteView,
    CompletionBody,
    RefusalBody,
)
from services.pairing.api.forms import PREFIX, oneself, onlooker_of_community
from services.pairing.domain.care_task import CareTask, CareTaskState
from services.pairing.service.care_task import CareTaskFilter, CareTaskService, Mine
from services.pairing.service.household import Purpose
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, Version
from shared.web.once import Lookup
from shared.web.readings import ReadingView
from shared.web.story import StoryView

Looking = Annotated[Caller, Depends(needs("pairing:care_task:read"))]
Acting = Annotated[Caller, Depends(needs("pairing:care_task:act"))]


def router(service: CareTaskService, answered: Lookup) -> APIRouter:
    """The routes of care tasks."""
    router = APIRouter(prefix=f"{PREFIX}/care-tasks", tags=["care tasks"])
    _reading(router, service)
    _answering(router, service, answered)
    _doing(router, service, answered)
    return router


def _reading(router: APIRouter, service: CareTaskService) -> None:
    @router.get("", response_model=PageView[CareTaskView])
    async def list_care_tasks(
        caller: Looking,
        page: Paging,
        state: CareTaskState | None = None,
        mine: Mine | None = None,
    ) -> Response:
        """Care tasks, newest first: members see those put to them, others their community's."""
        onlooker = onlooker_of_community(caller) if mine is None else oneself(caller)
        wanted = CareTaskFilter(state, mine)
        found = await service.page(onlooker, wanted, cursor=page.cursor, limit=page.limit)
        return listing([CareTaskView.to(each, onlooker) for each in found.items], found.next_cursor)

    @router.get("/{care_task_id}", response_model=CareTaskWithNoteView)
    async def read_care_task(
        care_task_id: PathId, caller: Looking, purpose: Purpose = Purpose.HELP
    ) -> Response:
        """One care task; who reads what somebody else noted, and for what, is put on record."""
        onlooker = onlooker_of_community(caller)
        task = await service.shown(care_task_id, onlooker, by=caller.id, purpose=purpose)
        return answer(CareTaskWithNoteView.to(task, onlooker), task.version)

    @router.get("/{care_task_id}/readings", response_model=PageView[ReadingView])
    async def list_care_task_readings(
        care_task_id: PathId, caller: Looking, page: Paging
    ) -> Response:
        """Who read what its helper noted, newest first."""
        found = await service.readings(
            care_task_id, onlooker_of_community(caller), cursor=page.cursor, limit=page.limit
        )
        return listing([ReadingView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{care_task_id}/story", response_model=StoryView)
    async def read_care_task_story(care_task_id: PathId, caller: Looking) -> Response:
        """Everything that happened to it, oldest first."""
        story = await service.story(care_task_id, onlooker_of_community(caller))
        return answer(StoryView.of(story))


def _answering(router: APIRouter, service: CareTaskService, answered: Lookup) -> None:
    once = [Depends(Once(answered, CareTaskView.of))]

    @router.post("/{care_task_id}/acceptance", response_model=CareTaskView, dependencies=once)
    async def accept_care_task(care_task_id: PathId, caller: Acting, version: Version) -> Response:
        """Say yes: the first to say so does it."""
        return _shown(await service.accept(care_task_id, oneself(caller), seen=version))

    @router.post("/{care_task_id}/decline", response_model=CareTaskView, dependencies=once)
    async def decline_care_task(
        care_task_id: PathId, caller: Acting, version: Version, body: RefusalBody | None = None
    ) -> Response:
        """Say no: the next helper is asked."""
        reason = None if body is None else body.reason
        onlooker = oneself(caller)
        return _shown(await service.decline(care_task_id, onlooker, seen=version, reason=reason))


def _doing(router: APIRouter, service: CareTaskService, answered: Lookup) -> None:
    once = [Depends(Once(answered, CareTaskView.of))]

    @router.post("/{care_task_id}/start", response_model=CareTaskView, dependencies=once)
    async def start_care_task(care_task_id: PathId, caller: Acting, version: Version) -> Response:
        """Say that one is at it."""
        return _shown(await service.start(care_task_id, oneself(caller), seen=version))

    @router.post("/{care_task_id}/return", response_model=CareTaskView, dependencies=once)
    async def return_care_task(
        care_task_id: PathId, caller: Acting, version: Version, body: RefusalBody | None = None
    ) -> Response:
        """Say that one cannot do it after all: others are asked."""
        reason = None if body is None else body.reason
        onlooker = oneself(caller)
        return _shown(await service.give_back(care_task_id, onlooker, seen=version, reason=reason))

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
