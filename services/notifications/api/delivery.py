"""The delivery log over HTTP."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.notifications.api.forms import PREFIX, Managing, Reading, whose
from services.notifications.api.views import DeliveryView, DeliveryWithAttemptsView
from services.notifications.domain.delivery import Status
from services.notifications.service.delivery import DeliveryService, Filter
from shared.web import answer, listing
from shared.web.forms import Paging, PathId, QueryId


async def _filter(endpoint_id: QueryId = None, status: Status | None = None) -> Filter:
    return Filter(endpoint_id, status)


def router(service: DeliveryService) -> APIRouter:
    """The routes of deliveries."""
    router = APIRouter(prefix=PREFIX, tags=["deliveries"])
    path = "/deliveries/{delivery_id}"

    @router.get("/deliveries")
    async def list_deliveries(
        caller: Reading, page: Paging, asked: Annotated[Filter, Depends(_filter)]
    ) -> Response:
        """What was or is to be posted, newest first."""
        asked = replace(asked, whose=whose(caller))
        found = await service.page(caller.communities, asked, cursor=page.cursor, limit=page.limit)
        return listing([DeliveryView.of(each) for each in found.items], found.next_cursor)

    @router.get(path, response_model=DeliveryWithAttemptsView)
    async def read_delivery(delivery_id: PathId, caller: Reading) -> Response:
        """One delivery with its attempts."""
        delivery, attempts = await service.get(delivery_id, caller.communities, whose(caller))
        return answer(DeliveryWithAttemptsView.of_all(delivery, attempts))

    @router.post(f"{path}/redelivery", response_model=DeliveryView)
    async def redeliver(delivery_id: PathId, caller: Managing) -> Response:
        """Send it again: the same message id, all attempts anew."""
        again = await service.redeliver(delivery_id, caller.communities, whose(caller))
        return answer(DeliveryView.of(again))

    return router
