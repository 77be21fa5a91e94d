"""The photos of a request: who may put one in or take one out, and when."""

from dataclasses import replace

from services.requests.domain.reader import Reader
from services.requests.domain.request import Action, Decided, ServiceRequest, moved, told
from shared.errors import Conflict, NotAllowed, NotFound
from shared.events.requests import RequestPhotoAdded, RequestPhotoRemoved
from shared.photos.photo import PHOTOS_MAX, Photo


def must_take_part(reader: Reader, request: ServiceRequest) -> None:
    """Passes for the requester and those who handle requests; ``NotAllowed`` for others."""
    if not reader.handles and reader.id != request.requester_id:
        raise NotAllowed("request.not_yours")


def add_photo(request: ServiceRequest, *, photo: Photo) -> Decided:
    """One photo more, while anything may still be added to the request.

    ``Conflict`` beyond five, ``WrongState``.
    """
    may_add(request)
    added = moved(request, Action.UPDATE, photos=(*request.photos, photo))
    return added, [told(RequestPhotoAdded, request, photo_id=photo.id)]


def may_add(request: ServiceRequest, count: int = 1) -> None:
    """Passes if so many photos more may come in; errors as for ``add_photo``."""
    moved(request, Action.UPDATE)
    if len(request.photos) + count > PHOTOS_MAX:
        raise Conflict("photo.too_many", limit=PHOTOS_MAX)


def remove_photo(request: ServiceRequest, *, photo_id: str) -> Decided:
    """Take a photo out: in any state, since it may show what it should not. ``NotFound``."""
    gone = photo_of(request, photo_id)
    left = tuple(photo for photo in request.photos if photo is not gone)
    return replace(request, photos=left), [told(RequestPhotoRemoved, request, photo_id=photo_id)]


def photo_of(request: ServiceRequest, photo_id: str) -> Photo:
    """One of its photos; ``NotFound``."""
    for photo in request.photos:
        if photo.id == photo_id:
            return photo
    raise NotFound("photo.not_found")
