"""Care tasks over HTTP: helpers answer what they are asked, branches and staff look on."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.pairing.api.branch_guard import BranchGuard, onlooker_of_homes
from services.pairing.api.care_task_forms import (
    CareTaskView,
    CareTaskWithNoteView,
    CompletionBody,
    RefusalBody,
)
from services.pairing.api.forms import PREFIX, oneself, onlooker_of_community
from services.pairing.domain.care_task import CareTask, CareTaskState
from services.pairing.service.branch_sight import About, BranchSight
from services.pairing.service.care_task import CareTaskFilter, CareTaskService, Mine
from services.pairing.service.household import Purpose
from services.pairing.service.onlooker import Onlooker
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, Version
from shared.web.once import Lookup
from shared.web.readings import ReadingView
from shared.web.story import StoryView

Looking = Annotated[Caller, Depends(needs("pairing:care_task:read"))]
Acting = Annotated[Caller, Depends(needs("pairing:care_task:act"))]


def routers(service: CareTaskService, sight: BranchSight, answered: Lookup) -> list[APIRouter]:
    """The routes of care tasks."""

    async def about(care_task_id: str, communities: Sequence[str]) -> About:
        task = await service.get(care_task_id, Onlooker(tuple(communities)))
        return About((task.household_id,), task.asked_ids)

    guard = BranchGuard(sight, about, "care_task_id")
    place, tags = f"{PREFIX}/care-tasks", ["care tasks"]
    looking = APIRouter(prefix=place, tags=[*tags], dependencies=[guard.depends])
    _reading(looking, service, sight)
    router = APIRouter(prefix=place, tags=[*tags])
    _answering(router, service, answered)
    _doing(router, service, answered)
    return [looking, router]


def _reading(router: APIRouter, service: CareTaskService, sight: BranchSight) -> None:
    @router.get("", response_model=PageView[CareTaskView])
    async def list_care_tasks(
        caller: Looking,
        page: Paging,
        state: CareTaskState | None = None,
        mine: Mine | None = None,
    ) -> Response:
        """Care tasks, newest first: members see those put to them, a branch those of its households
        and members, staff their community's."""
        onlooker = onlooker_of_community(caller) if mine is None else oneself(caller)
        wanted = CareTaskFilter(state, mine)
        found = await service.page(
            onlooker,
            wanted,
            cursor=page.cursor,
            limit=page.limit,
            bounds={}
            if mine is not None
            else await sight.where(
                onlooker_of_homes(caller), homes="household_id", people="asked_ids"
            ),
        )
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
