"""Photos: checked and cleaned, kept beside the requests, shown to whoever may read them."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from services.requests.domain.album import (
    add_photo,
    may_add,
    must_take_part,
    photo_of,
    remove_photo,
)
from services.requests.domain.reader import Reader
from services.requests.domain.request import Decided, ServiceRequest
from services.requests.service.request import RequestService
from shared.clock import Clock
from shared.deciding import changed
from shared.errors import Conflict, LinliError, NotFound, Unavailable
from shared.photos.photo import PHOTOS_MAX, Photo
from shared.photos.ports import PhotoFiles, Pictures, kept
from shared.store import Store

ORPHAN_AFTER = timedelta(hours=1)
"""Much longer than any submission takes: what no request holds by then is nobody's."""
SWEPT_AT_ONCE = 100


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
        photo = await kept(content, self._pictures, self._files)
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

    async def photos(self, request_id: str, reader: Reader) -> Sequence[Photo]:
        """The photos of a request, those put to it first first; that a confidential one was read is
        on record."""
        return (await self._requests.get(request_id, reader)).photos

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
                photos.append(await kept(content, self._pictures, self._files))
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
