"""The work itself over HTTP: the company's workers and volunteers take it, do it and report."""

from typing import Any

from fastapi import APIRouter, Depends, Response

from services.property.api.forms import PREFIX, ReasonBody
from services.property.api.work_order import PATH, Managing, shown, target_of
from services.property.api.work_order_forms import (
    CompletionBody,
    PauseBody,
    StartBody,
    TakingBody,
    WorkOrderView,
)
from services.property.service.work_doing import WorkDoingService
from services.property.service.work_order import WorkOrderService
from shared.web import Once
from shared.web.forms import PathId, Version
from shared.web.once import Lookup


def router(orders: WorkOrderService, service: WorkDoingService, lookup: Lookup) -> APIRouter:
    """The routes of the work itself."""
    router = APIRouter(prefix=PREFIX, tags=["work orders"])
    once = Once(lookup=lookup, view=WorkOrderView.of)
    _finding(router, orders, service, once)
    _working(router, orders, service, once)
    return router


def _finding(
    router: APIRouter, orders: WorkOrderService, service: WorkDoingService, once: Once
) -> None:
    options: dict[str, Any] = {"response_model": WorkOrderView, "dependencies": [Depends(once)]}

    @router.post(f"{PATH}/taking", **options)
    async def take_work_order(
        work_order_id: PathId, caller: Managing, version: Version, body: TakingBody | None = None
    ) -> Response:
        """Take work that is offered: the first to do so has it. A volunteer takes it for
        themselves; a company's system names the worker."""
        target = await target_of(orders, caller, work_order_id, version)
        named = None if body is None else body.worker_id
        return shown(await service.take(target, worker_id=named or caller.id))

    @router.post(f"{PATH}/receipt", **options)
    async def accept_work_order(
        work_order_id: PathId, caller: Managing, version: Version
    ) -> Response:
        """The assignee signs for it."""
        target = await target_of(orders, caller, work_order_id, version)
        return shown(await service.accept(target))

    @router.post(f"{PATH}/refusal", **options)
    async def refuse_work_order(
        work_order_id: PathId, body: ReasonBody, caller: Managing, version: Version
    ) -> Response:
        """The assignee cannot do it and says why; or it is taken from them, before they have
        signed for it."""
        target = await target_of(orders, caller, work_order_id, version)
        return shown(await service.refuse(target, reason=body.reason))


def _working(
    router: APIRouter, orders: WorkOrderService, service: WorkDoingService, once: Once
) -> None:
    options: dict[str, Any] = {"response_model": WorkOrderView, "dependencies": [Depends(once)]}

    @router.post(f"{PATH}/start", **options)
    async def start_work_order(
        work_order_id: PathId, caller: Managing, version: Version, body: StartBody | None = None
    ) -> Response:
        """The assignee is on the spot."""
        target = await target_of(orders, caller, work_order_id, version)
        photos = () if body is None else body.photo_ids
        return shown(await service.start(target, photos=photos))

    @router.post(f"{PATH}/pause", **options)
    async def pause_work_order(
        work_order_id: PathId, body: PauseBody, caller: Managing, version: Version
    ) -> Response:
        """The work waits for parts, the weather or to be let in, and its clock with it."""
        target = await target_of(orders, caller, work_order_id, version)
        return shown(await service.pause(target, reason=body.reason))

    @router.post(f"{PATH}/resumption", **options)
    async def resume_work_order(
        work_order_id: PathId, caller: Managing, version: Version
    ) -> Response:
        """The work goes on, and is due later by as long as it waited."""
        target = await target_of(orders, caller, work_order_id, version)
        return shown(await service.resume(target))

    @router.post(f"{PATH}/completion", **options)
    async def complete_work_order(
        work_order_id: PathId, body: CompletionBody, caller: Managing, version: Version
    ) -> Response:
        """The assignee says that it is done, and what was done."""
        target = await target_of(orders, caller, work_order_id, version)
        return shown(await service.complete(target, body.done()))
