"""What use cases ask of those who clean pictures and of those who keep their bytes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.clock import new_id
from shared.photos.photo import Photo, media_type_of


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it may be kept: nothing in it but pixels."""

    content: bytes
    media_type: str
    width: int
    height: int


class Pictures(Protocol):
    """Reads what strangers send as a picture, and writes it anew."""

    async def clean(self, content: bytes, media_type: str) -> Picture:
        """The picture upright, without what else was in it; ``Invalid`` if it is none."""


class PhotoFiles(Protocol):
    """Where the bytes of photos are kept. Each: ``Unavailable``."""

    async def keep(self, photo_id: str, content: bytes) -> None:
        """Keep them as nobody's, until they are settled."""

    async def settle(self, photo_id: str) -> None:
        """Somebody holds the photo."""

    async def read(self, photo_id: str) -> bytes | None:
        """The bytes, or None."""

    async def drop(self, photo_id: str) -> None:
        """Forget them; again, nothing happens."""

    async def unsettled(self, before: datetime, *, limit: int) -> list[str]:
        """Photos kept before this moment that are nobody's still."""


async def kept(content: bytes, pictures: Pictures, files: PhotoFiles) -> Photo:
    """What was sent, cleaned and kept as nobody's yet; ``Invalid``, ``TooLarge``."""
    picture = await pictures.clean(content, media_type_of(content))
    photo_id = new_id("pho")
    await files.keep(photo_id, picture.content)
    size = len(picture.content)
    return Photo(photo_id, picture.media_type, size, picture.width, picture.height)
