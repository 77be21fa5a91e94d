"""The bytes of photos in MongoDB: in GridFS, with a note of each that is nobody's yet."""

from datetime import datetime

from shared.clock import Clock
from shared.mongo import Database, Index
from shared.mongo.files import Files
from shared.mongo.records import Records

BUCKET = "photos"
NOTES = "unsettled_photos"


class GridPhotoFiles:
    """Keeps what ``PhotoFiles`` promises."""

    def __init__(self, files: Files, notes: Records, clock: Clock) -> None:
        self._files = files
        self._notes = notes
        self._clock = clock

    async def keep(self, photo_id: str, content: bytes) -> None:
        """See ``PhotoFiles.keep``. The note comes first: no file is ever without an owner or
        one."""
        await self._notes.insert({"_id": photo_id, "at": self._clock.now()})
        await self._files.put(photo_id, content)

    async def settle(self, photo_id: str) -> None:
        """See ``PhotoFiles.settle``."""
        await self._notes.delete({"_id": photo_id})

    async def read(self, photo_id: str) -> bytes | None:
        """See ``PhotoFiles.read``."""
        return await self._files.get(photo_id)

    async def drop(self, photo_id: str) -> None:
        """See ``PhotoFiles.drop``. The note goes last."""
        await self._files.delete(photo_id)
        await self._notes.delete({"_id": photo_id})

    async def unsettled(self, before: datetime, *, limit: int) -> list[str]:
        """See ``PhotoFiles.unsettled``."""
        found = await self._notes.find({"at": {"$lt": before}}, sort=(("at", 1),), limit=limit)
        return [str(note["_id"]) for note in found]


def photo_files(database: Database) -> GridPhotoFiles:
    """Where the bytes of photos are kept."""
    notes = database.records(NOTES, indexes=[Index((("at", 1),), name="at")])
    return GridPhotoFiles(database.files(BUCKET), notes, database.clock)
