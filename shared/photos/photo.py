"""What is known of a photo; its bytes lie beside the request, not in it."""

from dataclasses import dataclass

from shared.errors import Invalid, TooLarge

PHOTOS_MAX = 5
PHOTO_BYTES_MAX = 10 * 1024 * 1024
JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
PIXELS_MAX = {JPEG: 100_000_000, PNG: 12_500_000, WEBP: 12_500_000}
"""As sent. A JPEG is decoded at a part of its size; of the others every pixel comes into memory."""
PROGRESSIVE_PIXELS_MAX = 25_000_000
"""Of a JPEG that comes in several passes: all of it is kept until the last one."""
SCANS_MAX = 100
"""Passes over a JPEG, ten or so as others write them: each of 60 bytes costs one over all of it."""
SIDE_PIXELS_MAX = 30_000
_PNG_START, _JPEG_START = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo as it was kept; width and height in pixels."""

    id: str
    media_type: str
    size_bytes: int
    width: int
    height: int


def media_type_of(content: bytes) -> str:
    """JPEG, PNG or WebP by what it begins with, whatever it is called.

    ``TooLarge`` over 10 MB; ``Invalid`` for anything else.
    """
    if len(content) > PHOTO_BYTES_MAX:
        raise TooLarge("photo.too_large", pointer="/photo", limit_bytes=PHOTO_BYTES_MAX)
    if content.startswith(_JPEG_START):
        return JPEG
    if content.startswith(_PNG_START):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    raise Invalid("photo.no_photo", pointer="/photo")


def check_pixels(media_type: str, width: int, height: int, *, progressive: bool = False) -> None:
    """Passes if a picture of this size may be decoded; ``Invalid`` for a bomb."""
    limit = PROGRESSIVE_PIXELS_MAX if progressive else PIXELS_MAX[media_type]
    if width * height > limit or max(width, height) > SIDE_PIXELS_MAX:
        raise Invalid("photo.too_many_pixels", pointer="/photo", limit=limit)
