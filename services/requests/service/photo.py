"""Photos: checked and cleaned, kept beside the requests, shown to whoever may read them."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.requests.domain.album import (
    add_photo,
    may_add,
    must_take_part,
    photo_of,
    remove_photo,
)
from services.requests.domain.photo import PHOTOS_MAX, Photo, media_type_of
from services.requests.domain.reader import Reader
from services.requests.domain.request import Decided, ServiceRequest
from services.requests.service.request import RequestService
from shared.clock import Clock, new_id
from shared.deciding import changed
from shared.errors import Conflict, LinliError, NotFound, Unavailable
from shared.store import Store

ORPHAN_AFTER = timedelta(hours=1)
"""Much longer than any submission takes: what no request holds by then is nobody's."""
SWEPT_AT_ONCE = 100


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
        """A request holds the photo."""

    async def read(self, photo_id: str) -> bytes | None:
        """The bytes, or None."""

    async def drop(self, photo_id: str) -> None:
        """Forget them; again, nothing happens."""

    async def unsettled(self, before: datetime, *, limit: int) -> list[str]:
        """Photos kept before this moment that are nobody's still."""


class PhotoService:
    """The use cases. Each: ``NotFound`` for a request that the reader may not see,
    ``Unavailable``."""

    def __init__(
        self,
        requests: RequestService,
        store: Store[ServiceRequest],
        files: PhotoFiles,
        pictures: Pictures,
        clock: Clock,
    ) -> None:
        self._requests = requests
        self._store = store
        self._files = files
        self._pictures = pictures
        self._clock = clock

    async def add(
        self, request_id: str, reader: Reader, *, seen: int | None, content: bytes
    ) -> ServiceRequest:
        """Put a photo to a request.

        ``NotAllowed`` for who neither asked for it nor handles requests; ``Invalid``,
        ``TooLarge``; ``Conflict`` beyond five; ``WrongState`` once it is over; ``Stale``.
        """
        request = await self._requests.get(request_id, reader)
        must_take_part(reader, request)
        may_add(request)  # said before the work is done
        photo = await self._kept(content)
        async with self._settling((photo,)):
            return await self._changed(
                request_id, reader, seen, lambda each: add_photo(each, photo=photo)
            )

    async def remove(
        self, request_id: str, reader: Reader, *, seen: int | None, photo_id: str
    ) -> ServiceRequest:
        """Take a photo out, for good; errors as for ``add``, ``NotFound`` for the photo."""

        def decide(request: ServiceRequest) -> Decided:
            must_take_part(reader, request)
            return remove_photo(request, photo_id=photo_id)

        request = await self._changed(request_id, reader, seen, decide)
        await self._files.drop(photo_id)
        return request

    async def read(self, request_id: str, reader: Reader, *, photo_id: str) -> tuple[Photo, bytes]:
        """A photo and its bytes; ``NotFound``."""
        return await self.of(await self._requests.get(request_id, reader), photo_id)

    async def of(self, request: ServiceRequest, photo_id: str) -> tuple[Photo, bytes]:
        """A photo of a request that its reader has before him already; ``NotFound``."""
        photo = photo_of(request, photo_id)
        content = await self._files.read(photo_id)
        if content is None:
            raise NotFound("photo.not_found")
        return photo, content

    @asynccontextmanager
    async def submitting(self, contents: Sequence[bytes]) -> AsyncIterator[tuple[Photo, ...]]:
        """Photos for a submission that is made meanwhile: they are its own, or gone if it fails.

        ``Conflict`` beyond five, ``Invalid``, ``TooLarge``.
        """
        if len(contents) > PHOTOS_MAX:
            raise Conflict("photo.too_many", limit=PHOTOS_MAX)
        photos: list[Photo] = []
        async with self._settling(photos):
            for content in contents:
                photos.append(await self._kept(content))
            yield tuple(photos)

    async def sweep(self) -> int:
        """Forget photos that no request came to hold; how many. Bounded, and again it goes on."""
        before = self._clock.now() - ORPHAN_AFTER
        dropped = 0
        for photo_id in await self._files.unsettled(before, limit=SWEPT_AT_ONCE):
            if await self._store.find({"photos.id": photo_id}, limit=1):
                await self._files.settle(photo_id)
            else:
                await self._files.drop(photo_id)
                dropped += 1
        return dropped

    async def _kept(self, content: bytes) -> Photo:
        picture = await self._pictures.clean(content, media_type_of(content))
        photo_id = new_id("pho")
        await self._files.keep(photo_id, picture.content)
        size = len(picture.content)
        return Photo(photo_id, picture.media_type, size, picture.width, picture.height)

    @asynccontextmanager
    async def _settling(self, photos: Sequence[Photo]) -> AsyncIterator[None]:
        """Settles what was kept if the write succeeds, and drops it if it is refused.

        Where nobody knows (the store went away, the caller was broken off) the sweep sees to it.
        """
        try:
            yield
        except Unavailable:
            raise
        except LinliError:
            for photo in photos:
                await self._files.drop(photo.id)
            raise
        for photo in photos:
            await self._files.settle(photo.id)

    async def _changed(
        self,
        request_id: str,
        reader: Reader,
        seen: int | None,
        decide: Callable[[ServiceRequest], Decided],
    ) -> ServiceRequest:
        return await changed(
            self._store, lambda: self._requests.get(request_id, reader), decide, seen=seen
        )
