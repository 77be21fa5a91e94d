"""Photos of a request over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.requests.api.request import PREFIX, Reading, reader_of
from services.requests.api.request_forms import RequestView
from services.requests.domain.photo import JPEG, PHOTO_BYTES_MAX, PNG, WEBP
from services.requests.service.photo import PhotoService
from shared.auth import Caller
from shared.errors import Invalid
from shared.web import Body, Once, Sent, Takes, answer, needs
from shared.web.form_data import read_form
from shared.web.forms import PathId, Version
from shared.web.once import Lookup
from shared.web.takes import MULTIPART

WRITE = "requests:photo:write"
FORM_BYTES_MAX = 16 * 1024
"""What a form may bring beside the photo in it."""
FIELD = "photo"

Illustrator = Annotated[Caller, Depends(needs(WRITE))]


class PhotoForm(Body):
    """A photo as the field of a form."""

    photo: bytes


Upload = Annotated[
    Sent,
    Depends(
        Takes(
            *(JPEG, PNG, WEBP, MULTIPART),
            bytes_max=PHOTO_BYTES_MAX + FORM_BYTES_MAX,
            form=PhotoForm,
        )
    ),
]


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

    async def get(self, request_id: PathId, photo_id: PathId, caller: Reading) -> Response:
        """A photo, for whoever may read its request."""
        photo, content = await self._service.read(request_id, reader_of(caller), photo_id=photo_id)
        headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
        return Response(content, media_type=photo.media_type, headers=headers)

    async def remove(
        self, request_id: PathId, photo_id: PathId, caller: Illustrator, version: Version
    ) -> Response:
        """Take a photo out, for good."""
        request = await self._service.remove(
            request_id, reader_of(caller), seen=version, photo_id=photo_id
        )
        return answer(RequestView.of(request), request.version)


def uploaded(sent: Sent) -> bytes:
    """The one photo that was sent; ``Invalid`` if it is none or several, ``Malformed``."""
    contents = [sent.body] if sent.body else []
    if sent.media_type == MULTIPART:
        contents = [content for name, content in read_form(sent).files if name == FIELD]
    if len(contents) != 1:
        raise Invalid("photo.one", pointer=f"/{FIELD}")
    return contents[0]


def router(service: PhotoService, answered: Lookup) -> APIRouter:
    """The routes of photos; ``answered`` as for the routes of requests."""
    routes = PhotoRoutes(service)
    api = APIRouter(prefix=f"{PREFIX}/requests/{{request_id}}/photos", tags=["photos"])
    adding = Depends(
        Once(answered, RequestView.of, status=201, named=lambda request: request.photos[-1].id)
    )
    api.post("", status_code=201, response_model=RequestView, dependencies=[adding])(routes.add)
    kinds: dict[str, Any] = {kind: {} for kind in (JPEG, PNG, WEBP)}
    pictures: dict[int | str, dict[str, Any]] = {200: {"content": kinds}}
    api.get("/{photo_id}", response_class=Response, responses=pictures)(routes.get)
    api.delete("/{photo_id}", response_model=RequestView)(routes.remove)
    return api
