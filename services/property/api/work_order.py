"""Work orders over HTTP: read, dealt out by the company, and judged by committee and residents."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.property.api.forms import PREFIX, ReasonBody, viewer
from services.property.api.work_order_forms import (
    AcceptanceBody,
    AssignmentBody,
    CancellationBody,
    OfferBody,
    WorkOrderView,
)
from services.property.domain.work_order import Acceptor, WorkOrder
from services.property.domain.work_states import WorkOrderState
from services.property.domain.work_steps import Acceptance
from services.property.service.viewer import Target
from services.property.service.work_order import WorkOrderService
from shared.alarms import LONG_AGO
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import Paging, PathId, QueryId, Version, filter_of
from shared.web.once import Lookup
from shared.web.story import StoryView

Reading = Annotated[Caller, Depends(needs("property:work_order:read"))]
Managing = Annotated[Caller, Depends(needs("property:work_order:manage"))]
Accepting = Annotated[Caller, Depends(needs("property:work_order:accept"))]

PATH = "/work-orders/{work_order_id}"


async def _causes(
    incident_id: QueryId = None, request_id: QueryId = None, source_id: QueryId = None
) -> dict[str, Any]:
    """``source_id`` is of a patrol, an inspection, a facility or a project."""
    return {"incident_id": incident_id, "request_id": request_id, "origin.id": source_id}


async def _filters(
    causes: Annotated[dict[str, Any], Depends(_causes)],
    estate_id: QueryId = None,
    assignee_id: QueryId = None,
    state: WorkOrderState | None = None,
    turn_missed: bool | None = None,
) -> dict[str, Any]:
    where = filter_of(**causes, estate_id=estate_id, assignee_id=assignee_id, state=state)
    if turn_missed is not None:
        where["turn_missed_at"] = {"$gt": LONG_AGO} if turn_missed else None
    return where


Filters = Annotated[dict[str, Any], Depends(_filters)]


def router(service: WorkOrderService, lookup: Lookup) -> APIRouter:
    """The routes of work orders, but of the work itself."""
    router = APIRouter(prefix=PREFIX, tags=["work orders"])
    once = Once(lookup=lookup, view=WorkOrderView.of)
    _reading(router, service)
    _dealing(router, service, once)
    _judging(router, service, once)
    return router


def own_only(caller: Caller) -> str | None:
    """The person whose requests and teams bound what the caller sees; None for a company, its
    system, staff and the committee."""
    wide = caller.kind == "machine" or caller.is_a("contractor", "staff", "committee", "ops")
    return None if wide else caller.id


async def target_of(
    service: WorkOrderService,
    caller: Caller,
    order_id: str,
    version: int | None,
) -> Target:
    """The order that the caller wants to change."""
    return Target(await service.eyes(viewer(caller), own_only(caller)), order_id, version)


def shown(order: WorkOrder) -> Response:
    """The answer that shows the order."""
    return answer(WorkOrderView.of(order), order.version)


def _reading(router: APIRouter, service: WorkOrderService) -> None:
    @router.get("/work-orders")
    async def list_work_orders(caller: Reading, page: Paging, where: Filters) -> Response:
        """The work orders that the caller sees, newest first: a volunteer their teams', a resident
        those that they asked for."""
        eyes = await service.eyes(viewer(caller), own_only(caller))
        found = await service.page(eyes, where, cursor=page.cursor, limit=page.limit)
        return listing([WorkOrderView.of(order) for order in found.items], found.next_cursor)

    @router.get(PATH, response_model=WorkOrderView)
    async def read_work_order(work_order_id: PathId, caller: Reading) -> Response:
        """One work order."""
        eyes = await service.eyes(viewer(caller), own_only(caller))
        return shown(await service.get(eyes, work_order_id))

    @router.get(f"{PATH}/story", response_model=StoryView)
    async def read_work_order_story(work_order_id: PathId, caller: Reading) -> Response:
        """Everything that happened to one work order, oldest first."""
        eyes = await service.eyes(viewer(caller), own_only(caller))
        return answer(StoryView.of(await service.story(eyes, work_order_id)))


def _dealing(router: APIRouter, service: WorkOrderService, once: Once) -> None:
    options: dict[str, Any] = {"response_model": WorkOrderView, "dependencies": [Depends(once)]}

    @router.post(f"{PATH}/assignment", **options)
    async def assign_work_order(
        work_order_id: PathId, body: AssignmentBody, caller: Managing, version: Version
    ) -> Response:
        """Give the work to somebody."""
        target = await target_of(service, caller, work_order_id, version)
        return shown(await service.assign(target, assignee_id=body.assignee_id))

    @router.post(f"{PATH}/offer", **options)
    async def offer_work_order(
        work_order_id: PathId, body: OfferBody, caller: Managing, version: Version
    ) -> Response:
        """Whoever takes the work first has it, until then: in a minute to seven days."""
        target = await target_of(service, caller, work_order_id, version)
        return shown(await service.offer(target, until=body.until))

    @router.post(f"{PATH}/offer-end", **options)
    async def end_work_order_offer(
        work_order_id: PathId, caller: Managing, version: Version
    ) -> Response:
        """The work is offered no more, so that somebody can be named."""
        target = await target_of(service, caller, work_order_id, version)
        return shown(await service.end_offer(target))

    @router.post(f"{PATH}/rotation", **options)
    async def rotate_work_order(
        work_order_id: PathId, caller: Managing, version: Version
    ) -> Response:
        """Whoever's turn it is by the roster has it, a moment later."""
        target = await target_of(service, caller, work_order_id, version)
        return shown(await service.rotate(target))


def _judging(router: APIRouter, service: WorkOrderService, once: Once) -> None:
    options: dict[str, Any] = {"response_model": WorkOrderView, "dependencies": [Depends(once)]}

    @router.post(f"{PATH}/acceptance", **options)
    async def accept_work(
        work_order_id: PathId,
        caller: Accepting,
        version: Version,
        body: AcceptanceBody | None = None,
    ) -> Response:
        """The work holds: the committee says so, or the resident whose request it was."""
        target = await target_of(service, caller, work_order_id, version)
        acceptor = Acceptor.COMMITTEE if own_only(caller) is None else Acceptor.RESIDENT
        satisfaction = None if body is None else body.satisfaction
        accepted = Acceptance(caller.id, acceptor, satisfaction)
        return shown(await service.accept_work(target, accepted))

    @router.post(f"{PATH}/return", **options)
    async def send_work_back(
        work_order_id: PathId, body: ReasonBody, caller: Accepting, version: Version
    ) -> Response:
        """The work does not hold: the assignee is at it again."""
        target = await target_of(service, caller, work_order_id, version)
        return shown(await service.send_back(target, reason=body.reason, by=caller.id))

    @router.post(f"{PATH}/cancellation", **options)
    async def cancel_work_order(
        work_order_id: PathId, body: CancellationBody, caller: Accepting, version: Version
    ) -> Response:
        """The work is not to be done any more, or not by this order; the committee decides that,
        not the company."""
        target = await target_of(service, caller, work_order_id, version)
        return shown(await service.cancel(target, reason=body.reason, again=body.again))
