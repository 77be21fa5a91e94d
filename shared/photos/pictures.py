"""Pictures written anew by Pillow: upright, of a sensible size, and nothing in them but pixels.

Where and when a photo was taken, by which device, its thumbnail of before it was cut, comments and
colour profiles: all of it stays behind, since only decoded pixels are written.
"""

import asyncio
from io import BytesIO

from PIL import Image, ImageOps

from shared.errors import Invalid, LinliError
from shared.photos.photo import JPEG, PNG, SCANS_MAX, WEBP, check_pixels
from shared.photos.ports import Picture

AT_ONCE_MAX = 1
"""Decoded at once: the largest takes 250 MB for a moment, of the 512 MB that a service has."""
SIDE_PIXELS_KEPT_MAX = 2560
QUALITY = 85
Image.MAX_IMAGE_PIXELS = None  # ours is the stricter limit, and told before a pixel is decoded
_SCAN = b"\xff\xda"
"""Begins a pass (ITU-T T.81, B.1.1.3); in what is coded no such bytes follow one another."""
_FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}


class PillowPictures:
    """Keeps what ``Pictures`` promises; works in threads, few at a time."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE_MAX)

    async def clean(self, content: bytes, media_type: str) -> Picture:
        """See ``Pictures.clean``: at most 2,560 pixels a side."""
        async with self._turns:
            return await asyncio.to_thread(cleaned, content, media_type)


def cleaned(content: bytes, media_type: str) -> Picture:
    """The picture written anew; ``Invalid`` if it cannot be decoded or is a bomb."""
    form = _FORMATS[media_type]
    if media_type == JPEG and content.count(_SCAN) > SCANS_MAX:
        raise Invalid("photo.broken", pointer="/photo")
    try:
        with Image.open(BytesIO(content), formats=[form]) as sent:
            check_pixels(media_type, *sent.size, progressive="progressive" in sent.info)
            pixels = _pixels(sent)
    except LinliError:
        raise
    except Exception:  # decoders trip in many ways over what strangers send
        raise Invalid("photo.broken", pointer="/photo") from None
    written = BytesIO()
    pixels.save(written, format=form, quality=QUALITY, optimize=media_type == PNG)
    return Picture(written.getvalue(), media_type, *pixels.size)


def _pixels(sent: Image.Image) -> Image.Image:
    """What is seen of it, the first frame if it moves."""
    side = SIDE_PIXELS_KEPT_MAX
    sent.draft("RGB", (side, side))  # a JPEG is decoded at a half, a quarter or an eighth
    ImageOps.exif_transpose(sent, in_place=True)
    mode = "RGBA" if sent.has_transparency_data and sent.format != "JPEG" else "RGB"
    pixels = sent if sent.mode == mode else sent.convert(mode)
    pixels.thumbnail((side, side))
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)
    return bare
