"""A photo over HTTP: as the body itself, or as a field of a form."""

from typing import Annotated, Any

from fastapi import Depends, Response

from shared.errors import Invalid
from shared.photos.photo import JPEG, PHOTO_BYTES_MAX, PNG, WEBP
from shared.web import Body, Sent, Takes
from shared.web.form_data import read_form
from shared.web.takes import MULTIPART

FORM_BYTES_MAX = 16 * 1024
"""What a form may bring beside the photo in it."""
FIELD = "photo"


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

_KINDS: dict[str, Any] = {kind: {} for kind in (JPEG, PNG, WEBP)}
SHOWN: dict[int | str, dict[str, Any]] = {200: {"content": _KINDS}}
"""The answers of a route that shows a photo, for the API's description."""


def uploaded(sent: Sent) -> bytes:
    """The one photo that was sent; ``Invalid`` if it is none or several, ``Malformed``."""
    contents = [sent.body] if sent.body else []
    if sent.media_type == MULTIPART:
        contents = [content for name, content in read_form(sent).files if name == FIELD]
    if len(contents) != 1:
        raise Invalid("photo.one", pointer=f"/{FIELD}")
    return contents[0]


def shown(media_type: str, content: bytes) -> Response:
    """The photo as a picture; a browser that is led to it runs nothing of it."""
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
    return Response(content, media_type=media_type, headers=headers)
