"""Work orders over HTTP: the company does the work, the committee accepts it or sends it back."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.property.api.forms import PREFIX, ReasonBody, Text, viewer
from services.property.domain.work_order import WorkOrder
from services.property.domain.work_scope import WorkScope
from services.property.domain.work_states import WorkOrderState
from services.property.service.viewer import Target
from services.property.service.work_order import WorkOrderService
from shared.auth import Caller
from shared.web import Body, Once, View, answer, listing, needs
from shared.web.forms import Paging, PathId, QueryId, Ref, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

Reading = Annotated[Caller, Depends(needs("property:work_order:read"))]
Managing = Annotated[Caller, Depends(needs("property:work_order:manage"))]
Accepting = Annotated[Caller, Depends(needs("property:work_order:accept"))]

PATH = "/work-orders/{work_order_id}"


class AssignmentBody(Body):
    """Who is to do it."""

    assignee_id: Ref


class CompletionBody(Body):
    """What was done."""

    note: Text


class WorkOrderView(View):
    """A work order as its callers see it."""

    id: str
    community: str
    version: int
    state: WorkOrderState
    incident_id: str | None
    request_id: str | None
    estate_id: str
    contractor_id: str | None
    scope: WorkScope
    severity: int
    due_at: datetime
    assignee_id: str | None
    completion_note: str | None
    completed_at: datetime | None
    accepted_by: str | None
    times_sent_back: int
    return_reason: str | None
    cancellation_reason: str | None

    @classmethod
    def of(cls, order: WorkOrder) -> "WorkOrderView":
        """As the caller sees it."""
        return cls(**{name: getattr(order, name) for name in cls.model_fields})


async def _filters(
    incident_id: QueryId = None,
    request_id: QueryId = None,
    estate_id: QueryId = None,
    state: WorkOrderState | None = None,
) -> dict[str, Any]:
    asked = {
        "incident_id": incident_id,
        "request_id": request_id,
        "estate_id": estate_id,
        "state": state,
    }
    return {name: value for name, value in asked.items() if value is not None}


Filters = Annotated[dict[str, Any], Depends(_filters)]


def router(service: WorkOrderService, lookup: Lookup) -> APIRouter:
    """The routes of work orders."""
    router = APIRouter(prefix=PREFIX, tags=["work orders"])
    once = Once(lookup=lookup, view=WorkOrderView.of)
    _reading(router, service)
    _working(router, service, once)
    _judging(router, service, once)
    return router


def _reading(router: APIRouter, service: WorkOrderService) -> None:
    @router.get("/work-orders")
    async def list_work_orders(caller: Reading, page: Paging, where: Filters) -> Response:
        """The work orders that the caller sees, newest first."""
        found = await service.page(viewer(caller), where, cursor=page.cursor, limit=page.limit)
        return listing([WorkOrderView.of(order) for order in found.items], found.next_cursor)

    @router.get(PATH, response_model=WorkOrderView)
    async def read_work_order(work_order_id: PathId, caller: Reading) -> Response:
        """One work order."""
        return _shown(await service.get(viewer(caller), work_order_id))

    @router.get(f"{PATH}/story", response_model=StoryView)
    async def read_work_order_story(work_order_id: PathId, caller: Reading) -> Response:
        """Everything that happened to one work order, oldest first."""
        return answer(StoryView.of(await service.story(viewer(caller), work_order_id)))


def _working(router: APIRouter, service: WorkOrderService, once: Once) -> None:
    options: dict[str, Any] = {"response_model": WorkOrderView, "dependencies": [Depends(once)]}

    @router.post(f"{PATH}/assignment", **options)
    async def assign_work_order(
        work_order_id: PathId, body: AssignmentBody, caller: Managing, version: Version
    ) -> Response:
        """Give the work to somebody."""
        target = Target(viewer(caller), work_order_id, version)
        return _shown(await service.assign(target, assignee_id=body.assignee_id))

    @router.post(f"{PATH}/receipt", **options)
    async def accept_work_order(
        work_order_id: PathId, caller: Managing, version: Version
    ) -> Response:
        """The assignee signs for it."""
        return _shown(await service.accept(Target(viewer(caller), work_order_id, version)))

    @router.post(f"{PATH}/start", **options)
    async def start_work_order(
        work_order_id: PathId, caller: Managing, version: Version
    ) -> Response:
        """The assignee is on the spot."""
        return _shown(await service.start(Target(viewer(caller), work_order_id, version)))

    @router.post(f"{PATH}/completion", **options)
    async def complete_work_order(
        work_order_id: PathId, body: CompletionBody, caller: Managing, version: Version
    ) -> Response:
        """The assignee says that it is done, and what was done."""
        target = Target(viewer(caller), work_order_id, version)
        return _shown(await service.complete(target, note=body.note))


def _judging(router: APIRouter, service: WorkOrderService, once: Once) -> None:
    options: dict[str, Any] = {"response_model": WorkOrderView, "dependencies": [Depends(once)]}

    @router.post(f"{PATH}/acceptance", **options)
    async def accept_work(work_order_id: PathId, caller: Accepting, version: Version) -> Response:
        """The work holds."""
        target = Target(viewer(caller), work_order_id, version)
        return _shown(await service.accept_work(target, by=caller.id))

    @router.post(f"{PATH}/return", **options)
    async def send_work_back(
        work_order_id: PathId, body: ReasonBody, caller: Accepting, version: Version
    ) -> Response:
        """The work does not hold: the assignee is at it again."""
        target = Target(viewer(caller), work_order_id, version)
        return _shown(await service.send_back(target, reason=body.reason))

    @router.post(f"{PATH}/cancellation", **options)
    async def cancel_work_order(
        work_order_id: PathId, body: ReasonBody, caller: Accepting, version: Version
    ) -> Response:
        """The work is not to be done any more; the committee decides that, not the company."""
        target = Target(viewer(caller), work_order_id, version)
        return _shown(await service.cancel(target, reason=body.reason))


def _shown(order: WorkOrder) -> Response:
    return answer(WorkOrderView.of(order), order.version)
