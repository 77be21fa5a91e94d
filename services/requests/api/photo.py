"""Photos of a request over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.requests.api.request import PREFIX, Reading, reader_of
from services.requests.api.request_forms import PhotoView, RequestView
from services.requests.service.photo import PhotoService
from shared.auth import Caller
from shared.photos.upload import SHOWN, Upload, shown, uploaded
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, PathId, Version
from shared.web.once import Lookup

WRITE = "requests:photo:write"

Illustrator = Annotated[Caller, Depends(needs(WRITE))]


class PhotoRoutes:
    """One method for each route."""

    def __init__(self, service: PhotoService) -> None:
        self._service = service

    async def add(
        self, request_id: PathId, caller: Illustrator, version: Version, sent: Upload
    ) -> Response:
        """Put a photo to a request: JPEG, PNG or WebP of at most 10 MB, as the body itself or as
        the field ``photo`` of a form; five at most. What it is, its content says. It is written
        anew, without the place and the device that it was taken with."""
        request = await self._service.add(
            request_id, reader_of(caller), seen=version, content=uploaded(sent)
        )
        location = f"{PREFIX}/requests/{request.id}/photos/{request.photos[-1].id}"
        return answer(RequestView.of(request), request.version, 201, location)

    async def find(self, request_id: PathId, caller: Reading) -> Response:
        """The photos of a request, for whoever may read it, oldest first; at most five."""
        photos = await self._service.photos(request_id, reader_of(caller))
        return listing([PhotoView.model_validate(e, from_attributes=True) for e in photos], None)

    async def get(self, request_id: PathId, photo_id: PathId, caller: Reading) -> Response:
        """A photo, for whoever may read its request."""
        photo, content = await self._service.read(request_id, reader_of(caller), photo_id=photo_id)
        return shown(photo.media_type, content)

    async def remove(
        self, request_id: PathId, photo_id: PathId, caller: Illustrator, version: Version
    ) -> Response:
        """Take a photo out, for good."""
        request = await self._service.remove(
            request_id, reader_of(caller), seen=version, photo_id=photo_id
        )
        return answer(RequestView.of(request), request.version)


def router(service: PhotoService, answered: Lookup) -> APIRouter:
    """The routes of photos; ``answered`` as for the routes of requests."""
    routes = PhotoRoutes(service)
    api = APIRouter(prefix=f"{PREFIX}/requests/{{request_id}}/photos", tags=["photos"])
    adding = Depends(
        Once(answered, RequestView.of, status=201, named=lambda request: request.photos[-1].id)
    )
    api.get("", response_model=PageView[PhotoView])(routes.find)
    api.post("", status_code=201, response_model=RequestView, dependencies=[adding])(routes.add)
    api.get("/{photo_id}", response_class=Response, responses=SHOWN)(routes.get)
    api.delete("/{photo_id}", response_model=RequestView)(routes.remove)
    return api
