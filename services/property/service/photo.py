"""Photos: sent by themselves, claimed by what names them, shown to who sees that."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.property.domain.photo import PHOTOS_MAX, UNUSED_AFTER, Photo
from services.property.service.viewer import Located, Viewer
from shared.clock import Clock
from shared.errors import Invalid, NotFound
from shared.photos.ports import PhotoFiles, Pictures, kept

SWEPT_AT_ONCE = 100


class PhotoRecords(Protocol):
    """Where it is kept what is known of photos. Each: ``Unavailable``."""

    async def add(self, photo: Photo) -> None:
        """Keep a new one."""

    async def get(self, photo_id: str) -> Photo | None:
        """The photo, or None."""

    async def use(self, photo_id: str, *, at: datetime, on: Located | None) -> bool:
        """Something names it, for good; again, nothing happens. False if it is gone."""

    async def forget_unused(self, photo_id: str) -> bool:
        """Forget it unless something names it; whether nothing is known of it any more."""


@dataclass(frozen=True, slots=True)
class PhotoStores:
    """What is known of photos, and their bytes."""

    records: PhotoRecords
    files: PhotoFiles


class Claims(Protocol):
    """Where it is checked that photos may be named: ``PhotoService``."""

    async def claim(
        self,
        viewer: Viewer,
        photo_ids: Sequence[str],
        *,
        pointer: str = "/photo_ids",
        on: Located | None = None,
    ) -> None:
        """Passes if these photos may be named; ``Invalid``."""


class PhotoService:
    """The use cases. Each: ``Unavailable``."""

    def __init__(self, stores: PhotoStores, pictures: Pictures, clock: Clock) -> None:
        self._records = stores.records
        self._files = stores.files
        self._pictures = pictures
        self._clock = clock

    async def upload(self, viewer: Viewer, content: bytes, *, community: str, by: str) -> Photo:
        """Keep a photo, to be named by its id within a day; ``Invalid``, ``TooLarge``."""
        file = await kept(content, self._pictures, self._files)
        photo = Photo(
            id=file.id,
            community=community,
            uploaded_by=by,
            company=viewer.company,
            uploaded_at=self._clock.now(),
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            width=file.width,
            height=file.height,
        )
        await self._records.add(photo)
        return photo

    async def claim(
        self,
        viewer: Viewer,
        photo_ids: Sequence[str],
        *,
        pointer: str = "/photo_ids",
        on: Located | None = None,
    ) -> None:
        """Passes if these photos may be named by what the viewer is about to save.

        They are kept from now on, though the save may fail: a second try names them again. ``on``
        is what names them: the company that sees it sees them, too. Errors: ``Invalid`` with the
        pointer of the list or of the id, for more than ``PHOTOS_MAX``, for one named twice and for
        one that is not there for the viewer.
        """
        if len(photo_ids) > PHOTOS_MAX:
            raise Invalid("photo.too_many", pointer=pointer, limit=PHOTOS_MAX)
        for index, photo_id in enumerate(photo_ids):
            if photo_id in photo_ids[:index]:
                raise Invalid("photo.twice", pointer=f"{pointer}/{index}")
            photo = await self._records.get(photo_id)
            if photo is None or not _sees(viewer, photo):
                raise Invalid("photo.unknown", pointer=f"{pointer}/{index}")
        for index, photo_id in enumerate(photo_ids):
            if not await self._records.use(photo_id, at=self._clock.now(), on=on):
                raise Invalid("photo.unknown", pointer=f"{pointer}/{index}")
            await self._files.settle(photo_id)

    async def read(self, viewer: Viewer, photo_id: str) -> tuple[Photo, bytes]:
        """A photo and its bytes; ``NotFound``."""
        photo = await self._records.get(photo_id)
        return await self._content(photo if photo and _sees(viewer, photo) else None)

    async def read_named(self, photo_id: str, named: Collection[str]) -> tuple[Photo, bytes]:
        """A photo and its bytes for whoever sees a thing that names these photos; ``NotFound`` for
        one that it does not name."""
        return await self._content(await self._records.get(photo_id) if photo_id in named else None)

    async def sweep(self) -> int:
        """Forget photos that nothing has named for a day; how many. Any replica may, again it
        goes on."""
        dropped = 0
        before = self._clock.now() - UNUSED_AFTER
        for photo_id in await self._files.unsettled(before, limit=SWEPT_AT_ONCE):
            if await self._records.forget_unused(photo_id):
                await self._files.drop(photo_id)
                dropped += 1
            else:
                await self._files.settle(photo_id)
        return dropped

    async def _content(self, photo: Photo | None) -> tuple[Photo, bytes]:
        content = None if photo is None else await self._files.read(photo.id)
        if photo is None or content is None:
            raise NotFound("photo.not_found")
        return photo, content


def _sees(viewer: Viewer, photo: Photo) -> bool:
    """In its community whoever has no company, and of companies the one that sent it, or that has
    the business that it shows; a key bound to other estates does not."""
    return (
        photo.community in viewer.communities
        and viewer.company in (None, photo.company, photo.contractor_id)
        and (photo.estate_id is None or viewer.estates is None or photo.estate_id in viewer.estates)
    )
