"""Photos of what a caller sees, below the thing that names them: volunteers, residents and workers
see these, and no others of their community."""

from fastapi import APIRouter, Response

from services.property.api import inspection, patrol, work_order
from services.property.api.forms import PREFIX, viewer
from services.property.service.inspection import InspectionService
from services.property.service.patrol import PatrolService
from services.property.service.photo import PhotoService
from services.property.service.work_order import WorkOrderService
from shared.photos.upload import SHOWN, shown
from shared.web.forms import PathId

CONTENT = "/photos/{photo_id}/content"


def of_work(orders: WorkOrderService, photos: PhotoService) -> APIRouter:
    """The photos of work orders."""
    router = APIRouter(prefix=PREFIX, tags=["work orders"])

    @router.get(work_order.PATH + CONTENT, response_class=Response, responses=SHOWN)
    async def read_work_order_photo(
        work_order_id: PathId, photo_id: PathId, caller: work_order.Reading
    ) -> Response:
        """A photo of the work, before or after it, for whoever sees the work order."""
        eyes = await orders.eyes(viewer(caller), work_order.own_only(caller))
        order = await orders.get(eyes, work_order_id)
        photo, content = await photos.read_named(photo_id, order.photo_ids)
        return shown(photo.media_type, content)

    return router


def of_patrols(patrols: PatrolService, photos: PhotoService) -> APIRouter:
    """The photos of rounds."""
    router = APIRouter(prefix=PREFIX, tags=["patrols"])

    @router.get(patrol.PATH + CONTENT, response_class=Response, responses=SHOWN)
    async def read_patrol_photo(
        patrol_id: PathId, photo_id: PathId, caller: patrol.Reading
    ) -> Response:
        """A photo of what was passed or found on a round, for whoever sees the round."""
        eyes = await patrols.eyes(viewer(caller), work_order.own_only(caller))
        walked = await patrols.get(eyes, patrol_id)
        photo, content = await photos.read_named(photo_id, walked.photo_ids)
        return shown(photo.media_type, content)

    return router


def of_inspections(inspections: InspectionService, photos: PhotoService) -> APIRouter:
    """The photos of inspections."""
    router = APIRouter(prefix=PREFIX, tags=["inspections"])

    @router.get(inspection.PATH + CONTENT, response_class=Response, responses=SHOWN)
    async def read_inspection_photo(
        inspection_id: PathId, photo_id: PathId, caller: inspection.Reading
    ) -> Response:
        """A photo of what an inspection found, for whoever sees the inspection."""
        found = await inspections.get(viewer(caller), inspection_id)
        photo, content = await photos.read_named(photo_id, found.photo_ids)
        return shown(photo.media_type, content)

    return router
