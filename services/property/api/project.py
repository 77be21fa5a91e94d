"""Improvement projects over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.property.api.forms import PREFIX, ReasonBody, viewer
from services.property.api.project_forms import (
    ImprovementBody,
    ImprovementView,
    ProjectBudgetBody,
    ProjectCompletionBody,
    ProjectExpenseBody,
)
from services.property.domain.project import Project, ProjectAction, ProjectState
from services.property.service.project import ProjectService
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version, filter_of
from shared.web.once import Lookup
from shared.web.story import StoryView

Reading = Annotated[Caller, Depends(needs("property:project:read"))]
Proposing = Annotated[Caller, Depends(needs("property:project:propose"))]
Deciding = Annotated[Caller, Depends(needs("property:project:decide"))]
Carrying = Annotated[Caller, Depends(needs("property:project:carry"))]
PATH = "/{project_id}"


def router(service: ProjectService, lookup: Lookup) -> APIRouter:
    """The routes of projects."""
    router = APIRouter(prefix=f"{PREFIX}/projects", tags=["projects"])
    _reading(router, service)
    _deciding(router, service, lookup)
    _carrying(router, service, lookup)
    return router


def _reading(router: APIRouter, service: ProjectService) -> None:
    @router.get("", response_model=PageView[ImprovementView])
    async def list_projects(
        caller: Reading,
        page: Paging,
        estate_id: QueryId = None,
        state: ProjectState | None = None,
    ) -> Response:
        """The projects that the caller sees, newest first. A company names the estate."""
        where = filter_of(estate_id=estate_id, state=state)
        found = await service.page(viewer(caller), where, cursor=page.cursor, limit=page.limit)
        return listing([ImprovementView.of(each) for each in found.items], found.next_cursor)

    @router.get(PATH, response_model=ImprovementView)
    async def read_project(project_id: PathId, caller: Reading) -> Response:
        """One project."""
        return _shown(await service.get(viewer(caller), project_id))

    @router.get(f"{PATH}/story", response_model=StoryView)
    async def read_project_story(project_id: PathId, caller: Reading) -> Response:
        """Everything that happened to one project, oldest first."""
        return answer(StoryView.of(await service.story(viewer(caller), project_id)))


def _deciding(router: APIRouter, service: ProjectService, lookup: Lookup) -> None:
    made = Depends(Once(lookup, ImprovementView.of, status=201))
    once = [Depends(Once(lookup, ImprovementView.of))]

    @router.post("", status_code=201, response_model=ImprovementView, dependencies=[made])
    async def propose_project(body: ImprovementBody, caller: Proposing) -> Response:
        """Propose to make something better."""
        project = await service.propose(viewer(caller), body.draft(), by=caller.id)
        location = f"{PREFIX}/projects/{project.id}"
        return answer(ImprovementView.of(project), project.version, status=201, location=location)

    @router.post(f"{PATH}/approval", response_model=ImprovementView, dependencies=once)
    async def approve_project(project_id: PathId, caller: Deciding, version: Version) -> Response:
        """It may be carried out, for its budget."""
        target = Target(viewer(caller), project_id, version)
        return _shown(await service.move(target, ProjectAction.APPROVE))

    @router.post(f"{PATH}/acceptance", response_model=ImprovementView, dependencies=once)
    async def accept_project(project_id: PathId, caller: Deciding, version: Version) -> Response:
        """It is as it should be."""
        target = Target(viewer(caller), project_id, version)
        return _shown(await service.move(target, ProjectAction.ACCEPT))

    @router.post(f"{PATH}/rework", response_model=ImprovementView, dependencies=once)
    async def send_project_back(
        project_id: PathId, body: ReasonBody, caller: Deciding, version: Version
    ) -> Response:
        """It is not as it should be."""
        target = Target(viewer(caller), project_id, version)
        return _shown(await service.move(target, ProjectAction.SEND_BACK, reason=body.reason))

    @router.post(f"{PATH}/cancellation", response_model=ImprovementView, dependencies=once)
    async def cancel_project(
        project_id: PathId, body: ReasonBody, caller: Deciding, version: Version
    ) -> Response:
        """It is carried out no further."""
        target = Target(viewer(caller), project_id, version)
        return _shown(await service.move(target, ProjectAction.CANCEL, reason=body.reason))

    @router.post(f"{PATH}/budget", response_model=ImprovementView, dependencies=once)
    async def change_project_budget(
        project_id: PathId, body: ProjectBudgetBody, caller: Deciding, version: Version
    ) -> Response:
        """It may cost so much from now on; the reason stays on record."""
        target = Target(viewer(caller), project_id, version)
        return _shown(await service.change_budget(target, body.entry(caller.id)))


def _carrying(router: APIRouter, service: ProjectService, lookup: Lookup) -> None:
    once = [Depends(Once(lookup, ImprovementView.of))]

    @router.post(f"{PATH}/start", response_model=ImprovementView, dependencies=once)
    async def start_project(project_id: PathId, caller: Carrying, version: Version) -> Response:
        """Work on it has begun."""
        target = Target(viewer(caller), project_id, version)
        return _shown(await service.move(target, ProjectAction.START))

    @router.post(f"{PATH}/expenses", response_model=ImprovementView, dependencies=once)
    async def enter_project_expense(
        project_id: PathId, body: ProjectExpenseBody, caller: Carrying, version: Version
    ) -> Response:
        """Money was spent on it; never more than its budget."""
        target = Target(viewer(caller), project_id, version)
        return _shown(await service.spend(target, body.entry(caller.id)))

    @router.post(f"{PATH}/completion", response_model=ImprovementView, dependencies=once)
    async def complete_project(
        project_id: PathId, body: ProjectCompletionBody, caller: Carrying, version: Version
    ) -> Response:
        """It is done, and looks so."""
        target = Target(viewer(caller), project_id, version)
        return _shown(await service.complete(target, body.photos_after))


def _shown(project: Project) -> Response:
    return answer(ImprovementView.of(project), project.version)
