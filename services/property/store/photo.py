"""What is known of photos in the store; their bytes lie in GridFS beside it."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from services.property.domain.photo import Photo
from services.property.service.photo import PhotoStores
from services.property.service.viewer import Located
from shared.mongo import Database, Records
from shared.photos.files import photo_files

_CODEC: TypeAdapter[Photo] = TypeAdapter(Photo)


class KeptPhotos:
    """Keeps the promises of ``PhotoRecords``."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def add(self, photo: Photo) -> None:
        """See ``PhotoRecords.add``."""
        document: dict[str, Any] = _CODEC.dump_python(photo)
        document["_id"] = document.pop("id")
        await self._records.insert(document)

    async def get(self, photo_id: str) -> Photo | None:
        """See ``PhotoRecords.get``."""
        found = await self._records.get(photo_id)
        return None if found is None else _CODEC.validate_python({**found, "id": photo_id})

    async def use(self, photo_id: str, *, at: datetime, on: Located | None) -> bool:
        """See ``PhotoRecords.use``. The first that names it says whose business it is."""
        facts: dict[str, Any] = {"used_at": at}
        if on is not None:
            facts |= {"estate_id": on.estate_id, "contractor_id": on.contractor_id}
        fresh = {"_id": photo_id, "used_at": None}
        if await self._records.update(fresh, {"$set": facts}):
            return True
        return await self._records.get(photo_id) is not None

    async def forget_unused(self, photo_id: str) -> bool:
        """See ``PhotoRecords.forget_unused``."""
        if await self._records.delete({"_id": photo_id, "used_at": None}):
            return True
        return await self._records.get(photo_id) is None


def photos(database: Database) -> PhotoStores:
    """The collection, and the bucket of the bytes."""
    return PhotoStores(KeptPhotos(database.records("photos")), photo_files(database))
