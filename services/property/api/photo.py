"""Photos over HTTP: sent by themselves, and named by their ids where they show something."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.property.api.forms import PREFIX, viewer
from services.property.domain.photo import Photo
from services.property.service.photo import PhotoService
from shared.auth import Caller
from shared.photos.upload import SHOWN, Upload, shown, uploaded
from shared.web import View, answer, needs
from shared.web.forms import PathId, QueryId

Uploading = Annotated[Caller, Depends(needs("property:photo:upload"))]
Reading = Annotated[Caller, Depends(needs("property:photo:read"))]


class PhotoView(View):
    """A photo that was kept; width and height in pixels."""

    id: str
    community: str
    media_type: str
    size_bytes: int
    width: int
    height: int
    uploaded_at: datetime

    @classmethod
    def of(cls, photo: Photo) -> "PhotoView":
        """As the caller sees it."""
        return cls(
            id=photo.id,
            community=photo.community,
            media_type=photo.media_type,
            size_bytes=photo.size_bytes,
            width=photo.width,
            height=photo.height,
            uploaded_at=photo.uploaded_at,
        )


def router(service: PhotoService) -> APIRouter:
    """The routes of photos."""
    router = APIRouter(prefix=PREFIX, tags=["photos"])

    @router.post("/photos", status_code=201, response_model=PhotoView)
    async def upload_photo(caller: Uploading, sent: Upload, community: QueryId = None) -> Response:
        """Send a photo: JPEG, PNG or WebP of at most 10 MB, as the body itself or as the field
        ``photo`` of a form. What it is, its content says; it is written anew, without the place
        and the device that it was taken with. Name its id within a day, or it is forgotten. No
        ``Idempotency-Key``: one that is sent twice is one more, which is forgotten."""
        where = caller.one_community(community)
        photo = await service.upload(viewer(caller), uploaded(sent), community=where, by=caller.id)
        location = f"{PREFIX}/photos/{photo.id}/content"
        return answer(PhotoView.of(photo), status=201, location=location)

    @router.get("/photos/{photo_id}/content", response_class=Response, responses=SHOWN)
    async def read_photo(photo_id: PathId, caller: Reading) -> Response:
        """A photo, for whoever sees what it shows."""
        photo, content = await service.read(viewer(caller), photo_id)
        return shown(photo.media_type, content)

    return router
