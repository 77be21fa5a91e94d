"""Files beside the documents: GridFS, which cuts what is too large for one document in pieces."""

from functools import cached_property
from typing import Any

from gridfs.errors import FileExists, NoFile
from motor.motor_asyncio import AsyncIOMotorDatabase, AsyncIOMotorGridFSBucket
from pymongo.errors import DuplicateKeyError

from shared.errors import Conflict
from shared.mongo.errors import translated


class Files:
    """Small files by id, each read and written whole. Every method raises ``Unavailable``."""

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]], bucket: str) -> None:
        self._database = database
        self._name = bucket

    @cached_property
    def _bucket(self) -> AsyncIOMotorGridFSBucket:
        """Made at the first use: it binds its driver to the loop that there is by then."""
        return AsyncIOMotorGridFSBucket(self._database, bucket_name=self._name)

    async def put(self, id: str, content: bytes) -> None:  # noqa: A002
        """Keep a new file; ``Conflict`` if the id is taken."""
        with translated():
            try:
                await self._bucket.upload_from_stream_with_id(id, id, content)
            except (FileExists, DuplicateKeyError):
                raise Conflict("store.taken", fields="_id", id=id) from None

    async def get(self, id: str) -> bytes | None:  # noqa: A002
        """What the file holds, or None."""
        with translated():
            try:
                stream = await self._bucket.open_download_stream(id)
                content: bytes = await stream.read()
            except NoFile:
                return None
        return content

    async def delete(self, id: str) -> None:  # noqa: A002
        """Forget the file, and the pieces of one that was never finished; again, nothing
        happens."""
        with translated():
            try:
                await self._bucket.delete(id)
            except NoFile:
                return
